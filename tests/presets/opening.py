"""A client of a server that has one preset, and the sandbox behind it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from mcp import Client

from user_directory_sandbox import Sandbox
from user_directory_server.runtime import open_runtime

from .facts import FACTS

USERS = 437


@dataclass(frozen=True)
class Configured:
    """The sandbox of one preset, and a configuration that points at it."""

    sandbox: Sandbox
    control: httpx2.AsyncClient
    config: Path


class Asker:
    """What asks, what refuses, and what the API was asked."""

    def __init__(self, name: str, client: Client, sandbox: Sandbox, control: httpx2.AsyncClient) -> None:
        self.name = name
        self.facts = FACTS[name]
        self.records = list(sandbox.records(name))
        self._client = client
        self._control = control

    async def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = await self._client.call_tool(tool, arguments)
        assert not answer.is_error, answer.content
        assert answer.structured_content is not None
        return answer.structured_content

    async def everybody(self, tool: str, **arguments: Any) -> tuple[list[str], dict[str, Any]]:
        """The ids on all pages, and the last page."""
        page = await self(tool, **arguments)
        found = ids(page)
        while page.get("cursor"):
            page = await self(tool, cursor=page["cursor"])
            found += ids(page)
        return found, page

    async def refused(self, tool: str, **arguments: Any) -> str:
        """Return the error of a call."""
        answer = await self._client.call_tool(tool, arguments)
        assert answer.is_error, answer.structured_content
        return answer.content[0].text

    async def tell(self, what: str, **sent: Any) -> Any:
        """Change the simulated API, and return what it says."""
        answer = await self._control.post(f"{self.name}/{what}", json=sent)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def requests(self) -> int:
        """How many requests there were so far."""
        return (await self._control.get(f"{self.name}/stats")).json()["requests"]

    async def asked(self) -> list[tuple[str, dict[str, str]]]:
        """The path and the parameters of each request so far."""
        visits = (await self._control.get(f"{self.name}/requests")).json()["requests"]
        return [(each["path"], dict(parse_qsl(each["query"], keep_blank_values=True))) for each in visits]

    async def notes(self) -> list[str]:
        """What an agent is told of the directory."""
        (directory,) = (await self("list_directories"))["directories"]
        return directory["notes"]


def ids(page: Mapping[str, Any]) -> list[str]:
    return [row[page["columns"].index("id")] for row in page["rows"]]


@asynccontextmanager
async def configured(
    name: str, folder: Path, users: int = USERS, edit: Callable[[str], str] = str
) -> AsyncIterator[Configured]:
    """Open the sandbox, and write a configuration for it, as `edit` changes it."""
    async with Sandbox(users=users, providers=[name]) as sandbox:
        config = folder / "config.toml"
        config.write_text(edit(sandbox.configuration()))
        async with httpx2.AsyncClient(base_url=f"{sandbox.url}/_control/") as control:
            yield Configured(sandbox, control, config)


@asynccontextmanager
async def opened(
    name: str, folder: Path, patch: pytest.MonkeyPatch, users: int = USERS, edit: Callable[[str], str] = str
) -> AsyncIterator[Asker]:
    """Open the sandbox, the server and the client."""
    patch.setenv("USER_DIRECTORY_STATE", str(folder / "state"))
    async with configured(name, folder, users, edit) as found:
        for variable, value in found.sandbox.environment().items():
            patch.setenv(variable, value)
        async with open_runtime(config=found.config) as runtime, Client(runtime.server) as client:
            yield Asker(name, client, found.sandbox, found.control)
