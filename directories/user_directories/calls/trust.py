"""Taking the users of a part, with as much trust in the provider's filters as its answers deserve."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from user_directory_pagination import OutOfBudget

from ..directory.announcement import asks_otherwise, doubts
from ..directory.trials import can_vouch_for, has_effect, is_timely
from ..errors import UpstreamError, UpstreamRefused
from ..manifest import Said
from ..planning.pushdown import Compared
from ..sources.budget import Budget
from ..users.filters import OPERATORS
from ..users.user import User
from .part import Part

__all__ = ["MOST_BEGINNINGS", "begins_anew", "is_filtered", "prepare", "take"]

_NOT_IMPLEMENTED = 501
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
    await prepare(part, budget, direct=direct)

    async def once() -> None:
        rows = part.rows_at_a_time(need, in_bulk=want is None)
        part.add(await part.walk.take(want, rows, budget, fits, look_ahead=look_ahead, direct=direct))

    for _ in range(MOST_BEGINNINGS):
        await once()
        while await _asks_as_announced(part, budget):
            await once()
        if not await begins_anew(part, budget):
            break
    _learn_of_announcement(part)
    await is_filtered(part, budget)


async def prepare(part: Part, budget: Budget, *, direct: bool = False) -> None:
    """Find out how the provider can be asked, before the first request: what it says of itself, and bounds of times.

    `direct`: one user is looked up, which does not wait for what the provider says of itself.
    """
    if part.resumed or part.walk.state.pages or not part.plan.legs:
        return
    if not direct:
        await part.directory.announcement.read(budget)
    if not part.query.exhaustive:
        await _try_times(part, budget)
    asking, before = part.directory.asking(part.query), part.walk.state.asking
    if (asking.timely, asking.announced) != (before.timely, before.announced):
        part.begin(asking, budget)


async def _try_times(part: Part, budget: Budget) -> None:
    """Find out which bounds of times the provider can be asked by."""
    for name, operator, _, negated, _ in part.query.filters:
        is_range = OPERATORS[operator].takes == "time" and not negated
        if is_range and part.directory.shows_by_rule(name, operator):
            await is_timely(part.directory, name, operator, budget)


async def _asks_as_announced(part: Part, budget: Budget) -> bool:
    """Return whether to ask again, because the provider refused, or does not keep, what it says of itself."""
    before = part.walk.state.asking.announced
    if not part.can_begin_anew:
        return False
    if part.walk.state.pages or not _is_refusal(part.last.fault):
        said = _without(before, part.directory.announcement.unkept)
    else:
        said = await _said_after_refusal(part, before, budget)
    if said == before:
        return False
    part.begin(replace(part.directory.asking(part.query), announced=said), budget)
    return True


async def _said_after_refusal(part: Part, before: Said, budget: Budget) -> Said:
    """Return what to believe, now that a first request was refused: less, or what a look-up did not wait for."""
    announcement = part.directory.announcement
    if not (before or part.refusals):
        await announcement.read(budget)
        return announcement.said if asks_otherwise(announcement.said) else before
    left = doubts(announcement.said)[part.refusals :]
    part.refusals += 1
    part.unkept = left[0] if left else ()
    return _without(announcement.said, part.unkept) if left else before


def _is_refusal(fault: UpstreamError | None) -> bool:
    """Return whether a provider does not take what was sent (RFC 7644 §3.12: 400, or 501 for what it does not do)."""
    return fault is not None and (isinstance(fault, UpstreamRefused) or fault.status == _NOT_IMPLEMENTED)


def _without(said: Said, names: Collection[str]) -> Said:
    return {name: value for name, value in said.items() if name not in names}


def _learn_of_announcement(part: Part) -> None:
    """Believe no longer what was refused, if all went well without it."""
    if part.unkept and part.last.fault is None:
        part.directory.announcement.disbelieve(part.unkept)


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
    asking = replace(asking, exact=before.exact, announced=before.announced)
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
