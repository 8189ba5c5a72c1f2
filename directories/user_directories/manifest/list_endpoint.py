"""The endpoint that lists users: where the rows are, page sizes, totals."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ..users.json_values import is_object
from .body import POSITION, SIZE, check_places, filled
from .paginations import LinkPagination, NoPagination, Pagination
from .table import EndpointPath, HeaderName, Table, Text

if TYPE_CHECKING:
    from user_directory_pagination import Strategy

__all__ = ["ListEndpoint", "PageSize", "Total"]

_SIZES = ("minimum", "maximum", "scan")


class PageSize(Table):
    """The parameter that asks for a number of rows, and its bounds (`maximum` None: no document gives one).

    Or `fixed`, the rows of every page, if the provider takes no size.
    """

    parameter: Text | None = None
    """The parameter that asks for a number of rows."""
    minimum: Annotated[int, Field(ge=1)] = 1
    """The fewest that it takes."""
    maximum: Annotated[int, Field(ge=1)] | None = None
    """The most that it takes; leave it out if no document says it."""
    scan: Annotated[int, Field(ge=1)] | None = None
    """Rows to ask for in a scan if the provider publishes no maximum; default 100."""
    fixed: Annotated[int, Field(ge=1)] | None = None
    """The rows of every page, if no size can be asked for."""

    @model_validator(mode="after")
    def _is_asked_for_or_fixed(self) -> "PageSize":
        if (self.parameter is None) is (self.fixed is None):
            raise ValueError("needs `parameter` (which asks for a number of rows) or `fixed` (the rows of every page)")
        useless = [name for name in _SIZES if name in self.model_fields_set]
        if self.fixed is not None and useless:
            raise ValueError(f"`{useless[0]}` says nothing beside `fixed`: every page has that size")
        return self

    def smallest(self) -> int:
        """Return the fewest rows that a page can be asked to have."""
        return self.fixed or self.minimum

    def largest(self) -> int:
        """Return the rows per page to ask for when every row is wanted."""
        return self.fixed or self.maximum or self.scan or 100


_WHOLE_LIST = PageSize.model_construct(fixed=20_000)
"""The page size of a list without pages. It is nowhere sent."""


class Total(Table):
    """Where the number of users is: in the body, in a header, or in JSON inside a header."""

    path: Text | None = None
    """Where it is in the body; with `header`, in the JSON of that header."""
    header: HeaderName | None = None
    """The header that has it."""
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
    """Behind the base URL."""
    method: Literal["GET", "POST"] = "GET"
    """POST only where a document says that it lists and changes nothing; then `body` is sent."""
    body: Mapping[str, Any] = {}
    """What is POSTed; `"{position}"` and `"{size}"` are replaced, and left out with their key where there is none."""
    items: Text
    """Where the rows are; `@` when the body is a bare array."""
    pagination: Pagination
    page_size: Annotated[PageSize, Field(validate_default=True)] = None  # type: ignore[assignment]
    """Left out where there are no pages, and nowhere else."""
    total: Total | None = None
    order: Annotated[str, Field(pattern=r"^(created_at|updated_at|id):(asc|desc)$")] | None = None
    """The documented order when no sort is requested; None if none is documented."""
    parameters: Mapping[str, str] = {}
    """Fixed query parameters. A position, or a size, takes the place of one of the same name."""
    most: Annotated[int, Field(ge=1)] | None = None
    """How many users of a list can be read, if a document says that pages end there."""

    @model_validator(mode="before")
    @classmethod
    def _names_the_places(cls, table: Any) -> Any:
        """Name the position and the size of a body, whose `parameter` need not be written."""
        if not is_object(table) or table.get("method") != "POST":
            return table
        named = dict(table)
        for key, name, unnamed in (("pagination", POSITION, ("none", "link")), ("page_size", SIZE, ())):
            inner = table.get(key)
            if is_object(inner) and inner.get("strategy") not in unnamed and inner.get("fixed") is None:
                if inner.get("parameter", name) != name:
                    raise ValueError(f'`{key}.parameter` is not sent by POST: write "{{{name}}}" into `body`')
                named[key] = {**inner, "parameter": name}
        return named

    @model_validator(mode="after")
    def _has_a_body_to_post(self) -> "ListEndpoint":
        if self.method == "GET":
            if self.body:
                raise ValueError('`body` is sent only with method = "POST"')
            return self
        if isinstance(self.pagination, LinkPagination):
            raise ValueError('pages that are named by links are asked for with method = "GET"')
        takes_size = self.page_size.parameter is not None
        check_places(self.body, takes_position=bool(self.pagination.names()), takes_size=takes_size)
        return self

    @field_validator("page_size", mode="before")
    @classmethod
    def _fits_the_pages(cls, size: Any, info: ValidationInfo) -> Any:
        pagination = info.data.get("pagination")
        if size is None:
            if pagination is None or isinstance(pagination, NoPagination):
                return _WHOLE_LIST
            raise PydanticCustomError("missing", "Field required")
        if isinstance(pagination, NoPagination) and size not in (_WHOLE_LIST, _WHOLE_LIST.model_dump()):
            raise ValueError('there are no pages (strategy = "none"): leave it out')
        return size

    def paging(self) -> "Strategy":
        """Return the strategy for the engine."""
        return self.pagination.paging(fixed=self.page_size.fixed is not None, least=self.page_size.smallest())

    def fixed_beside(self, sent: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the fixed parameters to send beside others, of which each takes the place of its namesake.

        A position or a size is another; the expression of a filter has what is fixed in it.
        """
        fixed = {**self.parameters, **self.pagination.at_start()}
        return {name: value for name, value in fixed.items() if name not in sent}

    def posted(self, sent: Mapping[str, str]) -> Any:
        """Return the body that asks for the position and the size among `sent`."""
        values: dict[str, str | int] = {}
        if POSITION in sent:
            values[POSITION] = int(sent[POSITION]) if self.pagination.numbers_rows else sent[POSITION]
        if SIZE in sent:
            values[SIZE] = int(sent[SIZE])
        return filled(self.body, values)
