"""The facade: list, search, get and count over one directory or all of them.

The modules that do the work are imported on first use, because every client waits for what is imported at the start.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from .calls.answers import Counts, Lookup, Page
from .calls.options import USUAL, CallOptions
from .calls.progress import reporting
from .calls.request import Request
from .cursors import Cursors, CursorStore, Replays, Stored, replay_key
from .directory.broken import BROKEN, BrokenDirectories, BrokenDirectory, not_asked
from .directory.capabilities import Capabilities, capabilities, reading_notes
from .directory.settings import DirectorySettings
from .errors import Kinds, Operation, UpstreamError
from .notes import Notes
from .planning.query import Query
from .sources.budget import Budget
from .users.filters import FILTER_FIELDS
from .users.user import User

if TYPE_CHECKING:
    from .calls.call import Call
    from .directory.diagnosis import Diagnosis
    from .directory.directory import Directory
    from .sources.client import Certificates, HttpClient

__all__ = ["Directories"]

_SUGGESTION_SECONDS = 3.0
_SUGGESTION_REQUESTS = 3
"""The limits of a completion, which clients ask for with every letter that is typed."""

_Answer = TypeVar("_Answer")


class Directories:
    """All configured directories behind one set of methods; an async context manager that closes them.

    `broken` are further directories, which are missing from every answer over all until the operator corrects them.
    `budget` makes the largest budget of a call; `owner` is the owner of the cursors.
    """

    def __init__(
        self,
        settings: Iterable[DirectorySettings],
        store: CursorStore,
        *,
        broken: Iterable[BrokenDirectory] = (),
        budget: Callable[[], Budget] = Budget,
        owner: str = "local",
    ) -> None:
        self._settings = {item.name: item for item in settings}
        self._broken = BrokenDirectories(broken)
        self._certificates: Certificates | None = None
        self._clients: list[HttpClient] = []
        self._directories: dict[str, Directory] = {}
        self._capabilities: tuple[Capabilities, ...] | None = None
        self._cursors = Cursors(store, owner)
        self._pages: Replays[Page] = Replays()
        self._counts: Replays[Counts] = Replays()
        self._budget = budget

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients:
            await client.aclose()
        self._cursors.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The directories that can be asked, in the order of the configuration."""
        return tuple(self._settings)

    @property
    def broken(self) -> tuple[BrokenDirectory, ...]:
        """The directories that cannot be asked before the operator corrects something."""
        return tuple(self._broken.values())

    @property
    def known_names(self) -> tuple[str, ...]:
        """The directories that a call can name; of a broken one, it learns the fix."""
        return (*self._settings, *(each.name for each in self._broken.values() if each.can_be_named))

    def directory(self, name: str) -> "Directory":
        """Return one directory. Raises: UnknownDirectory, Misconfigured, NothingConfigured."""
        if name not in self._settings:
            raise self._broken.refusal(name, self.names)
        if name not in self._directories:
            self._directories[name] = self._opened(self._settings[name])
        return self._directories[name]

    def _opened(self, settings: DirectorySettings) -> "Directory":
        """Open a directory with its source, and connections of its own: the one place that chooses the source."""
        from .directory.directory import Directory
        from .directory.signing_in import sign_in_of
        from .sources.client import Certificates, HttpClient
        from .sources.http import HttpSource

        certificates = self._certificates = self._certificates or Certificates()

        def client_for(url: str) -> HttpClient:
            self._clients.append(HttpClient(url, certificates))
            return self._clients[-1]

        client = client_for(settings.base_url)
        rate, sign_in = settings.requests_per_second, sign_in_of(settings, client_for)
        source = HttpSource(settings.name, settings.shown_manifest, settings.base_url, sign_in, rate, client)
        return Directory(settings, source)

    def capabilities(self) -> tuple[Capabilities, ...]:
        """Return what each directory can answer; computed once, because every call needs it."""
        if self._capabilities is None:
            self._capabilities = tuple(capabilities(item.name, item.shown_manifest) for item in self._settings.values())
        return self._capabilities

    def described(self) -> tuple[Capabilities, ...]:
        """Return what each directory can answer, with what its list cannot do as far as that is known by now."""
        return tuple(map(self._described, self.capabilities()))

    def _described(self, able: Capabilities) -> Capabilities:
        opened = self._directories.get(able.directory)
        if opened is None:
            return replace(able, notes=(*able.notes, *reading_notes(self._settings[able.directory].shown_manifest)))
        able = capabilities(able.directory, opened.manifest)
        limits = opened.reading_notes()
        seen = {
            name: values for name, values in opened.observed.told().items() if {*values} - {*able.values.get(name, ())}
        }
        return replace(able, notes=(*able.notes, *limits), seen=seen)

    def filters(self, name: str | None) -> tuple[str, ...]:
        """Return the filters of one directory, or of all together.

        Raises: UnknownDirectory, Misconfigured, NothingConfigured.
        """
        if name is None and not self._settings:
            raise self._broken.nobody_to_ask()
        if name is not None and name not in self._settings:
            raise self._broken.refusal(name, self.names)
        able = [item.filters for item in self.capabilities() if name in (None, item.directory)]
        return tuple(each for each in FILTER_FIELDS if any(each in filters for filters in able))

    async def follow(self, operation: Operation, cursor: str | Stored | None, name: str | None = None) -> Stored | None:
        """Return the state of a cursor that `operation` was called with, read once; None for the first page.

        `name` is the directory named in the call. Raises: CursorError.
        """
        return cursor if isinstance(cursor, Stored) else await self._cursors.follow(cursor, operation, name)

    async def users(self, request: Request) -> Page:
        """Return a page of users. Raises: UserDirectoryError."""
        from .calls.listing import next_page

        stored = await self.follow(request.operation, request.cursor, request.directory)
        query, name = request.query.as_arguments(), request.directory
        call = ""
        if stored is not None:
            shown = None if request.shown is None else sorted(request.shown)
            call = replay_key(
                operation=request.operation,
                name=name,
                query=query,
                limit=request.limit,
                view=request.view,
                shown=shown,
            )

        async def make() -> tuple[Page, bool]:
            async with self._budgeted(request.options) as budget:
                parts = self._open(request, stored, budget)
                page = await next_page(parts, budget, self._cursors)
            if parts.went_well and stored is not None:
                page = await self._compared(page, parts, stored.handle, call)
            return page, parts.went_well

        return await self._once(self._pages, stored, call, make)

    async def _once(
        self,
        replays: Replays[_Answer],
        stored: Stored | None,
        call: str,
        make: Callable[[], Awaitable[tuple[_Answer, bool]]],
    ) -> _Answer:
        """Return the earlier answer if the cursor was followed in this way before and all went well; else make one."""
        if stored is None:
            return (await make())[0]
        async with replays.of(stored.handle + call) as replay:
            if replay.answer is not None:
                return replay.answer
            answer, is_whole = await make()
            replay.answer = answer if is_whole else None
            return answer

    async def _compared(self, page: Page, parts: "Call", handle: str, call: str) -> Page:
        """Return the page, with a note if this cursor gave a different page before.

        The users are compared in the order in which each directory gave them: that on a page depends on its size.
        """
        from user_directory_pagination import mark

        users = {
            part.directory.name: [mark(f"{found.directory}\n{found.user.id}").hex() for found in part.users]
            for part in parts.parts
        }
        if await self._cursors.gives_another(handle, call, users):
            return replace(page, notes=(Notes.CHANGED_SINCE.note(), *page.notes))
        return page

    async def count(self, request: Request) -> Counts:
        """Count the users that match, per directory; a cursor if the count can continue.

        Raises: UserDirectoryError.
        """
        from .calls.counting import count_all

        stored = await self.follow(request.operation, request.cursor, request.directory)
        call = replay_key(name=request.directory, query=request.query.as_arguments()) if stored else ""

        async def make() -> tuple[Counts, bool]:
            async with self._budgeted(request.options) as budget:
                parts = self._open(request, stored, budget)
                return await count_all(parts, budget, self._cursors), parts.went_well

        return await self._once(self._counts, stored, call, make)

    async def user_by_id(self, name: str, identifier: str, options: CallOptions = USUAL) -> Lookup:
        """Return the user with an id. Raises: UserDirectoryError."""
        from .calls.lookup import get_by_id
        from .directory.containment import contained

        async with self._budgeted(options) as budget:
            with contained(name):
                return await get_by_id(self.directory(name), identifier, budget, self._cursors)

    async def user_by_email(self, name: str, email: str, options: CallOptions = USUAL) -> Lookup:
        """Return the users with an email address, ignoring letter case. Raises: UserDirectoryError."""
        from .calls.lookup import get_by_email
        from .directory.containment import contained

        async with self._budgeted(options) as budget:
            with contained(name):
                return await get_by_email(self.directory(name), email, budget, self._cursors)

    @asynccontextmanager
    async def _budgeted(self, options: CallOptions) -> AsyncGenerator[Budget]:
        """Give the budget of one call, and report the progress meanwhile."""
        budget = self._budget()
        if options.seconds is not None:
            budget.seconds = min(budget.seconds, options.seconds)
        if options.requests is not None:
            budget.requests = min(budget.requests, options.requests)
        async with reporting(budget, options.report):
            yield budget

    async def suggestions(self, name: str, text: str, most: int) -> tuple[tuple[User, ...], bool]:
        """Return at most `most` users that match a text and that few requests find, and whether there may be more.

        An error from the provider ends the search early, and so does a spent budget.

        Raises: UnknownDirectory, Misconfigured, NothingConfigured, UpstreamError.
        """
        from .directory.containment import contained

        seconds = _SUGGESTION_SECONDS
        budget = Budget(seconds, requests=_SUGGESTION_REQUESTS, at_first=seconds)
        with contained(name):
            (part,) = self._open(Request("search", name, Query(text=text or None)), None, budget).parts
            progress = await part.walk.take(most, part.directory.page_sizes.for_page(most, part.plan), budget)
        return tuple(progress.users), not progress.ended

    async def diagnoses(self) -> AsyncGenerator["Diagnosis"]:
        """Diagnose each directory that can be asked, one after another."""
        for name in self._settings:
            yield await self.diagnosis(name)

    async def diagnosis(self, name: str) -> "Diagnosis":
        """Diagnose one directory. Raises: UnknownDirectory, Misconfigured, NothingConfigured."""
        from .directory.diagnosis import diagnose

        return await diagnose(self.directory(name), self._budget())

    def _open(self, request: Request, stored: Stored | None, budget: Budget) -> "Call":
        """Open a call; one over all directories says which of them are broken, and keeps that with its cursor."""
        from .calls.call import open_call

        if stored is None and request.directory is None and not self._settings:
            raise self._broken.nobody_to_ask()
        names = (request.directory,) if request.directory is not None else tuple(self._settings)
        missing = self.broken if request.directory is None else ()
        if stored is not None:
            names, missing = self._of_cursor(stored)
        chosen, failed = self._chosen(names)
        call = open_call(request, chosen, stored, budget, failed)
        if missing:
            call.excluded = (*not_asked(missing), *call.excluded)
            call.versions = {**call.versions, **dict.fromkeys((each.name for each in missing), BROKEN)}
        return call

    def _chosen(self, names: Iterable[str]) -> "tuple[list[Directory], list[tuple[str, UpstreamError]]]":
        """Return these directories, and those that could not be opened. Raises: UnknownDirectory, Misconfigured."""
        from .directory.containment import contained

        chosen: list[Directory] = []
        failed: list[tuple[str, UpstreamError]] = []
        for name in names:
            try:
                with contained(name):
                    chosen.append(self.directory(name))
            except UpstreamError as fault:
                failed.append((name, fault))
        return chosen, failed

    def _of_cursor(self, stored: Stored) -> tuple[tuple[str, ...], tuple[BrokenDirectory, ...]]:
        """Return the directories that a cursor asks and those that it misses. Raises: CursorMismatch, Misconfigured."""
        self._broken.check(stored.directories, stored.operation)
        for name, version in stored.directories.items():
            if name not in self._broken and not self._is_as_before(name, version):
                raise Kinds.CURSOR_OUTDATED.error(name=name, operation=stored.operation)
        names = tuple(stored.directories)
        asked = tuple(name for name in names if name not in self._broken)
        return asked, tuple(self._broken[name] for name in names if name in self._broken)

    def _is_as_before(self, name: str, version: str) -> bool:
        return name in self._settings and self.directory(name).version == version
