"""Counting the users that match, and how far the number can be trusted."""

from datetime import UTC, datetime
from typing import NamedTuple

from ..cursors import Cursors
from ..errors import UpstreamError
from ..notes import Notes
from ..sources.budget import Budget
from ..users.timestamps import as_iso
from .answers import Count, Counts, Method
from .call import Call
from .certainty import Exactness, of_total
from .notes import of_part
from .part import Part

__all__ = ["count_all"]


class _Known(NamedTuple):
    """A number, how exact it is, and how it is known; None, None if nothing could be learned."""

    number: int | None
    exactness: Exactness | None
    method: Method


async def count_all(call: Call, budget: Budget, cursors: Cursors) -> Counts:
    """Count all parts; where a budget ran out, a cursor continues the count."""
    counted: dict[str, Count] = {}

    async def step(part: Part) -> None:
        counted[part.directory.name] = _as_count(part, await _count(part, call.query.exhaustive, budget))

    await call.each(step)
    call.raise_if_nothing()
    counts = tuple(counted[part.directory.name] for part in call.parts)
    return Counts(counts, await call.cursor(cursors), call.excluded)


async def _count(part: Part, exhaustive: bool, budget: Budget) -> _Known:
    if part.plan.native_total and not part.resumed:
        try:
            known = await _without_reading_all(part, exhaustive, budget)
        except UpstreamError as fault:
            part.last.fault = fault
            return _Known(None, None, "total")
        if known is not None:
            part.last.ended = True
            return known
    part.add(await part.walk.take(None, part.directory.page_sizes.for_everybody(), budget))
    if not part.finished and part.fault() is not None:
        return _Known(None, None, "walk")
    return _Known(part.walk.state.found, part.certainty().exactness, "walk")


async def _without_reading_all(part: Part, exhaustive: bool, budget: Budget) -> _Known | None:
    """Return the provider's own number, or the number found by probing its numbered pages; None if neither works."""
    rule = part.directory.manifest.list.total
    if rule is not None and (rule.exact or not exhaustive):
        stated = of_total(await part.directory.stated(part.plan, budget))
        if stated is not None and not (exhaustive and stated.exactness != "exact"):
            return _Known(stated.number, stated.exactness, "total")
    probed = None if exhaustive else await part.directory.probed_total(part.plan, budget)
    return None if probed is None else _Known(probed, "exact", "probes")


def _as_count(part: Part, known: _Known) -> Count:
    notes = of_part(part)
    if known.exactness == "estimate" and known.method == "total":
        total = part.directory.manifest.list.total
        is_exact = total is not None and total.exact
        notes.append((Notes.TOTAL_COUNTS_RECORDS if is_exact else Notes.INACCURATE_TOTAL).note())
    return Count(
        directory=part.directory.name,
        count=known.number,
        exactness=known.exactness,
        method=known.method,
        as_of=as_iso(datetime.now(UTC).replace(microsecond=0)),
        notes=tuple(notes),
    )
