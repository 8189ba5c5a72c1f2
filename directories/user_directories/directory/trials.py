"""Trying how a provider filters: whether a filter is applied, finds values however they are spelt, reads a bound."""

from collections.abc import Sequence

from user_directory_pagination import OutOfBudget

from ..errors import UpstreamError, UpstreamRefused
from ..planning.filters import closed_fields
from ..planning.parameters import trial_parameters
from ..planning.pushdown import Compared
from ..sources.budget import Budget
from ..users.filters import FILTER_FIELDS, OPERATORS, Condition, matches_filters
from .directory import Directory

__all__ = ["can_vouch_for", "has_effect", "is_timely"]

_NOBODYS = "zzqx-no-such-value-7431"
"""A value that nobody has."""


async def can_vouch_for(directory: Directory, compared: Compared, value: str, budget: Budget) -> bool:
    """Return whether nobody has a value, however it is spelt, where the provider found nobody by it.

    That is so only if the filter was seen to find somebody, and if it is known how the directory spells: ids are
    compared as they are, documented values as documented, and addresses where the provider ignores letter case. To see
    that, it is asked once a process for a value that is there, and for one in the other case; where users have further
    addresses, for one of these, too.

    Raises: UpstreamError, OutOfBudget.
    """
    observed, name = directory.observed, compared.field
    seen = observed.compared(name)
    if not observed.records:
        return True
    if compared.operator != "is" or observed.spellings(name, value) or not seen:
        return False
    match FILTER_FIELDS[name]:
        case "id":
            return await _finds(directory, compared, seen, budget)
        case "address" if value.isascii():
            return await _folds_everywhere(directory, compared, seen, budget)
        case _:
            is_as_documented = compared.is_documented and {*directory.manifest.known_values(name)}.issuperset(seen)
            return is_as_documented and await _finds(directory, compared, seen, budget)


async def has_effect(directory: Directory, compared: Compared, budget: Budget) -> bool:
    """Return whether a filter is known to be applied, also where no row shows it because no list has its field.

    It is asked once a process for a value that nobody has. A refusal of the value is an effect, too.
    """
    observed, name = directory.observed, compared.field
    if directory.shows(name):
        return True
    if name not in observed.has_effect:
        try:
            rows = await _found_by(directory, compared, _NOBODYS, budget)
        except UpstreamRefused:
            rows = []
        except (UpstreamError, OutOfBudget):
            return False
        observed.has_effect[name] = rows is not None and not rows
    return observed.has_effect[name]


async def is_timely(directory: Directory, field: str, operator: str, budget: Budget) -> bool:
    """Return whether a filter by a bound of a time gives everybody whom it should.

    It is asked once a process for the time of a user who was seen, who has to come: then the provider reads the bound,
    and neither as a day only nor in another zone that leaves somebody out.
    """
    observed, key = directory.observed, f"{field}.{operator}"
    rule = directory.manifest.filter_rule(field, operator)
    if key in observed.timely or rule is None:
        return observed.timely.get(key, False)
    try:
        await directory.learn(budget)
        known = observed.at_time(field, operator)
        if known is None:
            return False
        identifier, time = known
        asked = trial_parameters(directory.manifest, rule, operator, OPERATORS[operator].loosened(time))
        if asked is None:
            return False
        page = await directory.sample(budget, asked)
    except (UpstreamError, OutOfBudget):
        return False
    observed.timely[key] = any(directory.identify(row) == identifier for row in page.items)
    return observed.timely[key]


async def _folds_everywhere(directory: Directory, compared: Compared, seen: Sequence[str], budget: Budget) -> bool:
    """Return whether the filter finds an address in each of the fields at which it looks, in the other letter case."""
    if not await _folds_case(directory, compared, seen, budget):
        return False
    for other in directory.looked_at(compared.field) - {compared.field}:
        if not await _finds_beside(directory, compared, other, budget):
            return False
    return True


async def _finds_beside(directory: Directory, compared: Compared, other: str, budget: Budget) -> bool:
    """Return whether the filter was seen to find a user by an address that is not the main one."""
    observed = directory.observed
    known = next((each for each in observed.beside(other) if _local(each).swapcase() != _local(each)), None)
    if other not in observed.folds_case and known is not None:
        is_lower = compared.rule.case == "lower"  # as its addresses are documented to be
        rows = await _found_by(directory, compared, known.lower() if is_lower else known.swapcase(), budget) or ()
        observed.folds_case[other] = any(observed.has_beside(other, known, row) for row in rows)
    return observed.folds_case.get(other, False)


async def _finds(directory: Directory, compared: Compared, seen: Sequence[str], budget: Budget) -> bool:
    """Return whether the filter was seen to find somebody, by a value that was seen."""
    name, finds = compared.field, directory.observed.finds
    if name not in finds:
        finds[name] = await _is_found(directory, compared, seen[0], seen[0], budget)
    return finds[name]


async def _folds_case(directory: Directory, compared: Compared, seen: Sequence[str], budget: Budget) -> bool:
    """Return whether the filter finds an address that was seen in the other letter case of what stands before the @."""
    name, folds = compared.field, directory.observed.folds_case
    if compared.rule.case == "lower":  # as its addresses are documented to be
        return all(value == value.lower() for value in seen) and await _finds(directory, compared, seen, budget)
    if name not in folds:
        known = next((value for value in seen if _local(value).swapcase() != _local(value)), None)
        if known is None:
            return False
        folds[name] = await _is_found(directory, compared, known, known.swapcase(), budget)
    return folds[name]


def _local(address: str) -> str:
    return address.rpartition("@")[0]


async def _is_found(directory: Directory, compared: Compared, value: str, sent: str, budget: Budget) -> bool:
    """Return whether the filter finds those who have a value, and only those, if it is sent in this spelling."""
    rows = await _found_by(directory, compared, sent, budget)
    check = matches_filters([Condition(compared.field, "is", (value,))], *closed_fields(directory.manifest))
    return bool(rows) and all(map(directory.passing_raw(check), rows or ()))


async def _found_by(directory: Directory, compared: Compared, sent: str, budget: Budget) -> Sequence[object] | None:
    """Return the first rows that the provider gives for a value as it is sent; None if it cannot be sent."""
    spent = budget.spent_on()
    if spent is not None:
        raise OutOfBudget(spent)
    asked = trial_parameters(directory.manifest, compared.rule, compared.operator, sent)
    return None if asked is None else (await directory.sample(budget, asked, compared.route)).items
