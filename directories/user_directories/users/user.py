"""The user that every provider's record becomes: flat, cleaned, immutable."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = [
    "ADDRESS_FIELDS",
    "CLOSED_FIELDS",
    "COMMON_FIELDS",
    "CONCISE_FIELDS",
    "FIELDS",
    "NAME_FIELDS",
    "QUIET_FIELDS",
    "SAME_PERSON",
    "TIMES",
    "TOLD_TOGETHER",
    "DirectoryUser",
    "Texts",
    "User",
]


Texts = str | tuple[str, ...]
"""One value, or several."""


class User(NamedTuple):
    """One user of one directory; None means that the directory does not say.

    All text is cleaned (see `cleaning`). Times are ISO 8601 in UTC (`2026-01-31T12:00:00Z`, with a fraction of the
    second if the provider gives one), or the provider's own text if it cannot be read as a time. `emails` has all
    addresses, if a user can have several; any of them finds the user. `status` is the provider's own word;
    `state` is active, inactive or pending, whatever that word is; `kind` is person, guest, service or bot; `manager` is
    an id or a name, as the provider has it. `extra` holds further fields of the provider's own.
    """

    id: str
    name: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    emails: tuple[str, ...] | None = None
    username: Texts | None = None
    given_name: str | None = None
    family_name: str | None = None
    status: Texts | None = None
    state: Texts | None = None
    kind: Texts | None = None
    role: Texts | None = None
    title: Texts | None = None
    department: Texts | None = None
    organization: Texts | None = None
    manager: Texts | None = None
    employee_id: Texts | None = None
    created_at: str | None = None
    updated_at: str | None = None
    last_active_at: str | None = None
    avatar_url: str | None = None
    extra: Mapping[str, Any] = {}

    def value(self, field: str) -> Any:
        """Return a shared field or one of `extra`; None if the user has neither."""
        return getattr(self, field) if field in FIELDS else self.extra.get(field)


@dataclass(frozen=True)
class DirectoryUser:
    """A user, and the directory where the user was found."""

    directory: str
    user: User


FIELDS: tuple[str, ...] = tuple(name for name in User._fields if name != "extra")
"""The fields that all directories share, in the order in which they are shown."""

CONCISE_FIELDS: tuple[str, ...] = ("id", "name", "email", "status", "role")
"""What `detail=concise` shows: who the user is and what they may do. Times are added if the query uses them."""

TIMES = frozenset({"created_at", "updated_at", "last_active_at"})

ADDRESS_FIELDS = frozenset({"email", "emails"})

NAME_FIELDS = frozenset({"name", "given_name", "family_name"})

COMMON_FIELDS = frozenset({"status", "state", "kind", "role", "title", "department", "organization"})
"""Fields whose values many users have, so that an equal value elsewhere says nothing of a user."""

QUIET_FIELDS = TIMES | COMMON_FIELDS | {"email_verified"}
"""Fields whose values tell nothing of a user where they stand in another field."""

STATES = ("active", "inactive", "pending")
"""The values of `state`."""

KINDS = ("person", "guest", "service", "bot")
"""The values of `kind`."""

CLOSED_FIELDS: Mapping[str, tuple[str, ...]] = {"state": STATES, "kind": KINDS}
"""The fields whose values are our own words, whatever a provider calls them."""

SAME_PERSON = (("email", "emails"), ("name", "given_name", "family_name"))
"""Groups of fields that reveal the same."""

TOLD_TOGETHER = (*SAME_PERSON, ("status", "state"))
"""Fields that are hidden together unless a policy says otherwise."""
