"""What the machine knows when it decides: the state, what is remembered, and what a page shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, NamedTuple

from ..batch import Identify, Row, fingerprint, marks_of
from ..habits import Habits
from ..page import Position, RawPage
from ..recent import TOP, Mark, Recent, mark
from .anchors import Anchor
from .chain import Chain
from .look_back import LookBack
from .place import Place

__all__ = ["PASSED", "Ask", "Seen", "Situation", "State", "position_mark"]

PASSED = 1024
"""Remembered positions and pages: a circle of up to 512 pages is recognised as one."""

_HELD_FROM = 8
"""Rows in a page of keys from which on each page begins with the row held on to."""


class State(Enum):
    """What the machine is about; see the module."""

    READING = auto()
    LOST = auto()
    LOOKING_BACK = auto()
    DOUBTING_THE_END = auto()
    PROVING_THE_NEXT = auto()
    CHECKING_THE_TOP = auto()
    FILLING = auto()
    DONE = auto()


class Ask(NamedTuple):
    """A question: the rows from a position on. `anchor` is the index of the row that it follows; -1 for the start."""

    position: Position
    size: int
    anchor: int = -1


@dataclass(frozen=True)
class Seen:
    """A page, and which of its rows are remembered."""

    page: RawPage
    marks: Sequence[Mark | None]
    tags: Sequence[str]
    """What each row is known by, with or without an id."""

    known: Sequence[bool]
    digest: str
    following: Position | None

    @property
    def new(self) -> bool:
        """Whether any row with an id is not remembered."""
        return any(each is not None and not known for each, known in zip(self.marks, self.known, strict=True))

    @property
    def is_mixed(self) -> bool:
        """Whether a row that is remembered stands behind one that is not."""
        return False in self.known[: self.last_known + 1]

    @property
    def last_known(self) -> int:
        return max((index for index, known in enumerate(self.known) if known), default=-1)


class Situation:
    """Everything that a decision depends on. `known` holds the rows that were handed out."""

    def __init__(self, strategy: Chain, identify: Identify, known: Recent, at: Place, habits: Habits) -> None:
        self.strategy = strategy
        self.known = known
        self.habits = habits
        self.at = at
        self.passed = Recent.load(at.passed, PASSED)
        self.look = LookBack(**at.shifts)
        self._identify = identify
        self._marked: Seen | None = None
        """The page seen last, without which of its rows are remembered, since that changes."""

    def stored(self) -> dict[str, Any]:
        """Return the state as plain JSON."""
        changed = {"passed": self.passed.dump(), "shifts": dict(vars(self.look))}
        return vars(self.at) | changed | {"anchors": [list(anchor) for anchor in self.anchors]}

    @property
    def state(self) -> State:
        """What the machine is about."""
        at = self.at
        if self.look.due is not None:
            return State.LOOKING_BACK
        if at.lacking is not None:
            return State.FILLING
        if at.position is None and at.proof is not None:
            return State.PROVING_THE_NEXT
        if at.position is None:
            return State.CHECKING_THE_TOP if self.can_check and at.checking is not None else State.DONE
        if at.back or at.blind:
            return State.LOST
        return State.DOUBTING_THE_END if at.doubted and not self.has_anchors else State.READING

    @property
    def can_check(self) -> bool:
        """Whether a look at the top would show something: all rows are remembered, and nothing is in doubt anyhow."""
        return not (self.known.is_full or self.at.drifted)

    @property
    def has_anchors(self) -> bool:
        """Whether rows have positions, so that the machine can go back to an earlier row."""
        return self.strategy.keyed or self.at.counts

    @property
    def anchors(self) -> list[Anchor]:
        """The rows to go back to; the last one is held on to."""
        return [Anchor(*each) for each in self.at.anchors]

    @property
    def held(self) -> int:
        """How many rows each page begins before what is new; none where that costs more than looking at the end."""
        least = 2 if self.at.counts or self.known.is_full else _HELD_FROM
        return int(self.has_anchors and self.at.largest >= least)

    def holds(self, seen: Seen) -> bool:
        """Return whether a page shows the row held on to, or another that is remembered.

        Where positions count rows, a single row is not enough: it may have moved to where it is shown.
        """
        if self.at.counts and not (self.at.tail or self.at.drifted):
            held = next((bytes.fromhex(each.tag) for each in reversed(self.anchors)), TOP)
            return self.known.recognises(seen.marks, held)
        return any(seen.known) or (bool(self.at.anchors) and self.anchors[-1].tag in seen.tags)

    def shows_everything(self, asked: Ask, seen: Seen) -> bool:
        """Return whether a page shows all that was read, whatever was asked for: then all came in one answer.

        A first answer of just the size that was asked for may be a page, so that the server only ignores the position.
        """
        ends = (self.anchors[asked.anchor].tag, self.anchors[-1].tag) if asked.anchor >= 0 else ()
        whole = sum(seen.known) >= len(self.known) or not seen.new
        return bool(ends) and bool(self.at.ignored) and whole and all(tag in seen.tags for tag in ends)

    @staticmethod
    def leads_nowhere(asked: Ask, following: Position | None) -> bool:
        """Return whether no position follows, or only the one that was asked for."""
        return following is None or (bool(following) and following == asked.position)

    def is_short(self, asked: Ask, seen: Seen) -> bool:
        """Return whether a page has fewer rows than were asked for, and no clamp can have cut it."""
        return len(seen.page.items) < min(asked.size, self.at.largest or asked.size)

    def behind(self, asked: Ask, seen: Seen) -> list[tuple[str, Position | None]]:
        """Return what each row of a page is known by, and the position behind it."""
        positions = self.strategy.behind(asked.position, seen.page) or [None] * len(seen.tags)
        return list(zip(seen.tags, positions, strict=True))

    def see(self, page: RawPage) -> Seen:
        """Compare a page with what is remembered."""
        if self._marked is None or self._marked.page is not page:
            marks = marks_of(page.items, self._identify)
            tags = [(each or mark(repr(item))).hex() for each, item in zip(marks, page.items, strict=True)]
            digest, following = fingerprint(page.items, marks).hex(), self.strategy.following(page)
            self._marked = Seen(page, marks, tags, (), digest, following)
        remembered = self.known.marks
        return replace(self._marked, known=[each in remembered for each in self._marked.marks])

    def rows(self, seen: Seen, *, whole: bool, first: bool = False) -> list[Row]:
        """Return the rows that are not remembered, each behind the row before it on its page.

        `first`: the page is the first of the list.
        `whole`: the records without an id are new, too; else only those behind all that is remembered.
        """
        is_second = self.state in (State.LOOKING_BACK, State.FILLING)
        known_until, tail = seen.last_known, 0 if whole else self.at.tail
        doubtful = self.known.is_full and (any(seen.known) or is_second)
        forgotten = (*seen.known, True).index(True) if doubtful else 0
        rows: list[Row] = []
        here: set[Mark] = set()
        behind: Mark | None = TOP if first and not self.known.is_full else None
        for index, each in enumerate(seen.marks):
            record = seen.page.items[index]
            if each is None:
                if whole or (not is_second and index > known_until + tail):
                    rows.append(Row(record, None))
                continue
            if each in here:
                self.at.repeated += not seen.known[index]
            elif not seen.known[index] and index >= forgotten:
                rows.append(Row(record, each, behind))
            here.add(each)
            behind = each
        return rows


def position_mark(position: Position) -> Mark:
    """Return the mark by which a position is remembered."""
    return mark(json.dumps(position, sort_keys=True))
