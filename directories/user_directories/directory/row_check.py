"""The check of the rows of a walk, and what was seen of the fields that it looks at.

Without that evidence, nobody could say that nobody matches.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from user_directory_pagination import MOST_AT_ONCE, Parameters, Row, Stretch

from ..planning.parameters import values_asked
from ..planning.plan import Plan
from ..planning.pushdown import Compared
from ..records.converters import Odd
from ..records.mapping import UserReader
from ..users.filters import Condition, matches_filters
from ..users.folding import fold
from ..users.user import User
from .observed import Observed

__all__ = ["FieldEvidence", "RowCheck"]

_MOST_KINDS = 5
_OTHER = "something else"


@dataclass
class FieldEvidence:
    """Plain data, kept with the position of a walk, so that a doubt outlives a page and a restart.

    `proved`: the fields whose path was found in a record. `unread`: field → what stood there → records that do not
    match, so that a value in them may be one that was asked for. `timeless`: field → records without that time.
    `contradicted`: the provider gave users who do not match what it filtered by. `unconfirmed`: users whom it gave, and
    who have nothing there. `met`: field → of several values that it compares, those that some user has. `doubted`:
    fields of which it may spell a value otherwise. `without_effect`: fields by which it is not known to filter.
    """

    proved: list[str] = field(default_factory=list[str])
    unread: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    timeless: dict[str, int] = field(default_factory=dict[str, int])
    contradicted: bool = False
    unconfirmed: int = 0
    met: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    doubted: list[str] = field(default_factory=list[str])
    without_effect: list[str] = field(default_factory=list[str])

    def dump(self) -> dict[str, Any]:
        """Return the evidence as plain JSON."""
        return dict(vars(self))


class RowCheck:
    """Says of each record of a walk whether its user was asked for, and keeps what makes that uncertain."""

    def __init__(self, plan: Plan, read: UserReader, seen: FieldEvidence, known: Observed) -> None:
        checks = [check for check in (plan.expected, plan.residual) if check is not None]
        self._plan = plan
        self._seen = seen
        self._known = known
        self._fields = plan.residual.fields if plan.residual else frozenset[str]()
        self._expected = plan.expected.fields if plan.expected else frozenset[str]()
        self._read = read.only(self._fields | self._expected) if checks else None
        self._is_confirmed = True
        self._unmet = {
            (each.field, value): matches_filters([Condition(each.field, each.operator, (value,))])
            for each in plan.compared
            for value in each.asked
            if len(each.asked) > 1 and value not in seen.met.get(each.field, ())
        }
        self._user: User | None = None
        watched = read.finders((self._fields | self._expected) - plan.unlisted)
        self._finders: dict[str, Callable[[Any], bool]] = {
            name: has for name, has in watched.items() if name not in seen.proved
        }
        self._checked = read.finders(self._fields).keys()
        self._times = [(name, User._fields.index(name)) for name in plan.times]
        hurried = None if plan.residual is None or plan.expected is not None else read.ruling_out(plan.residual)
        self.rules_out: Callable[[Any], bool] = hurried or _rules_nobody_out
        """A fast test of a record that is True only if its user was not asked for."""

    def is_wanted(self, record: Any) -> bool:
        """Return whether the user of a record was asked for; the record has a usable id."""
        read = self._read
        if read is None:
            return True
        user = cast("User", read(record))
        plan, self._user = self._plan, user
        self._is_confirmed = plan.expected is None or plan.expected(user)
        if not (self._is_confirmed or (plan.tolerated is not None and plan.tolerated(user))):
            self._seen.contradicted = True
            return False
        if plan.residual is None or plan.residual(user):
            return True
        if self._times or read.odd:
            self._left_out(user, read.odd)
        return False

    def handed_out(self) -> None:
        """Note that the user who was wanted last is handed out."""
        self._seen.unconfirmed += not self._is_confirmed
        user = self._user
        for name, value in [] if user is None else [asked for asked, is_met in self._unmet.items() if is_met(user)]:
            del self._unmet[name, value]
            self._seen.met.setdefault(name, []).append(value)

    async def look(self, rows: Sequence[Row], asked: Parameters) -> None:
        """Look for the paths that were not found yet, and whether these rows are those that were asked for."""
        if self._known.looks or self._plan.compared:
            records = [row.record for row in rows]
            self._known.look(records)
            for each in self._plan.compared:
                if each.operator == "is":
                    self._known.see_folding(each.field, each.values, records)
                    self._compare(each, records, values_asked(each.rule, each.operator, each.values, asked))
        stretch = Stretch()
        for start in range(0, len(rows), MOST_AT_ONCE):
            self._prove(rows[start : start + MOST_AT_ONCE])
            await stretch.give_way()

    def _prove(self, rows: Sequence[Row]) -> None:
        """Look for the paths that were not found yet."""
        for name in [name for name, has in self._finders.items() if any(has(row.record) for row in rows)]:
            del self._finders[name]
            self._seen.proved.append(name)
            self._known.prove((name,))

    def _compare(self, compared: Compared, records: Sequence[Any], sent: Sequence[str]) -> None:
        """Note if a request for one of several values gave users who have another of them."""
        is_told = len(sent) == 1 < len(compared.values) and not compared.rule.values  # else the words may differ
        for record in records if is_told else ():
            values = self._known.own_values(compared.field, record)
            if values and fold(sent[0]) not in map(fold, values):
                self._seen.contradicted = True
                return

    def unproved(self) -> list[str]:
        """Return the fields whose path was found in no record, neither of this walk nor of an earlier one."""
        return [name for name in self._finders if name in self._checked and not self._known.has_found(name)]

    def unconfirmed(self) -> int:
        """Return how many users lack what others have in a field by which the provider filtered."""
        has_it = any(name in self._seen.proved or self._known.has_found(name) for name in self._expected)
        return self._seen.unconfirmed if has_it else 0

    def _left_out(self, user: User, odd: Odd) -> None:
        """Note why a user may wrongly not match: values that cannot be read, and times that are missing."""
        for name, what in odd:
            if name in self._fields:
                kinds = self._seen.unread.setdefault(name, {})
                kind = what if what in kinds or len(kinds) < _MOST_KINDS else _OTHER
                kinds[kind] = kinds.get(kind, 0) + 1
        for name, place in self._times:
            if user[place] is None:
                self._seen.timeless[name] = self._seen.timeless.get(name, 0) + 1


def _rules_nobody_out(_: Any) -> bool:
    return False
