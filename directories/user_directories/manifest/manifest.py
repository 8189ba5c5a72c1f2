"""The whole page of one provider."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from ..dialects import DialectName
from ..errors import listed
from ..users.user import CLOSED_FIELDS
from .announced import Announced, fault_of, list_as_announced
from .auth import Auth
from .collisions import collision
from .count import CountEndpoint
from .endpoints import Search, Sort, SortKey
from .error_shape import ErrorShape, Rate
from .filters import FilterField, FilterRule, FilterTables
from .get_one import ID, VALUE, GetOne, Lookup
from .language import current
from .list_endpoint import ListEndpoint
from .placeholders import filled, names_in
from .shorthand import written_out
from .table import HeaderName, HeaderValue, Table, Text, Variable
from .users import UserMapping

__all__ = ["Manifest"]


_ENDPOINTS = ("list", "announced", "search", "get", "count")
_LOOKUPS = ("email", "username")
_MARKS = {"list": "", "announced": "", "search": "", "count": "", "get": ID}
"""What stands in the path of an endpoint besides settings; of a look-up, it is the value."""

Words = Mapping[Text, Text | bool | tuple[Text | bool, ...]]
"""Our word → the provider's value or values for it."""


def _whole_number(version: Any) -> Any:
    """Turn `true` and `1.0` into strings, which are refused: to Python, both are 1."""
    return version if type(version) is int else str(version)


class Manifest(Table):
    """The page of one provider."""

    _deprecations: tuple[str, ...] = PrivateAttr(())

    version: Annotated[Literal[1], BeforeValidator(_whole_number)]
    """The version of the language of this page; see `language`."""
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,23}$")]
    """The name of the directory in tools, unless the configuration gives another one."""
    title: Text
    """The name that people know it by."""
    docs: Annotated[str, Field(pattern=r"^https?://\S+$")]
    """The document that this page was written from."""
    base_url: str | None = None
    """Where paths begin; every customer's own part of it is a setting, as in `https://{domain}`.

    Without it, the configuration must name it.
    """
    base_url_environment: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    """The environment variable that may hold another base URL."""
    domain_environment: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    """An environment variable that holds only the host name of the base URL."""
    regions: Mapping[str, str] = {}
    """The base URL of each region; the configuration chooses one by name."""
    requests_per_second: Annotated[float, Field(gt=0)] | None = None
    """The documented rate limit; requests are paced to it."""
    headers: Mapping[HeaderName, HeaderValue] = {}
    """Fixed headers of every request."""
    settings: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,23}$")], Variable] = {}
    """Named settings that stand in addresses, paths and `[auth]` as `{name}`, each with the variable of its value."""
    defaults: Mapping[str, Text] = {}
    """What settings are if nobody gives them another value, as the host that all customers but some have."""
    auth: Auth
    dialect: DialectName | None = None
    """The language of expressions in `filters` and `search`, unless a rule says otherwise."""
    list: ListEndpoint
    announced: Announced | None = None
    sort: Mapping[SortKey, Sort] = {}
    filters: FilterTables = {}  # noqa: RUF012 - a field of pydantic, which copies it
    values: Mapping[FilterField, tuple[Text, ...] | Words] = {}
    """The values that a field can have, if a document lists them; a filter for any other value is refused.

    As a table, our words → theirs: `state = { active = "enabled", inactive = ["locked", "left"] }`.
    """
    search: Search | None = None
    get: GetOne | None = None
    count: CountEndpoint | None = None
    user: UserMapping
    errors: ErrorShape = ErrorShape()
    rate: Rate = Rate()
    notes: tuple[Text, ...] = ()
    """What an agent should know about this directory, one sentence each."""

    @model_validator(mode="after")
    def _knows_its_settings(self) -> "Manifest":
        for name in self.settings:
            if f"{{{name}}}" in (ID, VALUE):
                raise ValueError(f"settings.{name}: {{{name}}} stands for what is looked up; choose another name")
        for name in self.defaults:
            if name not in self.settings:
                raise ValueError(f"defaults names {name}, which is not in [settings]")
        for key, text in self.templates().items():
            unknown = [name for name in names_in(text) if name not in self.settings]
            if unknown:
                raise ValueError(f"{key} names {{{unknown[0]}}}, which is not in [settings]")
        return self

    def templates(self) -> Mapping[str, str]:
        """Return the texts in which named settings may stand, by their keys."""
        addresses = {"base_url": self.base_url, **{f"regions.{name}": url for name, url in self.regions.items()}}
        paths = {f"{key}.path": path.replace(_MARKS.get(key, VALUE), "") for key, path in self._paths().items()}
        of_auth = {f"auth.{key}": text for key, text in self.auth.templates().items()}
        return {key: text for key, text in {**addresses, **paths, **of_auth}.items() if text is not None}

    def _paths(self) -> Mapping[str, str]:
        """Return the paths of all endpoints, by the tables that they stand in."""
        endpoints = {name: getattr(self, name) for name in _ENDPOINTS}
        found = {key: each.path for key, each in endpoints.items() if each is not None and each.path is not None}
        return found | {f"get.{field}": lookup.path for field, lookup in self.lookups().items()}

    def with_settings(self, values: Mapping[str, str]) -> "Manifest":
        """Return the same page with the values of named settings in the paths of its endpoints."""
        if not any(names_in(text) for key, text in self.templates().items() if key.endswith(".path")):
            return self
        return self.model_copy(update={key: _in_path(getattr(self, key), values) for key in _ENDPOINTS})

    @model_validator(mode="after")
    def _knows_what_only_one_sends(self) -> "Manifest":
        unknown = [name for name in (self.get.only if self.get else ()) if name not in self.user.all_fields()]
        if unknown:
            raise ValueError(f"get.only names {unknown[0]}, which is not a field of [user]")
        return self

    @model_validator(mode="after")
    def _has_the_field_of_members(self) -> "Manifest":
        field = self.get.belongs_by if self.get else None
        if field is not None and field not in self.user.all_fields():
            raise ValueError(f"get.belongs_by names {field}, which is not a field of [user]")
        return self

    def sent_by_get_only(self) -> tuple[str, ...]:
        """Return the shown fields that no list or search has."""
        only = self.get.only if self.get else ()
        return tuple(name for name in self.user.fields() if name in only)

    @model_validator(mode="after")
    def _sets_each_parameter_in_one_way(self) -> "Manifest":
        fault = collision(self.list, cast("Mapping[str, Sort]", self.sort), self.filters, self.search)
        if fault is not None:
            raise ValueError(fault)
        return self

    @model_validator(mode="after")
    def _can_be_read_as_announced(self) -> "Manifest":
        fault = fault_of(self)
        if fault is None and self.announced is not None:
            everything = list_as_announced(self, {"sort": True, "cursors": True})
            fault = collision(everything, cast("Mapping[str, Sort]", self.sort), self.filters, self.search)
        if fault is not None:
            raise ValueError(fault)
        return self

    @model_validator(mode="after")
    def _keeps_to_our_words(self) -> "Manifest":
        for field, valid in CLOSED_FIELDS.items():
            other = [word for word in self.values.get(field, ()) if word not in valid]
            if other:
                raise ValueError(f"values.{field}: {other[0]!r} is not one of our words: {listed(valid)}")
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _in_todays_language(cls, page: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        page, deprecations = current(page)
        page = written_out(page)
        manifest = handler(page)
        if deprecations:
            manifest._deprecations = deprecations  # noqa: SLF001 - its own
        return manifest

    def deprecations(self) -> tuple[str, ...]:
        """Return a sentence for each key that the next release will not read."""
        return self._deprecations

    def filter_rule(self, field: str, operator: str = "is") -> FilterRule | None:
        """Return how this provider filters by one of our fields; None if it does not."""
        return self.filters.get(field, {}).get(operator)

    def lookups(self) -> Mapping[str, Lookup]:
        """Return the endpoints that give users by a field, by that field."""
        return self.get.lookups() if self.get else {}

    def known_values(self, field: str) -> tuple[str, ...]:
        """Return the values that one of our fields can have; empty if no document lists them."""
        if field in self.values:
            return tuple(self.values[field])
        return CLOSED_FIELDS[field] if field in CLOSED_FIELDS and field in self.user.all_fields() else ()

    def words(self) -> Mapping[str, Words]:
        """Return our words for the values of a field, and theirs, for the fields where they differ."""
        return {field: values for field, values in self.values.items() if isinstance(values, Mapping)}

    def theirs(self, field: str, ours: str) -> tuple[str, ...]:
        """Return the provider's values for one of ours; ours itself if the provider has no other word."""
        words = self.words().get(field, {})
        if ours not in words:
            return (ours,)
        theirs = words[ours]
        values = theirs if isinstance(theirs, tuple) else (theirs,)
        return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in values)

    def sort_by(self, key: str) -> Sort | None:
        """Return how this provider sorts by one of our fields; None if it does not."""
        return cast("Mapping[str, Sort]", self.sort).get(key)

    def expressions(self) -> tuple[str, ...]:
        """Return every JMESPath expression of the page."""
        found = (
            self.list.items,
            *self.list.pagination.expressions(),
            self.list.total.path if self.list.total else None,
            *(self.announced.expressions() if self.announced else ()),
            self.get.item if self.get and self.get.path else None,
            self.search.items if self.search else None,
            self.count.number if self.count else None,
            *(lookup.items for lookup in self.lookups().values()),
            *self.user.expressions().values(),
            *self.user.extra.values(),
            *self.errors.expressions(),
        )
        return tuple(expression for expression in found if expression)


def _in_path(endpoint: Any, values: Mapping[str, str]) -> Any:
    """Return an endpoint with values in its path, and in those of its look-ups."""
    if endpoint is None:
        return None
    inner = {key: _in_path(getattr(endpoint, key, None), values) for key in _LOOKUPS if hasattr(endpoint, key)}
    path = None if endpoint.path is None else filled(endpoint.path, values)
    return endpoint.model_copy(update={**inner, "path": path})
