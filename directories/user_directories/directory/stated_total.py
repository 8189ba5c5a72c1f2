"""The provider's own total, and what is seen of the list where it says that it ends."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from user_directory_pagination import Evidence, OutOfBudget, Parameters, RawPage

from ..errors import UpstreamError
from ..planning.plan import Plan
from ..sources.budget import Budget

if TYPE_CHECKING:
    from .directory import Directory

__all__ = ["StatedTotal", "Verdict", "stated_total"]


class Verdict(Enum):
    """What was seen of a total: it is right; nothing says so; it was seen to be wrong; only a walk can count."""

    VOUCHED = auto()
    UNCHECKED = auto()
    REFUTED = auto()
    WALK = auto()


@dataclass(frozen=True)
class StatedTotal:
    """The provider's own number, with the rows of the page that it came with."""

    evidence: Evidence
    verdict: Verdict


async def stated_total(directory: "Directory", plan: Plan, budget: Budget, *, counts: bool = False) -> StatedTotal:
    """Ask for the provider's own number for a plan with one leg, and some rows.

    `counts`: an endpoint counts the users of this plan; its number goes before the total of the list, if it gives one.

    The list is looked at where it should end, once a process and list: that costs one request more, or two where pages
    have one size. Without a number, there is no total. Raises: UpstreamError, OutOfBudget.
    """
    number = await directory.number(plan.legs[0].parameters, budget) if counts else None
    look = _Look(directory, plan, budget, number)
    first = look.with_number(await directory.sample(budget, look.asked))
    evidence = Evidence(
        rows=len(first.items),
        nameless=sum(directory.identify(item) is None for item in first.items),
        total=first.total,
        total_exact=first.total_exact,
    )
    return StatedTotal(evidence, await look.judge(first, evidence))


class _Look:
    """Judges the total of a list by its first page, and by the page on which the list should end."""

    def __init__(self, directory: "Directory", plan: Plan, budget: Budget, number: int | None = None) -> None:
        self._directory = directory
        self._number = number
        self._paging = directory.paging
        self._habits = directory.habits if number is None else directory.habits_of_count
        self._plan = plan
        self._budget = budget
        self._passes = directory.passing(plan.tolerated)
        self.asked = plan.legs[0].parameters
        self.size = directory.page_sizes.for_sample()

    def with_number(self, page: RawPage) -> RawPage:
        """Return a page with the number that an endpoint gave, if one did, as its total."""
        endpoint = self._directory.manifest.count
        if self._number is None or endpoint is None:
            return page
        return replace(page, total=self._number, total_exact=endpoint.exact)

    async def judge(self, first: RawPage, evidence: Evidence) -> Verdict:
        """Judge the total on a first page, and remember the verdict."""
        if not all(map(self._passes, first.items)):
            self._habits.refute_total(self.asked)
            return Verdict.WALK
        total, rows = first.total, len(first.items)
        if total is None:
            return Verdict.UNCHECKED
        if total < rows or self._ends_below(total, first):
            return Verdict.WALK
        is_checkable = evidence.total_exact and not (evidence.nameless or self._directory.is_beyond(total))
        if not is_checkable or not self._directory.confirms(self._plan.expected, first.items):
            return Verdict.UNCHECKED
        return await self._checked(first, total)

    async def _checked(self, first: RawPage, total: int) -> Verdict:
        """Judge a total that the first page does not contradict, by what is known and what is seen of the list."""
        rows = len(first.items)
        if self._habits.refutes_total(self.asked):
            return self._doubted(total, rows)
        if self._is_known(total, rows) or self._was_walked(total):
            return Verdict.VOUCHED
        verdict = await self._looked(first, total)
        if verdict is Verdict.VOUCHED and total == rows:
            self._habits.vouch_for_page(self.asked, rows)
        else:
            self._learn(verdict)
        return self._doubted(total, rows) if verdict is Verdict.REFUTED else verdict

    def _is_known(self, total: int, rows: int) -> bool:
        """Return whether it was seen earlier that the total is right; on another page, the same is not that page's."""
        if total != self._habits.reached_totals.get(self.asked):
            return self._habits.vouches_for_total(self.asked)
        if total > rows:
            self._habits.vouch_for_total(self.asked)
        return True

    def _was_walked(self, total: int) -> bool:
        """Return whether a walk over this list found as many users as the endpoint counts."""
        is_met = self._number is not None and self._directory.habits.walked.get(self.asked) == total
        if is_met:
            self._habits.vouch_for_total(self.asked)
        return is_met

    def _ends_below(self, total: int, first: RawPage) -> bool:
        """Return whether the first page is the last one, and has fewer rows than the total says.

        A server that chooses page sizes itself may go on; but then the page is no evidence either.
        """
        has_room = len(first.items) < self.size and not self._paging.says_more(first)
        return total > len(first.items) and (has_room or self._paging.past(first, self.size) is None)

    def _doubted(self, total: int, rows: int) -> Verdict:
        """Return what a wrong total is good for: that of all users is near, that of a filter or a page is not."""
        return Verdict.WALK if self.asked or total <= rows else Verdict.REFUTED

    def _learn(self, verdict: Verdict) -> None:
        if verdict is Verdict.VOUCHED:
            self._habits.vouch_for_total(self.asked)
        elif verdict is not Verdict.UNCHECKED:
            self._habits.refute_total(self.asked)

    async def _looked(self, first: RawPage, total: int) -> Verdict:
        """Look where the list should end; nothing is learned where that fails."""
        try:
            return await (self._behind(first) if total == len(first.items) else self._at_last_place(first, total))
        except (UpstreamError, OutOfBudget):
            return Verdict.UNCHECKED

    async def _behind(self, first: RawPage) -> Verdict:
        """Look behind a page that has all rows: an API may state the number of rows of the page."""
        rows, position = len(first.items), self._paging.past(first, self.size)
        is_numbered = self._paging.last(1, self.size, self.size) is not None
        is_whole = is_numbered and rows < self.size and rows <= self._habits.page_rows
        if position is None or is_whole:
            return Verdict.VOUCHED
        if not position:
            return Verdict.UNCHECKED
        behind = await self._page(position, self.size)
        if self._has_others(behind, first):
            return Verdict.REFUTED
        if not is_numbered and self._paging.past(behind, self.size) is not None:
            return Verdict.UNCHECKED
        self._habits.page_rows = max(self._habits.page_rows, rows)
        return Verdict.VOUCHED

    async def _at_last_place(self, first: RawPage, total: int) -> Verdict:
        """Look at the page with the last row: it must have as many rows as the total says, and all must match."""
        smallest = min(self.size, self._directory.page_sizes.smallest())
        window = self._paging.last(total, self.size, smallest)
        if window is None or len(first.items) != self.size:  # pages are not as large as asked for
            return Verdict.UNCHECKED
        self._habits.page_rows = max(self._habits.page_rows, self.size)
        last = await self._page(window.parameters, window.size)
        if last.total is None or any(self._directory.identify(item) is None for item in last.items):
            return Verdict.UNCHECKED
        expected = min(max(last.total - window.start, 0), window.size)
        if len(last.items) != expected or not all(map(self._passes, last.items)):
            return Verdict.REFUTED
        if expected == 0 or not self._directory.confirms(self._plan.expected, last.items):
            return Verdict.UNCHECKED
        if expected < window.size:
            return Verdict.VOUCHED
        return await self._behind_last(first, last, smallest)

    async def _behind_last(self, first: RawPage, last: RawPage, smallest: int) -> Verdict:
        """Look behind a last page that is full."""
        window = self._paging.last((last.total or 0) + 1, self.size, smallest)
        is_first_again = not self._has_others(last, first)  # whatever page is asked for
        if window is None or is_first_again:
            return Verdict.UNCHECKED
        behind = await self._page(window.parameters, window.size)
        return Verdict.REFUTED if self._has_others(behind, last) else Verdict.VOUCHED

    async def _page(self, position: Parameters, size: int) -> RawPage:
        """Fetch a page. Raises: UpstreamError, OutOfBudget."""
        resource = self._budget.spent_on()
        if resource is not None:
            raise OutOfBudget(resource)
        asked = (*self.asked, *self._directory.page_sizes.beside(position, size), *position)
        return self.with_number(await self._directory.source.page(asked, self._budget))

    def _has_others(self, page: RawPage, known: RawPage) -> bool:
        """Return whether a page has rows that are not on another one, on which each row has an id."""
        shown: set[Any] = {self._directory.identify(item) for item in known.items}
        return any(self._directory.identify(item) not in shown for item in page.items)
