"""The part of one directory in a call, and what it has given so far."""

from dataclasses import dataclass, field

from user_directory_pagination import Evidence

from ..directory.directory import Directory
from ..directory.walk import Walk
from ..directory.walk_state import Progress
from ..errors import Kinds, PositionExpired, UpstreamError, UpstreamNotFound, UpstreamRefused
from ..planning.plan import Plan
from ..users.user import DirectoryUser
from .certainty import Certainty, of_walk

__all__ = ["Part"]


@dataclass
class Part:
    """A walk over one directory, and what this call got from it. `resumed`: an earlier call began the walk."""

    directory: Directory
    plan: Plan
    walk: Walk
    resumed: bool
    users: list[DirectoryUser] = field(default_factory=list[DirectoryUser])
    scanned: int = 0
    nameless: int = 0
    last: Progress = field(default_factory=Progress)

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

    def evidence(self) -> Evidence:
        """Return what was seen of the directory's list."""
        return self.walk.evidence(ended=self.finished)

    def certainty(self) -> Certainty:
        """Decide what is certain about the users of this part."""
        return of_walk(self.evidence(), sure=self.plan.sure)

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
