"""The whole page of one provider."""

from collections.abc import Mapping
from typing import Annotated, Literal, cast

from pydantic import Field, model_validator

from .endpoints import GetOne, Search, Sort, SortKey
from .filters import FilterField, FilterRule
from .list_endpoint import ListEndpoint
from .table import HeaderName, HeaderValue, Table, Text
from .users import UserMapping

__all__ = ["Auth", "ErrorShape", "Manifest"]


class Auth(Table):
    """How the key is sent: `{header}: {scheme} {key}`, or the bare key where `scheme` is empty."""

    header: HeaderName = "Authorization"
    scheme: Literal["Bearer", "Basic", "Token", ""] = "Bearer"
    environment: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
    """The environment variable that makes this provider a configured directory."""


class ErrorShape(Table):
    """Where the provider's own message stands in its error body; `doctor` shows it to the operator."""

    message: Text | None = None


class Manifest(Table):
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

    @model_validator(mode="after")
    def _knows_what_only_one_sends(self) -> "Manifest":
        unknown = [name for name in (self.get.only if self.get else ()) if name not in self.user.all_fields()]
        if unknown:
            raise ValueError(f"get.only names {unknown[0]}, which is no field of [user]")
        return self

    def sent_by_get_only(self) -> tuple[str, ...]:
        """The fields that are shown, but that no list or search has."""
        only = self.get.only if self.get else ()
        return tuple(name for name in self.user.fields() if name in only)

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
            *self.list.pagination.expressions(),
            self.list.total.path if self.list.total else None,
            self.get.item if self.get else None,
            *self.user.expressions().values(),
            *self.user.extra.values(),
            self.errors.message,
        )
        return tuple(expression for expression in found if expression)
