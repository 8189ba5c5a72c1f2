"""The walks of one call, one a directory: opened anew or out of a cursor, run together, kept for the next."""

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio

from ..cursors import Cursors, Stored
from ..directory.directory import Directory
from ..directory.walk import Walk
from ..directory.walk_state import Progress, WalkState
from ..errors import (
    InvalidArgument,
    Kinds,
    PositionExpired,
    UpstreamError,
    UpstreamNotFound,
    UpstreamRefused,
    listed,
)
from ..planning.plan import Plan
from ..planning.query import Query, query_from_arguments
from ..sources.budget import Budget
from ..users.user import DirectoryUser

__all__ = ["DirectoryWalk", "Walks", "open_walks"]

_SLIPPED = "Users may have slipped by unseen: the directory changed while it was read, or its pages do not add up."
_SPENT = {
    "seconds": "The time for one call ran out",
    "requests": "The requests for one call ran out",
    "rows": "The rows for one call ran out",
}


@dataclass
class DirectoryWalk:
    """One directory's part of a call, and what it has given so far."""

    directory: Directory
    plan: Plan
    walk: Walk
    resumed: bool
    users: list[DirectoryUser] = field(default_factory=list[DirectoryUser])
    scanned: int = 0
    skipped: int = 0
    last: Progress = field(default_factory=Progress)

    @property
    def finished(self) -> bool:
        """Whether the directory has nothing more to give."""
        return self.last.ended

    @property
    def can_go_on(self) -> bool:
        """Whether there may be more, there is room for it, and nothing has failed in this call."""
        last = self.last
        return not (last.ended or last.cut or last.deferred or last.out_of or last.fault or last.stopped)

    def add(self, progress: Progress) -> None:
        """Take over what one step gave."""
        self.last = progress
        self.scanned += progress.scanned
        self.skipped += progress.skipped
        self.users += [DirectoryUser(self.directory.name, user) for user in progress.users]

    def notes(self) -> list[str]:
        """What a reader of the answer must know about this directory's part."""
        notes = list(self.plan.notes)
        if self.last.deferred:
            notes.append("These are the provider's own matches; the cursor goes on to check everybody else.")
        if self.skipped:
            notes.append(f"{self.skipped} records had no usable id and were left out.")
        notes += self._doubts()
        if self.last.stopped:
            notes.append(f"{self.last.stopped} The rest could not be read; the cursor tries again from there.")
        if self.last.out_of:
            notes.append(f"{_SPENT[self.last.out_of]} before the end was seen; the cursor goes on.")
        if self.last.fault:
            notes.append(self.last.fault.to_go_on())
        return notes

    def _doubts(self) -> Iterator[str]:
        """What speaks against the rows, and what could not be excluded."""
        state = self.walk.state
        if state.repeated:
            yield f"{state.repeated} records repeat the id of another on their page and were left out."
        if state.drifted:
            yield _SLIPPED
        elif self.finished and state.requests > 1 and state.scanned:
            yield from self._unproven()
        if state.given.is_full:
            yield "More users matched than can be remembered: some may come twice."
        if state.contradicted:
            yield "The provider ignores a filter of its manifest: who does not meet it was left out."

    def _unproven(self) -> Iterator[str]:
        """What nothing speaks for, but nothing excludes."""
        if not self.directory.manifest.list.pagination.is_stable():
            yield "Page tokens may be row numbers: only if users were deleted while it was read were others missed."
        if self.plan.order_moves:
            yield "Sorted by a time that changes: users who were updated meanwhile may have been missed."

    def fault(self) -> UpstreamError | PositionExpired | None:
        """The error to answer with if this directory gave nothing at all."""
        if self.last.stopped and not (self.users or self.scanned):
            return Kinds.PAGES_CONTRADICT.at(self.directory.name, reason=self.last.stopped.rstrip("."))
        state = self.walk.state
        if state.skipped and state.skipped == state.scanned and not self.users:
            return Kinds.NO_IDS.at(self.directory.name)
        fault = self.last.fault
        if fault is None or self.users or self.scanned:
            return None
        if self.resumed and isinstance(fault, UpstreamRefused | UpstreamNotFound) and self.walk.state.reader:
            return Kinds.POSITION_EXPIRED.error(directory=self.directory.name)
        return fault


@dataclass
class Walks:
    """All walks of one call, and the notes on directories that can not take part."""

    operation: str
    query: Query
    versions: Mapping[str, str]
    walks: list[DirectoryWalk]
    excluded: list[str]
    view: Mapping[str, Any] = field(default_factory=dict[str, Any])

    async def each(self, step: Callable[[DirectoryWalk], Coroutine[Any, Any, None]]) -> None:
        """Run `step` for all walks at once."""
        async with anyio.create_task_group() as tasks:
            for walk in self.walks:
                tasks.start_soon(step, walk)

    def raise_if_nothing(self) -> None:
        """Raise the first fault if every directory failed before it gave anything."""
        faults = [fault for walk in self.walks if (fault := walk.fault()) is not None]
        if len(faults) == 1 == len(self.walks):
            raise faults[0]
        if faults and len(faults) == len(self.walks):
            raise Kinds.NOBODY_ANSWERED.error(faults=_said_once(faults))

    def notes(self) -> tuple[str, ...]:
        """All notes, each naming its directories where there are several."""
        about: dict[str, list[str]] = {}
        for walk in self.walks:
            for note in walk.notes():
                about.setdefault(note, []).append(walk.directory.name)
        several = len(self.versions) > 1
        named = [f"{listed(names)}: {note}" if several else note for note, names in about.items()]
        return (*self.excluded, *named)

    @property
    def went_well(self) -> bool:
        """Whether this call would give the same again if nothing changed: nothing failed or ran out."""
        return not any(walk.last.fault or walk.last.stopped or walk.last.out_of for walk in self.walks)

    async def cursor(self, cursors: Cursors) -> str | None:
        """A cursor for what is left; None if nothing is."""
        open_walks = [walk for walk in self.walks if not walk.finished]
        if not open_walks:
            return None
        states = {walk.directory.name: walk.walk.stored() for walk in open_walks}
        held = {walk.directory.name: page for walk in open_walks if (page := walk.walk.held) is not None}
        query = self.query.as_arguments()
        private = any(walk.directory.walks_by_hidden_key for walk in open_walks)
        stored = Stored(self.operation, self.versions, query, self.view, states, held, private=private)
        return await cursors.issue(stored)


def open_walks(
    operation: str, directories: Sequence[Directory], query: Query, stored: Stored | None, budget: Budget
) -> Walks:
    """Open the walks that a query, or a cursor, asks for.

    Raises: InvalidArgument if no directory can answer the query; CursorMismatch.
    """
    if stored is not None:
        _check_arguments(stored, query)
        query = query_from_arguments(stored.arguments)
    walks: list[DirectoryWalk] = []
    refusals: list[InvalidArgument] = []
    names: list[str] = []
    for directory in directories:
        try:
            plan = directory.plan(query)
        except InvalidArgument as refusal:
            refusals.append(refusal)
            names.append(directory.name)
            continue
        if stored is not None and directory.name not in stored.states:
            continue  # it has given all that it had
        state = WalkState.load(dict(stored.states[directory.name])) if stored else None
        held = stored.held.get(directory.name) if stored else None
        walks.append(DirectoryWalk(directory, plan, directory.walk(plan, budget, state, held), stored is not None))
    if refusals and not walks:
        raise refusals[0]
    excluded = _exclusions(operation, names, refusals)
    versions = stored.directories if stored else {directory.name: directory.version for directory in directories}
    return Walks(operation, query, versions, walks, excluded)


def _check_arguments(stored: Stored, query: Query) -> None:
    """Arguments given beside a cursor must be those that it was issued for; leaving them out is fine."""
    for name, value in query.as_arguments().items():
        if value and value != stored.arguments[name]:
            raise Kinds.CURSOR_OF_OTHER_ARGUMENTS.error(name=name)


def _said_once(faults: Sequence[UpstreamError | PositionExpired]) -> str:
    """All faults; one that several directories have is said once."""
    about: dict[str, list[str]] = {}
    for fault in faults:
        names, _, said = str(fault).partition(": ")
        about.setdefault(said, []).append(names)
    return " ".join(f"{listed(names)}: {said}" for said, names in about.items())


def _exclusions(operation: str, names: Sequence[str], refusals: Sequence[InvalidArgument]) -> list[str]:
    """Which directories can not take part, and why; a reason that several share is said once and in short."""
    why: dict[str, list[tuple[str, str]]] = {}
    for name, refusal in zip(names, refusals, strict=True):
        why.setdefault(str(refusal).partition(". ")[0], []).append((name, str(refusal)))
    done = "counted" if operation == "get_user_count" else "searched"
    return [
        f"{listed(name for name, _ in each)}: not {done}. {each[0][1] if len(each) == 1 else f'{reason}.'}"
        for reason, each in why.items()
    ]
