"""One request to a provider: retries, bounds, and what foreign errors mean here.

A directory that was silent several times in a row is not asked for a while (`circuit`).

Only GET can be sent, and POST where a page in TOML says that a list is asked for so. No redirect is followed, every URL
is built from the configured base, and at most `MAX_BODY` bytes of an answer are read.
"""

import json
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, overload
from urllib.parse import quote, urlencode

import anyio

from user_directory_pagination import OutOfBudget, Parameters, PositionRefused

from ..errors import (
    Kinds,
    UpstreamError,
    UpstreamKind,
    UpstreamRateLimited,
    UpstreamUnauthorized,
    UpstreamUnavailable,
)
from . import connection_faults
from .bounds import MAX_BODY, MAX_URL
from .budget import Budget
from .circuit import Circuit, Ended
from .client import ANSWER_SECONDS, HttpClient, Unusable
from .credentials import Proof, SignIn
from .json_bodies import BeyondBounds, NotJson, parsed
from .pacing import Pacer
from .rate_limits import RateLimits
from .refusals import Refusals
from .renewal import KeyFault
from .traffic import Traffic

if TYPE_CHECKING:
    import httpx2

__all__ = ["Answer", "Upstream", "path_with"]

_ATTEMPTS = 3
"""Attempts for a request that fails."""
_MOST_ATTEMPTS = 8
"""Attempts for a request that is told to wait: others may use the same key."""
_LONGEST_REST = 600.0
"""Seconds for which a directory is not asked at most, whatever it says: a mistaken answer must not silence it."""
_LEAST_PATIENCE = 1.0
"""Seconds that a directory's own pace may delay the first request of a call."""
_LARGE = 65_536
"""Bytes of an answer behind which others have a turn."""
_LEAST_SILENCE = 1.0
"""Seconds of waiting without an answer that say something about a directory."""
_UNRESERVED = re.compile("[A-Za-z0-9_.~=&-]*")
"""Names and values that need no encoding, with what is between them (RFC 3986 §2.3)."""
_LOST = connection_faults.LOST | {Kinds.CONNECTION_CUT.name}
_NO_PROOF = {
    kind.name
    for kind in (
        Kinds.KEY_COMMAND,
        Kinds.PRIVATE_KEY,
        Kinds.SIGNING_IN_SLOW,
        Kinds.TOKEN_REFUSED,
        Kinds.TOKEN_UNAVAILABLE,
        Kinds.TOKEN_UNREADABLE,
    )
}
_UNSENT = connection_faults.UNSENT | {Kinds.ENVIRONMENT.name, Kinds.NO_ROOM_IN_RATE.name} | _NO_PROOF
"""Errors of requests that had no connection, or lost it, and of those that were not sent."""


@dataclass(frozen=True)
class Answer:
    """An answer: parsed JSON, None for 204, and the headers, which are found by names in lower case."""

    body: Any
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Asked(NamedTuple):
    """One request: a GET, or a POST of JSON."""

    url: str
    body: bytes | None = None

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"


class Upstream:
    """The API behind one directory."""

    def __init__(
        self,
        directory: str,
        base_url: str,
        sign_in: SignIn,
        headers: Mapping[str, str],
        refusals: Refusals,
        limits: RateLimits,
        pacer: Pacer,
        http: HttpClient,
    ) -> None:
        self._directory = directory
        self._base_url = base_url.rstrip("/")
        self._sign_in = sign_in
        self._headers = dict(headers)
        self._refusals = refusals
        self._limits = limits
        self._pacer = pacer
        self._http = http
        self._circuit = Circuit()
        self.traffic = Traffic()

    @property
    def signs_in_by(self) -> str:
        """How requests show who asks, for the operator."""
        return self._sign_in.told()

    @property
    def last_problem(self) -> str | None:
        """The provider's own words for its last refusal: for the operator, never for a model."""
        return self._refusals.last_problem

    async def get(self, path: str, parameters: Parameters, budget: Budget) -> Answer:
        """GET `base_url` + `path`, retrying passing faults within the budget.

        Raises: UpstreamError, of the subclass that says what the caller can do; OutOfBudget if the time for the call
        runs out after an answer of this directory.
        """
        return await self._ask(Asked(self._url(path, parameters)), budget)

    async def post(self, path: str, parameters: Parameters, body: Any, budget: Budget) -> Answer:
        """POST JSON where that lists users and changes nothing: it is tried again like a GET. Raises: as `get`."""
        content = json.dumps(body).encode("utf-8")
        return await self._ask(Asked(self._url(path, parameters), content), budget)

    def _url(self, path: str, parameters: Parameters) -> str:
        query = _query(parameters)
        url = self._base_url + path + ("?" + query if query else "")
        if len(url) > MAX_URL:
            raise Kinds.REQUEST_TOO_LONG.at(self._directory, what=f"{len(url)} characters")
        return url

    async def _ask(self, asked: Asked, budget: Budget) -> Answer:
        began, ended = anyio.current_time(), Ended.EARLY
        rest = self._circuit.begin(began)
        if rest:
            raise Kinds.LEFT_ALONE.at(self._directory, count=self._circuit.silent, retry_after=rest)
        try:
            answer = await self._while_awaited(asked, budget)
            ended = Ended.ANSWERED
        except UpstreamError as fault:
            ended = _ended_by(fault, anyio.current_time() - began)
            raise
        finally:
            self._circuit.end(began, anyio.current_time(), ended)
        return answer

    async def _while_awaited(self, asked: Asked, budget: Budget) -> Answer:
        """Ask until nobody waits for this directory any longer."""
        faults: list[UpstreamError] = []
        try:
            with budget.awaiting(self._directory):
                return await self._tried(asked, budget, faults)
        except TimeoutError as error:
            raise faults[0] if faults else Kinds.NO_ANSWER.at(self._directory) from error

    async def _tried(self, asked: Asked, budget: Budget, faults: list[UpstreamError]) -> Answer:
        """Ask, and retry passing faults; the first fault is kept in `faults`."""
        give_up_at = anyio.current_time() + max(budget.left(), 1.0)
        try:
            return await self._in_turn(asked, budget)
        except UpstreamError as fault:
            faults.append(fault)
            return await self._again(asked, budget, give_up_at, fault)

    async def _in_turn(self, asked: Asked, budget: Budget) -> Answer:
        budget.spend()
        await self._turn(budget)
        began = anyio.current_time()
        self.traffic.requests += 1
        try:
            answer = await self._attempt(asked, budget)
        except PositionRefused:  # which is an answer too
            budget.answered(self._directory)
            raise
        self.traffic.seconds.append(anyio.current_time() - began)
        budget.answered(self._directory)
        self._pacer.answered()
        rest = self._limits.rest(answer.headers)
        if rest:
            self._pacer.rest(min(rest, _LONGEST_REST))
        return answer

    async def _turn(self, budget: Budget) -> None:
        """Wait until a request may be sent. Raises: UpstreamRateLimited; OutOfBudget if the wait would be short."""
        goes_on = budget.has_answer_of(self._directory)
        try:
            await self._pacer.turn(budget.left() if goes_on else max(budget.left(), _LEAST_PATIENCE))
        except UpstreamRateLimited as limit:
            if goes_on and (limit.retry_after or 0.0) <= _LEAST_PATIENCE:
                raise OutOfBudget("seconds") from limit
            raise

    def _too_late(
        self, budget: Budget, kind: UpstreamKind[UpstreamUnavailable] = Kinds.NO_ANSWER
    ) -> UpstreamError | OutOfBudget:
        """Return the reason why an answer did not come in time."""
        if budget.has_answer_of(self._directory) and budget.left() == 0:
            return OutOfBudget("seconds")
        return kind.at(self._directory)

    async def _again(self, asked: Asked, budget: Budget, give_up_at: float, fault: UpstreamError) -> Answer:
        """Retry after the fault of a first attempt, which most requests do not have: this is what costs time."""
        import stamina

        first = [fault]
        context = stamina.retry_context(
            on=_Retries(budget).pause,
            attempts=_MOST_ATTEMPTS,
            timeout=max(0.001, give_up_at - anyio.current_time()),
            wait_initial=0.2,
            wait_max=2.0,
            wait_jitter=0.1,
        )
        async for attempt in context:
            with attempt:
                if first:  # it counts as the first of the attempts
                    raise first.pop()
                return await self._in_turn(asked, budget)
        raise Kinds.NO_ANSWER.at(self._directory)  # stamina raises first

    async def _attempt(self, asked: Asked, budget: Budget) -> Answer:
        """Ask once; if it does not accept the key, once more if there is another by now."""
        proof = await self._proof(budget)
        try:
            return await self._answer(asked, proof, budget)
        except UpstreamUnauthorized:
            another = await self._proof(budget, refused=proof)
            if another is None:
                raise
        self.traffic.requests += 1
        return await self._answer(asked, another, budget)

    async def _answer(self, asked: Asked, proof: Proof, budget: Budget) -> Answer:
        status, headers, body = await self._exchanged(asked, proof, budget)
        if status == 204:
            return Answer(None, headers)
        if status != 200:
            raise self._told(self._refusals.of_status(status, headers, body))
        value = await self._parsed(body)
        failure = self._refusals.of_body(value, headers)
        if failure is not None:
            raise self._told(failure)
        return Answer(value, headers)

    @overload
    async def _proof(self, budget: Budget) -> Proof: ...

    @overload
    async def _proof(self, budget: Budget, refused: Proof) -> Proof | None: ...

    async def _proof(self, budget: Budget, refused: Proof | None = None) -> Proof | None:
        """Return what shows who asks; after a refusal, None if that is still the same."""
        try:
            with budget.waiting():
                return await (self._sign_in.proof() if refused is None else self._sign_in.another(refused))
        except KeyFault as fault:
            raise fault.at(self._directory) from fault
        except TimeoutError as error:
            raise self._too_late(budget, Kinds.SIGNING_IN_SLOW) from error

    async def _exchanged(self, asked: Asked, proof: Proof, budget: Budget) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request; return the status, the headers and the body of its answer."""
        import httpx2

        try:
            with budget.waiting(), anyio.fail_after(ANSWER_SECONDS), _shown_without_proof(asked.url):
                response = await self._opened(asked, proof)
                try:
                    return response.status_code, response.headers, await self._read(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise self._too_late(budget) from error
        except httpx2.ConnectError as error:
            raise connection_faults.connection_fault(error, self._directory, self._http.proxy) from error
        except httpx2.ProxyError as error:
            raise connection_faults.proxy_refusal(error, self._directory, self._http.proxy) from error
        except httpx2.DecodingError as error:
            raise Kinds.NOT_DECOMPRESSED.at(self._directory) from error
        except httpx2.HTTPError as error:
            raise self._passing(Kinds.CONNECTION_CUT) from error

    async def _opened(self, asked: Asked, proof: Proof) -> "httpx2.Response":
        try:
            client = self._http.get()
        except Unusable as environment:
            raise Kinds.ENVIRONMENT.at(
                self._directory, variable=environment.variable, what=environment.what
            ) from environment
        url, headers = asked.url, {**self._headers, **proof.headers}
        if proof.query:
            url += ("&" if "?" in url else "?") + proof.query
        if asked.body is not None:
            headers["Content-Type"] = "application/json"
        request = client.build_request(asked.method, url, headers=headers, content=asked.body)
        return await client.send(request, auth=None, stream=True)

    async def _read(self, response: "httpx2.Response") -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_BODY:
                raise Kinds.ANSWER_TOO_LARGE.at(self._directory, most=MAX_BODY // 2**20)
        return bytes(body)

    async def _parsed(self, body: bytes) -> Any:
        """Return the value of a body; others have a turn before and after a large one, for it takes milliseconds."""
        is_large = len(body) > _LARGE
        if is_large:
            await anyio.lowlevel.checkpoint()
        try:
            value = parsed(body)
        except NotJson as error:
            raise Kinds.NOT_JSON.at(self._directory) from error
        except BeyondBounds as error:
            raise Kinds.BEYOND_BOUNDS.at(self._directory, what=error) from error
        if is_large:
            await anyio.lowlevel.checkpoint()
        return value

    def _told(self, refusal: UpstreamError) -> UpstreamError:
        """Slow down after a rate limit; return the refusal."""
        if isinstance(refusal, UpstreamRateLimited):
            self.traffic.refused += 1
            self._pacer.refused(min(refusal.retry_after or 0.0, _LONGEST_REST))
        return refusal

    def _passing(self, kind: UpstreamKind[UpstreamUnavailable]) -> UpstreamUnavailable:
        """Return an error that is likely to pass at once."""
        error = kind.at(self._directory)
        error.passing = True
        return error


@contextmanager
def _shown_without_proof(url: str) -> Generator[None]:
    """Let faults of the HTTP client name the URL without a key that is in it."""
    import httpx2

    try:
        yield
    except httpx2.RequestError as error:
        error.request = httpx2.Request("GET", url)
        raise


def _ended_by(fault: UpstreamError, seconds: float) -> Ended:
    """Return what a fault after so many seconds says of the directory: too short a wait says nothing."""
    if fault.kind == Kinds.NO_ANSWER.name:
        return Ended.SILENT if seconds >= _LEAST_SILENCE else Ended.EARLY
    if fault.kind in _UNSENT:
        return Ended.EARLY
    return Ended.LOST if fault.kind in _LOST else Ended.ANSWERED


def _query(parameters: Parameters) -> str:
    """Write query parameters; most have nothing that must be encoded."""
    query = "&".join([f"{name}={value}" for name, value in parameters])
    if _UNRESERVED.fullmatch(query) and query.count("=") == len(parameters) and query.count("&") < len(parameters):
        return query
    return urlencode(parameters, errors="surrogatepass")  # half a character in a token is sent back as it came


def path_with(path: str, mark: str, value: str) -> str:
    """Put a value without dot segments into a path; every character that could leave its segment is encoded."""
    return path.replace(mark, quote(value, safe="", errors="surrogatepass"))


class _Retries:
    """Decides which faults of one request are worth another try, while the budget lasts."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._faults = 0

    def pause(self, error: Exception) -> bool | float:
        """Return whether to try again: True after the usual pause, or the seconds that the provider asks for."""
        if isinstance(error, UpstreamRateLimited):
            wait = error.retry_after
            return self._budget.left() > 2.0 if wait is None else (wait if wait < self._budget.left() else False)
        self._faults += 1
        passing = isinstance(error, UpstreamUnavailable) and error.passing
        return passing and self._faults < _ATTEMPTS and self._budget.left() > 0
