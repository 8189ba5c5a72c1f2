"""What every provider's record becomes: one flat, cleaned, immutable user."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["CONCISE_FIELDS", "FIELDS", "SAME_PERSON", "TIMES", "DirectoryUser", "User"]


class User(NamedTuple):
    """One user of one directory; None means that the directory does not say.

    All text is cleaned (see `cleaning`). Times are ISO 8601 in UTC (`2026-01-31T12:00:00Z`, with a fraction of the
    second where the provider gives one), or the provider's own text where that could not be read as a time. `emails`
    are all addresses, where a user can have several; any of them finds the user. `extra` holds the provider's own
    further fields, as its manifest lists them.
    """

    id: str
    name: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    emails: tuple[str, ...] | None = None
    username: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    status: str | None = None
    role: str | None = None
    organization: str | None = None
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
    """A user and the directory that they were found in."""

    directory: str
    user: User


FIELDS: tuple[str, ...] = tuple(name for name in User._fields if name != "extra")
"""The fields that all directories share, in the order in which they are shown."""

CONCISE_FIELDS: tuple[str, ...] = ("id", "name", "email", "status", "role")
"""What `detail=concise` shows: who it is and what they may do. Times are added where the question is about them."""

TIMES = frozenset({"created_at", "updated_at", "last_active_at"})

SAME_PERSON = (("email", "emails"), ("name", "given_name", "family_name"))
"""Fields that tell the same."""
