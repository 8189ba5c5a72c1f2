"""Values that a provider compares: whether its filter has an effect, and finds them however they are spelt."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from user_directory_pagination import OutOfBudget

from ..errors import UpstreamError
from ..planning.filters import closed_fields
from ..planning.parameters import filter_parameters
from ..planning.pushdown import Compared
from ..sources.budget import Budget
from ..users.filters import Condition, matches_filters
from ..users.folding import fold
from .observed import Observed

if TYPE_CHECKING:
    from .directory import Directory

__all__ = ["can_vouch_for", "has_effect", "spelt"]

_NOBODYS = "zzqx-no-such-value-7431"
"""A value that nobody has."""


def spelt(compared: Sequence[Compared], observed: Observed) -> dict[str, dict[str, list[str]]]:
    """Return by field and value how a directory spells what its provider is to compare, where that is another way."""
    found: dict[str, dict[str, list[str]]] = {}
    for each in compared:
        seen = {value: list(observed.spellings(each.field, value)) for value in each.values}
        found[each.field] = {value: ways for value, ways in seen.items() if ways and value not in ways}
    return {field: ways for field, ways in found.items() if ways}


async def can_vouch_for(directory: "Directory", compared: Compared, budget: Budget) -> bool:
    """Return whether nobody has any of the values, however they are spelt, where the provider found nobody.

    That is so if the directory has no records, if it spells its values as they are documented, or if its filter ignores
    letter case; to see that, it is asked once a process for a value that is there, in the other case.

    Raises: UpstreamError, OutOfBudget.
    """
    observed, name = directory.observed, compared.field
    if not observed.records or all(map(_has_one_spelling, compared.values)):
        return True
    seen = observed.compared(name)
    if compared.documented and not _documented(directory, compared).isdisjoint(seen):
        return True
    if not all(map(_has_no_marks, (*compared.values, *seen))):
        return False
    if name not in observed.folds_case:
        known = next((value for value in seen if not _has_one_spelling(value)), None)
        if known is None or budget.spent_on() is not None:
            return False
        observed.folds_case[name] = await _finds_in_other_case(directory, compared, known, budget)
    return observed.folds_case[name]


async def has_effect(directory: "Directory", compared: Compared, budget: Budget) -> bool:
    """Return whether a filter is applied, where no row shows it because no list has its field.

    It is asked once a process for a value that nobody has. A refusal is an effect, too.
    """
    observed, name = directory.observed, compared.field
    if not observed.records or directory.shows(name) or budget.spent_on() is not None:
        return True
    if name not in observed.has_effect:
        try:
            page, _ = await directory.sample(budget, filter_parameters(compared.rule, [_NOBODYS])[0])
            observed.has_effect[name] = not page.items
        except (UpstreamError, OutOfBudget):
            return True
    return observed.has_effect[name]


def _has_one_spelling(value: str) -> bool:
    """Return whether a value has no letters, so that there is no other way to write it."""
    return value.swapcase() == value and _has_no_marks(value)


def _has_no_marks(value: str) -> bool:
    """Return whether only the letter case of a value can differ."""
    return value.isascii() or fold(value) == value.lower()


def _documented(directory: "Directory", compared: Compared) -> set[str]:
    """Return the provider's own spellings of the values that are documented."""
    manifest, name = directory.manifest, compared.field
    theirs = {each for value in manifest.known_values(name) for each in manifest.theirs(name, value)}
    return theirs | set(compared.rule.values.values())


async def _finds_in_other_case(directory: "Directory", compared: Compared, value: str, budget: Budget) -> bool:
    """Return whether the filter finds users by a value that they have, written in the other letter case."""
    condition = Condition(compared.field, "is", (value,))
    page, _ = await directory.sample(budget, filter_parameters(compared.rule, [value.swapcase()])[0])
    passes = directory.passing(matches_filters([condition], *closed_fields(directory.manifest)))
    return bool(page.items) and all(map(passes, page.items))
