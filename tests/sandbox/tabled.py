"""Asking the API of one table, without any client of ours."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from user_directory_sandbox import Sandbox


class Asker:
    """Asks for paths below the base path of the API."""

    def __init__(self, name: str, sandbox: Sandbox, http: httpx2.AsyncClient) -> None:
        self.records = list(sandbox.records(name))
        self._name = name
        self._url = sandbox.base_url(name)
        self._http = http

    async def __call__(self, path: str, *, key: str | None = None, **params: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {key or f'sandbox-{self._name}-key'}"}
        return await self._http.get(self._url + path, params=params or None, headers=headers)

    async def token(self, path: str, form: Mapping[str, str]) -> httpx2.Response:
        """Ask for a token at a path, for a client itself."""
        return await self._http.post(self._url + path, data={"grant_type": "client_credentials", **form})


@asynccontextmanager
async def opened(name: str, users: int) -> AsyncIterator[Asker]:
    """Open the sandbox with one API."""
    async with Sandbox(users=users, providers=[name]) as sandbox, httpx2.AsyncClient() as http:
        yield Asker(name, sandbox, http)
