"""Pages of users, of one directory or of several at once."""

from collections.abc import Callable

from ..cursors import Cursors
from ..sources.budget import Budget
from ..users.people import people_in, together
from ..users.user import DirectoryUser, User
from .answers import Exactness, Page
from .call import DirectoryWalk, Walks

__all__ = ["next_page"]


async def next_page(
    walks: Walks, limit: int, budget: Budget, cursors: Cursors, fits: Callable[[DirectoryUser], bool]
) -> Page:
    """The next `limit` users of all walks together, and a cursor if there may be more.

    Every directory first gives an equal share; what some can not fill, the others do.
    """
    share = max(1, limit // max(1, len(walks.walks)))
    room = limit

    async def step(walk: DirectoryWalk, want: int) -> None:
        def fits_here(user: User) -> bool:
            return fits(DirectoryUser(walk.directory.name, user))

        size = walk.directory.rows_needed(want, walk.plan)
        walk.add(await walk.walk.take(want, size, budget, fits_here))

    async def first_share(walk: DirectoryWalk) -> None:
        nonlocal room
        want = min(share, room)
        room -= want
        await step(walk, want)

    await walks.each(first_share)
    for walk in walks.walks:
        missing = limit - sum(len(other.users) for other in walks.walks)
        cut = any(other.last.cut for other in walks.walks)
        if missing > 0 and not cut and walk.can_go_on:
            await step(walk, missing)
    walks.raise_if_nothing()
    return await _as_page(walks, cursors)


async def _as_page(walks: Walks, cursors: Cursors) -> Page:
    total, exactness = _total(walks)
    users = together([user for walk in walks.walks for user in walk.users])
    return Page(
        query=walks.query,
        directories=tuple(walks.versions),
        users=users,
        complete=all(walk.finished and walk.plan.sure for walk in walks.walks) and not walks.excluded,
        searched={walk.directory.name: walk.plan.how for walk in walks.walks},
        scanned=sum(walk.scanned for walk in walks.walks),
        cursor=await walks.cursor(cursors),
        total=total,
        total_exactness=exactness,
        notes=walks.notes(),
        people=people_in(users),
    )


def _total(walks: Walks) -> tuple[int | None, Exactness | None]:
    """The number of users asked for, where the one provider's own total is that number."""
    if len(walks.versions) != 1:
        return None, None
    walk = walks.walks[0]
    state, rule = walk.walk.state, walk.directory.manifest.list.total
    if walk.finished and walk.plan.sure and not (state.drifted or state.moved or state.skipped):
        return state.found, "exact"
    if rule is None or state.total is None or not walk.plan.native_total or state.contradicted:
        return None, None
    return state.total, "exact" if rule.exact else "estimate"
