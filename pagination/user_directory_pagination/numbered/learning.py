"""What a place learns from a page that was accepted: whether rows moved, how large pages are, whether the list ends."""

from ..recent import Recent
from .observed_page import ObservedPage
from .place import Doubt, Place, Short
from .sight import Sight, first_marks
from .window import Addressable

__all__ = ["learn_request", "learn_size", "note", "what_it_says"]


def note(seen: ObservedPage, at: Place, known: Recent) -> bool:
    """Learn from where the anchor stands whether rows moved, or came in a different order.

    Return whether it is where it was, so that row numbers still mean the same.
    """
    anchor = known.last
    if seen.window.start == 0 and seen.marks:
        first = first_marks(seen)
        at.moved = at.moved or first[: len(at.first)] != at.first[: len(first)]
        at.first = first
        at.exact = at.exact or seen.users == seen.window.size
    if seen.known and anchor in seen.marks:
        place = seen.marks.index(anchor)
        at.drifted = at.drifted or seen.known[-1] > place
    if at.step:
        shifted = seen.window.start == at.row and bool(seen.known) and not at.rereads
        at.moved = at.moved or (shifted and seen.window.start > 0 and seen.has_news)
        at.from_above = at.from_above or (shifted and seen.window.start > 0 and seen.has_news)
        return False
    expected = at.row - at.tail - 1 - seen.window.start
    aligned = seen.at(expected) == anchor
    if not aligned and 0 <= expected < len(seen.marks):
        at.moved = True
        at.from_above = at.from_above or (anchor in seen.marks and seen.marks.index(anchor) > expected)
    return aligned or seen.window.start == 0


def learn_request(sight: Sight) -> None:
    """Learn whether the server heeds what it is asked for: the position, and the size."""
    at, seen = sight.at, sight.seen
    if seen.window.start > 0 and not sight.is_top_again:
        at.heeded = True
    if 0 < seen.users == seen.window.size < max(at.largest, len(at.first)):
        at.sized = True


def learn_size(seen: ObservedPage, at: Place, largest: int, *, is_fresh: bool, aligned: bool) -> None:
    """Learn from rows behind an earlier short window that the server clamps sizes, or leaves rows out."""
    before = at.short
    if before is not None and is_fresh and before.users != at.cap:
        at.doubt = Doubt(
            before.start,
            before.size,
            before.shown,
            ("uneven",),
            before.largest,
            users=before.users,
            aligned=aligned,
        )
    if is_fresh or seen.is_short:
        shown = seen.fingerprint.hex()
        short = Short(seen.window.start, seen.window.size, seen.users, shown, largest)
        at.short = short if seen.is_short else None


def what_it_says(seen: ObservedPage, end: int, strategy: Addressable, *, aligned: bool) -> tuple[bool, bool]:
    """Return whether the answer itself says that rows follow, and that none do.

    A total alone does not say that none do: it must agree with a short page.
    """
    page = seen.page
    said = strategy.says_last(page)
    trusted = aligned and page.total is not None and page.total_exact and not seen.repeats
    return said is False or (trusted and page.promises(end)), said is True or (
        trusted and page.total == end and seen.is_short
    )
