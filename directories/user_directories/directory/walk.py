"""One walk over a provider's list, in as many calls as it takes.

The walk asks readers for rows, leg after leg, and hands out the users that are wanted, each once. Its state always
points to the first row that was not handed out, so a cursor made from it gives that row next.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any, cast

import anyio

from user_directory_pagination import (
    Batch,
    Evidence,
    FetchPage,
    Habits,
    Implausible,
    OutOfBudget,
    PageError,
    Parameters,
    PositionRefused,
    Prefetch,
    RawPage,
    Reader,
    Recent,
    Row,
    Strategy,
    Stretch,
)

from ..errors import UpstreamError
from ..manifest import ListEndpoint
from ..manifest.paginations import whole_list
from ..manifest.routes import SEARCH
from ..planning.plan import Plan
from ..records.mapping import UserReader
from ..sources.budget import Budget
from ..users.user import User
from .containment import failed_here
from .gain import Gain
from .observed import Observed
from .page_sizes import PageSizes
from .row_check import RowCheck
from .walk_state import Progress, WalkState

__all__ = ["Fetch", "Walk"]

Fetch = Callable[..., Awaitable[RawPage]]
"""Fetches an answer, given the parameters, and the route of a leg unless that is the list."""

_MOST_NAMELESS = 10
"""Pages after which a list is given up of which no record has an id."""
_ROWS_AT_ONCE = 64
"""Rows that are looked at before it is asked whether others are to have a turn: a scan takes 3 to 20 us for one."""
_SMALL = 10
"""Rows: a page with fewer had room for more, also where a server gives fewer rows than were asked for."""


class Walk:
    """The rows of a plan, leg after leg, each user once; only the `shown` fields of users are read, all by default."""

    def __init__(
        self,
        plan: Plan,
        endpoint: ListEndpoint,
        read: UserReader,
        fetch: Fetch,
        state: WalkState | None = None,
        held: Batch | None = None,
        habits: Habits | None = None,
        habits_of_search: Habits | None = None,
        shown: Collection[str] | None = None,
        observed: Observed | None = None,
        name: str = "",
    ) -> None:
        self.plan = plan
        self._name = name
        self.state = state or WalkState()
        self._legs = plan.passes
        self._endpoint = endpoint
        self._paging = endpoint.paging()
        self._read = read
        self._read_to_show = read if shown is None else read.showing(shown)
        self._observed = observed or Observed()
        self._check = RowCheck(plan, read, self.state.fields, self._observed)
        self._fetch = fetch
        self._batch = held
        self._passed = 0
        """The rows of the held batch that were handed out in this call, if they are a provider's choice."""
        self._habits = habits or Habits()
        self._habits_of_search = habits_of_search or Habits()
        self._reader: Reader | None = None
        self._prefetch: Prefetch | None = None
        if held is None:
            self.state.taken = 0
        if self.state.reader is not None:  # a state that no reader accepts fails here, before any request
            self._strategy.reader(self._fetch_nothing, read.identify, self.state.known, self.state.reader)

    @property
    def _strategy(self) -> Strategy:
        """How the leg that is being read is paged: a look-up gives everybody in one answer."""
        return whole_list() if self._is_looked_up else self._paging

    @property
    def _route(self) -> str:
        """The endpoint that is asked by the leg that is being read."""
        leg = self.state.leg
        return self._legs[leg].route if leg < len(self._legs) else ""

    @property
    def _is_looked_up(self) -> bool:
        return self._route not in ("", SEARCH)

    @property
    def is_over(self) -> bool:
        """Whether every leg was read to its end. What was read before is not read again if it is not remembered."""
        leg = self.state.leg
        is_again = leg >= len(self.plan.legs)
        return self._batch is None and (leg >= len(self._legs) or (is_again and self.state.given.is_full))

    @property
    def unconfirmed(self) -> int:
        """The users whom the provider gave for a filter although they lack what other users have in its field."""
        return self._check.unconfirmed()

    def unproved(self) -> list[str]:
        """Return the fields that are checked, but that no record had, if there were records."""
        return self._check.unproved() if self.state.scanned else []

    @property
    def held(self) -> Batch | None:
        """The rows that the state points into, to be kept with the cursor."""
        return self._batch

    def evidence(self, *, ended: bool) -> Evidence:
        """Return what was seen of the list, without the total if it counts other rows."""
        state = self.state
        return Evidence(
            ended=ended,
            rows=state.scanned + state.repeated,
            nameless=state.skipped,
            moved=state.moved,
            total_change=state.total_change,
            may_have_missed=state.drifted,
            thinned=state.thinned,
            bound=state.bound,
            total=state.total if self._has_total_of_rows() else None,
            total_exact=self._endpoint.total is not None and self._endpoint.total.exact,
        )

    def _has_total_of_rows(self) -> bool:
        """Return whether the total that was stated last is of the rows that are counted.

        It is not where several legs are walked, but for a single last one that looks at everybody: it counts anew.
        """
        legs, leg = self.plan.legs, self.state.leg
        if len(legs) < 2:
            return True
        has_begun = leg == len(legs) or (leg == len(legs) - 1 and self.state.reader is not None)
        return has_begun and legs[-1].everybody and not legs[-2].everybody

    def _learn_of_total(self) -> None:
        """Remember whether the total is right, so that a count believes it as much; on one page, it may be its rows."""
        evidence, legs = self.evidence(ended=True), self.plan.legs
        if self.plan.native_total and evidence.is_whole and not (evidence.moved or self.unconfirmed):
            self._habits.remember_walk(legs[0].parameters, evidence.rows)
        if evidence.total is None or not legs:
            return
        if evidence.falls_short or evidence.exceeds or self.state.fields.contradicted:
            self._habits.refute_total(legs[0].parameters)
        elif evidence.vouches_for_total and not self.unconfirmed:
            if self.state.pages > 1:
                self._habits.vouch_for_total(legs[0].parameters)
            else:
                self._habits.vouch_for_page(legs[0].parameters, evidence.rows)

    def stored(self) -> dict[str, Any]:
        """Return the state as plain JSON; it is valid with or without the held batch."""
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
        direct: bool = False,
    ) -> Progress:
        """Hand out at most `want` users, and keep looking until the next user or the end is seen.

        `want` None means all users, counted but not kept. `need` is how many rows to ask for at a time. A user for whom
        `fits` is False ends the page, and is not on it. `direct`: a page of what the provider was asked for is believed
        to be all of it if it had room for more, like the answer of a get-one endpoint.
        """
        progress = Progress()
        async with self._fetching(budget, in_bulk=want is None or self.plan.residual is not None):
            try:
                await self._hand_out(progress, want, need, budget, fits, look_ahead=look_ahead, direct=direct)
            except Exception as failure:  # noqa: BLE001 - whatever it is, it is told, and who was found stands
                progress.fault = failed_here(self._name, failure)
                progress.ended, self.state.drifted = False, True
        return progress

    async def _hand_out(
        self,
        progress: Progress,
        want: int | None,
        need: int,
        budget: Budget,
        fits: Callable[[User], bool],
        *,
        look_ahead: bool,
        direct: bool,
    ) -> None:
        """Do what `take` says, and keep in `progress` how far it came."""
        stretch = Stretch()
        while self._batch is not None or await self._has_batch(need, budget, progress):
            if self.state.taken % _ROWS_AT_ONCE == 0:
                await stretch.give_way()
            row = self._next_match(progress)
            full = progress.found == want
            if row is None and self._has_rows_left():
                continue
            if row is None:
                enough = full and (not look_ahead or self._knows_more())
                is_answer = direct and self._answers(need)
                self._turn(budget, want, progress)
                if is_answer:
                    self._end_answer(progress)
                progress.stopped = progress.stopped or self._finds_no_ids()
                if enough or is_answer or progress.stopped:
                    break
            elif full:
                break
            elif want is None:
                self._pass(row, progress)
            else:
                user = cast("User", self._read_to_show(row.record))
                if not fits(user):
                    progress.cut = True
                    break
                self._pass(row, progress)
                progress.users.append(user)

    @asynccontextmanager
    async def _fetching(self, budget: Budget, *, in_bulk: bool) -> AsyncGenerator[None]:
        """Ask for pages ahead during one call, if many are wanted; cancel them when the call ends."""
        fetch = self._page_fetcher(budget)
        self._reader = None
        if not in_bulk:
            self._fetch_page, self._prefetch = fetch, None
            yield
            return
        async with anyio.create_task_group() as tasks:
            self._fetch_page = self._prefetch = Prefetch(fetch, tasks)
            try:
                yield
            finally:
                tasks.cancel_scope.cancel()

    @property
    def _is_chosen(self) -> bool:
        """Whether a provider chose the rows by a search, so that those who do not match may not be told of."""
        leg = self._legs[self.state.leg] if self.state.leg < len(self._legs) else None
        is_search = self.plan.is_promised or self.plan.legs[-1].everybody
        return leg is not None and not leg.everybody and is_search

    def _finds_no_ids(self) -> str | None:
        """Return why not to read on: without ids, numbered pages look the same wherever they are, and have no end."""
        state = self.state
        has_none = state.pages >= _MOST_NAMELESS and 0 < state.scanned == state.skipped
        return f"No record on {state.pages} pages has a usable id." if has_none else None

    def _knows_more(self) -> bool:
        return self._batch is not None and self._batch.more and self.plan.residual is None

    def _answers(self, need: int) -> bool:
        """Return whether the held rows are the rest of what the provider itself finds, and somebody was found."""
        batch, legs, leg = self._batch, self._legs, self.state.leg
        is_last_search = not legs[leg].everybody and all(each.everybody for each in legs[leg + 1 :])
        has_room = batch is not None and not batch.more and len(batch.rows) < min(need, _SMALL)
        return is_last_search and has_room and self.state.found > 0

    def _end_answer(self, progress: Progress) -> None:
        """Leave the last search of a provider; a leg that looks at everybody waits for the next call."""
        if not (self.is_over or self._legs[self.state.leg].everybody):
            self._next_leg()
        progress.ended = self.is_over
        progress.deferred = self.state.deferred = not progress.ended

    async def _has_batch(self, need: int, budget: Budget, progress: Progress) -> bool:
        """Hold a batch with rows to go; return False, with the reason in `progress`, if there is none."""
        while self._batch is None:
            if self.is_over:
                progress.ended = True
                self._learn_of_total()
                return False
            if self._is_deferred():
                progress.deferred = self.state.deferred = True
                return False
            if self._begins_anew():
                progress.scanned = progress.read = self.state.scanned = self.state.leg_began = 0
                progress.skipped = self.state.skipped = 0
            try:
                await self._read_batch(need)
                budget.get_somewhere()
            except UpstreamError as fault:
                if self._can_do_without(fault):
                    self._next_leg()
                    continue
                progress.fault = fault
                return False
            except Implausible as reason:
                progress.stopped = str(reason)
                return False
            except OutOfBudget as resource:
                progress.out_of = str(resource)
                return False
        return True

    def _can_do_without(self, fault: UpstreamError) -> bool:
        """Return whether the provider refused to search (a text that is too short, a sign), and all are looked at then.

        https://www.rfc-editor.org/rfc/rfc7644 §3.12: `tooMany` and `invalidFilter` are such refusals.
        """
        leg = self.state.leg
        is_first = not (self._legs[leg].everybody or len(self.state.known))
        return isinstance(fault, PositionRefused) and is_first and any(each.everybody for each in self._legs[leg:])

    def _is_deferred(self) -> bool:
        """Return whether a leg that looks at everybody waits for the next call, since somebody was found."""
        state = self.state
        has_begun = state.reader is not None
        leg = self._legs[state.leg]
        return leg.everybody and leg.waits and state.found > 0 and not (state.deferred or has_begun)

    def _begins_anew(self) -> bool:
        """Return whether a leg begins that looks at everybody, including users that earlier legs looked at."""
        leg, legs = self.state.leg, self._legs
        return self.state.reader is None and legs[leg].everybody and not (leg and legs[leg - 1].everybody)

    async def _read_batch(self, need: int) -> None:
        state = self.state
        reader = self._reader = self._reader or self._open_reader()
        repeated = reader.at.repeated
        try:
            size = self._endpoint.page_size
            self._batch = await reader.read(size.fixed or need, size.largest())
        except (PageError, OutOfBudget, Implausible):
            self._keep(reader, repeated)
            raise
        except Exception:
            self._reader = None  # its place may be changed by half: the next call goes on from where this one began
            raise
        self._keep(reader, repeated)
        if self._batch is None:
            self._next_leg()
        else:
            state.pages += 1
            await self._check.look(self._batch.rows, self._legs[state.leg].parameters)

    def _keep(self, reader: Reader, repeated: int) -> None:
        """Keep the place of a reader, and what it learned; `repeated` is what it had counted before."""
        state = self.state
        state.reader = reader.state()
        state.total = reader.at.total
        state.drifted = state.drifted or reader.at.drifted
        state.moved = state.moved or reader.at.moved
        state.total_change = reader.at.total_change
        state.thinned = state.thinned or reader.at.thinned
        state.bound = reader.at.bound if state.bound is None else state.bound
        state.repeated += reader.at.repeated - repeated

    def _open_reader(self) -> Reader:
        state = self.state
        habits = {"": self._habits, SEARCH: self._habits_of_search}.get(self._route) or Habits()
        return self._strategy.reader(
            self._fetch_page, self._read.identify, state.known, state.reader, self._prefetch, habits
        )

    def _page_fetcher(self, budget: Budget) -> FetchPage:
        sizes = PageSizes(self._endpoint.page_size)
        gain = Gain(self.state)

        async def fetch(position: Parameters, size: int) -> RawPage:
            if not budget.gets_somewhere and gain.is_seen(self._reader):
                budget.get_somewhere()
            resource = budget.spent_on()
            if resource is not None:
                raise OutOfBudget(resource)
            self.state.requests += 1
            leg = self._legs[self.state.leg]
            asked = (
                leg.parameters if self._is_looked_up else (*leg.parameters, *sizes.beside(position, size), *position)
            )
            return await (self._fetch(asked, leg.route) if leg.route else self._fetch(asked))

        return fetch

    async def _fetch_nothing(self, position: Parameters, size: int) -> RawPage:
        raise OutOfBudget("requests")

    def _next_leg(self) -> None:
        self._reader, self.state.reader = None, None
        if self._prefetch is not None:
            self._prefetch.expect(())
        self._note_bound()
        self.state.leg += 1
        self.state.leg_began = self.state.scanned
        self.state.known = Recent()

    def _note_bound(self) -> None:
        """Remember that a list may go on behind its end, because it is documented to be read no further."""
        state, most = self.state, self._endpoint.most
        if most is not None and state.scanned - state.leg_began >= most and state.bound is None:
            state.bound = most

    def _is_at_the_bound(self) -> bool:
        """Return whether the list is read as far as a document lets anybody, and was seen to refuse more."""
        state, most = self.state, self._endpoint.most
        is_seen = most is not None and not self._route and self._habits.bound == most
        return is_seen and state.scanned - state.leg_began >= (most or 0)

    def _turn(self, budget: Budget, want: int | None, progress: Progress) -> None:
        """Move on past the held batch."""
        batch, self._batch, self.state.taken = self._batch, None, 0
        if batch is None:
            return
        tells_all = not self._is_chosen
        self.state.reader = dict(batch.after)
        if batch.last or self._is_at_the_bound():
            self._next_leg()
        if self._prefetch is not None and want is not None and progress.found:
            needed = (want - progress.found) * progress.read // progress.found
            self._prefetch.most = needed // max(1, len(batch.rows)) + 1
        budget.look_at(len(batch.rows), None if tells_all else self._passed)
        self._passed = 0

    def _has_rows_left(self) -> bool:
        return self._batch is not None and self.state.taken < len(self._batch.rows)

    def _next_match(self, progress: Progress) -> Row | None:
        """Return the next row with a wanted user, without moving past it; None if none of the next rows has one."""
        state, rows = self.state, self._batch.rows if self._batch else ()
        known, given, remember = state.known.marks, state.given.marks, state.known.add
        rules_out, is_wanted = self._check.rules_out, self._check.is_wanted
        looked_at, nameless, found = 0, 0, None
        for index in range(state.taken, min(state.taken // _ROWS_AT_ONCE * _ROWS_AT_ONCE + _ROWS_AT_ONCE, len(rows))):
            record, mark, behind = row = rows[index]
            if mark is None:
                nameless += 1
            elif mark not in known and mark not in given and not rules_out(record) and is_wanted(record):
                found = row
                break
            state.taken += 1
            looked_at += mark is None or remember(mark, behind)
        progress.skipped += nameless
        state.skipped += nameless
        progress.read += looked_at
        progress.scanned += 0 if self._is_chosen else looked_at
        state.scanned += looked_at
        return found

    def _pass_over(self, row: Row, progress: Progress) -> None:
        """Move past a row; do not count one that was seen before."""
        self.state.taken += 1
        if row.mark is None or self.state.known.add(row.mark, row.behind):
            progress.read += 1
            progress.scanned += 1
            self.state.scanned += 1
            self._passed += 1

    def _pass(self, row: Row, progress: Progress) -> None:
        """Move past a row that is handed out."""
        self.state.found += 1
        self._check.handed_out()
        progress.found += 1
        if row.mark is not None and len(self.plan.legs) > 1:
            self.state.given.add(row.mark)
        if self.plan.is_promised and self._legs[self.state.leg].everybody:
            self._observed.search_missed = True
        self._pass_over(row, progress)
