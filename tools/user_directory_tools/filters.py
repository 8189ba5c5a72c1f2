"""The filters of a call, and the note on empty ones."""

from collections.abc import Mapping
from typing import Any

from user_directories import Directories, Filters, Note, read_filters

from .errors import ToolKinds
from .notes import ToolNotes

__all__ = ["filters_of_call", "of_dropped", "refuse_if_none_is_left"]


def filters_of_call(directories: Directories, directory: str | None, filters: Mapping[str, Any] | None) -> Filters:
    """Read and check the filters. Raises: InvalidArgument; for an unknown filter, naming those of the directory."""
    if not filters and (directory is None or directory in directories.names):
        return Filters()
    return read_filters(filters, directories.filters(directory))


def refuse_if_none_is_left(filters: Filters, query: str | None) -> None:
    """Refuse a call whose filters are all empty: it would answer a different question. Raises: InvalidArgument."""
    if filters.dropped and not (filters.conditions or query):
        raise ToolKinds.NO_FILTER_LEFT.error(names=filters.dropped)


def of_dropped(filters: Filters) -> list[Note]:
    """Note which filters were applied, if some were dropped."""
    applied = list(dict.fromkeys(each.field for each in filters.conditions)) or ["none"]
    return [ToolNotes.FILTERS_DROPPED.note(names=filters.dropped, applied=applied)] if filters.dropped else []
