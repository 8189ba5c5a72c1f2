"""A client of a server that has one preset, for what is true of that preset alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from mcp import Client

from user_directory_sandbox import Sandbox
from user_directory_server.runtime import open_runtime

from .facts import FACTS
from .test_presets import Asker, table_of


class Opened(Asker):
    """What asks, what refuses, and what the API was asked."""

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

    async def asked(self) -> list[tuple[str, dict[str, str]]]:
        """Return the path and the parameters of each request so far."""
        visits = (await self._control.get(f"{self.name}/requests")).json()["requests"]
        return [(each["path"], dict(parse_qsl(each["query"], keep_blank_values=True))) for each in visits]

    async def notes(self) -> list[str]:
        """Return what an agent is told of the directory."""
        (directory,) = (await self("list_directories"))["directories"]
        return directory["notes"]


@asynccontextmanager
async def opened(name: str, folder: Path, patch: pytest.MonkeyPatch, users: int = 437) -> AsyncIterator[Opened]:
    """Open the sandbox, the server and the client."""
    patch.setenv("USER_DIRECTORY_STATE", str(folder / "state"))
    async with Sandbox(users=users, providers=[name]) as sandbox:
        secret, config = FACTS[name].secret, folder / "config.toml"
        patch.setenv("A_KEY", f"sandbox-{name}-key" if secret is None else secret(sandbox))
        config.write_text(table_of(name, sandbox))
        control = httpx2.AsyncClient(base_url=f"{sandbox.url}/_control/")
        async with open_runtime(config=config) as runtime, Client(runtime.server) as client, control:
            yield Opened(name, client, sandbox, control)
