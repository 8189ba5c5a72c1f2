"""The endpoint that lists users: page sizes, paginations, totals."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .table import EndpointPath, HeaderName, Table, Text

__all__ = [
    "KeysetPagination",
    "LinkPagination",
    "ListEndpoint",
    "OffsetPagination",
    "PagePagination",
    "PageSize",
    "Pagination",
    "TokenPagination",
    "Total",
]


class PageSize(Table):
    """The parameter that asks for a number of rows, and its bounds (`maximum` None: no document says)."""

    parameter: Text
    minimum: Annotated[int, Field(ge=1)] = 1
    maximum: Annotated[int, Field(ge=1)] | None = None
    scan: Annotated[int, Field(ge=1)] | None = None
    """Rows to ask for in a scan where the provider publishes no maximum; default 100."""

    def largest(self) -> int:
        """Rows a page to ask for when every row is wanted."""
        return self.maximum or self.scan or 100


class PagePagination(Table):
    """Numbered pages: `?page=3&size=50`."""

    strategy: Literal["page"]
    parameter: Text
    first: Literal[0, 1] = 1
    link_header: bool = False
    """Whether a `Link` header, where one is sent, says that there is a next page (RFC 8288)."""


class OffsetPagination(Table):
    """A row number: `?startIndex=101&count=50` (SCIM counts from 1, RFC 7644 §3.4.2.4)."""

    strategy: Literal["offset"]
    parameter: Text
    first: Literal[0, 1] = 0


class KeysetPagination(Table):
    """A value of the last row seen: `?starting_after=<id>`."""

    strategy: Literal["keyset"]
    parameter: Text
    key: Text = "id"
    more: Text | None = None
    """Where the body says whether more follows (`has_more`), if it does."""


class TokenPagination(Table):
    """An opaque token out of the body: `?pageToken=…`."""

    strategy: Literal["token"]
    parameter: Text
    next: Text
    stable: bool = False
    """Whether it is documented that a token stands for a row. If it may be a row number, deletions can hide users."""


class LinkPagination(Table):
    """A next URL, in the `Link` header (rel=next) or in the body at `next`.

    Only `parameters` are taken out of it, never the URL itself: a key can not follow it to another host.
    """

    strategy: Literal["link"]
    parameters: Annotated[tuple[Text, ...], Field(min_length=1)]
    next: Text | None = None
    stable: bool = False
    """As for tokens."""


Pagination = Annotated[
    PagePagination | OffsetPagination | KeysetPagination | TokenPagination | LinkPagination,
    Field(discriminator="strategy"),
]


class Total(Table):
    """Where the number of users stands: in the body, in a header, or in JSON inside a header."""

    path: Text | None = None
    header: HeaderName | None = None
    exact: bool = True
    """False where the provider itself calls its total inaccurate: an estimate, never an end."""

    @model_validator(mode="after")
    def _says_where(self) -> "Total":
        if self.path is None and self.header is None:
            raise ValueError("needs `path` (in the body), `header`, or both (JSON inside a header)")
        return self


class ListEndpoint(Table):
    """The endpoint that lists users."""

    path: EndpointPath
    items: Text
    """Where the rows are; `@` when the body is a bare array."""
    page_size: PageSize
    pagination: Pagination
    total: Total | None = None
    order: Annotated[str, Field(pattern=r"^(created_at|updated_at|id):(asc|desc)$")] | None = None
    """The order that the provider documents when no sort is asked for; None where it documents none."""
    parameters: Mapping[str, str] = {}
    """Fixed query parameters."""
