"""A sandbox, and the installed command, for tests of the server."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
import stamina
from pydantic import SecretStr

from user_directories import (
    BrokenDirectory,
    Budget,
    ConfigurationError,
    Directories,
    DirectorySettings,
    MemoryStore,
    built_in,
)
from user_directory_sandbox import DIRECTORIES, Sandbox
from user_directory_tools import Tool, toolset

COMMAND = str(Path(sys.executable).parent / "user-directory-mcp")


@pytest.fixture
def command() -> str:
    """The installed command, as a client's configuration names it."""
    return COMMAND


@pytest.fixture
def clean_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine on which nothing is configured."""
    names = ("PATH", "HOME", "LANG", "SYSTEMROOT", "SSL_CERT_DIR")
    kept = {name: value for name, value in os.environ.items() if name in names}
    return kept | {"USER_DIRECTORY_STATE": str(tmp_path / "state"), "COLUMNS": "200"}


@pytest.fixture
def child_environment(clean_environment: dict[str, str], sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    """The environment that points a child process at the sandbox, which limits nobody."""
    unpaced = "".join(f'[directories.{name}]\nprovider = "{name}"\nrequests_per_second = 0\n' for name in DIRECTORIES)
    (tmp_path / "unpaced.toml").write_text(unpaced)
    return clean_environment | sandbox.environment() | {"USER_DIRECTORY_CONFIG": str(tmp_path / "unpaced.toml")}


@pytest.fixture
def as_table() -> Callable[[dict], list[dict]]:
    """A columnar answer as one mapping a row."""
    return lambda answer: [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]


class House:
    """Tools over the sandbox's directories, changed as a case needs it."""

    def __init__(self, sandbox: Sandbox, control: httpx2.AsyncClient, exits: AsyncExitStack, folder: Path) -> None:
        self.sandbox, self.control, self.folder = sandbox, control, folder
        self._exits = exits

    async def tools(self, *names: str, **options: Any) -> dict[str, Tool]:
        """The tools over some directories, opened as `open` does."""
        return (await self.open(*names, **options))[0]

    async def open(
        self,
        *names: str,
        store: Any = None,
        seconds: float = 15,
        requests: int = 2000,
        rows: int = 1_000_000,
        manifest: Mapping[str, Any] | None = None,
        broken: Sequence[BrokenDirectory] = (),
        faults: Sequence[ConfigurationError] = (),
        **changes: Any,
    ) -> tuple[dict[str, Tool], Directories]:
        """Some directories and the tools over them; `manifest` changes their page, `changes` their settings.

        `seconds`, `requests` and `rows` are the budget of a call; its first answer may take a second.
        """
        settings = [self._settings(name, manifest or {}, changes) for name in names]
        budget = partial(Budget, seconds, requests, rows, at_first=max(seconds, 1))
        directories = Directories(settings, store or MemoryStore(), broken=broken, budget=budget)
        await self._exits.enter_async_context(directories)
        return {tool.name: tool for tool in toolset(directories, faults=faults)}, directories

    def _settings(self, name: str, manifest: Mapping[str, Any], changes: dict[str, Any]) -> DirectorySettings:
        usual: dict[str, Any] = {
            "name": name,
            "manifest": built_in(name).model_copy(update=dict(manifest)),
            "base_url": self.sandbox.base_url(name),
            "key": SecretStr(f"sandbox-{name}-key"),
        }
        return DirectorySettings(**usual | changes)

    async def ask(self, tool: str, /, directories: tuple[str, ...] = DIRECTORIES, **arguments: Any) -> Any:
        return await (await self.tools(*directories))[tool].run(arguments)

    async def tell(self, directory: str, action: str, **sent: Any) -> None:
        """POST to the control API of one directory."""
        answer = await self.control.post(f"{directory}/{action}", json=sent)
        assert answer.status_code == 200, answer.text

    async def fault(self, directory: str, kind: str, **fields: Any) -> None:
        await self.tell(directory, "faults", **{"kind": kind, "every": 1} | fields)


@pytest.fixture
async def house(sandbox: Sandbox, control: httpx2.AsyncClient, tmp_path: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as exits:
        with stamina.set_testing(True, attempts=1):
            yield House(sandbox, control, exits, tmp_path)
