"""One directory under examination: its first page, how it is asked, and what that has cost."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from user_directories import FILTER_FIELDS, Budget, Capabilities, Directories, Operation, Page, Query, Request, User
from user_directories.calls.options import CallOptions
from user_directories.directory.directory import Directory
from user_directories.users.filters import Condition, matches_filters
from user_directories.users.timestamps import parse_time

__all__ = ["OPTIONS", "SAMPLE", "Patient"]

SAMPLE = 25
"""Users to ask for at once."""

_CUT = 200
"""Characters of a value that may be cut, so that nobody has what is left of it."""

OPTIONS = CallOptions(seconds=5.0, requests=10)
"""What one question may cost: enough to see how it is answered."""


@dataclass(frozen=True)
class Patient:
    """A directory whose first page could be read. `records` are that page, `users` the same as an agent sees them."""

    directories: Directories
    able: Capabilities
    directory: Directory
    records: Sequence[Any]
    users: Sequence[User]

    @property
    def name(self) -> str:
        """Its name."""
        return self.able.directory

    async def ask(self, query: Query, *, limit: int = SAMPLE, cursor: str | None = None) -> Page:
        """Ask for users as an agent does. Raises: UserDirectoryError."""
        operation: Operation = "list" if query.text is None else "search"
        request = Request(operation, self.name, query, limit, cursor, options=OPTIONS)
        return await self.directories.users(request)

    async def own_answer(self, query: Query) -> Sequence[Any] | None:
        """Return the records that the provider's own filter gives on its first page; None if it is not asked to.

        Raises: UserDirectoryError, OutOfBudget.
        """
        leg = self.directory.plan(query, self.directory.asking(query)).legs[0]
        if leg.everybody or not leg.parameters:
            return None
        return (await self.directory.sample(Budget(5.0, requests=1), leg.parameters, leg.route)).items

    def matching(self, records: Sequence[Any], conditions: tuple[Condition, ...]) -> int:
        """Return how many records match conditions, or may do so."""
        passes = self.directory.passing(matches_filters(conditions, lenient=True))
        return sum(map(passes, records))

    def is_shown(self, field: str) -> bool:
        """Return whether the operator shows all of a field."""
        return self.directory.manifest.user.shown(field) == "full"

    def example(self, field: str) -> tuple[User, str] | None:
        """Return a user of the first page who has a plain value in a field, and that value."""
        for user in self.users:
            text = _first(user.value(field))
            if isinstance(text, str) and text.isprintable() and 0 < len(text) < _CUT and _fits(field, text):
                return user, text
        return None


def _fits(field: str, text: str) -> bool:
    """Return whether a value is what a filter of its kind takes."""
    kind = FILTER_FIELDS.get(field)
    if kind == "address":
        return re.fullmatch(r"[^@\s]+@[^@\s]+", text) is not None
    return kind != "time" or parse_time(text) is not None


def _first(value: str | tuple[str, ...] | None) -> str | None:
    """Return a value, or the first of several."""
    return next(iter(value), None) if isinstance(value, tuple) else value
