"""What a provider says of itself in a document of its own, and what follows from it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import model_validator

from .expressions import getter
from .list_endpoint import ListEndpoint
from .paginations import NoPagination, TokenPagination
from .table import EndpointPath, Table, Text

if TYPE_CHECKING:
    from .manifest import Manifest

__all__ = ["Announced", "Said", "as_announced", "fault_of", "list_as_announced"]

Said = Mapping[str, bool | int]
"""What was said, by the key that says where; what was not said, or has another form than it should, is left out."""

_MOST_ROWS = 1000
"""Rows of the largest page to ask for, whatever is said: an answer has to come in one piece, and in time."""
_SWITCHES = ("filters", "sort", "cursors")
_MAXIMUM = "maximum"


class Announced(Table):
    """A document in which a provider says what it supports, as `/ServiceProviderConfig` (RFC 7643 §5).

    It is read once a process, before the first list, search or count; a look-up of one user does not wait for it. What
    it does not say, or not so that it can be read, stays as the rest of the page has it.
    """

    path: EndpointPath
    """Behind the base URL."""
    filters: Text | None = None
    """The path to whether it filters. If it does not, filters and searches of the list are checked here."""
    sort: Text | None = None
    """The path to whether it sorts. If it does not, it is asked for no order of `[sort]`."""
    steady: Mapping[Text, str] = {}
    """What is sent with every page where it sorts and no other order is asked for. It should sort by what is unique and
    does not change: a list in no order can lose users between its pages."""
    maximum: Text | None = None
    """The path to how many rows an answer has at most; no more than 1,000 are asked for."""
    cursors: Text | None = None
    """The path to whether a list can be read by cursors; then `pagination` takes the place of that of the list."""
    pagination: TokenPagination | None = None
    """How the cursors are sent and found."""

    @model_validator(mode="after")
    def _has_all_that_it_needs(self) -> "Announced":
        if (self.cursors is None) is not (self.pagination is None):
            raise ValueError("`cursors` (whether there are any) and `pagination` (how they are sent) need each other")
        if self.steady and self.sort is None:
            raise ValueError("`steady` needs `sort`, which says whether the provider sorts")
        if not self.expressions():
            raise ValueError("says nothing: it needs `filters`, `sort`, `maximum` or `cursors`")
        return self

    def expressions(self) -> tuple[str, ...]:
        """Return the JMESPath expressions of the table."""
        own = (self.filters, self.sort, self.maximum, self.cursors)
        of_pages = self.pagination.expressions() if self.pagination else ()
        return (*(each for each in own if each is not None), *of_pages)

    def said_in(self, document: Any) -> Said:
        """Return what a document says; "true" as a text is no answer, and neither is a maximum of 0."""
        said: dict[str, bool | int] = {}
        for name in (*_SWITCHES, _MAXIMUM):
            path = getattr(self, name)
            value: Any = None if path is None else getter(path)(document)
            is_number = isinstance(value, int) and not isinstance(value, bool)
            if (is_number and value > 0) if name == _MAXIMUM else isinstance(value, bool):
                said[name] = value
        return said


def as_announced(manifest: "Manifest", said: Said) -> "Manifest":
    """Return a page without the filters and the orders that the provider says it does not have."""
    changes: dict[str, Any] = {}
    if said.get("filters") is False:
        changes["filters"] = {}
        if manifest.search is not None and manifest.search.path is None:
            changes["search"] = None
    if said.get("sort") is False:
        changes["sort"] = {}
    return manifest.model_copy(update=changes) if changes else manifest


def list_as_announced(manifest: "Manifest", said: Said) -> ListEndpoint:
    """Return the list as a walk reads it: in a steady order, by cursors and in pages of the size that it may have."""
    announced, endpoint = manifest.announced, manifest.list
    changes: dict[str, Any] = {}
    if announced is None:
        return endpoint
    if said.get("sort") is True and announced.steady:
        changes["parameters"] = {**endpoint.parameters, **announced.steady}
    if said.get("cursors") is True and announced.pagination is not None:
        changes["pagination"] = announced.pagination
    most = min(said.get(_MAXIMUM, 0), _MOST_ROWS)
    if most >= endpoint.page_size.minimum:
        changes["page_size"] = endpoint.page_size.model_copy(update={"maximum": most})
    return endpoint.model_copy(update=changes) if changes else endpoint


def fault_of(manifest: "Manifest") -> str | None:
    """Say why the list of a page cannot be read as it may be announced; None if it can."""
    announced, endpoint = manifest.announced, manifest.list
    if announced is None:
        return None
    if endpoint.method != "GET" and (announced.steady or announced.pagination):
        return 'announced: `steady` and `pagination` are for a list that is asked for with method = "GET"'
    if announced.pagination is not None and isinstance(endpoint.pagination, NoPagination):
        return "announced.pagination: the list has no pages, so nothing says their size"
    if announced.maximum is not None and endpoint.page_size.fixed is not None:
        return "announced.maximum says nothing beside list.page_size.fixed: every page has that size"
    if announced.steady and endpoint.order is not None:
        return "announced.steady: the list has an order, as list.order says; keep one of them"
    return _unset(manifest, announced)


def _unset(manifest: "Manifest", announced: Announced) -> str | None:
    """Say which order of the page would be mixed with the steady one; None if each takes its place."""
    for key, sort in manifest.sort.items():
        for sent in (sort.ascending, sort.descending):
            missing = [name for name in announced.steady if sent is not None and name not in sent]
            if missing:
                return f"announced.steady sets {missing[0]}, so each order of sort.{key} has to set it, too"
    return None
