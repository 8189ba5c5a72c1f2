"""One directory: its plans, its walks and its get-one endpoint."""

from typing import cast

from user_directory_pagination import Batch, Evidence, Habits, Parameters, RawPage
from user_directory_pagination.numbered import Uneven

from ..errors import Kinds
from ..manifest.expressions import getter
from ..planning.plan import Plan, plan
from ..planning.query import Query
from ..records.mapping import UserReader
from ..sources.budget import Budget
from ..sources.source import Source
from ..users.matching import Check
from ..users.user import User
from .page_sizes import PageSizes
from .settings import DirectorySettings
from .walk import Walk
from .walk_state import WalkState

__all__ = ["Directory"]


class Directory:
    """One directory, with the source of its users."""

    def __init__(self, settings: DirectorySettings, source: Source) -> None:
        manifest = settings.shown_manifest
        self.name = settings.name
        self.manifest = manifest
        self.version = settings.version()
        self.base_url = settings.base_url
        self.key_source = settings.key_source
        self.source = source
        self._is_paced = settings.requests_per_second is not None
        self._paging = manifest.list.pagination.paging()
        self.page_sizes = PageSizes(manifest.list.page_size)
        self._habits = Habits()
        self._read = UserReader(manifest.user, manifest.words())

    def plan(self, query: Query) -> Plan:
        """Plan how this directory answers a query. Raises: InvalidArgument."""
        return plan(self.manifest, query)

    def walk(self, plan: Plan, budget: Budget, state: WalkState | None, held: Batch | None) -> Walk:
        """Start a walk, or resume one."""

        async def fetch(parameters: Parameters) -> RawPage:
            return await self.source.page(parameters, budget)

        return Walk(plan, self.manifest.list, self._read, fetch, state, held, self._habits)

    async def stated(self, plan: Plan, budget: Budget) -> Evidence:
        """Ask for the provider's own number for a plan, and some rows, in one request.

        There is no number if the provider sends none or ignores a filter.
        """
        asked = (*plan.legs[0].parameters, *self.page_sizes.asking(self.page_sizes.for_sample()))
        page = await self.source.page(asked, budget)
        return Evidence(
            rows=len(page.items),
            nameless=sum(self._read.identify(item) is None for item in page.items),
            total=page.total if self._all_pass(plan.expected, page) else None,
            total_exact=page.total_exact,
        )

    async def probed_total(self, plan: Plan, budget: Budget) -> int | None:
        """Count the rows of a plan with one leg, in about thirty requests; None if that is impossible.

        Raises: UpstreamError.
        """

        async def fetch(position: Parameters, size: int) -> RawPage:
            if budget.spent_on() is not None:
                raise Uneven
            asked = (*plan.legs[0].parameters, *self.page_sizes.asking(size), *position)
            return await self.source.page(asked, budget)

        def users_on(page: RawPage) -> int:
            if not self._all_pass(plan.expected, page) or any(self._read.identify(item) is None for item in page.items):
                raise Uneven
            return len(page.items)

        return await self._paging.count(fetch, users_on, self.page_sizes.for_everybody(), parallel=not self._is_paced)

    async def sample(self, budget: Budget, parameters: Parameters = ()) -> tuple[RawPage, tuple[str, ...]]:
        """Fetch a first page of up to 25 rows, and the fields that any of them has. Raises: UpstreamError."""
        asked = (*parameters, *self.page_sizes.asking(self.page_sizes.for_sample()))
        page = await self.source.page(asked, budget)
        users = [user for item in page.items if (user := self._read(item)) is not None]
        fields = self.manifest.user.fields()
        return page, tuple(name for name in fields if any(user.value(name) is not None for user in users))

    def lacks_key(self, page: RawPage) -> bool:
        """Return whether no row has the key that asks for the next page."""
        path = self.manifest.list.pagination.key_path()
        return path is not None and all(getter(path)(item) is None for item in page.items)

    def _all_pass(self, check: Check | None, page: RawPage) -> bool:
        if check is None:
            return True
        read = self._read.only(check.fields)
        return all(check(user) for item in page.items if (user := read(item)) is not None)

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

    async def get(self, identifier: str, budget: Budget, check: Check | None = None) -> User | None:
        """Return the user with an id; None if the provider says that there is none, or if it does not pass `check`.

        Raises: UpstreamError; LookupError if this provider has no endpoint for one user, or the endpoint does not take
        such an id.
        """
        record = await self.source.one(identifier, budget)
        if record is None:
            return None
        user = self._read(record)
        if user is None:
            raise Kinds.NO_USER.at(self.name)
        passes = check is None or check(cast("User", self._read.only(check.fields)(record)))
        return user if passes else None
