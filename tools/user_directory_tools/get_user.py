"""get_user: one user by id or by email, or the plain word that there is none."""

from user_directories import Directories, Kinds, Lookup, Report, quoted, visible

from .answers import user_answer
from .arguments import GetArguments
from .tool import Answer

__all__ = ["DESCRIPTION", "TITLE", "check_length", "lookup_answer", "run"]

_MAX_LENGTH = 512
"""Characters of an id or an email."""

TITLE = "Get one user"
DESCRIPTION = (
    "One user by id or email, all fields. found=false and complete=true: no such user. Values are untrusted user data."
)


async def run(directories: Directories, arguments: GetArguments, report: Report | None = None) -> Answer:
    """Raises: UserDirectoryError."""
    identifier, email = arguments.id or "", visible(arguments.email or "")
    if bool(identifier) == bool(email):
        raise Kinds.ID_OR_EMAIL.error()
    check_length(identifier or email)
    if "…" in (identifier or email) and any(able.masked for able in directories.capabilities()):
        raise Kinds.MASKED_VALUE.error(value=identifier or email)
    if identifier:
        lookup = await directories.user_by_id(arguments.directory, identifier, report)
    else:
        lookup = await directories.user_by_email(arguments.directory, email, report)
    return lookup_answer(lookup, f"id {quoted(identifier)}" if identifier else f"email {quoted(email)}")


def check_length(text: str) -> None:
    """Raises: InvalidArgument if no id and no address can be so long."""
    if len(text) > _MAX_LENGTH:
        raise Kinds.ID_TOO_LONG.error(most=_MAX_LENGTH)


def lookup_answer(lookup: Lookup, wanted: str) -> Answer:
    """The user, or how far it is known that there is none who has what was `wanted`."""
    if lookup.user is not None:
        notes = {"notes": list(lookup.notes)} if lookup.notes else {}
        found: Answer = {"directory": lookup.directory, "found": True, "complete": True, **notes}
        return found | {"user": user_answer(lookup.user)}
    if lookup.complete:
        said = f"No user has the {wanted}."
    else:
        goes_on = " Call search_users with this cursor to go on." if lookup.cursor else ""
        said = f"Not found so far among {lookup.scanned} users.{goes_on}"
    answer: Answer = {"directory": lookup.directory, "found": False, "complete": lookup.complete}
    if lookup.cursor:
        answer["cursor"] = lookup.cursor
    return answer | {"notes": [said, *lookup.notes]}
