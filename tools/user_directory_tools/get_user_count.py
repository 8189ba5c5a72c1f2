"""get_user_count: how many users there are, how exact the number is, and how it is known."""

from collections.abc import Sequence

from user_directories import USUAL, CallOptions, Count, Note, Query, Request, read_text

from .answer_schemas import COUNT
from .arguments import CountArguments
from .errors import ToolKinds
from .filters import filters_of_call, of_dropped, refuse_if_none_is_left
from .notes import ToolNotes
from .tool import Answer, Setup, ToolSpec

__all__ = ["GET_USER_COUNT"]


async def _run(setup: Setup, arguments: CountArguments, options: CallOptions = USUAL) -> Answer:
    directories = setup.directories
    text = read_text(arguments.query)
    if arguments.query and text is None:
        raise ToolKinds.EMPTY_QUERY.error()
    filters = filters_of_call(directories, arguments.directory, arguments.filters)
    query = Query(filters.conditions, text, exhaustive=arguments.exhaustive)
    cursor = await directories.follow("count", arguments.cursor, arguments.directory)
    if cursor is None:
        refuse_if_none_is_left(filters, text)
    found = await directories.count(Request("count", arguments.directory, query, cursor=cursor, options=options))
    goes_on = {"cursor": found.cursor} if found.cursor else {}
    dropped = of_dropped(filters) if cursor is None else []
    if len(found.counts) == 1 and not found.notes:
        return _described(found.counts[0], dropped) | goes_on
    overlap = [ToolNotes.COUNTS_OVERLAP.note()] if len(found.counts) > 1 else []
    notes = [*found.notes, *dropped, *overlap]
    return goes_on | {"counts": [_described(count) for count in found.counts], "notes": notes}


def _described(count: Count, notes: Sequence[Note] = ()) -> Answer:
    described = {
        "directory": count.directory,
        "count": count.count,
        "exactness": count.exactness,
        "method": count.method,
        "as_of": count.as_of,
        "notes": [*notes, *count.notes] or None,
    }
    return {name: value for name, value in described.items() if value is not None}


GET_USER_COUNT = ToolSpec(
    name="get_user_count",
    operation="count",
    title="Count users",
    description="How many users: exact, at_least (continue with the cursor) or estimate.",
    arguments=CountArguments,
    output_schema=COUNT,
    untrusted=("notes", "counts[].notes"),
    run=_run,
)
