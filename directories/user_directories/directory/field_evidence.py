"""What a walk saw of the fields that its check looks at: without it, nobody could say that nobody matches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from user_directory_pagination import Row

from ..planning.plan import Plan
from ..records.mapping import UserReader
from ..users.user import User
from .observed import Observed

__all__ = ["FieldEvidence", "FieldWatch"]

_MOST_KINDS = 5
_OTHER = "something else"


@dataclass
class FieldEvidence:
    """Plain data, kept with the position of a walk, so that a doubt outlives a page and a restart.

    `proved`: the fields whose path was found in a record. `unread`: field → what stood there → records that do not
    match, so that a value in them may be one that was asked for. `timeless`: field → records without that time.
    """

    proved: list[str] = field(default_factory=list[str])
    unread: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    timeless: dict[str, int] = field(default_factory=dict[str, int])

    def dump(self) -> dict[str, Any]:
        """Return the evidence as plain JSON."""
        return dict(vars(self))


class FieldWatch:
    """Watches the records of one walk for a plan, and adds to its evidence."""

    def __init__(
        self, plan: Plan, read: UserReader, checking: UserReader, seen: FieldEvidence, known: Observed
    ) -> None:
        self._seen = seen
        self._known = known
        self._fields = plan.residual.fields if plan.residual else frozenset[str]()
        self._expected = plan.expected.fields if plan.expected else frozenset[str]()
        watched = read.finders((self._fields | self._expected) - plan.unlisted)
        self._finders: dict[str, Callable[[Any], bool]] = {
            name: has for name, has in watched.items() if name not in seen.proved
        }
        self._checked = read.finders(self._fields).keys()
        self._odd = checking.odd
        self._times = [(name, User._fields.index(name)) for name in plan.times]

    def look(self, rows: Sequence[Row]) -> None:
        """Look for the paths that were not found yet."""
        if self._known.looks:
            self._known.look([row.record for row in rows])
        for name in [name for name, has in self._finders.items() if any(has(row.record) for row in rows)]:
            del self._finders[name]
            self._seen.proved.append(name)
            self._known.prove((name,))

    def unproved(self) -> list[str]:
        """Return the fields whose path was found in no record, neither of this walk nor of an earlier one."""
        return [name for name in self._finders if name in self._checked and not self._known.is_proved(name)]

    def has_shown_expected(self) -> bool:
        """Return whether some record of this walk had a field by which the provider filtered."""
        return not self._expected.isdisjoint(self._seen.proved)

    def left_out(self, user: User) -> None:
        """Note why a user may wrongly not match: values that cannot be read, and times that are missing."""
        for name, what in self._odd:
            if name in self._fields:
                kinds = self._seen.unread.setdefault(name, {})
                kind = what if what in kinds or len(kinds) < _MOST_KINDS else _OTHER
                kinds[kind] = kinds.get(kind, 0) + 1
        for name, place in self._times:
            if user[place] is None:
                self._seen.timeless[name] = self._seen.timeless.get(name, 0) + 1
