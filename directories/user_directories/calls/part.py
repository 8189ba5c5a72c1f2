"""The part of one directory in a call, and what it has given so far."""

from collections.abc import Collection
from dataclasses import dataclass, field

from user_directory_pagination import Evidence

from ..directory.directory import Directory
from ..directory.walk import Walk
from ..directory.walk_state import Progress, WalkState
from ..errors import InvalidArgument, Kinds, PositionExpired, UpstreamError, UpstreamNotFound, UpstreamRefused
from ..planning.plan import Plan
from ..planning.query import Asking, Query
from ..sources.budget import Budget
from ..users.filters import FILTER_FIELDS
from ..users.matching import TEXT_FIELDS
from ..users.user import DirectoryUser
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
    is_ignored: bool = False
    """Whether the provider gave users who do not match a filter of its own."""
    counts: bool = False
    """Whether users are only counted, so that the walk can begin anew at any time."""

    refusals: int = 0
    """How often a first request was refused in this call that relied on what the provider says of itself."""
    unkept: tuple[str, ...] = ()
    """What it says of itself and is asked without since then."""
    refusal: InvalidArgument | None = None
    """Why it turned out, when the directory was asked, that it cannot answer."""

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

    def fail(self, fault: UpstreamError) -> None:
        """Note that a step broke off: what it had not yet looked at may be missing."""
        self.last.fault, self.last.ended = fault, False
        self.walk.state.drifted = True

    def rows_at_a_time(self, need: int, *, in_bulk: bool) -> int:
        """Return how many rows to ask for: as many as a page may have if all are looked at."""
        is_checked = in_bulk or self.plan.residual is not None
        return self.directory.listed.rows_for_everybody(self.walk.state.asking.announced) if is_checked else need

    def begin(self, asking: Asking, budget: Budget) -> None:
        """Begin the walk anew, asking in another way."""
        self.plan = self.directory.plan(self.query, asking)
        self.walk = self.directory.walk(self.plan, budget, WalkState(asking=asking), None, self.shown)
        self.users.clear()
        self.nameless = 0

    @property
    def can_begin_anew(self) -> bool:
        """Whether no user of this walk was handed out by an earlier call."""
        return not self.resumed or self.counts

    def evidence(self) -> Evidence:
        """Return what was seen of the directory's list."""
        return self.walk.evidence(ended=self.finished)

    def certainty(self) -> Certainty:
        """Decide what is certain about the users of this part."""
        seen, unproved = self.walk.state.fields, self.walk.unproved()
        of_fields = (seen.unread, unproved, self.unlisted, self._may_mean_other_words)
        nobody_confirms = 0 < self.walk.unconfirmed == self.walk.state.found
        of_the_provider = (seen.contradicted, seen.without_effect, seen.doubted, self.doubted, nobody_confirms)
        of_its_search = (self.may_be_behind, self.has_a_broken_promise)
        sure = self.plan.sure and not any((*of_fields, *of_the_provider, *of_its_search))
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
