"""Looking up one user by id, or those who have an email address: in one directory several may have it."""

import re

from user_directory_pagination import OutOfBudget

from ..cursors import Cursors
from ..directory.directory import Directory
from ..errors import Kinds, UpstreamError
from ..notes import Note, Notes
from ..planning.filters import closed_fields, has_field
from ..planning.query import Query
from ..planning.syntax import is_whole_address
from ..sources.budget import Budget
from ..users.filters import Condition, matches_filters
from ..users.folding import id_spellings, plain_address
from ..users.user import User
from .answers import Lookup
from .call import Call, open_call
from .part import Part
from .request import Request
from .trust import take

__all__ = ["get_by_email", "get_by_id"]

_MOST = 11
"""The most users of one address in one answer; a cursor gives those who follow."""


async def get_by_id(directory: Directory, identifier: str, budget: Budget, cursors: Cursors) -> Lookup:
    """Ask the provider for the id; search its list if it has no such endpoint, or may have none."""
    try:
        user = await _by_endpoint(directory, identifier, budget)
    except LookupError:
        if not directory.one_user.may_have(identifier) and await directory.one_user.takes_its_ids(budget):
            return Lookup(directory.name, None, complete=True, notes=(Notes.OTHER_IDS_HERE.note(),))
    else:
        if user is not None or await directory.one_user.can_say_nobody(budget):
            return Lookup(directory.name, user, complete=True)
    call = _search(directory, Query((Condition("id", "is", (identifier,)),)), budget)
    (part,) = call.parts
    await take(part, 1, directory.page_sizes.for_everybody(), budget, look_ahead=False)
    if part.users:
        (found,), notes = await _whole_users(part, budget)
        return Lookup(directory.name, found, complete=True, scanned=part.scanned, notes=notes)
    return await _nobody(call, cursors)


async def _by_endpoint(directory: Directory, identifier: str, budget: Budget) -> User | None:
    """Ask the get-one endpoint, for a UUID in either letter case unless it ignores that.

    Raises: UpstreamError, OutOfBudget; LookupError if there is no such endpoint, or it does not take the id.
    """
    endpoint = directory.manifest.get
    ignores_case = endpoint is not None and endpoint.lower
    for spelling in (identifier,) if ignores_case else id_spellings(identifier):
        user = await directory.one_user.get(spelling, budget)
        if user is not None:
            return user
    return None


async def get_by_email(directory: Directory, email: str, budget: Budget, cursors: Cursors) -> Lookup:
    """Ask in the provider's most direct way, and look at everybody if that finds nobody.

    Where everybody is looked at, this goes on behind the first who is found. A provider's own search is not followed by
    a look at everybody if it found somebody, and the answer is not complete then unless its filter is exact.

    Raises: InvalidArgument if this directory's users have no email address, or if it is not a whole one.
    """
    if not {"email", "emails"} & set(directory.manifest.user.fields()):
        raise Kinds.NO_EMAIL_HERE.error(directory=directory.name)
    if not has_field(directory.manifest, "email"):
        raise Kinds.EMAIL_NOT_LISTED.error(directory=directory.name)
    email = plain_address(email)
    if not is_whole_address(email):
        raise Kinds.EMAIL_IN_PART.error(value=email)
    wanted = (Condition("email", "is", (email,)),)
    endpoint = directory.manifest.get
    if endpoint is not None and endpoint.path and endpoint.email_is_id and re.fullmatch(endpoint.ids, email):
        user = await directory.one_user.get(email, budget, matches_filters(wanted, *closed_fields(directory.manifest)))
        if user is not None:
            return Lookup(directory.name, user, complete=True)
    asks_by_address = directory.manifest.filter_rule("email") or "email" in directory.manifest.lookups()
    text = email if directory.manifest.search and not asks_by_address else None
    call = _search(directory, Query(wanted, text), budget)
    (part,) = call.parts
    asks = part.plan.how != "scan"
    await take(part, _MOST, directory.page_sizes.for_everybody(), budget, direct=asks)
    return await _found(call, budget, cursors) if part.users else await _nobody(call, cursors)


def _search(directory: Directory, query: Query, budget: Budget) -> Call:
    return open_call(Request("search", directory.name, query), [directory], None, budget)


async def _found(call: Call, budget: Budget, cursors: Cursors) -> Lookup:
    """Answer with all who were found; say so if there are several, or if there may be others."""
    (part,) = call.parts
    (user, *others), notes = await _whole_users(part, budget)
    cursor = await call.cursor(cursors)
    said = [Notes.SAME_ADDRESS.note(count=len(part.users))] if others else []
    said += [Notes.PERHAPS_OTHERS.note()] if cursor else []
    why = [note for note in call.notes() if note.kind != Notes.OWN_MATCHES_FIRST.name]  # it says the same
    return Lookup(
        part.directory.name,
        user,
        complete=call.is_complete,
        others=tuple(others),
        scanned=part.scanned,
        cursor=cursor,
        notes=(*said, *notes, *why),
    )


async def _nobody(call: Call, cursors: Cursors) -> Lookup:
    """Answer that nobody was found, so far or at all. Raises: UpstreamError if the provider gave nothing."""
    call.raise_if_nothing()
    (part,) = call.parts
    return Lookup(
        part.directory.name,
        None,
        complete=call.is_complete,
        scanned=part.scanned,
        cursor=await call.cursor(cursors),
        notes=call.notes(),
    )


async def _whole_users(part: Part, budget: Budget) -> tuple[list[User], tuple[Note, ...]]:
    """Return the users who were found, whole; and a note if some of their fields could not be read."""
    directory = part.directory
    listed = [found.user for found in part.users]
    users = [await _whole(directory, user, budget) for user in listed]
    partial = [user for user, before in zip(users, listed, strict=True) if user is before]
    names = [
        name for name in directory.manifest.sent_by_get_only() if any(user.value(name) is None for user in partial)
    ]
    return users, (Notes.NOT_READ_NOW.note(names=names),) if names else ()


async def _whole(directory: Directory, found: User, budget: Budget) -> User:
    """Complete a user from a list with the fields that only the get-one endpoint sends, if it answers."""
    if not directory.manifest.sent_by_get_only() or directory.manifest.user.shown("id") != "full":
        return found
    try:
        return await directory.one_user.get(found.id, budget) or found
    except (LookupError, UpstreamError, OutOfBudget):
        return found
