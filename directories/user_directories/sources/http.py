"""The list endpoint and the get-one endpoint of a provider's API, as its manifest describes them."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from user_directory_pagination import Parameters, RawPage

from ..errors import Kinds, UpstreamError
from ..manifest import CountEndpoint, ListEndpoint, Lookup, Manifest, Total
from ..manifest.body import POSITION, SIZE
from ..manifest.expressions import getter, is_null
from ..manifest.get_one import ID, VALUE
from ..manifest.routes import COUNT, SEARCH
from ..users.json_values import is_list, is_object
from ..users.path_segments import has_dot_segment
from .bounds import LARGEST_TOTAL, MOST_ROWS
from .budget import Budget
from .client import HttpClient
from .credentials import SignIn
from .error_bodies import holds_something, says_error
from .pacing import Pacer
from .rate_limits import RateLimits
from .refusals import Refusals
from .traffic import Traffic
from .upstream import Answer, Upstream, path_with

__all__ = ["HttpSource"]

_MOST_DIGITS = len(str(LARGEST_TOTAL))

_NOBODY = frozenset({404, 410})
"""Statuses that say that no user has an id (RFC 9110 §15.5.5, §15.5.11)."""


class HttpSource:
    """A `Source` over HTTP. `requests_per_second` None means that requests are not paced."""

    def __init__(
        self,
        directory: str,
        manifest: Manifest,
        base_url: str,
        sign_in: SignIn,
        requests_per_second: float | None,
        http: HttpClient,
    ) -> None:
        self._directory = directory
        self._list = manifest.list
        self._get = manifest.get
        self._lookups = manifest.lookups()
        self._search_path = manifest.search.path if manifest.search else None
        self._search_items = (manifest.search.items if manifest.search else None) or manifest.list.items
        self._count = manifest.count
        self._items = getter(manifest.list.items)
        self._error_message = getter(manifest.errors.message) if manifest.errors.message else None
        self._shows_somebody: Parameters | None = None
        """The shortest parameters to which the list had a row, so that they are likely to be those of a first page."""
        pacer = Pacer(directory, requests_per_second)
        limits = RateLimits(manifest.rate)
        refusals = Refusals(directory, manifest.errors, limits, sign_in.hide)
        self.upstream = Upstream(directory, base_url, sign_in, manifest.headers, refusals, limits, pacer, http)

    @property
    def last_problem(self) -> str | None:
        """The provider's own words for its last refusal."""
        return self.upstream.last_problem

    @property
    def signs_in_by(self) -> str:
        """How requests show who asks, for the operator."""
        return self.upstream.signs_in_by

    @property
    def traffic(self) -> Traffic:
        """What was sent to the provider since the start."""
        return self.upstream.traffic

    async def document(self, path: str, budget: Budget) -> Any:
        """Fetch what the provider says of itself. Raises: UpstreamError, OutOfBudget."""
        return (await self.upstream.get(path, (), budget)).body

    async def page(
        self, parameters: Parameters, budget: Budget, route: str = "", endpoint: ListEndpoint | None = None
    ) -> RawPage:
        """Fetch one answer of the list endpoint, or of the look-up by a field. Raises: UpstreamError, OutOfBudget."""
        if route == COUNT and self._count is not None:
            return await self._counted(self._count, parameters, budget)
        if route in self._lookups:
            return await self._looked_up(self._lookups[route], dict(parameters)[VALUE], budget)
        endpoint, is_list_itself = endpoint or self._list, route != SEARCH
        try:
            answer = await self._answer(endpoint, parameters, budget, route)
        except UpstreamError as refusal:
            if refusal.says_nobody and is_list_itself and await self._has_list_elsewhere(parameters, budget):
                return RawPage([])
            raise
        self._check_size(answer.body)
        expression = endpoint.items if is_list_itself else self._search_items
        items, stated = getter(expression)(answer.body), _stated_total(endpoint.total, answer)
        self._check_size(items)
        if not (is_list(items) and items) and self._says_error(answer.body, has_list=is_list(items)):
            raise Kinds.ERROR_IN_BODY.at(self._directory)
        if is_list(items):
            self._learn(parameters if is_list_itself else None, items)
        elif items is None and (
            stated == 0 or await self._means_nobody(answer.body, stated, parameters, expression, budget)
        ):
            items = []
        else:
            raise Kinds.NO_LIST.at(self._directory)
        exact = endpoint.total is not None and endpoint.total.exact
        return RawPage(items, answer.body, answer.headers, stated, exact)

    async def _answer(self, endpoint: ListEndpoint, parameters: Parameters, budget: Budget, route: str = "") -> Answer:
        """Ask the list endpoint, also for what is fixed, or the search. Raises: UpstreamError, OutOfBudget."""
        path, fixed = endpoint.path, endpoint.fixed_beside(dict(parameters))
        if route == SEARCH and self._search_path is not None:
            path = self._search_path
            fixed = {name: value for name, value in fixed.items() if name in endpoint.pagination.at_start()}
        asked = (*fixed.items(), *parameters)
        if endpoint.method == "GET":
            return await self.upstream.get(path, asked, budget)
        in_url = tuple(each for each in asked if each[0] not in (POSITION, SIZE))
        return await self.upstream.post(path, in_url, endpoint.posted(dict(asked)), budget)

    async def _counted(self, endpoint: CountEndpoint, parameters: Parameters, budget: Budget) -> RawPage:
        """Fetch a number of users, as the total of a page without rows. Raises: UpstreamError, OutOfBudget."""
        answer = await self.upstream.get(endpoint.path, (*endpoint.parameters.items(), *parameters), budget)
        number = _stated_total(endpoint.rule(), answer)
        return RawPage([], answer.body, answer.headers, number, endpoint.exact)

    async def _looked_up(self, lookup: Lookup, value: str, budget: Budget) -> RawPage:
        """Fetch those who have a value: one user, a list, or nobody. Raises: UpstreamError, OutOfBudget."""
        if has_dot_segment(value) and VALUE in lookup.path:  # which no plan asks for
            raise Kinds.REFUSED.at(self._directory, status=400)
        try:
            answer = await self._put_in(lookup.path, lookup.parameters, VALUE, value, budget)
        except UpstreamError as refusal:
            if refusal.says_nobody or refusal.status in (_NOBODY | frozenset(lookup.absent)):
                return RawPage([])
            raise
        found = getter(lookup.items)(answer.body)
        if not found and says_error(answer.body):
            raise Kinds.ERROR_IN_BODY.at(self._directory)
        rows = found if is_list(found) else [found] if found else []
        self._check_size(rows)
        return RawPage(rows, answer.body, answer.headers)

    async def _put_in(self, path: str, parameters: Mapping[str, str], mark: str, value: str, budget: Budget) -> Answer:
        """Ask with a value in the place that is marked for it. Raises: UpstreamError, OutOfBudget."""
        sent = tuple((name, text.replace(mark, value)) for name, text in parameters.items())
        return await self.upstream.get(path_with(path, mark, value), sent, budget)

    def _check_size(self, value: Any) -> None:
        """Refuse more rows, or names, than can be looked through. Raises: UpstreamError."""
        most = max(MOST_ROWS, self._list.page_size.largest())
        if (is_list(value) or is_object(value)) and len(value) > most:
            what = f"{len(value)} rows on one page, where at most {most} are read"
            raise Kinds.BEYOND_BOUNDS.at(self._directory, what=what)

    def _says_error(self, body: Any, *, has_list: bool) -> bool:
        """Return whether an answer without users says that it is an error.

        Where the manifest looks for the provider's message, an answer with a list may say that all went well.
        """
        message = None if has_list or self._error_message is None else self._error_message(body)
        return says_error(body) or holds_something(message)

    def _learn(self, parameters: Parameters | None, items: Sequence[Any]) -> None:
        known = self._shows_somebody
        if items and parameters is not None and (known is None or len(parameters) < len(known)):
            self._shows_somebody = parameters

    async def _means_nobody(
        self, body: Any, stated: int | None, parameters: Parameters, expression: str, budget: Budget
    ) -> bool:
        """Return whether an answer to `parameters` that has no list means that nobody is on it.

        It does if there is a list at present where somebody was seen, or on the first page: an answer of 200 may as
        well be an error. Where nobody was seen or counted yet, no body, or null for the list, is the list of an empty
        directory (https://www.rfc-editor.org/rfc/rfc7644 §3.4.2).
        """
        if self._shows_somebody is None and not stated and (body is None or is_null(expression, body)):
            return True
        return await self._has_list_elsewhere(parameters, budget)

    async def _has_list_elsewhere(self, parameters: Parameters, budget: Budget) -> bool:
        """Return whether there is a list at present where somebody was seen, or on the first page.

        Raises: UpstreamError, if that is refused as well: then the path of the list may be wrong; OutOfBudget.
        """
        size = self._list.page_size.parameter
        asked = self._shows_somebody or [(name, value) for name, value in parameters if name == size]
        return is_list(self._items((await self._answer(self._list, tuple(asked), budget)).body))

    async def one(self, identifier: str, budget: Budget) -> Any | None:
        """Fetch the record of an id; None if the provider says that there is none, or sends nothing.

        Raises: UpstreamError, OutOfBudget; LookupError if there is no endpoint for one user, or it does not take such
        an id.
        """
        endpoint = self._get
        if endpoint is None or endpoint.path is None or not re.fullmatch(endpoint.ids, identifier):
            raise LookupError(identifier)
        if has_dot_segment(identifier) and ID in endpoint.path:
            raise LookupError(identifier)
        sent = identifier.lower() if endpoint.lower else identifier
        try:
            answer = await self._put_in(endpoint.path, endpoint.parameters, ID, sent, budget)
        except UpstreamError as refusal:
            if refusal.says_nobody or refusal.status in (_NOBODY | frozenset(endpoint.absent)):
                return None
            if refusal.kind == Kinds.REFUSED.name:
                raise Kinds.REFUSED_ID.at(self._directory, status=refusal.status) from refusal
            raise
        return getter(endpoint.item)(answer.body) or None


def _stated_total(rule: Total | None, answer: Answer) -> int | None:
    """Return the total in an answer, from where the manifest says it is; None if it is absent or not a number."""
    if rule is None:
        return None
    value: Any = answer.body
    if rule.header is not None:
        value = answer.headers.get(rule.header.lower())
        if rule.path is not None:
            value = _json_or_none(value)
    if rule.path is not None:
        value = getter(rule.path)(value)
    if isinstance(value, str) and value.strip().isdecimal() and len(value) <= _MOST_DIGITS:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= LARGEST_TOTAL else None


def _json_or_none(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return None
