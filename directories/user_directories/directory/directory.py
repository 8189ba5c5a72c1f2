"""One directory: its plans, its walks, and what was seen of it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from user_directory_pagination import (
    Batch,
    Habits,
    OutOfBudget,
    Parameters,
    PositionRefused,
    RawPage,
    RowCount,
)

from ..errors import InvalidArgument, Kinds, UpstreamError, UpstreamUnavailable, UpstreamUnreadable
from ..manifest import Manifest, as_announced
from ..manifest.expressions import getter
from ..manifest.routes import COUNT
from ..planning.filters import listed_fields
from ..planning.plan import Plan, plan
from ..planning.query import Asking, Query
from ..records.mapping import UserReader
from ..sources.budget import Budget
from ..sources.source import Source
from ..users.filters import filter_fields
from ..users.matching import Check
from .announced_list import ListAsSaid
from .announcement import Announcement
from .capabilities import reading_notes
from .observed import Observed
from .one_user import OneUser
from .page_sizes import PageSizes
from .seen_cursors import look_for_cursors
from .settings import DirectorySettings
from .spelling import spelt
from .walk import Walk
from .walk_state import WalkState

__all__ = ["Directory"]


class Directory:
    """One directory, with the source of its users."""

    def __init__(self, settings: DirectorySettings, source: Source) -> None:
        manifest = settings.shown_manifest
        self.name = settings.name
        self._configured = manifest
        self.version = settings.version()
        self.base_url = settings.base_url
        self.key_source = settings.key_source
        self.has_key = settings.manifest.auth.environment is not None
        self.source = source
        self.requests_per_second = settings.requests_per_second
        self._is_paced = settings.requests_per_second is not None
        self.paging = manifest.list.paging()
        self.page_sizes = PageSizes(manifest.list.page_size)
        self.habits = Habits()
        self.habits_of_search = Habits()
        self.listed = ListAsSaid(manifest, self.habits)
        self.habits_of_count = Habits()
        """What was seen of the numbers that the endpoint gives that counts users."""
        self.reader = UserReader(manifest.user, manifest.words())
        self.observed = Observed.of(manifest, self.reader)
        self.announcement = Announcement(manifest.announced, source)
        self._has_looked = False
        """Whether a page of the whole list was looked at."""
        self.one_user = OneUser(
            self.name, settings.manifest, manifest.get, source, self.reader, self.observed, self.sample
        )

    @property
    def manifest(self) -> Manifest:
        """What the directory can be asked for, as far as it is known by now."""
        return as_announced(self._configured, self.announcement.said)

    def reading_notes(self) -> tuple[str, ...]:
        """Return what its list can not do, as far as it is known by now."""
        said = self.announcement.said
        manifest = self.manifest.model_copy(update={"list": self.listed.endpoint(said)})
        unordered = self.announcement.is_settled and self.listed.is_unordered(said)
        return reading_notes(manifest, self.listed.habits(said), self.observed, unordered=unordered)

    def asking(self, query: Query) -> Asking:
        """Return how to ask for a query, by what was learned so far.

        Raises: InvalidArgument for a filter that cannot be checked, because no list has its field.
        """
        if (unlisted := self.unlisted(query)) is not None:
            raise self.refusal_of(unlisted)
        observed = self.observed
        also = {each.field: seen for each in query.filters if (seen := observed.seen_of(each.field, each.values))}
        known = Asking(
            distrusted=sorted(observed.distrusted),
            also=also,
            whole=not observed.search_missed,
            announced=self.announcement.said,
        )
        if not query.filters:
            return known
        timely = [name for name, is_so in sorted(observed.timely.items()) if is_so]
        return replace(known, spelt=spelt(self.plan(query, known).compared, observed), timely=timely)

    def unlisted(self, query: Query) -> str | None:
        """Return a filter that cannot be checked, because only single users were seen to have its field."""
        for condition in query.filters:
            looked_at = self.looked_at(condition.field)
            if looked_at and looked_at <= self.observed.get_only:
                return condition.field
        return None

    def refusal_of(self, unlisted: str) -> InvalidArgument:
        """Return the refusal of a filter that cannot be checked."""
        return Kinds.FILTER_NOT_LISTED.error(name=unlisted, directory=self.name)

    def plan(self, query: Query, asking: Asking) -> Plan:
        """Plan how this directory answers a query. Raises: InvalidArgument."""
        return plan(as_announced(self._configured, asking.announced), query, asking)

    def walk(
        self,
        plan: Plan,
        budget: Budget,
        state: WalkState | None,
        held: Batch | None,
        shown: Collection[str] | None = None,
    ) -> Walk:
        """Start a walk, or resume one, that reads only the `shown` fields of users; None means all."""

        said = dict[str, bool | int]() if state is None else state.asking.announced
        endpoint = self.listed.endpoint(said)

        async def fetch(parameters: Parameters, route: str = "") -> RawPage:
            page = await self.source.page(parameters, budget, route, endpoint)
            if said.get("cursors") and not route:
                look_for_cursors(self.announcement, endpoint, parameters, page)
            return page

        return Walk(
            plan,
            endpoint,
            self.reader,
            fetch,
            state,
            held,
            self.listed.habits(said),
            self.habits_of_search,
            shown,
            self.observed,
            self.name,
        )

    def vouches_for_total(self, plan: Plan, total: int | None) -> bool:
        """Return whether the provider's total for a plan was seen to be right since the start, and never to be wrong.

        Where no more than so many users can be read, no larger total was ever seen to be right.

        It is not where an exact filter of the plan was seen to give others.
        """
        parameters = plan.legs[0].parameters if len(plan.legs) == 1 and not self.is_beyond(total) else None
        return parameters is not None and not self.distrusts(plan) and self.habits.vouches_for_total(parameters)

    def is_beyond(self, total: int | None) -> bool:
        """Return whether a list of so many users cannot be read to its end, as a document says."""
        most = self.manifest.list.most
        return most is not None and total is not None and total >= most

    def distrusts(self, plan: Plan) -> bool:
        """Return whether an exact filter of a plan was seen to give users who do not match."""
        return plan.expected is not None and not plan.expected.fields.isdisjoint(self.observed.distrusted)

    async def probed_total(self, plan: Plan, budget: Budget) -> RowCount | None:
        """Count the rows of a plan with one leg in some thirty requests; None if only a walk can count them.

        Where a list can be read no further than so many users, its last page is not its end.

        A number is found only if every row that is seen is a user who matches. A fault, or a spent budget, ends the
        search and is returned with what is known.
        """

        if self.manifest.list.most is not None:
            return None

        async def fetch(position: Parameters, size: int) -> RawPage:
            resource = budget.spent_on()
            if resource is not None:
                raise OutOfBudget(resource)
            asked = (*plan.legs[0].parameters, *self.page_sizes.beside(position, size), *position)
            try:
                return await self._page(asked, budget)
            except (UpstreamUnavailable, UpstreamUnreadable) as fault:
                if _may_mean_nobody(fault):
                    raise PositionRefused from fault
                raise

        passes = self.passing(plan.expected)

        def identify(record: Any) -> str | None:
            return self.reader.identify(record) if passes(record) else None

        size = self.page_sizes.for_everybody()
        return await self.paging.count(fetch, identify, size, parallel=not self._is_paced, habits=self.habits)

    def counts(self, query: Query) -> bool:
        """Return whether an endpoint counts the users of a query; by all its filters, as a document says."""
        endpoint = self.manifest.count
        return endpoint is not None and {each.field for each in query.filters} <= {*endpoint.filters}

    async def number(self, parameters: Parameters, budget: Budget) -> int | None:
        """Ask the endpoint that counts users; None if it gives no number. Raises: OutOfBudget."""
        try:
            page = await self.source.page(parameters, budget, COUNT)
        except UpstreamError:  # the list says what is wrong, or gives the number
            return None
        budget.get_somewhere()
        return page.total

    async def sample(self, budget: Budget, parameters: Parameters = (), route: str = "") -> RawPage:
        """Fetch the first rows of a list, up to 25, or what another route gives. Raises: UpstreamError, OutOfBudget."""
        size = () if route in self.manifest.lookups() else self.page_sizes.asking(self.page_sizes.for_sample())
        return await self._page((*parameters, *size), budget, route)

    async def _page(self, parameters: Parameters, budget: Budget, route: str = "") -> RawPage:
        """Fetch one page that says something by itself, unlike one of a walk. Raises: UpstreamError, OutOfBudget."""
        page = await self.source.page(parameters, budget, route)
        self.observed.look(page.items)
        budget.get_somewhere()
        return page

    def shows_by_rule(self, field: str, operator: str) -> bool:
        """Return whether the provider filters by a field that its list sends."""
        return self.manifest.filter_rule(field, operator) is not None and field in self.looked_at(field)

    def identify(self, record: Any) -> str | None:
        """Return the id of the user in a record; None if it is not usable."""
        return self.reader.identify(record)

    def looked_at(self, name: str) -> frozenset[str]:
        """Return the fields of a list that a filter looks at."""
        return listed_fields(self.manifest).intersection(filter_fields(name))

    def shows(self, name: str) -> bool:
        """Return whether a record of a list was seen that has what a filter looks at."""
        return name == "id" or any(map(self.observed.has_found, self.looked_at(name)))

    async def learn(self, budget: Budget) -> None:
        """Look at a page of the whole list, once a process. Raises: UpstreamError, OutOfBudget."""
        if not self._has_looked:
            await self.sample(budget)
            self._has_looked = True

    def lacks_key(self, page: RawPage) -> bool:
        """Return whether no row has the key that asks for the next page."""
        path = self.manifest.list.pagination.key_path()
        return path is not None and all(getter(path)(item) is None for item in page.items)

    def confirms(self, check: Check | None, records: Sequence[Any]) -> bool:
        """Return whether each record has what the provider filtered by, if any has it."""
        if check is None or all(map(self.passing(check), records)):
            return True
        finders = self.reader.finders(check.fields).values()
        return not any(has(record) for has in finders for record in records)

    def passing(self, check: Check | None) -> Callable[[Any], bool]:
        """Return a function that says whether a record is a user who passes a check, or no user at all."""
        if check is None:
            return lambda _: True
        read = self.reader.only(check.fields)
        return lambda record: (user := read(record)) is None or check(user)

    def passing_raw(self, check: Check) -> Callable[[Any], bool]:
        """Return a function that says whether a record, read in the provider's own words, passes a check."""
        read = UserReader(self.manifest.user, only=check.fields)
        return lambda record: (user := read(record)) is not None and check(user)

    @property
    def walks_by_hidden_key(self) -> bool:
        """Whether a position in its list is, or may contain, a value that may not be seen."""
        pagination, user = self.manifest.list.pagination, self.manifest.user
        if pagination.may_hold_any_value():
            return any(user.shown(name) != "full" for name in user.all_fields())
        key = pagination.key_path()
        if key is None:
            return False
        paths = (user.expressions() | dict(user.extra)).items()
        return not any(path == key and user.shown(name) == "full" for name, path in paths)


def _may_mean_nobody(fault: UpstreamError) -> bool:
    """Return whether a provider may answer so behind the end of its list: it is a fault of that page, and lasts."""
    own = isinstance(fault, UpstreamUnavailable) and fault.kind == Kinds.PROVIDER_FAULT.name and not fault.passing
    return own or isinstance(fault, UpstreamUnreadable)
