"""The facade: list, search, get and count over one directory or all of them.

What does the work is imported when it is first asked for: every client waits for what is imported at the start.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .calls.answers import Counts, Lookup, Page
from .calls.progress import Report, reporting
from .cursors import Cursors, CursorStore, Replays, Stored, read_handle, replay_key
from .directory.capabilities import Capabilities, capabilities
from .directory.settings import DirectorySettings
from .errors import Kinds
from .manifest import FILTER_FIELDS
from .planning.query import Query
from .sources.budget import Budget
from .users.user import DirectoryUser, User

if TYPE_CHECKING:
    from .calls.call import Walks
    from .directory.diagnosis import Diagnosis
    from .directory.directory import Directory
    from .sources.client import HttpClient

__all__ = ["Directories"]

_CHANGED = "The directory changed since this cursor was followed before: the page is not the one that it gave then."
_SUGGESTION_SECONDS = 3.0
_SUGGESTION_REQUESTS = 3
"""Of a completion, which clients ask for with every letter that is typed."""

_Answer = TypeVar("_Answer")


def _always(_: DirectoryUser) -> bool:
    return True


class Directories:
    """All configured directories behind one set of questions; an async context manager that closes them.

    `budget` makes what one call may spend; `owner` is who the cursors are bound to.
    """

    def __init__(
        self,
        settings: Iterable[DirectorySettings],
        store: CursorStore,
        *,
        budget: Callable[[], Budget] = Budget,
        owner: str = "local",
    ) -> None:
        self._settings = {item.name: item for item in settings}
        self._http: HttpClient | None = None
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
        if self._http is not None:
            await self._http.aclose()
        self._cursors.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The configured directories, in the order of the configuration."""
        return tuple(self._settings)

    def directory(self, name: str) -> "Directory":
        """One directory. Raises: UnknownDirectory, NothingConfigured."""
        if not self._settings:
            raise Kinds.NOTHING_CONFIGURED.error()
        if name not in self._settings:
            raise Kinds.UNKNOWN_DIRECTORY.error(name=name, valid=list(self._settings))
        if name not in self._directories:
            self._directories[name] = self._opened(self._settings[name])
        return self._directories[name]

    def _opened(self, settings: DirectorySettings) -> "Directory":
        """A directory and where its users come from: the one place that chooses the source."""
        from .directory.directory import Directory
        from .sources.client import HttpClient
        from .sources.http import HttpSource

        self._http = self._http or HttpClient()
        rate = settings.requests_per_second
        source = HttpSource(settings.name, settings.shown_manifest, settings.base_url, settings.key, rate, self._http)
        return Directory(settings, source)

    def capabilities(self) -> tuple[Capabilities, ...]:
        """What each directory can answer; worked out once, since every call asks for it."""
        if self._capabilities is None:
            self._capabilities = tuple(capabilities(item) for item in self._settings.values())
        return self._capabilities

    def filters(self, name: str | None) -> tuple[str, ...]:
        """The filters of one directory, or those that at least one has. Raises: UnknownDirectory, NothingConfigured."""
        if name is not None and name not in self._settings:
            self.directory(name)
        able = [item.filters for item in self.capabilities() if name in (None, item.directory)]
        return tuple(each for each in FILTER_FIELDS if any(each in filters for filters in able))

    async def users(
        self,
        operation: str,
        name: str | None,
        query: Query,
        limit: int,
        cursor: str | None = None,
        fits: Callable[[DirectoryUser], bool] = _always,
        view: Mapping[str, Any] | None = None,
        report: Report | None = None,
    ) -> Page:
        """A page of at most `limit` users of one directory, or of all if `name` is None.

        `operation` is the tool that a cursor belongs to. `fits` may end the page before a user. `view` is kept
        with the cursor, for the caller to show the next page in the same way. `report` hears of the progress of a
        call that takes longer than a second.

        Raises: UserDirectoryError.
        """
        handle = read_handle(cursor)
        call = replay_key(operation=operation, name=name, query=query.as_arguments(), limit=limit, view=view)

        async def make() -> tuple[Page, bool]:
            page, is_whole = await self._page(operation, name, query, limit, handle, fits, view or {}, report)
            if is_whole and handle is not None:
                page = await self._compared(page, handle, call)
            return page, is_whole

        return await self._once(self._pages, operation, handle, call, make)

    async def _page(
        self,
        operation: str,
        name: str | None,
        query: Query,
        limit: int,
        cursor: str | None,
        fits: Callable[[DirectoryUser], bool],
        view: Mapping[str, Any],
        report: Report | None,
    ) -> tuple[Page, bool]:
        """A page, and whether nothing failed or ran out while it was made."""
        from .calls.listing import next_page

        budget = self._budget()
        async with reporting(budget, report):
            walks = await self._open(operation, name, query, cursor, budget)
            walks.view = view
            return await next_page(walks, limit, budget, self._cursors, fits), walks.went_well

    async def _once(
        self,
        replays: Replays[_Answer],
        operation: str,
        handle: str | None,
        call: str,
        make: Callable[[], Awaitable[tuple[_Answer, bool]]],
    ) -> _Answer:
        """The answer of `make`; if a cursor was followed in this way before and all went well, the answer of then."""
        if handle is None:
            return (await make())[0]
        async with replays.of(handle + call) as replay:
            if replay.answer is not None:
                await self._cursors.follow(handle, operation)  # it may have expired
                return replay.answer
            answer, is_whole = await make()
            replay.answer = answer if is_whole else None
            return answer

    async def _compared(self, page: Page, handle: str, call: str) -> Page:
        """The page, with a note if this cursor gave another one before."""
        from user_directory_pagination.recent import mark

        users = [mark(f"{found.directory}\n{found.user.id}").hex() for found in page.users]
        if await self._cursors.gives_another(handle, call, users):
            return replace(page, notes=(_CHANGED, *page.notes))
        return page

    async def view(self, operation: str, cursor: str | None) -> Mapping[str, Any] | None:
        """The `view` that a cursor was issued with; None for the first page. Raises: CursorError."""
        stored = await self._cursors.follow(cursor, operation)
        return None if stored is None else stored.view

    async def count(
        self, name: str | None, query: Query, cursor: str | None = None, report: Report | None = None
    ) -> Counts:
        """How many users match, a directory each, and a cursor if counting can go on.

        Raises: UserDirectoryError.
        """
        handle = read_handle(cursor)
        call = replay_key(name=name, query=query.as_arguments())
        make = partial(self._count, name, query, handle, report)
        return await self._once(self._counts, "get_user_count", handle, call, make)

    async def _count(
        self, name: str | None, query: Query, cursor: str | None, report: Report | None
    ) -> tuple[Counts, bool]:
        from .calls.counting import count_all

        budget = self._budget()
        async with reporting(budget, report):
            walks = await self._open("get_user_count", name, query, cursor, budget)
            return await count_all(walks, budget, self._cursors), walks.went_well

    async def user_by_id(self, name: str, identifier: str, report: Report | None = None) -> Lookup:
        """The user of an id. Raises: UserDirectoryError."""
        from .calls.lookup import get_by_id

        budget = self._budget()
        async with reporting(budget, report):
            return await get_by_id(self.directory(name), identifier, budget, self._cursors)

    async def user_by_email(self, name: str, email: str, report: Report | None = None) -> Lookup:
        """The first user with an email address, compared without regard to case. Raises: UserDirectoryError."""
        from .calls.lookup import get_by_email

        budget = self._budget()
        async with reporting(budget, report):
            return await get_by_email(self.directory(name), email, budget, self._cursors)

    async def suggestions(self, name: str, text: str, most: int) -> tuple[tuple[User, ...], bool]:
        """At most `most` users that match a text, as far as few requests find them, and whether there may be more.

        A fault of the provider ends it early, as a spent budget does. Raises: UnknownDirectory, NothingConfigured.
        """
        from .calls.call import open_walks

        budget = Budget(seconds=_SUGGESTION_SECONDS, requests=_SUGGESTION_REQUESTS)
        directory = self.directory(name)
        (walk,) = open_walks("search_users", [directory], Query(text=text or None), None, budget).walks
        progress = await walk.walk.take(most, directory.rows_needed(most, walk.plan), budget)
        return tuple(progress.users), not progress.ended

    async def diagnoses(self) -> AsyncGenerator["Diagnosis"]:
        """What is wrong with each directory, if anything, one after another."""
        from .directory.diagnosis import diagnose

        for name in self._settings:
            yield await diagnose(self.directory(name), self._budget())

    async def _open(
        self, operation: str, name: str | None, query: Query, cursor: str | None, budget: Budget
    ) -> "Walks":
        from .calls.call import open_walks

        if not self._settings:
            raise Kinds.NOTHING_CONFIGURED.error()
        chosen = [self.directory(each) for each in ((name,) if name is not None else self._settings)]
        stored = await self._cursors.follow(cursor, operation)
        if stored is not None:
            chosen = self._stored_directories(name, stored)
        return open_walks(operation, chosen, query, stored, budget)

    def _stored_directories(self, name: str | None, stored: Stored) -> "list[Directory]":
        if name is not None and set(stored.directories) != {name}:
            raise Kinds.CURSOR_OF_OTHER_DIRECTORY.error(directories=list(stored.directories), name=name)
        for each, version in stored.directories.items():
            if each not in self._settings or self.directory(each).version != version:
                raise Kinds.CURSOR_OUTDATED.error(name=each, operation=stored.operation)
        return [self.directory(each) for each in stored.directories]
