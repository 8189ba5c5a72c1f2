"""Where the fields of a user are in a provider's record."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, model_validator

from ..users.user import FIELDS
from .table import Pattern, Table, Text

__all__ = ["Show", "TimeForm", "UserMapping", "strictest"]

Show = Literal["full", "masked", "none"]
"""How a field is shown; see `records.policy`."""

_STRICTNESS: tuple[Show, ...] = get_args(Show)


def strictest(levels: Iterable[Show]) -> Show:
    """Return the level that shows least; of no levels, `full`."""
    all_levels: tuple[Show, ...] = ("full", *levels)
    return max(all_levels, key=_STRICTNESS.index)


TextField = Literal[
    "name",
    "email",
    "username",
    "given_name",
    "family_name",
    "status",
    "role",
    "title",
    "department",
    "organization",
    "manager",
    "employee_id",
]


def _own_names(extra: Mapping[str, str]) -> Mapping[str, str]:
    shared = [name for name in extra if name in FIELDS]
    if shared:
        raise ValueError(f"{shared[0]} is a field of [user] itself")
    taken = [name for name in extra if name in ("directory", "person")]
    if taken:
        raise ValueError(f"{taken[0]} is a column of every answer: choose another name")
    return extra


TimeField = Literal["created_at", "updated_at", "last_active_at"]


def _round_trips(form: str) -> str:
    """Check that a format writes what it reads. Raises: ValueError."""
    sample = datetime(2024, 1, 31, 13, 14, 15, tzinfo=UTC)
    try:
        read = datetime.strptime(sample.strftime(form), form)  # noqa: DTZ007 - only its day matters
    except ValueError as error:
        raise ValueError(f"not a format of strptime: {error}") from error
    if read.date() != sample.date():
        raise ValueError("it does not give the year, the month and the day")
    return form


def _known_zone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError(f"{name!r} is not a time zone; write it like Europe/Berlin") from error
    return name


class TimeForm(Table):
    """How a provider writes a time that the usual forms do not say (see `users.timestamps.parse_time`)."""

    format: Annotated[Text, AfterValidator(_round_trips)] | None = None
    """As `strptime` reads it, such as `%d/%m/%Y`. https://docs.python.org/3/library/datetime.html#format-codes"""
    timezone: Annotated[Text, AfterValidator(_known_zone)] = "UTC"
    """The zone of times that are written without one, by its name in the IANA database."""

    def zone(self) -> tzinfo:
        """Return the zone of times that are written without one."""
        from zoneinfo import ZoneInfo

        return UTC if self.timezone == "UTC" else ZoneInfo(self.timezone)


class UserMapping(Table):
    """Our field → where it is in their record (JMESPath); `extra` adds fields of the provider's own."""

    id: Text
    """What the provider knows a user by; a record without one is left out."""
    name: Text | None = None
    """The whole name; without it, one is made of its parts."""
    email: Text | None = None
    """The main address."""
    email_verified: Text | None = None
    """Whether the provider checked the address: true or false."""
    emails: Text | None = None
    """All addresses, if a user can have several: each of them finds the user."""
    username: Text | None = None
    """What a user signs in with."""
    given_name: Text | None = None
    """The first name."""
    family_name: Text | None = None
    """The last name."""
    status: Text | None = None
    """The provider's own word."""
    state: Text | None = None
    """The value that `[values] state` maps to active, inactive or pending; other values are ignored."""
    kind: Text | None = None
    """The value that `[values] kind` maps to person, guest, service or bot; other values are ignored."""
    role: Text | None = None
    """What a user may do, in the words of the provider."""
    title: Text | None = None
    """The name of the post."""
    department: Text | None = None
    """The name of the department."""
    organization: Text | None = None
    """The name of the organization, or its id."""
    manager: Text | None = None
    """The id or the name of the user's manager."""
    employee_id: Text | None = None
    """The number in personnel records."""
    created_at: Text | None = None
    """When the user was created."""
    updated_at: Text | None = None
    """When the record was last changed."""
    last_active_at: Text | None = None
    """When the user last signed in, or did something."""
    avatar_url: Text | None = None
    """The address of a picture."""
    extra: Annotated[Mapping[str, Text], AfterValidator(_own_names)] = {}
    """Fields of the provider's own: a name of yours → the path. They are shown with `detail="full"`."""
    patterns: Mapping[TextField, Pattern] = {}
    """The form of a field (a regular expression for the whole string); a string of another form is ignored."""

    times: Mapping[TimeField, TimeForm] = {}
    """The form of the times that are not written in a usual one, or that lack a zone that is not UTC."""

    show: Mapping[str, Show] = {}
    """How fields are shown unless the operator says otherwise; the default is `full`."""

    @model_validator(mode="after")
    def _shows_what_it_has(self) -> "UserMapping":
        unknown = [name for name in self.show if name not in (*FIELDS, *self.extra)]
        if unknown:
            raise ValueError(f"show.{unknown[0]} is a field of neither [user] nor [user.extra]")
        return self

    def fields(self) -> tuple[str, ...]:
        """Return the fields of a user that are shown, in full or masked."""
        return tuple(name for name in self.all_fields() if self.shown(name) != "none")

    def all_fields(self) -> tuple[str, ...]:
        """Return the fields that a user can have; a name is made from its parts if only those exist."""
        has = self.expressions().keys() | ({"name"} if self.given_name or self.family_name else set[str]())
        return (*(field for field in FIELDS if field in has), *self.extra)

    def shown(self, name: str) -> Show:
        """Return how a field is shown."""
        return self.show.get(name, "full")

    def expressions(self) -> dict[str, str]:
        """Return the paths of the shared fields that this provider has."""
        return {field: path for field in FIELDS if (path := getattr(self, field)) is not None}
