"""Counting the users that match, and how far the number can be trusted."""

from datetime import UTC, datetime
from typing import NamedTuple

from user_directory_pagination import OutOfBudget

from ..cursors import Cursors
from ..directory.stated_total import StatedTotal, Verdict, stated_total
from ..errors import UpstreamError
from ..notes import Note, Notes
from ..sources.budget import Budget
from ..users.timestamps import as_iso
from .answers import Count, Counts, Method
from .call import Call
from .certainty import Exactness, of_total
from .notes import of_part
from .part import Part
from .trust import MOST_BEGINNINGS, begins_anew, is_filtered, prepare, take

__all__ = ["count_all"]


class _Known(NamedTuple):
    """A number, how exact it is, and how it is known; None, None if nothing could be learned."""

    number: int | None
    exactness: Exactness | None
    method: Method
    why: Note | None = None
    """Why the provider's own total is an estimate."""


_UNKNOWN = _Known(None, None, "walk")


async def count_all(call: Call, budget: Budget, cursors: Cursors) -> Counts:
    """Count all parts; where a budget ran out, a cursor continues the count."""
    counted: dict[str, Count] = {}

    async def step(part: Part) -> None:
        counted[part.directory.name] = _as_count(part, await _count(part, call.query.exhaustive, budget))

    await call.each(step, budget)
    call.raise_if_nothing()
    counts = tuple(counted.get(part.directory.name) or _as_count(part, _UNKNOWN) for part in call.parts)
    return Counts(counts, await call.cursor(cursors), call.excluded)


async def _count(part: Part, exhaustive: bool, budget: Budget) -> _Known:
    part.counts = True
    await prepare(part, budget)
    known: _Known | None = None
    for _ in range(MOST_BEGINNINGS):
        known = await _at_once(part, exhaustive, budget)
        if known is None or known.number != 0 or not await begins_anew(part, budget):
            break
    if known is not None and not part.doubted:
        is_meant = await is_filtered(part, budget)
        return known if is_meant or not known.number else known._replace(exactness="estimate")
    if known is None:
        await take(part, None, part.directory.page_sizes.for_everybody(), budget)
    return _so_far(part, "walk")


async def _at_once(part: Part, exhaustive: bool, budget: Budget) -> _Known | None:
    """Return the number that the provider states, or that its pages show; None if a walk is needed."""
    is_of_several = any(len(each.asked) > 1 for each in part.plan.compared)  # a number does not say that each was met
    if not part.plan.native_total or part.resumed or is_of_several or part.directory.distrusts(part.plan):
        return None
    counts = part.directory.counts(part.query)
    rule = part.directory.manifest.count if counts else part.directory.manifest.list.total
    if rule is not None and (rule.exact or not exhaustive):
        try:
            stated = await stated_total(part.directory, part.plan, budget, counts=counts)
        except UpstreamError as fault:
            part.last.fault = fault
            return _Known(None, None, "total")
        except OutOfBudget as resource:
            part.last.out_of = str(resource)
            return _Known(None, None, "total")
        known = _believed(part, stated, exhaustive)
        if known is not None or stated.verdict is Verdict.WALK:
            return known
    return None if exhaustive else await _probed(part, budget)


def _believed(part: Part, stated: StatedTotal, exhaustive: bool) -> _Known | None:
    """Return the provider's own number; None if it gives none that can be used."""
    total = of_total(stated.evidence, vouched=stated.verdict is Verdict.VOUCHED)
    if stated.verdict is Verdict.WALK or total is None or (exhaustive and total.exactness != "exact"):
        return None
    part.last.ended = True
    why = None if total.exactness == "exact" else _why_estimated(stated)
    return _Known(total.number, total.exactness, "total", why)


async def _probed(part: Part, budget: Budget) -> _Known | None:
    """Return the number found by probing numbered pages, or as much of it as was found; None if a walk is needed."""
    probed = await part.directory.probed_total(part.plan, budget)
    if probed is None:
        return None
    if probed.number is not None:
        part.last.ended = True
        return _Known(probed.number, "exact", "probes")
    part.walk.state.at_least = probed.at_least
    if isinstance(probed.stopped_by, UpstreamError):
        part.last.fault = probed.stopped_by
    elif probed.stopped_by is not None:
        part.last.out_of = str(probed.stopped_by)
    return None if probed.stopped_by is None else _so_far(part, "probes")


def _so_far(part: Part, method: Method) -> _Known:
    """Return the number at the end of a walk; before the end, the most that is known, if anything is."""
    if not part.finished and part.fault() is not None:
        return _Known(None, None, method)
    state = part.walk.state
    number = state.found if part.finished else max(state.found, state.at_least)
    return _Known(number, part.certainty().exactness, method)


def _as_count(part: Part, known: _Known) -> Count:
    notes = of_part(part)
    if known.why is not None:
        notes.append(known.why)
    elif known.exactness == "estimate" and part.evidence().moved:
        notes.append(Notes.COUNT_MOVED.note())
    return Count(
        directory=part.directory.name,
        count=known.number,
        exactness=known.exactness,
        method=known.method,
        as_of=as_iso(datetime.now(UTC).replace(microsecond=0)),
        notes=tuple(notes),
    )


def _why_estimated(stated: StatedTotal) -> Note:
    """Return the note that says why the provider's own total is an estimate."""
    if stated.verdict is Verdict.REFUTED:
        return Notes.TOTAL_REFUTED.note()
    if not stated.evidence.total_exact:
        return Notes.INACCURATE_TOTAL.note()
    return (Notes.TOTAL_COUNTS_RECORDS if stated.evidence.nameless else Notes.TOTAL_UNCHECKED).note()
