"""The endpoint that lists users: where the rows are, page sizes, totals."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from .paginations import Pagination
from .table import EndpointPath, HeaderName, Table, Text

__all__ = ["ListEndpoint", "PageSize", "Total"]


class PageSize(Table):
    """The parameter that asks for a number of rows, and its bounds (`maximum` None: no document gives one)."""

    parameter: Text
    minimum: Annotated[int, Field(ge=1)] = 1
    maximum: Annotated[int, Field(ge=1)] | None = None
    scan: Annotated[int, Field(ge=1)] | None = None
    """Rows to ask for in a scan if the provider publishes no maximum; default 100."""

    def largest(self) -> int:
        """Return the rows per page to ask for when every row is wanted."""
        return self.maximum or self.scan or 100


class Total(Table):
    """Where the number of users is: in the body, in a header, or in JSON inside a header."""

    path: Text | None = None
    header: HeaderName | None = None
    exact: bool = True
    """False if the provider itself calls its total inaccurate: it is then an estimate, and never proves an end."""

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
    """The documented order when no sort is requested; None if none is documented."""
    parameters: Mapping[str, str] = {}
    """Fixed query parameters."""
