"""Which rows of a page are handed out, and how many before a row have no id."""

from ..batch import Row
from ..recent import TOP, Mark, Recent
from .observed_page import ObservedPage
from .place import Place

__all__ = ["fresh_rows", "tail_before", "unread_at_top"]


def fresh_rows(seen: ObservedPage, at: Place, known: Recent, *, joins: bool) -> list[tuple[int, Row]]:
    """Return the rows of a page that were not read before, each with its index there.

    `joins`: the page shows a place that was read; what is above it came in since, and is looked for at the end. Records
    without an id are not given again. An id that comes twice on the page is counted in `at.repeated`.
    """
    top = seen.window.start == 0 and len(known) > 0
    behind: Mark | None = seen.marks[seen.known[0]] if joins and seen.known else (TOP if top else None)
    first = seen.first if joins else 0
    odd_before = (seen.known[-1] if joins and seen.known else -1) + at.tail
    fresh: list[tuple[int, Row]] = []
    here: set[Mark] = set()
    for index in range(first, len(seen.marks)):
        each, record = seen.marks[index], seen.page.items[index]
        if each is None:
            if index > odd_before:
                fresh.append((index, Row(record, None)))
            continue
        if each in here:
            at.repeated += 1
        elif each not in known:
            fresh.append((index, Row(record, each, behind)))
        here.add(each)
        behind = each
    return fresh


def unread_at_top(seen: ObservedPage, known: Recent) -> list[Row]:
    """Return the rows with an id that came in, or moved, to the top of the list since it was read."""
    rows: dict[Mark, Row] = {}
    behind: Mark | None = TOP
    for record, each in zip(seen.page.items, seen.marks, strict=True):
        if each is not None and each not in known:
            rows.setdefault(each, Row(record, each, behind))
        behind = each if each is not None else behind
    return list(rows.values())


def tail_before(seen: ObservedPage, index: int, at: Place) -> int:
    """Return how many rows directly before this index have no id, including those of earlier pages."""
    odd = seen.odd_before(index)
    return odd if odd >= 0 else index + (at.tail if seen.window.start > 0 else 0)
