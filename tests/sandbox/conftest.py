"""A sandbox of 237 users a directory, and a client that knows each API's credential and nothing else."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from user_directory_sandbox import Sandbox

CREDENTIALS = {
    "klavis": {"Authorization": "Bearer sandbox-klavis-key"},
    "braintrust": {"Authorization": "Bearer sandbox-braintrust-key"},
    "delay": {"Authorization": "Bearer sandbox-delay-key"},
    "openphone": {"Authorization": "sandbox-openphone-key"},
    "quo": {"Authorization": "sandbox-quo-key", "Quo-Api-Version": "2026-03-30"},
    "monocloud": {"X-API-KEY": "sandbox-monocloud-key"},
}
LISTS = {
    "klavis": "/user/",
    "braintrust": "/v1/user",
    "delay": "/users",
    "openphone": "/v1/users?maxResults=10",
    "quo": "/users",
    "monocloud": "/api/users",
}


class Asker:
    """Asks a sandbox over HTTP."""

    def __init__(self, sandbox: Sandbox, http: httpx2.AsyncClient) -> None:
        self.sandbox = sandbox
        self.http = http

    async def get(self, directory: str, path: str, *, headers: dict[str, str] | None = None, **params: Any):
        url = self.sandbox.base_url(directory) + path
        return await self.http.get(
            url, params=params or None, headers=CREDENTIALS[directory] if headers is None else headers
        )

    async def rows(self, directory: str, path: str, **params: Any) -> Any:
        answer = await self.get(directory, path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def page(self, directory: str):
        return await self.get(directory, LISTS[directory])

    async def sandbox_error(self, directory: str):
        """An error in the provider's own envelope."""
        return await self.http.request("POST", self.sandbox.base_url(directory))

    async def control(self, directory: str, action: str, sent: Any = None):
        url = f"{self.sandbox.url}/_control/{directory}/{action}"
        return await (self.http.get(url) if sent is None else self.http.post(url, json=sent))

    async def set(self, directory: str, action: str, **sent: Any) -> Any:
        answer = await self.control(directory, action, sent)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ids(self, directory: str) -> list[str]:
        return (await self.control(directory, "ids")).json()["ids"]

    async def stats(self, directory: str) -> dict[str, Any]:
        return (await self.control(directory, "stats")).json()


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    async with Sandbox(users=237) as sandbox, httpx2.AsyncClient(timeout=10) as http:
        yield Asker(sandbox, http)
