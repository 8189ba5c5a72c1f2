"""How a directory spells what its provider is to compare."""

from collections.abc import Sequence

from ..planning.pushdown import Compared
from .observed import Observed

__all__ = ["spelt"]


def spelt(compared: Sequence[Compared], observed: Observed) -> dict[str, dict[str, list[str]]]:
    """Return by field and value how a directory spells what its provider is to compare, where that is another way.

    Of several spellings all are sent, unless the provider is known to ignore letter case.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for each in compared:
        if observed.folds_case.get(each.field):
            continue
        ways = {value: list(observed.spellings(each.field, value)) for value in each.values}
        found[each.field] = {value: seen for value, seen in ways.items() if seen and seen != [value]}
    return {field: ways for field, ways in found.items() if ways}
