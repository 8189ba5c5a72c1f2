"""How a request shows who asks. A way of signing in is a class here."""

from collections.abc import Generator

import httpx2
from pydantic import SecretStr

from ..manifest import Auth

__all__ = ["ApiKey"]


class ApiKey(httpx2.Auth):
    """A key in a header: `{header}: {scheme} {key}`, or the bare key where the scheme is empty."""

    def __init__(self, rule: Auth, key: SecretStr) -> None:
        self._header = rule.header
        self._scheme = rule.scheme
        self._key = key

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response]:
        """Add the key to a request."""
        request.headers[self._header] = f"{self._scheme} {self._key.get_secret_value()}".strip()
        yield request
