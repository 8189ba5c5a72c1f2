"""The list of one directory as walks read it, by what the provider says of itself."""

from user_directory_pagination import Habits

from ..manifest import ListEndpoint, Manifest, Said, list_as_announced
from .page_sizes import PageSizes

__all__ = ["ListAsSaid"]


class ListAsSaid:
    """The list of a page, and what was learned of each way of reading it. `habits` are those of the page's own way."""

    def __init__(self, manifest: Manifest, habits: Habits) -> None:
        self._manifest = manifest
        self._own_habits = habits
        self._habits: dict[str, Habits] = {}

    def endpoint(self, said: Said) -> ListEndpoint:
        """Return the list as a walk reads it."""
        return list_as_announced(self._manifest, said)

    def habits(self, said: Said) -> Habits:
        """Return what was learned of the list as a walk reads it."""
        endpoint = self.endpoint(said)
        if endpoint is self._manifest.list:
            return self._own_habits
        way = repr((sorted(endpoint.parameters.items()), endpoint.pagination))
        return self._habits.setdefault(way, self._own_habits.of_other_pages())

    def rows_for_everybody(self, said: Said) -> int:
        """Return the rows of a page to ask for if every row is wanted."""
        return PageSizes(self.endpoint(said).page_size).for_everybody()

    def is_unordered(self, said: Said) -> bool:
        """Return whether rows are asked for by their numbers, in whatever order they are, since it may not sort."""
        announced, endpoint = self._manifest.announced, self.endpoint(said)
        steady = dict[str, str]() if announced is None else announced.steady
        return endpoint.pagination.numbers_rows and not steady.items() <= endpoint.parameters.items()
