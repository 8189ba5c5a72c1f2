"""The part of one directory in a call, and what it has given so far."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

from user_directory_pagination import Evidence, OutOfBudget

from ..directory.directory import Directory
from ..directory.spelling import can_vouch_for, has_effect, is_timely
from ..directory.walk import Walk
from ..directory.walk_state import Progress, WalkState
from ..errors import Kinds, PositionExpired, UpstreamError, UpstreamNotFound, UpstreamRefused
from ..planning.plan import Plan
from ..planning.pushdown import Compared
from ..planning.query import Asking, Query
from ..sources.budget import Budget
from ..users.filters import FILTER_FIELDS, OPERATORS
from ..users.matching import TEXT_FIELDS
from ..users.user import DirectoryUser, User
from .certainty import Certainty, of_walk

__all__ = ["Part"]

_MOST_BEGINNINGS = 3
"""As it was asked, in the directory's spelling, and without trust in the provider's filter."""


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
    is_ignored: bool = False
    """Whether the provider gave users who do not match a filter of its own."""
    counts: bool = False
    """Whether users are only counted, so that the walk can begin anew at any time."""

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
        """Take the next users of the walk, or count all if `want` is None; begin anew if the answers show the need."""
        self.counts = want is None
        await self.prepare(budget)
        for _ in range(_MOST_BEGINNINGS):
            self.add(await self.walk.take(want, need, budget, fits, look_ahead=look_ahead, direct=direct))
            if not await self.begins_anew(budget):
                break
        await self.is_filtered(budget)

    async def prepare(self, budget: Budget) -> None:
        """Find out which bounds of times the provider can be asked by, before the first request."""
        if self.resumed or self.walk.state.pages or self.query.exhaustive or not self.plan.legs:
            return
        for name, operator, _, negated, _ in self.query.filters:
            is_range = OPERATORS[operator].takes == "time" and not negated
            if is_range and self.directory.shows_by_rule(name, operator):
                await is_timely(self.directory, name, operator, budget)
        asking = self.directory.asking(self.query)
        if asking.timely != self.walk.state.asking.timely:
            self._begin(asking, budget)

    async def is_filtered(self, budget: Budget) -> bool:
        """Return whether the provider is known to apply the filters that no row shows."""
        kept = self.walk.state.fields.without_effect
        for each in self.plan.compared:
            if each.field not in kept and not await has_effect(self.directory, each, budget):
                kept.append(each.field)
        return not kept

    async def begins_anew(self, budget: Budget) -> bool:
        """Return whether to ask again from the beginning, because of what the answers showed.

        Users who do not match an exact filter, or a value that is there and was not found, show that the provider
        filters otherwise than it promises: then users are checked here. A value that nobody has may be spelt otherwise:
        the directory's spelling is asked for; where it is not known, everybody is looked at by following the cursor.
        """
        state, observed = self.walk.state, self.directory.observed
        if state.fields.contradicted:
            self.is_ignored = True
            observed.distrusted.update(each.field for each in self.plan.compared)
            return self._asks_otherwise(budget)
        if not (self.finished and self.plan.compared):
            return False
        missing = self._missing()
        try:
            if missing:
                await self.directory.learn(budget)
            if self._asks_otherwise(budget):
                return True
            there = [each for each, value in missing if value in observed.spellings(each.field, value)]
            observed.distrusted.update(each.field for each in there)
            if there and self._asks_otherwise(budget):
                return True
            doubted = [each for each, value in missing if not await can_vouch_for(self.directory, each, value, budget)]
        except (UpstreamError, OutOfBudget):
            doubted = [each for each, _ in missing]
        self._doubt(dict.fromkeys(each.field for each in doubted), budget)
        return False

    def _missing(self) -> list[tuple[Compared, str]]:
        """Return the values that only the provider compared, and that no user has who was found."""
        state = self.walk.state
        several = [each for each in self.plan.compared if len(each.asked) > 1]
        unmet = several if state.found else self.plan.compared
        return [
            (each, value) for each in unmet for value in each.asked if value not in state.fields.met.get(each.field, ())
        ]

    @property
    def _can_begin_anew(self) -> bool:
        """Whether no user of this walk was handed out by an earlier call."""
        return not self.resumed or self.counts

    def _asks_otherwise(self, budget: Budget) -> bool:
        """Begin the walk anew if by now the directory is asked in another way; return whether it does."""
        asking = self.directory.asking(self.query)
        before = self.walk.state.asking
        asking = replace(asking, exact=before.exact)
        is_other = self.directory.plan(self.query, asking).legs != self.plan.legs
        if is_other and self._can_begin_anew:
            self._begin(asking, budget)
            return True
        return False

    def _doubt(self, fields: Iterable[str], budget: Budget) -> None:
        """Keep the doubt that users are spelt otherwise; if it can begin anew, the walk then goes on with everybody."""
        self.doubted = tuple(fields)
        state = self.walk.state
        everybody = replace(state.asking, exact=False)
        can_look = self.directory.plan(self.query, everybody).legs != self.plan.legs
        if self.doubted and can_look and self._can_begin_anew and not self.users:
            found = state.found
            self._begin(everybody, budget)
            self.walk.state.at_least = found
            self.last.ended = False
        else:
            state.fields.doubted = list(self.doubted)

    def _begin(self, asking: Asking, budget: Budget) -> None:
        """Begin the walk anew, asking in another way."""
        self.plan = self.directory.plan(self.query, asking)
        self.walk = self.directory.walk(self.plan, budget, WalkState(asking=asking), None, self.shown)
        self.users.clear()

    def evidence(self) -> Evidence:
        """Return what was seen of the directory's list."""
        return self.walk.evidence(ended=self.finished)

    def certainty(self) -> Certainty:
        """Decide what is certain about the users of this part."""
        seen, unproved = self.walk.state.fields, self.walk.unproved()
        may_be_others = (
            *(seen.unread, unproved, seen.contradicted, seen.doubted, self.doubted, seen.without_effect),
            self.unlisted,
        )
        is_behind = self.may_be_behind or self.has_a_broken_promise or self._may_mean_other_words
        sure = self.plan.sure and not (any(may_be_others) or is_behind)
        may_be_fewer = bool(self.walk.unconfirmed or seen.without_effect or (self.plan.counts_absence and unproved))
        return of_walk(self.evidence(), sure=sure, may_be_fewer=may_be_fewer)

    def is_told(self, name: str) -> bool:
        """Return whether it may be said what stands in a field."""
        return self.directory.manifest.user.shown(name) == "full"

    @property
    def _may_mean_other_words(self) -> bool:
        """Whether nobody was found by a filter by which the provider gave users: it may use other words."""
        asked = {each.field for each in self.query.filters if FILTER_FIELDS[each.field] == "text" and not each.negated}
        return not (self.walk.state.found or asked.isdisjoint(self.directory.observed.distrusted))

    @property
    def has_a_broken_promise(self) -> bool:
        """Whether the walk relies on a search that was seen to miss somebody since the walk began."""
        relies = self.plan.is_promised and not any(leg.everybody for leg in self.plan.legs)
        return relies and self.directory.observed.search_missed

    @property
    def unlisted(self) -> list[str]:
        """The fields that a text is looked for in, and that only single users were seen to have."""
        return sorted(TEXT_FIELDS & self.directory.observed.get_only) if self.query.text else []

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
