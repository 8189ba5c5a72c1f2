"""One walk over a provider's list, in as many calls as it takes.

The walk itself does no I/O: it asks `fetch` for pages. Its state always stands before the first row that was
not handed out, so that a cursor made of it gives that row next.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from ..errors import UpstreamError
from ..mapping import UserReader
from ..planning import Parameters, Plan
from ..user import User
from .budget import Budget
from .positions import Position, RawPage, Strategy, Window
from .seen import Seen

__all__ = ["Fetch", "HeldPage", "Progress", "Walk", "WalkState"]

Fetch = Callable[[Parameters], Awaitable[RawPage]]

_POSITIONS = 1024
"""Remembered positions and page fingerprints: a circle of up to 512 pages is recognised as one."""


@dataclass(frozen=True)
class HeldPage:
    """A page that was fetched and not wholly handed out, and the position behind it (None: the last)."""

    window: Window
    page: RawPage
    following: Position | None
    more: bool
    """Whether it is certain that rows follow, without asking for the next page."""
    fingerprint: str


@dataclass
class WalkState:
    """Where a walk stands: plain data, at most 64 KB when stored.

    `taken` rows of the page at `position`, fetched at `size` rows a page, are behind us.
    """

    leg: int = 0
    position: Position = field(default_factory=dict[str, Any])
    taken: int = 0
    size: int | None = None
    found: int = 0
    scanned: int = 0
    total: int | None = None
    drifted: bool = False
    seen: Seen = field(default_factory=Seen)
    positions: Seen = field(default_factory=lambda: Seen(capacity=_POSITIONS))

    def dump(self) -> dict[str, Any]:
        """The state as plain JSON."""
        plain = {name: value for name, value in vars(self).items() if name not in ("seen", "positions")}
        return plain | {"seen": self.seen.dump(), "positions": self.positions.dump()}

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "WalkState":
        """The reverse of `dump`."""
        memories = {
            "seen": Seen.load(stored["seen"]),
            "positions": Seen.load(stored["positions"], capacity=_POSITIONS),
        }
        plain: dict[str, Any] = stored | memories
        return cls(**plain)


@dataclass
class Progress:
    """What one call of `Walk.take` got; `fault` or `stopped` says why it ended early, `cut` that a user did not fit."""

    users: list[User] = field(default_factory=list[User])
    found: int = 0
    ended: bool = False
    cut: bool = False
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
        strategy: Strategy,
        read: UserReader,
        fetch: Fetch,
        size_parameter: str,
        state: WalkState | None = None,
        held: HeldPage | None = None,
    ) -> None:
        self.plan = plan
        self.state = state or WalkState()
        self._strategy = strategy
        self._read = read
        self._fetch = fetch
        self._size_parameter = size_parameter
        self._held = held

    @property
    def held(self) -> HeldPage | None:
        """The page that the state points into, to be kept beside the cursor."""
        return self._held

    async def take(
        self,
        want: int | None,
        page_size: int,
        budget: Budget,
        fits: Callable[[User], bool] = lambda _: True,
        *,
        look_ahead: bool = True,
    ) -> Progress:
        """Hand out at most `want` users, and look on until the next one or the end is seen.

        `want` None means all of them, counted but not kept. A user for whom `fits` is False ends the page
        before them, unless they are its first.
        """
        progress = Progress()
        while await self._has_page(page_size, budget, progress):
            user = self._next_match(progress)
            full = progress.found == want
            if user is None:
                enough = full and (not look_ahead or self._knows_more())
                self._turn_page()
                if enough:
                    break
            elif full:
                break
            elif not fits(user) and progress.users:
                progress.cut = True
                break
            else:
                self._pass(user, progress)
                if want is not None:
                    progress.users.append(user)
        return progress

    def _knows_more(self) -> bool:
        return self._held is not None and self._held.more and self.plan.residual is None

    async def _has_page(self, page_size: int, budget: Budget, progress: Progress) -> bool:
        if self._held is not None:
            return True
        self._skip_needless_legs()
        if self.state.leg >= len(self.plan.legs):
            progress.ended = True
        elif not budget.allows_request():
            progress.out_of_budget = True
        else:
            await self._load(self.state.size or page_size, progress)
        return self._held is not None

    def _skip_needless_legs(self) -> None:
        legs = self.plan.legs
        while self.state.leg < len(legs) and legs[self.state.leg].only_if_none and self.state.found:
            self.state.leg += 1

    async def _load(self, size: int, progress: Progress) -> None:
        """Hold the page at the state's position; ask once more for one that can not be right."""
        for again in (False, True):
            try:
                held = await self._request(size)
            except UpstreamError as fault:
                progress.fault = fault
                return
            progress.stopped = self._implausible(held)
            if progress.stopped is None and (again or not self._is_unproven_end(held)):
                self._note_total(held.page)
                self.state.size = held.window.size
                self._find_place(held)
                self._held = held
                return

    async def _request(self, size: int) -> HeldPage:
        window = self._strategy.window(self.state.position, size)
        parameters = self.plan.legs[self.state.leg].parameters
        page = await self._fetch((*parameters, (self._size_parameter, str(window.size)), *window.parameters))
        following = self._strategy.following(self.state.position, window, page)
        more = following is not None and self._strategy.promises_more(following, page)
        if not more and self._adds_nothing(window, page):
            following = None
        return HeldPage(window, page, following, more, _fingerprint(self.state.leg, page.items))

    def _adds_nothing(self, window: Window, page: RawPage) -> bool:
        """Whether a page of numbered rows was asked for further than the end: it is short, and all on it went by."""
        users = [user for item in page.items if (user := self._read(item)) is not None]
        short = self._strategy.addressable and len(page.items) < window.size
        return short and bool(users) and all(user.id in self.state.seen for user in users)

    def _implausible(self, held: HeldPage) -> str | None:
        """Why a page can not be the next one, if it can not."""
        if self._strategy.addressable and not held.page.items and held.page.promises(self._row()):
            return "The provider sent an empty page although its own total says that more users follow."
        if held.page.items and held.fingerprint in self.state.positions:
            return "The provider sent the same page twice."
        if held.following is not None and self._mark(held.following) in self.state.positions:
            return "The provider's pages go in a circle: a position came back."
        if held.following == {}:
            return "The provider's answer does not say where its next rows are."
        return None

    def _is_unproven_end(self, held: HeldPage) -> bool:
        """Whether an empty page behind others is all that says that they were the last."""
        return self._strategy.ends_empty and not held.page.items and bool(self.state.position)

    def _note_total(self, page: RawPage) -> None:
        """A total that moves between two pages of numbered rows means that rows moved too."""
        if page.total is None:
            return
        if self.state.total not in (None, page.total) and page.total_exact and self._strategy.addressable:
            self.state.drifted = True
        self.state.total = page.total

    def _find_place(self, held: HeldPage) -> None:
        """A page asked for again may have moved: go on behind the row handed out last."""
        items, skip = held.page.items, held.window.skip
        passed = items[skip : skip + self.state.taken]
        users = [item for item in passed if self._read(item) is not None]
        if len(passed) == self.state.taken and (not users or self._is_latest(users, len(users) - 1)):
            return
        self.state.drifted = True
        places = [index for index in range(len(items)) if self._is_latest(items, index)]
        self.state.taken = max(places[0] + 1 - skip, 0) if places else 0

    def _is_latest(self, items: Sequence[Any], index: int) -> bool:
        user = self._read(items[index]) if 0 <= index < len(items) else None
        return user is not None and self.state.seen.is_latest(user.id)

    def _next_match(self, progress: Progress) -> User | None:
        """The next user that was asked for, not yet passed; None at the end of the page."""
        held = self._held
        items, skip = (held.page.items, held.window.skip) if held else ((), 0)
        while skip + self.state.taken < len(items):
            user = self._read(items[skip + self.state.taken])
            if user is not None and user.id not in self.state.seen and self._is_wanted(user):
                return user
            progress.skipped += user is None
            self._pass_over(user, progress)
        return None

    def _is_wanted(self, user: User) -> bool:
        return self.plan.residual is None or self.plan.residual(user)

    def _pass_over(self, user: User | None, progress: Progress) -> None:
        """Go behind a row; one that was seen before is not counted again."""
        self.state.taken += 1
        if user is None or self.state.seen.add(user.id):
            progress.scanned += 1
            self.state.scanned += 1

    def _pass(self, user: User, progress: Progress) -> None:
        """Go behind a row that is handed out."""
        self.state.found += 1
        progress.found += 1
        self._pass_over(user, progress)

    def _turn_page(self) -> None:
        """Go to the page behind the one held, or to the next leg."""
        held, state = self._held, self.state
        if held is None:
            return
        state.positions.add(held.fingerprint)
        state.positions.add(self._mark(state.position))
        self._held, state.taken, state.size = None, 0, None
        if held.following is None:
            state.leg, state.position, state.total = state.leg + 1, {}, None
        else:
            state.position = held.following

    def _row(self) -> int:
        return int(self.state.position.get("row", 0)) + self.state.taken

    def _mark(self, position: Position) -> str:
        return f"{self.state.leg} {json.dumps(position, sort_keys=True)}"


def _fingerprint(leg: int, items: Sequence[Any]) -> str:
    digest = blake2b(json.dumps(items, sort_keys=True).encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{leg} page {digest.hexdigest()}"
