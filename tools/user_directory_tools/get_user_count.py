"""get_user_count: how many, how exactly, and how that is known."""

from user_directories import Count, Query, Report, Request, read_filters, read_text

from .arguments import CountArguments
from .errors import ToolKinds
from .notes import ToolNotes
from .schema import COUNT
from .tool import Answer, Setup, ToolSpec

__all__ = ["GET_USER_COUNT"]


async def _run(setup: Setup, arguments: CountArguments, report: Report | None = None) -> Answer:
    directories = setup.directories
    text = read_text(arguments.query)
    if arguments.query is not None and text is None:
        raise ToolKinds.EMPTY_QUERY.error()
    query = Query(
        filters=read_filters(arguments.filters, directories.filters(arguments.directory)),
        text=text,
        exhaustive=arguments.exhaustive,
    )
    cursor = await directories.follow("count", arguments.cursor)
    found = await directories.count(Request("count", arguments.directory, query, cursor=cursor, report=report))
    goes_on = {"cursor": found.cursor} if found.cursor else {}
    if len(found.counts) == 1 and not found.notes:
        return _described(found.counts[0]) | goes_on
    notes = [*found.notes, ToolNotes.COUNTS_OVERLAP.note()]
    return goes_on | {"counts": [_described(count) for count in found.counts], "notes": notes}


def _described(count: Count) -> Answer:
    described = {
        "directory": count.directory,
        "count": count.count,
        "exactness": count.exactness,
        "method": count.method,
        "as_of": count.as_of,
        "notes": list(count.notes) or None,
    }
    return {name: value for name, value in described.items() if value is not None}


GET_USER_COUNT = ToolSpec(
    name="get_user_count",
    operation="count",
    title="Count users",
    description="How many users: exact, at_least (go on with the cursor) or estimate.",
    arguments=CountArguments,
    output_schema=COUNT,
    run=_run,
)
