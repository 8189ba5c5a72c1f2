"""The part of one directory in a call, and what it has given so far."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from user_directory_pagination import Evidence, OutOfBudget

from ..directory.directory import Directory
from ..directory.spelling import can_vouch_for, has_effect
from ..directory.walk import Walk
from ..directory.walk_state import Progress, WalkState
from ..errors import Kinds, PositionExpired, UpstreamError, UpstreamNotFound, UpstreamRefused
from ..planning.plan import Plan
from ..planning.query import Asking, Query
from ..sources.budget import Budget
from ..users.user import DirectoryUser, User
from .certainty import Certainty, of_walk

__all__ = ["Part"]


@dataclass
class Part:
    """A walk over one directory, and what this call got from it. `resumed`: an earlier call began the walk."""

    directory: Directory
    query: Query
    plan: Plan
    walk: Walk
    resumed: bool
    shown: Collection[str] | None = None
    users: list[DirectoryUser] = field(default_factory=list[DirectoryUser])
    scanned: int = 0
    nameless: int = 0
    last: Progress = field(default_factory=Progress)
    doubted: tuple[str, ...] = ()
    """The filters by which nobody was found, perhaps because the provider compares their spelling."""
    without_effect: tuple[str, ...] = ()
    """The filters that the provider does not apply, and that cannot be checked here."""

    @property
    def has_ended_before(self) -> bool:
        """Whether an earlier call read the directory to its end: it is kept for what must still be said of it."""
        return self.resumed and self.walk.is_over

    @property
    def finished(self) -> bool:
        """Whether the directory has nothing more to give."""
        return self.last.ended

    @property
    def can_go_on(self) -> bool:
        """Whether there may be more, there is room for it, and nothing has failed in this call."""
        if self.doubted:
            return False
        last = self.last
        return not (last.ended or last.cut or last.deferred or last.out_of or last.fault or last.stopped)

    @property
    def went_well(self) -> bool:
        """Whether nothing failed or ran out in this call."""
        return not (self.last.fault or self.last.stopped or self.last.out_of)

    def add(self, progress: Progress) -> None:
        """Add what one step gave."""
        self.last = progress
        self.scanned += progress.scanned
        self.nameless += progress.skipped
        self.users += [DirectoryUser(self.directory.name, user) for user in progress.users]

    async def take(
        self,
        want: int | None,
        need: int,
        budget: Budget,
        fits: Callable[[User], bool] = lambda _: True,
        *,
        look_ahead: bool = True,
        direct: bool = False,
    ) -> None:
        """Take the next users of the walk; if there are none, ask again in the spelling of the directory."""
        self.add(await self.walk.take(want, need, budget, fits, look_ahead=look_ahead, direct=direct))
        if await self.is_respelt(budget):
            self.add(await self.walk.take(want, need, budget, fits, look_ahead=look_ahead, direct=direct))
            await self.is_respelt(budget)
        await self.is_filtered(budget)

    async def is_filtered(self, budget: Budget) -> bool:
        """Return whether the provider applies the filters that no row shows."""
        unseen = [each for each in self.plan.compared if not await has_effect(self.directory, each, budget)]
        self.without_effect = tuple(each.field for each in unseen)
        return not unseen

    async def is_respelt(self, budget: Budget) -> bool:
        """Return whether to ask again, because the directory spells what was asked for in another way.

        If nobody was found by values that only the provider compares, their spelling may be the reason: where that
        cannot be ruled out, the walk begins anew, and looks at everybody when it goes on.
        """
        state = self.walk.state
        if not (self.finished and self.plan.compared) or state.found or state.fields.contradicted:
            return False
        try:
            await self.directory.learn(budget)
            asking = self.directory.asking(self.query)
            if asking.spelt != state.asking.spelt:
                self._begin(asking, budget)
                return True
            doubted = [each for each in self.plan.compared if not await can_vouch_for(self.directory, each, budget)]
        except (UpstreamError, OutOfBudget):
            doubted = list(self.plan.compared)
        self.doubted = tuple(each.field for each in doubted)
        everybody = replace(state.asking, exact=False)
        if doubted and self.directory.plan(self.query, everybody).legs != self.plan.legs:
            self._begin(everybody, budget)
            self.last.ended = False
        return False

    def _begin(self, asking: Asking, budget: Budget) -> None:
        """Begin the walk anew, asking in another way."""
        self.plan = self.directory.plan(self.query, asking)
        self.walk = self.directory.walk(self.plan, budget, WalkState(asking=asking), None, self.shown)

    def evidence(self) -> Evidence:
        """Return what was seen of the directory's list."""
        return self.walk.evidence(ended=self.finished)

    def certainty(self) -> Certainty:
        """Decide what is certain about the users of this part."""
        unread, unproved = self.walk.state.fields.unread, self.walk.unproved()
        is_open = bool(unread or unproved or self.doubted or self.without_effect or self.may_be_behind)
        sure = self.plan.sure and not is_open
        may_be_fewer = bool(self.walk.unconfirmed or self.without_effect or (self.plan.counts_absence and unproved))
        return of_walk(self.evidence(), sure=sure, may_be_fewer=may_be_fewer)

    def is_told(self, name: str) -> bool:
        """Return whether it may be said what stands in a field."""
        return self.directory.manifest.user.shown(name) == "full"

    @property
    def may_be_behind(self) -> bool:
        """Whether nobody was found in an index that may be behind its list."""
        return self.plan.is_eventual and self.finished and not self.walk.state.found

    def fault(self) -> UpstreamError | PositionExpired | None:
        """Return the error to answer with if this directory gave nothing at all; otherwise None.

        Pages that contradict one another are none: the walk goes on with a new cursor, which knows how often they did,
        and ends the third time.
        """
        state = self.walk.state
        if state.skipped and state.skipped == state.scanned and not self.users:
            return Kinds.NO_IDS.at(self.directory.name)
        fault = self.last.fault
        was_counted = bool(state.at_least) and not self.resumed
        if fault is None or self.users or self.scanned or was_counted:
            return None
        if self.resumed and isinstance(fault, UpstreamRefused | UpstreamNotFound) and state.reader:
            return Kinds.POSITION_EXPIRED.error(directory=self.directory.name)
        return fault
