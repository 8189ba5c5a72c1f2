"""One POST to a token endpoint, and what its answer means (https://www.rfc-editor.org/rfc/rfc6749#section-5).

Its URL is fixed when the configuration is read, no redirect is followed, and nothing that it says is ever repeated, but
for the codes of the RFC.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
from pydantic import SecretStr

from ..errors import Kinds, UpstreamUnavailable
from ..users.json_values import is_object
from . import connection_faults
from .client import HttpClient, Unusable
from .json_bodies import BeyondBounds, NotJson, parsed
from .renewal import Fresh, KeyFault

if TYPE_CHECKING:
    import httpx2

__all__ = ["Refused", "TokenEndpoint", "fresh_token"]

TOKEN_SECONDS = 10.0
"""Seconds within which the endpoint must have sent its whole answer."""
_MOST_BYTES = 262_144
"""Bytes of an answer; tokens are some thousands long."""
_LONGEST_LIFE = 10 * 366 * 86_400.0
"""Seconds; a number above it is no life of a token."""
_URL = "check url in [auth.token], or token_url"

_CODES: Mapping[str, tuple[str, str]] = {
    "invalid_client": ("it does not accept the client", "check client_id and client in [auth.token], and the secret"),
    "invalid_grant": (
        "it does not accept what was granted",
        "get a new refresh token, or check the private key, [auth.token] and the clock of this machine",
    ),
    "unauthorized_client": ("the client may not use this grant", "allow it there, or check grant in [auth.token]"),
    "unsupported_grant_type": ("it does not know this grant", "check grant and url in [auth.token]"),
    "invalid_scope": ("it does not give this scope", "check scope in [auth.token], or allow it there"),
    "invalid_target": ("it gives no token for this audience", "check audience in [auth.token]"),
    "access_denied": ("the client may not have a token", "allow it there, and check audience in [auth.token]"),
    "invalid_request": ("it does not accept the request", "check parameters, client and url in [auth.token]"),
}
"""https://www.rfc-editor.org/rfc/rfc6749#section-5.2, https://www.rfc-editor.org/rfc/rfc8707#section-2"""

_OTHERWISE = ("it refuses the request", "check all of [auth.token], and the secret")


class Refused(KeyFault):
    """The endpoint gives no token; with another secret it may."""


class TokenEndpoint:
    """The token endpoint of one directory."""

    def __init__(self, url: str, http: HttpClient) -> None:
        self._url = url
        self._http = http
        self.requests = 0
        """The requests since the start. They count neither as requests to the directory nor in the budget of a call."""

    @property
    def host(self) -> str:
        """The host that is asked."""
        return urlsplit(self._url).hostname or ""

    async def post(self, form: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the object in the answer. Raises: KeyFault; Refused, a kind of it."""
        import httpx2

        self.requests += 1
        try:
            with anyio.fail_after(TOKEN_SECONDS):
                status, body = await self._exchanged(form, headers)
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise _unavailable("did not answer in time", passing=True) from error
        except httpx2.ConnectError as error:
            raise _unconnected(connection_faults.connection_fault(error, "", self._http.proxy)) from error
        except httpx2.ProxyError as error:
            raise _unconnected(connection_faults.proxy_refusal(error, "", self._http.proxy)) from error
        except httpx2.HTTPError as error:
            raise _unavailable("ended the connection", passing=True) from error
        return _object_in(status, body)

    async def _exchanged(self, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, bytes]:
        try:
            client = self._http.get()
        except Unusable as environment:
            raise KeyFault(Kinds.ENVIRONMENT, variable=environment.variable, what=environment.what) from environment
        async with client.stream("POST", self._url, data=dict(form), headers=dict(headers), auth=None) as response:
            return response.status_code, await _read(response)


async def _read(response: "httpx2.Response") -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise _unreadable(f"answers with more than {_MOST_BYTES // 1024} kB", _URL)
    return bytes(body)


def _object_in(status: int, body: bytes) -> Mapping[str, Any]:
    if 300 <= status < 400:
        raise _unreadable(f"redirects elsewhere ({status}), which is not followed", _URL)
    if status == 429 or status >= 500:
        what = "is limiting requests" if status == 429 else "reports an error on its own side"
        raise _unavailable(f"{what} ({status})", passing=status in {502, 503, 504})
    try:
        value = parsed(body)
    except (NotJson, BeyondBounds) as error:
        what = "gives an empty answer" if not body.strip() else "answers with something else than JSON"
        raise _unreadable(f"{what} ({status})", _URL) from error
    if status != 200 or (is_object(value) and value.get("error") and "access_token" not in value):
        raise _refusal(status, value)
    if not is_object(value):
        raise _unreadable("answers with something else than an object", _URL)
    return value


def _refusal(status: int, value: Any) -> KeyFault:
    code = value.get("error") if is_object(value) else None
    known = code if isinstance(code, str) and code in _CODES else ""
    what, fix = _CODES.get(known, _OTHERWISE)
    return Refused(Kinds.TOKEN_REFUSED, what=f"{what} ({', '.join(filter(None, (known, str(status))))})", fix=fix)


def fresh_token(value: Mapping[str, Any], lifetime: float | None) -> Fresh:
    """Return the token in an answer; `lifetime` is how long it lives if that is not said. Raises: KeyFault."""
    token = value.get("access_token")
    if not (isinstance(token, str) and token):
        raise _unreadable("gives no access_token", _URL)
    if not (token.isascii() and token.isprintable()) or " " in token:  # RFC 6750 §2.1
        raise _unreadable("gives an access_token that no header can have", _URL)
    return Fresh(SecretStr(token), _seconds(value.get("expires_in"), lifetime))


def _seconds(said: Any, lifetime: float | None) -> float:
    """Read `expires_in`; some write the number as a text."""
    if said is None:
        if lifetime is None:
            fix = "write how many seconds a token lives as lifetime in [auth.token]"
            raise _unreadable("does not say how long its token lives (no expires_in)", fix)
        return lifetime
    text = said.strip() if isinstance(said, str) else said
    number = float(text) if isinstance(text, str) and text.isdecimal() and len(text) < 20 else text
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number <= _LONGEST_LIFE:
        raise _unreadable("gives a token that lives for no usable time (expires_in)", "check it at the provider")
    return number if math.isfinite(number) else _LONGEST_LIFE


def _unreadable(what: str, fix: str) -> KeyFault:
    return KeyFault(Kinds.TOKEN_UNREADABLE, what=what, fix=fix)


def _unavailable(what: str, *, passing: bool) -> KeyFault:
    return KeyFault(Kinds.TOKEN_UNAVAILABLE, passing=passing, what=what, fix=_URL)


def _unconnected(fault: Exception) -> KeyFault:
    """Say of the endpoint what `connection_faults` says of a directory."""
    what = getattr(fault, "what", "")
    passing = isinstance(fault, UpstreamUnavailable) and fault.passing
    return _unavailable(f"cannot be asked, because of this: {what}", passing=passing)
