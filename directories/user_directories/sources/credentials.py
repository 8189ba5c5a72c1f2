"""How a request shows who asks. A way of signing in is a class here."""

from collections.abc import Generator

import httpx2

from ..manifest import Auth
from .keys import Key

__all__ = ["ApiKey"]


class ApiKey(httpx2.Auth):
    """A key in a header: `{header}: {scheme} {key}`, or the bare key where the scheme is empty."""

    def __init__(self, rule: Auth, key: Key) -> None:
        self._header = rule.header
        self._scheme = rule.scheme
        self._key = key

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response]:
        """Add the key to a request; after a 401, send it once more if there is another key by now."""
        request.headers[self._header] = self._credential()
        response = yield request
        if response.status_code == 401 and self._key.is_another_by_now():
            request.headers[self._header] = self._credential()
            yield request

    def _credential(self) -> str:
        return f"{self._scheme} {self._key.now()}".strip()
