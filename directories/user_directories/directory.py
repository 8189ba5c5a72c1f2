"""One directory at work: its plans, its walks and its get-one endpoint."""

import json
import re
from typing import Any, cast

from .budget import Budget
from .configured import DirectorySettings
from .errors import Kinds, UpstreamNotFound
from .expressions import getter
from .json_values import is_list
from .manifest import KeysetPagination, OffsetPagination, PagePagination, Total
from .mapping import UserReader
from .matching import Check
from .pacing import Pacer
from .pagination import (
    Batch,
    NumberedPages,
    Offsets,
    RawPage,
    Uneven,
    Walk,
    WalkState,
    count_by_probing,
    strategy_for,
)
from .planning import Parameters, Plan, plan
from .query import Query
from .upstream import Answer, HttpClient, Upstream, path_with_id
from .user import User

__all__ = ["Directory"]

_ROWS_TO_BELIEVE = 25
"""Rows that must all meet a filter before a filtered total is believed."""


class Directory:
    """Where users come from."""

    def __init__(self, settings: DirectorySettings, http: HttpClient) -> None:
        manifest = settings.shown_manifest
        self.name = settings.name
        self.manifest = manifest
        self.version = settings.version()
        self.base_url = settings.base_url
        self.key_source = settings.key_source
        self.paced = settings.requests_per_second is not None
        self.upstream = Upstream(
            settings.name,
            settings.base_url,
            manifest.auth,
            settings.key,
            manifest.headers,
            manifest.errors,
            Pacer(settings.name, settings.requests_per_second),
            http,
        )
        self._items = getter(manifest.list.items)
        self._read = UserReader(manifest.user)

    def plan(self, query: Query) -> Plan:
        """How this directory answers a query. Raises: InvalidArgument."""
        return plan(self.manifest, query)

    def rows_needed(self, limit: int, plan: Plan) -> int:
        """Rows to ask for: one more than wanted, to see whether more follow; all that fit when rows are checked."""
        sizes = self.manifest.list.page_size
        if plan.residual is not None:
            return sizes.largest()
        return max(sizes.minimum, limit + 1)

    def walk(self, plan: Plan, budget: Budget, state: WalkState | None, held: Batch | None) -> Walk:
        """Start a walk, or go on with one."""

        async def fetch(parameters: Parameters) -> RawPage:
            return await self._list(parameters, budget)

        return Walk(plan, self.manifest.list, self._read, fetch, state, held)

    async def total(self, plan: Plan, budget: Budget) -> int | None:
        """The provider's own number for a plan, in one request; None if it sends none, or ignores a filter.

        Where it filters, some rows are asked for, to see that it does.
        """
        sizes = self.manifest.list.page_size
        rows = sizes.minimum if plan.expected is None else max(sizes.minimum, min(_ROWS_TO_BELIEVE, sizes.largest()))
        page = await self._list((*plan.legs[0].parameters, (sizes.parameter, str(rows))), budget)
        return page.total if self._all_pass(plan.expected, page) else None

    async def probed_total(self, plan: Plan, budget: Budget) -> int | None:
        """The number of rows of a plan of one leg, in some thirty requests; None where that can not be had.

        Raises: UpstreamError.
        """
        endpoint, size = self.manifest.list, self.manifest.list.page_size.largest()
        strategy = strategy_for(endpoint.pagination)
        if not isinstance(strategy, NumberedPages | Offsets):
            return None

        async def rows_on(number: int) -> int:
            if budget.spent_on() is not None:
                raise Uneven
            window = strategy.bare(number * size, size)
            asked = (*plan.legs[0].parameters, (endpoint.page_size.parameter, str(size)), *window.parameters)
            page = await self._list(asked, budget)
            if not self._all_pass(plan.expected, page) or any(self._read.identify(item) is None for item in page.items):
                raise Uneven
            return len(page.items)

        try:
            return await count_by_probing(rows_on, size, parallel=not self.paced)
        except Uneven:
            return None

    async def sample(self, budget: Budget, parameters: Parameters = ()) -> tuple[RawPage, tuple[str, ...]]:
        """A first page of up to 25 rows, and the fields that at least one of them has. Raises: UpstreamError."""
        sizes = self.manifest.list.page_size
        size = max(sizes.minimum, min(25, sizes.maximum or 25))
        page = await self._list((*parameters, (sizes.parameter, str(size))), budget)
        users = [user for item in page.items if (user := self._read(item)) is not None]
        fields = self.manifest.user.fields()
        return page, tuple(name for name in fields if any(user.value(name) is not None for user in users))

    def lacks_key(self, page: RawPage) -> bool:
        """Whether the key that the next page is asked for by is in none of the rows."""
        pagination = self.manifest.list.pagination
        return isinstance(pagination, KeysetPagination) and all(
            getter(pagination.key)(item) is None for item in page.items
        )

    def _all_pass(self, check: Check | None, page: RawPage) -> bool:
        if check is None:
            return True
        read = self._read.only(check.fields)
        return all(check(user) for item in page.items if (user := read(item)) is not None)

    @property
    def walks_by_hidden_key(self) -> bool:
        """Whether a position in its list is, or may hold, a value that may not be seen."""
        pagination, user = self.manifest.list.pagination, self.manifest.user
        if isinstance(pagination, PagePagination | OffsetPagination):
            return False
        if not isinstance(pagination, KeysetPagination):  # what a token or a link holds, only the provider knows
            return any(user.shown(name) != "full" for name in user.all_fields())
        paths = (user.expressions() | dict(user.extra)).items()
        return not any(path == pagination.key and user.shown(name) == "full" for name, path in paths)

    async def get(self, identifier: str, budget: Budget, check: Check | None = None) -> User | None:
        """The user of an id; None if the provider says that there is none, or it does not pass `check`.

        Raises: UpstreamError; LookupError if this provider has no endpoint for one user, or none that takes
        such an id.
        """
        endpoint = self.manifest.get
        if endpoint is None or not re.fullmatch(endpoint.ids, identifier):
            raise LookupError(identifier)
        sent = identifier.lower() if endpoint.lower else identifier
        try:
            answer = await self.upstream.get(path_with_id(endpoint.path, sent), (), budget)
        except UpstreamNotFound:
            return None
        record = getter(endpoint.item)(answer.body)
        user = self._read(record)
        if user is None:
            raise Kinds.NO_USER.at(self.name)
        passes = check is None or check(cast("User", self._read.only(check.fields)(record)))
        return user if passes else None

    async def _list(self, parameters: Parameters, budget: Budget) -> RawPage:
        endpoint = self.manifest.list
        answer = await self.upstream.get(endpoint.path, (*endpoint.parameters.items(), *parameters), budget)
        items = self._items(answer.body)
        if not is_list(items):
            raise Kinds.NO_LIST.at(self.name)
        total = endpoint.total
        exact = total is not None and total.exact
        return RawPage(items, answer.body, answer.headers, _stated_total(total, answer), exact)


def _stated_total(rule: Total | None, answer: Answer) -> int | None:
    """The total in an answer, wherever the manifest says it stands; None if it is absent or no number."""
    if rule is None:
        return None
    value: Any = answer.body
    if rule.header is not None:
        value = answer.headers.get(rule.header.lower())
        if rule.path is not None:
            value = _json_or_none(value)
    if rule.path is not None:
        value = getter(rule.path)(value)
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _json_or_none(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return None
