"""One call: a part per directory, opened from the start or from a cursor, run together and kept for the next call."""

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio

from ..cursors import Cursors, Stored
from ..directory.containment import contained
from ..directory.directory import Directory
from ..directory.walk_state import WalkState
from ..errors import CursorError, InvalidArgument, Kinds, UpstreamError
from ..notes import Note
from ..planning.query import Query, query_from_arguments
from ..sources.budget import Budget
from ..users.linking import Linking
from ..users.matching import TEXT_FIELDS
from .notes import Refused, all_said_once, not_asked, of_part, of_parts
from .part import Part
from .request import Request

__all__ = ["Call", "open_call"]

Step = Callable[[Part], Coroutine[Any, Any, None]]
"""What a call does with one part."""

_UNLISTED = "unlisted"
"""In the place of a state: the filter for which the directory is not asked."""

_OTHER_FORM = (TypeError, ValueError, LookupError, AttributeError)
"""The errors from reading a state that another version of the server wrote."""


@dataclass
class Call:
    """A request and the parts that answer it. `versions` has the version of every directory that was asked."""

    request: Request
    query: Query
    versions: Mapping[str, str]
    parts: list[Part]
    excluded: tuple[Note, ...] = ()
    """Notes on the directories that cannot take part."""
    linking: Linking = field(default_factory=Linking)
    """The people of the earlier pages."""
    unlisted: Mapping[str, str] = field(default_factory=dict[str, str])
    """By directory, the filter for which it cannot take part; kept with the cursor, as it was learned by chance."""

    async def each(self, step: Step, budget: Budget) -> None:
        """Run `step` for all parts at the same time; once the others are done, silent directories get half the time.

        Raises: InvalidArgument if it turns out meanwhile that no directory can answer the query.
        """
        unfinished = {part.directory.name for part in self.parts}

        async def run(part: Part) -> None:
            await self.run(step, part)
            unfinished.discard(part.directory.name)
            if budget.is_answered and not any(map(budget.has_answer_of, unfinished)):
                budget.hurry(unfinished)

        if len(self.parts) == 1:
            await run(self.parts[0])
        else:
            async with anyio.create_task_group() as tasks:
                for part in self.parts:
                    tasks.start_soon(run, part)
        self.leave_out_refused()

    async def run(self, step: Step, part: Part) -> None:
        """Run `step` for one part; what goes wrong in it is the fault of that part, whatever it is."""
        try:
            with contained(part.directory.name):
                await step(part)
        except InvalidArgument as refusal:
            part.refusal = refusal
        except UpstreamError as fault:
            part.fail(fault)

    def leave_out_refused(self) -> None:
        """Leave out the parts of which it turned out that they cannot answer. Raises: InvalidArgument if none can."""
        refusals = [(part, part.refusal) for part in self.parts if part.refusal is not None]
        if not refusals:
            return
        self.parts = [part for part in self.parts if part.refusal is None]
        if not self.parts:
            raise refusals[0][1]
        named = [(part.directory.name, refusal) for part, refusal in refusals]
        unlisted = {part.directory.name: part.directory.unlisted(self.query) for part, _ in refusals}
        self.excluded += not_asked(self.request.operation, named)
        self.unlisted = {**self.unlisted, **{name: field for name, field in unlisted.items() if field is not None}}

    def raise_if_nothing(self) -> None:
        """Raise the first fault if every directory failed before it gave anything."""
        faults = [fault for part in self.parts if (fault := part.fault()) is not None]
        if len(faults) == 1 == len(self.parts):
            raise faults[0]
        if faults and len(faults) == len(self.parts):
            raise Kinds.NOBODY_ANSWERED.error(faults=all_said_once(faults))

    @property
    def is_complete(self) -> bool:
        """Whether no directory has anybody left who was asked for."""
        return not self.excluded and all(part.certainty().complete for part in self.parts)

    def notes(self) -> tuple[Note, ...]:
        """Return all notes; if there are several directories, each note names its own."""
        return (*self.excluded, *of_parts(self.parts, several=len(self.versions) > 1))

    @property
    def went_well(self) -> bool:
        """Whether nothing failed or ran out, so that the call would give the same again if nothing changed."""
        return all(part.went_well for part in self.parts)

    def _is_kept(self, part: Part) -> bool:
        """Return whether a cursor keeps a part: it has more to give, or a doubt of it holds for all later pages."""
        if not part.finished:
            return True
        is_doubted = not part.certainty().complete or any(note not in part.plan.notes for note in of_part(part))
        return is_doubted and self.request.operation != "count"

    async def cursor(self, cursors: Cursors) -> str | None:
        """Return a cursor for what is left; None if nothing is left."""
        left = [part for part in self.parts if not part.finished]
        if not left:
            return None
        return await cursors.issue(
            Stored(
                operation=self.request.operation,
                directories=self.versions,
                arguments=self.query.as_arguments(),
                view=self.request.view,
                states={part.directory.name: part.walk.stored() for part in self.parts if self._is_kept(part)}
                | {name: {_UNLISTED: unlisted} for name, unlisted in self.unlisted.items()},
                held={part.directory.name: rows for part in left if (rows := part.walk.held) is not None},
                people=self.linking.dump() if len(self.versions) > 1 else {},
                private=any(part.directory.walks_by_hidden_key for part in left),
            )
        )


def open_call(
    request: Request,
    directories: Sequence[Directory],
    stored: Stored | None,
    budget: Budget,
    failed: Sequence[Refused] = (),
) -> Call:
    """Open the parts that a request, or the cursor behind it, asks for; `failed` are directories that cannot be opened.

    Raises: InvalidArgument if no directory can answer the query; UpstreamError if none can be opened; CursorMismatch.
    """
    query = request.query
    if stored is not None:
        query = _stored_query(stored, query)
    shown = _looked_at(request.shown, query, several=len(directories) > 1)
    parts: list[Part] = []
    refusals = list(failed)
    unlisted: dict[str, str] = {}
    for directory in directories:
        try:
            with contained(directory.name):
                part = _part(directory, query, budget, stored, shown)
        except (InvalidArgument, UpstreamError) as refusal:
            refusals.append((directory.name, refusal))
            if (name := _unlisted(directory, query, stored)) is not None:
                unlisted[directory.name] = name
        else:
            parts += [part] if part is not None else []
    if refusals and not parts:
        raise refusals[0][1]
    if stored is not None and not parts:  # no cursor is issued if nothing is left
        raise _of_other_version(stored)
    versions = stored.directories if stored else {directory.name: directory.version for directory in directories}
    excluded = not_asked(request.operation, refusals)
    return Call(request, query, versions, parts, excluded, _people(stored), unlisted)


def _unlisted(directory: Directory, query: Query, stored: Stored | None) -> str | None:
    """Return the filter for which a directory was refused in this walk, because only single users have its field."""
    before = stored.states.get(directory.name, {}).get(_UNLISTED) if stored else None
    return before or directory.unlisted(query)


def _looked_at(shown: Collection[str] | None, query: Query, *, several: bool) -> Collection[str] | None:
    """Return the fields to read of users who are shown: also those by which they are linked or ranked."""
    if shown is None or several:
        return None
    return TEXT_FIELDS.union(shown) if query.text else shown


def _stored_query(stored: Stored, given: Query) -> Query:
    """Return the query of a cursor. Arguments given with the cursor must be the same, or left out.

    Raises: CursorMismatch, CursorExpired.
    """
    try:
        query = query_from_arguments(stored.arguments)
    except _OTHER_FORM as error:
        raise _of_other_version(stored) from error
    for name, value in given.as_arguments().items():
        if value and value != stored.arguments[name]:
            raise Kinds.CURSOR_OF_OTHER_ARGUMENTS.error(name=name)
    return query


def _people(stored: Stored | None) -> Linking:
    """Return the people of the pages before a cursor. Raises: CursorExpired."""
    if stored is None:
        return Linking()
    try:
        return Linking.load(stored.people)
    except _OTHER_FORM as error:
        raise _of_other_version(stored) from error


def _part(
    directory: Directory, query: Query, budget: Budget, stored: Stored | None, shown: Collection[str] | None
) -> Part | None:
    """Open a part at the beginning, or at the position of a cursor; None if it has nothing more to give.

    Raises: InvalidArgument if the directory cannot answer the query; CursorExpired.
    """
    if stored is not None and (before := stored.states.get(directory.name, {}).get(_UNLISTED)):
        raise directory.refusal_of(before)
    if stored is None or directory.name not in stored.states:
        asking = directory.asking(query)
        if stored is not None:
            return None
        plan = directory.plan(query, asking)
        walk = directory.walk(plan, budget, WalkState(asking=asking), None, shown)
        return Part(directory, query, plan, walk, resumed=False, shown=shown)
    try:
        state = WalkState.load(stored.states[directory.name])
        plan = directory.plan(query, state.asking)
        walk = directory.walk(plan, budget, state, stored.held.get(directory.name), shown)
    except _OTHER_FORM as error:
        raise _of_other_version(stored) from error
    return Part(directory, query, plan, walk, resumed=True, shown=shown)


def _of_other_version(stored: Stored) -> CursorError:
    return Kinds.CURSOR_OF_OTHER_VERSION.error(cursor=stored.handle, operation=stored.operation)
