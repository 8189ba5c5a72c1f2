"""Taking the users of a part, with as much trust in the provider's filters as its answers deserve."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from user_directory_pagination import OutOfBudget

from ..directory.trials import can_vouch_for, has_effect, is_timely
from ..errors import UpstreamError
from ..planning.pushdown import Compared
from ..sources.budget import Budget
from ..users.filters import OPERATORS
from ..users.user import User
from .part import Part

__all__ = ["MOST_BEGINNINGS", "begins_anew", "is_filtered", "prepare", "take"]

MOST_BEGINNINGS = 3
"""As it was asked, in the directory's spelling, and without trust in the provider's filter."""


async def take(
    part: Part,
    want: int | None,
    need: int,
    budget: Budget,
    fits: Callable[[User], bool] = lambda _: True,
    *,
    look_ahead: bool = True,
    direct: bool = False,
) -> None:
    """Take the next users of the walk, or count all if `want` is None; begin anew if the answers show the need."""
    part.counts = want is None
    await prepare(part, budget)
    for _ in range(MOST_BEGINNINGS):
        part.add(await part.walk.take(want, need, budget, fits, look_ahead=look_ahead, direct=direct))
        if not await begins_anew(part, budget):
            break
    await is_filtered(part, budget)


async def prepare(part: Part, budget: Budget) -> None:
    """Find out which bounds of times the provider can be asked by, before the first request."""
    if part.resumed or part.walk.state.pages or part.query.exhaustive or not part.plan.legs:
        return
    for name, operator, _, negated, _ in part.query.filters:
        is_range = OPERATORS[operator].takes == "time" and not negated
        if is_range and part.directory.shows_by_rule(name, operator):
            await is_timely(part.directory, name, operator, budget)
    asking = part.directory.asking(part.query)
    if asking.timely != part.walk.state.asking.timely:
        part.begin(asking, budget)


async def is_filtered(part: Part, budget: Budget) -> bool:
    """Return whether the provider is known to apply the filters that no row shows."""
    kept = part.walk.state.fields.without_effect
    for each in part.plan.compared:
        if each.field not in kept and not await has_effect(part.directory, each, budget):
            kept.append(each.field)
    return not kept


async def begins_anew(part: Part, budget: Budget) -> bool:
    """Return whether to ask again from the beginning, because of what the answers showed.

    Users who do not match an exact filter, or a value that is there and was not found, show that the provider
    filters otherwise than it promises: then users are checked here. A value that nobody has may be spelt otherwise:
    the directory's spelling is asked for; where it is not known, everybody is looked at by following the cursor.
    """
    state, observed = part.walk.state, part.directory.observed
    if state.fields.contradicted:
        part.is_ignored = True
        observed.distrusted.update(each.field for each in part.plan.compared)
        return _asks_otherwise(part, budget)
    if not (part.finished and part.plan.compared):
        return False
    missing = _missing(part)
    try:
        if missing:
            await part.directory.learn(budget)
        if _asks_otherwise(part, budget):
            return True
        there = [each for each, value in missing if _is_there(part, each, value)]
        observed.distrusted.update(each.field for each in there)
        if there and _asks_otherwise(part, budget):
            return True
        doubted = [each for each, value in missing if not await can_vouch_for(part.directory, each, value, budget)]
    except (UpstreamError, OutOfBudget):
        doubted = [each for each, _ in missing]
    await is_filtered(part, budget)
    _doubt(part, dict.fromkeys(each.field for each in doubted), budget)
    return False


def _missing(part: Part) -> list[tuple[Compared, str]]:
    """Return the values that only the provider compared, and that no user has who was found."""
    state = part.walk.state
    several = [each for each in part.plan.compared if len(each.asked) > 1]
    unmet = several if state.found else part.plan.compared
    return [
        (each, value) for each in unmet for value in each.asked if value not in state.fields.met.get(each.field, ())
    ]


def _is_there(part: Part, compared: Compared, value: str) -> bool:
    """Return whether somebody was seen who has a value in a spelling that was sent, although nobody was found by it."""
    observed, theirs = part.directory.observed, part.directory.manifest.theirs(compared.field, value)
    spellings = {each for word in theirs for each in observed.spellings(compared.field, word)}
    return not spellings.isdisjoint(compared.values)


def _asks_otherwise(part: Part, budget: Budget) -> bool:
    """Begin the walk anew if by now the directory is asked in another way; return whether it does."""
    asking = part.directory.asking(part.query)
    before = part.walk.state.asking
    asking = replace(asking, exact=before.exact)
    is_other = part.directory.plan(part.query, asking).legs != part.plan.legs
    if is_other and part.can_begin_anew:
        part.begin(asking, budget)
        return True
    return False


def _doubt(part: Part, fields: Iterable[str], budget: Budget) -> None:
    """Keep the doubt that users are spelt otherwise; if it can begin anew, the walk then goes on with everybody."""
    part.doubted = tuple(fields)
    state = part.walk.state
    everybody = replace(state.asking, exact=False)
    can_look = part.directory.plan(part.query, everybody).legs != part.plan.legs
    if part.doubted and can_look and part.can_begin_anew and not part.users:
        found = 0 if part.certainty().exactness == "estimate" else state.found
        part.begin(everybody, budget)
        part.walk.state.at_least = found
        part.last.ended = False
    else:
        state.fields.doubted = list(dict.fromkeys((*state.fields.doubted, *part.doubted)))
