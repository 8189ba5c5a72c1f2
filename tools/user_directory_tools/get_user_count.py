"""get_user_count: how many, how exactly, and how that is known."""

from user_directories import Count, Directories, Kinds, Query, Report, read_filters, read_text

from .arguments import CountArguments
from .tool import Answer

__all__ = ["DESCRIPTION", "TITLE", "run"]

TITLE = "Count users"
DESCRIPTION = "How many users: exact, at_least (go on with the cursor) or estimate."

_SEVERAL = "A person may be in several directories: the counts do not add up to people."


async def run(directories: Directories, arguments: CountArguments, report: Report | None = None) -> Answer:
    """Raises: UserDirectoryError."""
    text = read_text(arguments.query)
    if arguments.query is not None and text is None:
        raise Kinds.EMPTY_QUERY.error()
    query = Query(
        filters=read_filters(arguments.filters, directories.filters(arguments.directory)),
        text=text,
        exhaustive=arguments.exhaustive,
    )
    found = await directories.count(arguments.directory, query, arguments.cursor, report)
    goes_on = {"cursor": found.cursor} if found.cursor else {}
    if len(found.counts) == 1 and not found.notes:
        return _described(found.counts[0]) | goes_on
    return goes_on | {"counts": [_described(count) for count in found.counts], "notes": [*found.notes, _SEVERAL]}


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
