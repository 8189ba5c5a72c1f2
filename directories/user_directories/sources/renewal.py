"""A secret that is fetched, and that ends: it is renewed before it does, once for all who need it at that time."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio
from pydantic import SecretStr

from ..errors import UpstreamError, UpstreamKind, UpstreamUnavailable

__all__ = ["Fetch", "Fresh", "KeyFault", "Renewal"]

_EARLY = 30.0
"""Seconds before its end from which a secret is renewed: requests take their time, and clocks differ."""
_PART = 0.25
"""The part of a short life that is left when it is renewed."""
_AGAIN = 5.0
"""Seconds until a renewal that failed is tried again, as long as the old secret can be used."""


class KeyFault(Exception):
    """A secret cannot be had: the kind of error, and the values of its sentence; none of them is secret.

    `passing`: it is likely to go well if it is tried again at once.
    """

    def __init__(self, kind: UpstreamKind[UpstreamError], *, passing: bool = False, **values: str) -> None:
        super().__init__(kind.name, values)
        self._kind = kind
        self._passing = passing
        self._values = values

    def at(self, directory: str) -> UpstreamError:
        """Return the error to raise for a directory."""
        error = self._kind.at(directory, **self._values)
        if isinstance(error, UpstreamUnavailable):
            error.passing = self._passing
        return error


@dataclass(frozen=True)
class Fresh:
    """A secret as it was fetched, and the seconds for which it can be used; None: until it is refused."""

    secret: SecretStr
    seconds: float | None = None


Fetch = Callable[[], Awaitable[Fresh]]
"""Fetches a secret. Raises: KeyFault."""


class Renewal:
    """The last secret that was fetched. While one task fetches the next, all others wait for it, and share its fault.

    Secrets stay in memory.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._one_at_a_time = anyio.Lock()
        self._fetches = 0
        self._fault: KeyFault | None = None
        """The fault of the last fetch."""
        self._secret: str | None = None
        self._renewed_from = self._ends_at = -math.inf

    async def now(self) -> str:
        """Return the secret to use. Raises: KeyFault."""
        if self._is_due():
            await self._fetched_if(self._is_due)
        assert self._secret is not None  # noqa: S101 - else _fetched_if has raised
        return self._secret

    async def replace(self, refused: str) -> None:
        """Fetch another secret, if the one that was refused is still the last. Raises: KeyFault."""
        await self._fetched_if(lambda: self._secret in (None, refused))

    def _is_due(self) -> bool:
        return self._secret is None or anyio.current_time() >= self._renewed_from

    async def _fetched_if(self, is_needed: Callable[[], bool]) -> None:
        before = self._fetches
        async with self._one_at_a_time:
            if self._fault is not None and self._fetches != before:  # it failed while this task waited
                raise self._fault
            if is_needed():
                await self._fetch_one()

    async def _fetch_one(self) -> None:
        self._fetches += 1
        self._fault, began = None, anyio.current_time()
        try:
            fresh = await self._fetch()
        except KeyFault as fault:
            self._fail(fault)
            return
        life = math.inf if fresh.seconds is None else fresh.seconds
        self._secret = fresh.secret.get_secret_value()
        self._ends_at = began + life
        self._renewed_from = self._ends_at - min(_EARLY, _PART * life)

    def _fail(self, fault: KeyFault) -> None:
        """Go on with the old secret for as long as it can be used. Raises: the fault if there is none."""
        now = anyio.current_time()
        if self._secret is not None and self._renewed_from <= now < self._ends_at:
            self._renewed_from = min(now + _AGAIN, self._ends_at)
            return
        self._fault = fault
        raise fault
