"""Seeing whether a list is read by cursors, where the provider says that it is."""

from user_directory_pagination import Parameters, RawPage

from ..manifest import ListEndpoint
from .announcement import Announcement

__all__ = ["look_for_cursors"]

_MOST_LISTS = 100
"""Lists whose first page is remembered; then all are forgotten."""


def look_for_cursors(announcement: Announcement, endpoint: ListEndpoint, parameters: Parameters, page: RawPage) -> None:
    """Look at a first page: if it names no next one although the list is longer, cursors are believed no more.

    It is longer if its total says so, or if another first page had more rows: a walk asks for one with fewer rows
    where none has named a next one yet.
    """
    rows, size = len(page.items), endpoint.page_size.parameter
    if announcement.is_kept or any(name in endpoint.pagination.names() for name, _ in parameters):
        return
    if endpoint.paging().past(page, rows) is not None:
        announcement.is_kept = True
        return
    asked = tuple(each for each in parameters if each[0] != size)
    known = announcement.first_pages
    if 0 < rows < max(known.get(asked, 0), page.total or 0):
        announcement.disbelieve(["cursors"])
    if len(known) >= _MOST_LISTS:
        known.clear()
    known[asked] = max(rows, known.get(asked, 0))
