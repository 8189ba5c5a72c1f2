"""One walk over a provider's list, in as many calls as it takes.

The walk asks readers for rows, leg after leg, and hands out those that are wanted, each user once. Its state
always stands before the first row that was not handed out, so that a cursor made of it gives that row next.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

from ..errors import UpstreamError
from ..manifest import ListEndpoint
from ..mapping import UserReader
from ..planning import Parameters, Plan
from ..user import User
from .batch import Batch, FetchPage, Implausible, OutOfBudget, Reader
from .budget import Budget
from .chain import ChainReader
from .positions import Chain, NumberedPages, Offsets, RawPage, strategy_for
from .rows import RowReader
from .seen import Seen

__all__ = ["Fetch", "Progress", "Walk", "WalkState"]

Fetch = Callable[[Parameters], Awaitable[RawPage]]


@dataclass
class WalkState:
    """Where a walk stands: plain data, at most 64 KB when stored.

    `reader` is where the reader of this leg stands. Of a batch that is held beside the state, `taken` rows are
    behind us. `seen` are the ids handed out or looked at; `known`, those of this leg where it is not the first.
    """

    leg: int = 0
    reader: dict[str, Any] | None = None
    taken: int = 0
    found: int = 0
    scanned: int = 0
    skipped: int = 0
    total: int | None = None
    drifted: bool = False
    moved: bool = False
    contradicted: bool = False
    deferred: bool = False
    seen: Seen = field(default_factory=Seen)
    known: Seen | None = None

    def dump(self) -> dict[str, Any]:
        """The state as plain JSON."""
        known = None if self.known is None else self.known.dump()
        return vars(self) | {"seen": self.seen.dump(), "known": known}

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "WalkState":
        """The reverse of `dump`."""
        known = None if stored["known"] is None else Seen.load(stored["known"])
        plain: dict[str, Any] = stored | {"seen": Seen.load(stored["seen"]), "known": known}
        return cls(**plain)


@dataclass
class Progress:
    """What one call of `Walk.take` got, and why it ended.

    `cut`: the next user did not fit. `deferred`: the provider's own matches are all handed out; to look at
    everybody else is left to the next call. `fault`, `stopped`: something went wrong.
    """

    users: list[User] = field(default_factory=list[User])
    found: int = 0
    ended: bool = False
    cut: bool = False
    deferred: bool = False
    scanned: int = 0
    skipped: int = 0
    out_of_budget: bool = False
    fault: UpstreamError | None = None
    stopped: str | None = None


class Walk:
    """The rows of a plan, leg after leg, each user once."""

    def __init__(
        self,
        plan: Plan,
        endpoint: ListEndpoint,
        read: UserReader,
        fetch: Fetch,
        state: WalkState | None = None,
        held: Batch | None = None,
    ) -> None:
        self.plan = plan
        self.state = state or WalkState()
        self._endpoint = endpoint
        self._strategy = strategy_for(endpoint.pagination)
        self._read = read
        self._fetch = fetch
        self._batch = held
        self._reader: Reader | None = None
        if held is None:
            self.state.taken = 0

    @property
    def held(self) -> Batch | None:
        """The rows that the state points into, to be kept beside the cursor."""
        return self._batch

    def stored(self) -> dict[str, Any]:
        """The state as plain JSON, good with the held batch and without."""
        if self._batch is not None:
            self.state.reader = self._batch.resume(self.state.taken)
        return self.state.dump()

    async def take(
        self,
        want: int | None,
        need: int,
        budget: Budget,
        fits: Callable[[User], bool] = lambda _: True,
        *,
        look_ahead: bool = True,
    ) -> Progress:
        """Hand out at most `want` users, and look on until the next one or the end is seen.

        `want` None means all of them, counted but not kept. `need` is how many rows to ask for at a time. A
        user for whom `fits` is False ends the page before them, unless they are its first.
        """
        progress = Progress()
        while await self._has_batch(need, budget, progress):
            user = self._next_match(progress)
            full = progress.found == want
            if user is None:
                enough = full and (not look_ahead or self._knows_more())
                self._turn()
                if enough:
                    break
            elif full:
                break
            elif progress.users and not fits(user):
                progress.cut = True
                break
            else:
                self._pass(user, progress)
                if want is not None:
                    progress.users.append(user)
        return progress

    def _knows_more(self) -> bool:
        return self._batch is not None and self._batch.more and self.plan.residual is None

    async def _has_batch(self, need: int, budget: Budget, progress: Progress) -> bool:
        """Hold rows that are not all behind us; False, with the reason in `progress`, if that can not be."""
        while self._batch is None:
            if self.state.leg >= len(self.plan.legs):
                progress.ended = True
                return False
            if self._is_deferred():
                progress.deferred = self.state.deferred = True
                return False
            try:
                await self._read_batch(need, budget)
            except UpstreamError as fault:
                progress.fault = fault
                return False
            except Implausible as reason:
                progress.stopped = str(reason)
                return False
            except OutOfBudget:
                progress.out_of_budget = True
                return False
        return True

    def _is_deferred(self) -> bool:
        """Whether a leg that looks at everybody waits for a call of its own, since somebody was found."""
        return self.plan.legs[self.state.leg].everybody and self.state.found > 0 and not self.state.deferred

    async def _read_batch(self, need: int, budget: Budget) -> None:
        state = self.state
        reader = self._reader = self._reader or self._open_reader(budget)
        try:
            self._batch = await reader.read(need, self._endpoint.page_size.largest())
        finally:
            state.reader = reader.state()
            state.total = reader.total
            state.drifted = state.drifted or reader.drifted
            state.moved = state.moved or reader.moved
        if self._batch is None:
            self._next_leg()

    def _open_reader(self, budget: Budget) -> Reader:
        fetch = self._page_fetcher(self.plan.legs[self.state.leg].parameters, budget)
        strategy = self._strategy
        if isinstance(strategy, NumberedPages | Offsets):
            return RowReader(strategy, fetch, self._read, self._known(), self.state.reader)
        return ChainReader(cast("Chain", strategy), fetch, self.state.reader)

    def _page_fetcher(self, parameters: Parameters, budget: Budget) -> FetchPage:
        size_parameter = self._endpoint.page_size.parameter

        async def fetch(position: Parameters, size: int) -> RawPage:
            if not budget.allows_request():
                raise OutOfBudget
            return await self._fetch((*parameters, (size_parameter, str(size)), *position))

        return fetch

    def _known(self) -> Seen:
        return self.state.seen if self.state.known is None else self.state.known

    def _next_leg(self) -> None:
        self._reader, self.state.reader = None, None
        self.state.leg += 1
        self.state.known = Seen()

    def _turn(self) -> None:
        """Go behind the batch that is held."""
        batch, self._batch, self.state.taken = self._batch, None, 0
        if batch is None:
            return
        self.state.reader = dict(batch.behind)
        if batch.last:
            self._next_leg()

    def _next_match(self, progress: Progress) -> User | None:
        """The next user that was asked for, not yet passed; None at the end of the batch."""
        items = self._batch.items if self._batch else ()
        while self.state.taken < len(items):
            user = self._read(items[self.state.taken])
            if user is not None and user.id not in self.state.seen and self._is_wanted(user):
                return user
            if user is None:
                progress.skipped += 1
                self.state.skipped += 1
            self._pass_over(user, progress)
        return None

    def _is_wanted(self, user: User) -> bool:
        if self.plan.expected is not None and not self.plan.expected(user):
            self.state.contradicted = True
            return False
        return self.plan.residual is None or self.plan.residual(user)

    def _pass_over(self, user: User | None, progress: Progress) -> None:
        """Go behind a row; one that was seen before is not counted again."""
        self.state.taken += 1
        if user is not None and self.state.known is not None:
            self.state.known.add(user.id)
        if user is None or self.state.seen.add(user.id):
            progress.scanned += 1
            self.state.scanned += 1

    def _pass(self, user: User, progress: Progress) -> None:
        """Go behind a row that is handed out."""
        self.state.found += 1
        progress.found += 1
        self._pass_over(user, progress)
