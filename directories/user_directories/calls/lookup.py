"""Looking up one user by id or by email address."""

import re

from user_directory_pagination import OutOfBudget

from ..cursors import Cursors
from ..directory.directory import Directory
from ..errors import Kinds, UpstreamError
from ..notes import Notes
from ..planning.filters import closed_fields, has_field
from ..planning.query import Query
from ..sources.budget import Budget
from ..users.filters import Condition, matches_filters
from ..users.folding import plain_address
from ..users.user import User
from .answers import Lookup
from .call import open_call
from .request import Request

__all__ = ["get_by_email", "get_by_id"]


async def get_by_id(directory: Directory, identifier: str, budget: Budget, cursors: Cursors) -> Lookup:
    """Ask the provider for the id; search its list if it has no such endpoint, or may have none."""
    endpoint = directory.manifest.get
    try:
        user = await directory.get(identifier, budget)
    except LookupError:
        if endpoint is not None:
            return Lookup(directory.name, None, complete=True, notes=(Notes.OTHER_IDS_HERE.note(),))
    else:
        if user is not None or await directory.can_say_nobody(budget):
            return Lookup(directory.name, user, complete=True)
    return await _look_through(directory, Query((Condition("id", "is", (identifier,)),)), budget, cursors)


async def get_by_email(directory: Directory, email: str, budget: Budget, cursors: Cursors) -> Lookup:
    """Ask in the provider's most direct way, and look at everybody if that finds nobody.

    Raises: InvalidArgument if this directory's users have no email address.
    """
    if not {"email", "emails"} & set(directory.manifest.user.fields()):
        raise Kinds.NO_EMAIL_HERE.error(directory=directory.name)
    if not has_field(directory.manifest, "email"):
        raise Kinds.EMAIL_NOT_LISTED.error(directory=directory.name)
    email = plain_address(email)
    wanted = (Condition("email", "is", (email,)),)
    endpoint = directory.manifest.get
    if endpoint is not None and endpoint.email_is_id and re.fullmatch(endpoint.ids, email):
        user = await directory.get(email, budget, matches_filters(wanted, *closed_fields(directory.manifest)))
        if user is not None:
            return Lookup(directory.name, user, complete=True)
    text = email if directory.manifest.filter_rule("email") is None and directory.manifest.search else None
    return await _look_through(directory, Query(wanted, text), budget, cursors)


async def _look_through(directory: Directory, query: Query, budget: Budget, cursors: Cursors) -> Lookup:
    call = open_call(Request("search", directory.name, query), [directory], None, budget)
    part = call.parts[0]
    rows = directory.page_sizes.for_everybody()
    await part.take(1, rows, budget, look_ahead=False)
    if part.users:
        found = part.users[0].user
        user = await _whole(directory, found, budget)
        missing = [name for name in directory.manifest.sent_by_get_only() if user.value(name) is None]
        notes = (Notes.NOT_READ_NOW.note(names=missing),) if missing and user is found else ()
        return Lookup(directory.name, user, complete=True, scanned=part.scanned, notes=notes)
    call.raise_if_nothing()
    return Lookup(
        directory.name,
        None,
        complete=call.is_complete,
        scanned=part.scanned,
        cursor=await call.cursor(cursors),
        notes=call.notes(),
    )


async def _whole(directory: Directory, found: User, budget: Budget) -> User:
    """Complete a user from a list with the fields that only the get-one endpoint sends, if it answers."""
    if not directory.manifest.sent_by_get_only() or directory.manifest.user.shown("id") != "full":
        return found
    try:
        return await directory.get(found.id, budget) or found
    except (LookupError, UpstreamError, OutOfBudget):
        return found
