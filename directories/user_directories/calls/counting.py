"""How many users match, and how far that number can be trusted."""

from datetime import UTC, datetime

from ..cursors import Cursors
from ..errors import UpstreamError
from ..sources.budget import Budget
from ..users.timestamps import as_iso
from .answers import Count, Counts, Exactness, Method
from .call import DirectoryWalk, Walks

__all__ = ["count_all"]


async def count_all(walks: Walks, budget: Budget, cursors: Cursors) -> Counts:
    """The counts of all walks, and a cursor that goes on counting where a budget ended."""
    counted: dict[str, Count] = {}

    async def step(walk: DirectoryWalk) -> None:
        counted[walk.directory.name] = await _count(walk, walks.query.exhaustive, budget)

    await walks.each(step)
    walks.raise_if_nothing()
    counts = tuple(counted[walk.directory.name] for walk in walks.walks)
    return Counts(counts, await walks.cursor(cursors), tuple(walks.excluded))


async def _count(walk: DirectoryWalk, exhaustive: bool, budget: Budget) -> Count:
    if walk.plan.native_total and not walk.resumed:
        try:
            known = await _known_total(walk, exhaustive, budget)
        except UpstreamError as fault:
            walk.last.fault = fault
            return _as_count(walk, None, None, "total")
        if known is not None:
            walk.last.ended = True
            return _as_count(walk, *known)
    walk.add(await walk.walk.take(None, walk.directory.manifest.list.page_size.largest(), budget))
    found = walk.walk.state.found
    if not walk.finished and walk.fault() is not None:
        return _as_count(walk, None, None, "walk")
    return _as_count(walk, found, _exactness(walk), "walk")


async def _known_total(walk: DirectoryWalk, exhaustive: bool, budget: Budget) -> tuple[int, Exactness, Method] | None:
    """The number without reading everybody: the provider's own, or that of its numbered pages."""
    rule = walk.directory.manifest.list.total
    if rule is not None and (rule.exact or not exhaustive):
        total = await walk.directory.total(walk.plan, budget)
        if total is not None:
            return total, "exact" if rule.exact else "estimate", "total"
    probed = None if exhaustive else await walk.directory.probed_total(walk.plan, budget)
    return None if probed is None else (probed, "exact", "probes")


def _exactness(walk: DirectoryWalk) -> Exactness:
    """A walk to the end is exact, unless the directory moved under it or some records could not be read."""
    state = walk.walk.state
    if walk.finished and (state.drifted or state.moved):
        return "estimate"
    return "exact" if walk.finished and walk.plan.sure and not state.skipped else "at_least"


def _as_count(walk: DirectoryWalk, count: int | None, exactness: Exactness | None, method: Method) -> Count:
    notes = walk.notes()
    if exactness == "estimate" and method == "total":
        notes.append("The provider calls its own total inaccurate; exhaustive=true counts every user.")
    return Count(
        directory=walk.directory.name,
        count=count,
        exactness=exactness,
        method=method,
        as_of=as_iso(datetime.now(UTC).replace(microsecond=0)),
        notes=tuple(notes),
    )
