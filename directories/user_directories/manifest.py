"""A provider is one page of TOML: what the page may say.

Every class below is one table of the page. A key that is not listed here is refused by name.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from .user import FIELDS

__all__ = [
    "Auth",
    "FilterField",
    "FilterRule",
    "GetOne",
    "KeysetPagination",
    "LinkPagination",
    "ListEndpoint",
    "Manifest",
    "OffsetPagination",
    "PagePagination",
    "PageSize",
    "Pagination",
    "Search",
    "SortKey",
    "TokenPagination",
    "Total",
    "UserMapping",
]

FilterField = Literal[
    "id",
    "email",
    "name",
    "given_name",
    "family_name",
    "username",
    "status",
    "role",
    "organization",
    "created_after",
    "created_before",
    "updated_after",
    "updated_before",
]
SortKey = Literal["created_at", "updated_at", "last_active_at", "name", "email", "username", "id"]
TextField = Literal["name", "email", "username", "given_name", "family_name", "status", "role", "organization"]
Text = Annotated[str, Field(min_length=1)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
HeaderValue = Annotated[str, Field(pattern=r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$")]
EndpointPath = Annotated[str, Field(pattern=r"^/[^?#]*$")]


def _valid_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def _own_names(extra: Mapping[str, str]) -> Mapping[str, str]:
    shared = [name for name in extra if name in FIELDS]
    if shared:
        raise ValueError(f"{shared[0]} is a field of [user] itself")
    return extra


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Auth(_Table):
    """How the key is sent: `{header}: {scheme} {key}`, or the bare key where `scheme` is empty."""

    header: HeaderName = "Authorization"
    scheme: Literal["Bearer", "Basic", "Token", ""] = "Bearer"
    environment: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
    """The environment variable that makes this provider a configured directory."""


class PageSize(_Table):
    """The parameter that asks for a number of rows, and its bounds (`maximum` None: no document says)."""

    parameter: Text
    minimum: Annotated[int, Field(ge=1)] = 1
    maximum: Annotated[int, Field(ge=1)] | None = None
    scan: Annotated[int, Field(ge=1)] | None = None
    """Rows to ask for in a scan where the provider publishes no maximum; default 100."""

    def largest(self) -> int:
        """Rows a page to ask for when every row is wanted."""
        return self.maximum or self.scan or 100


class PagePagination(_Table):
    """Numbered pages: `?page=3&size=50`."""

    strategy: Literal["page"]
    parameter: Text
    first: Literal[0, 1] = 1
    link_header: bool = False
    """Whether a `Link` header, where one is sent, says that there is a next page (RFC 8288)."""


class OffsetPagination(_Table):
    """A row number: `?startIndex=101&count=50` (SCIM counts from 1, RFC 7644 §3.4.2.4)."""

    strategy: Literal["offset"]
    parameter: Text
    first: Literal[0, 1] = 0


class KeysetPagination(_Table):
    """A value of the last row seen: `?starting_after=<id>`."""

    strategy: Literal["keyset"]
    parameter: Text
    key: Text = "id"
    more: Text | None = None
    """Where the body says whether more follows (`has_more`), if it does."""


class TokenPagination(_Table):
    """An opaque token out of the body: `?pageToken=…`."""

    strategy: Literal["token"]
    parameter: Text
    next: Text
    stable: bool = False
    """Whether it is documented that a token stands for a row. If it may be a row number, deletions can hide users."""


class LinkPagination(_Table):
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


class Total(_Table):
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


class ListEndpoint(_Table):
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


class Sort(_Table):
    """The query parameters that sort by one key, in each direction."""

    ascending: Mapping[str, str] | None = None
    descending: Mapping[str, str] | None = None


class FilterRule(_Table):
    """How one of our filters is sent, and what the provider makes of it.

    `match` exact: what comes back is just what was asked. contains, fuzzy, unknown: it may hold more, so
    every row is checked here too.
    """

    parameter: Text
    match: Literal["exact", "contains", "fuzzy", "unknown"]
    several: Literal["repeat", "comma", "one"] = "one"
    values: Mapping[str, str] = {}
    """Our value → theirs, where the words differ; empty sends the value as it is."""
    case: Literal["as_given", "lower", "both"] = "as_given"
    """The letter case to send: `both` sends the value as given and in lower case."""


class Search(_Table):
    """Free text over several fields; its rows are always checked here too."""

    parameter: Text
    match: Literal["contains", "fuzzy", "unknown"]
    escape: Literal["none", "lucene"] = "none"
    fields: tuple[Text, ...] = ()
    """What it looks at, as far as the provider says."""
    confirmed: bool = True
    """False where the parameter's name is not documented: it may have no effect."""


class GetOne(_Table):
    """The endpoint that gives one user; `{id}` in the path is replaced, percent-encoded."""

    path: Annotated[str, Field(pattern=r"^/[^?#]*\{id\}[^?#]*$")]
    item: Text = "@"
    ids: Annotated[str, AfterValidator(_valid_pattern)] = ".+"
    """What an id looks like (a regular expression for the whole of it); other texts are not sent."""
    lower: bool = False
    """Whether ids are sent in lower case: UUIDs are the same in both."""
    documented: bool = True
    """False where no document names the endpoint: a 404 is then no proof that the user does not exist."""
    email_is_id: bool = False
    """Whether the id of a user with an email address is that address."""


class UserMapping(_Table):
    """Our field → where it is in their record (JMESPath); `extra` adds fields of the provider's own."""

    id: Text
    name: Text | None = None
    email: Text | None = None
    email_verified: Text | None = None
    emails: Text | None = None
    """All addresses, where a user can have several: each of them finds the user."""
    username: Text | None = None
    given_name: Text | None = None
    family_name: Text | None = None
    status: Text | None = None
    role: Text | None = None
    organization: Text | None = None
    created_at: Text | None = None
    updated_at: Text | None = None
    last_active_at: Text | None = None
    avatar_url: Text | None = None
    extra: Annotated[Mapping[str, Text], AfterValidator(_own_names)] = {}
    patterns: Mapping[TextField, Annotated[str, AfterValidator(_valid_pattern)]] = {}
    """What the text of a field looks like (a regular expression for the whole of it); another is taken for none."""

    def fields(self) -> tuple[str, ...]:
        """The fields that a user can have: a name is put together where only its parts are there."""
        has = self.expressions().keys() | ({"name"} if self.given_name or self.family_name else set[str]())
        return (*(field for field in FIELDS if field in has), *self.extra)

    def expressions(self) -> dict[str, str]:
        """The paths of the shared fields that this provider has."""
        return {field: path for field in FIELDS if (path := getattr(self, field)) is not None}


class ErrorShape(_Table):
    """Where the provider's own message stands in its error body; `doctor` shows it to the operator."""

    message: Text | None = None


class Manifest(_Table):
    """One provider."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,23}$")]
    title: Text
    docs: Annotated[str, Field(pattern=r"^https?://\S+$")]
    base_url: str | None = None
    """None where every customer has another host: the configuration must then say which."""
    base_url_environment: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    domain_environment: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    """An environment variable that holds only the host name of the base URL."""
    regions: Mapping[str, str] = {}
    requests_per_second: Annotated[float, Field(gt=0)] | None = None
    """The documented rate limit; None where none is published."""
    headers: Mapping[HeaderName, HeaderValue] = {}
    auth: Auth
    list: ListEndpoint
    sort: Mapping[SortKey, Sort] = {}
    filters: Mapping[FilterField, FilterRule] = {}
    values: Mapping[FilterField, tuple[Text, ...]] = {}
    """The values that a field can have, where a document lists them; a filter for another is refused by name."""
    search: Search | None = None
    get: GetOne | None = None
    user: UserMapping
    errors: ErrorShape = ErrorShape()
    notes: tuple[Text, ...] = ()
    """What an agent should know of this directory, a sentence each."""

    def filter_rule(self, name: str) -> FilterRule | None:
        """How this provider filters by one of our fields; None if it does not."""
        return cast("Mapping[str, FilterRule]", self.filters).get(name)

    def known_values(self, name: str) -> tuple[str, ...]:
        """The values that one of our fields can have; empty where no document lists them."""
        return cast("Mapping[str, tuple[str, ...]]", self.values).get(name, ())

    def sort_by(self, key: str) -> Sort | None:
        """How this provider sorts by one of our fields; None if it does not."""
        return cast("Mapping[str, Sort]", self.sort).get(key)

    def expressions(self) -> tuple[str, ...]:
        """Every JMESPath expression of the page."""
        found = (
            self.list.items,
            *(getattr(self.list.pagination, name, None) for name in ("key", "more", "next")),
            self.list.total.path if self.list.total else None,
            self.get.item if self.get else None,
            *self.user.expressions().values(),
            *self.user.extra.values(),
            self.errors.message,
        )
        return tuple(expression for expression in found if expression)
