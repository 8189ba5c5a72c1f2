"""The endpoints that give one user, or those who have an address or a username."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from .filters import FilterRule
from .table import EndpointPath, Pattern, Table, Text

__all__ = ["ID", "VALUE", "GetOne", "Lookup"]

VALUE = "{value}"
"""What stands for the value that is looked up."""

ID = "{id}"
"""What stands for the id of a user."""

Absent = tuple[Annotated[int, Field(ge=400, le=499)], ...]
"""Statuses besides 404 and 410 that say that there is nobody."""


def _holds_once(mark: str, path: str | None, parameters: Mapping[str, str]) -> None:
    """Check that a place for a value is in the path or in one parameter. Raises: ValueError."""
    if [mark in text for text in (path or "", *parameters.values())].count(True) != 1:
        raise ValueError(f"needs {mark} in `path` or in one of `parameters`")


class Lookup(Table):
    """An endpoint that gives the users who have a value; `{value}` in the path or in a parameter is replaced.

    The answer is one user or a list of several, who are checked here, too; an empty one, and a status of `absent`, say
    that there is nobody.
    """

    path: EndpointPath
    """Behind the base URL; `{value}` stands there or in a parameter."""
    parameters: Mapping[str, str] = {}
    """The query parameters."""
    items: Text = "@"
    """Where the user or the list of users is."""
    absent: Absent = ()
    """Statuses besides 404 and 410 that say that nobody has the value."""
    lower: bool = False
    """Whether the value is sent in lower case, in which all values are documented to be."""
    whole: bool = True
    """False if a document says that it does not find everybody: whom it does not find is looked for in the list."""

    @model_validator(mode="after")
    def _has_a_place(self) -> "Lookup":
        _holds_once(VALUE, self.path, self.parameters)
        return self

    def rule(self) -> FilterRule:
        """Return the same as a filter that is documented to be exact."""
        return FilterRule(parameter=VALUE, match="exact", case="lower" if self.lower else "as_given")


class GetOne(Table):
    """The endpoint that gives one user; `{id}` in the path or in a parameter is replaced.

    `email` and `username` are endpoints that give users by these; without `path`, there is none by id.
    """

    email: Lookup | None = None
    username: Lookup | None = None
    path: Annotated[EndpointPath | None, Field(validate_default=True)] = None
    """Behind the base URL; `{id}` stands there or in a parameter."""
    parameters: Mapping[str, str] = {}
    """The query parameters."""
    item: Text = "@"
    """Where the user is in the answer."""
    ids: Pattern = ".+"
    """The form of an id (a regular expression for the whole id); other strings are not sent."""
    lower: bool = False
    """Whether ids are sent in lower case: UUIDs are the same in both."""
    absent: Absent = ()
    """Statuses besides 404 and 410 that say that no user has the id."""
    documented: bool = True
    """False if no document names the endpoint: then a 404 does not prove that the user does not exist."""
    only: tuple[Text, ...] = ()
    """Fields of `[user]` that the list does not send."""
    belongs_by: Literal["email", "username"] | None = None
    """Where the endpoint also gives people who are not in the list: the field by whose look-up members are known."""
    email_is_id: bool = False
    """Whether the id of a user with an email address is that address."""

    @field_validator("path", mode="before")
    @classmethod
    def _gives_somebody(cls, path: Any, info: ValidationInfo) -> Any:
        if path is None and all(info.data.get(name, "wrong") is None for name in ("email", "username")):
            raise PydanticCustomError("missing", "Field required")
        return path

    @model_validator(mode="after")
    def _has_a_place(self) -> "GetOne":
        if self.path is not None or self.parameters:
            _holds_once(ID, self.path, self.parameters)
        return self

    @model_validator(mode="after")
    def _can_look_up_members(self) -> "GetOne":
        if self.belongs_by is not None and self.belongs_by not in self.lookups():
            raise ValueError(f"`belongs_by` needs [get.{self.belongs_by}], which says who is in the directory")
        if self.belongs_by is not None and self.path is None:
            raise ValueError("`belongs_by` says nothing without `path`, whose answers it checks")
        return self

    def lookups(self) -> Mapping[str, Lookup]:
        """Return the endpoints that give users by a field."""
        found = {"email": self.email, "username": self.username}
        return {field: lookup for field, lookup in found.items() if lookup is not None}
