"""Requests spaced to a provider's documented rate, so that a scan never meets a 429."""

import anyio

from .errors import UpstreamRateLimited

__all__ = ["Pacer"]


class Pacer:
    """At most one request every `1 / requests_per_second` seconds; None means no limit."""

    def __init__(self, directory: str, requests_per_second: float | None) -> None:
        self._directory = directory
        self._interval = 1 / requests_per_second if requests_per_second else 0.0
        self._next = 0.0

    async def turn(self, patience: float) -> None:
        """Wait until a request may be sent.

        Raises: UpstreamRateLimited, at once, if that would take longer than `patience` seconds.
        """
        now = anyio.current_time()
        moment = max(self._next, now)
        if moment - now > patience:
            raise UpstreamRateLimited(
                self._directory,
                "its rate limit leaves no room for another request in this call",
                "Go on with the cursor, or call again in a few seconds.",
                retry_after=moment - now,
            )
        self._next = moment + self._interval
        if moment > now:
            await anyio.sleep(moment - now)
