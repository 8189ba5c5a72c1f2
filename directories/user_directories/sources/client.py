"""The connections to providers."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

__all__ = ["ANSWER_SECONDS", "HttpClient"]

ANSWER_SECONDS = 20.0
"""Seconds within which a provider must have sent its whole answer."""

_CONNECT_SECONDS = 5.0


class HttpClient:
    """One connection pool for all directories, opened by the first request."""

    def __init__(self) -> None:
        self._client: httpx2.AsyncClient | None = None

    def get(self) -> "httpx2.AsyncClient":
        """Return the client: no redirects, no cookies, no proxy for loopback."""
        if self._client is None:
            self._client = _new_client()
        return self._client

    async def aclose(self) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def _new_client() -> "httpx2.AsyncClient":
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx2

    logging.getLogger("httpx2").setLevel(logging.WARNING)  # at INFO it writes every URL, queries included
    direct = {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}
    return httpx2.AsyncClient(
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        mounts=direct,
        limits=httpx2.Limits(max_connections=64, max_keepalive_connections=32),
        timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),  # `upstream` bounds the rest as a whole
        headers={"Accept": "application/json", "User-Agent": "user-directory-mcp"},
    )
