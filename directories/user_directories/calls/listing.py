"""Pages of users, from one directory or from several at the same time."""

from functools import partial

from ..cursors import Cursors
from ..sources.budget import Budget
from ..users.linking import Linked
from ..users.ranking import rank_by_text
from ..users.user import DirectoryUser, User
from .answers import Page
from .call import Call
from .certainty import Stated, of_total
from .part import Part
from .trust import take

__all__ = ["next_page"]


async def next_page(call: Call, budget: Budget, cursors: Cursors) -> Page:
    """Return the next `limit` users of all parts together, and a cursor if there may be more.

    Each directory first gives an equal share; if some cannot fill theirs, the others fill the rest.
    """
    limit = room = call.request.limit
    share = max(1, limit // max(1, sum(not part.has_ended_before for part in call.parts)))

    async def step(part: Part, want: int) -> None:
        def fits_here(user: User) -> bool:
            return call.request.fits(DirectoryUser(part.directory.name, user))

        size = part.directory.page_sizes.for_page(want, part.plan)
        await take(part, want, size, budget, fits_here)

    async def first_share(part: Part) -> None:
        nonlocal room
        want = min(share, room)
        room -= want
        await step(part, want)

    await call.each(first_share, budget)
    for part in call.parts:
        missing = limit - sum(len(other.users) for other in call.parts)
        is_full = any(other.last.cut for other in call.parts)
        if missing > 0 and not is_full and part.can_go_on:
            await call.run(partial(step, want=missing), part)
    call.leave_out_refused()
    call.raise_if_nothing()
    return await _as_page(call, cursors)


async def _as_page(call: Call, cursors: Cursors) -> Page:
    total = _total(call)
    users, people = _linked(call)
    return Page(
        query=call.query,
        directories=tuple(call.versions),
        users=users,
        complete=call.is_complete,
        searched={part.directory.name: part.plan.how for part in call.parts},
        scanned=sum(part.scanned for part in call.parts),
        cursor=await call.cursor(cursors),
        total=total and total.number,
        total_exactness=total and total.exactness,
        notes=call.notes(),
        people=people,
    )


def _linked(call: Call) -> Linked:
    """Return the users of all parts, those of one person together, and who these are, if there are several parts."""
    users = _ranked(call)
    return call.linking.link(users) if len(call.versions) > 1 else Linked(tuple(users), ())


def _ranked(call: Call) -> list[DirectoryUser]:
    """Return the users of all parts; those of a search with a text, unless it is sorted, by how well they fit it."""
    users = [user for part in call.parts for user in part.users]
    if call.query.text and call.query.order is None:
        rank = rank_by_text(call.query.text)
        users.sort(key=lambda found: rank(found.user))
    return users


def _total(call: Call) -> Stated | None:
    """Return the number of users that match, if a single directory was asked and the number is known."""
    if len(call.versions) != 1:
        return None
    part = call.parts[0]
    if part.certainty() == (True, "exact"):
        return Stated(part.walk.state.found, "exact")
    is_of_others = part.walk.state.fields.contradicted or part.walk.unconfirmed or part.walk.state.fields.without_effect
    if part.plan.residual is not None or is_of_others:
        return None
    evidence = part.evidence()
    return of_total(evidence, vouched=part.directory.vouches_for_total(part.plan, evidence.total))
