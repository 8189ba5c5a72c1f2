"""The server that a client talks to, over a sandbox of its own."""

import os
import re
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx2

from user_directory_sandbox import DIRECTORIES, Sandbox

if TYPE_CHECKING:
    from anyio.abc import Process

__all__ = ["TRANSPORTS", "USERS", "Served", "served"]

TRANSPORTS = ("stdio", "http")

USERS = 1000
"""Users of each directory."""

_COMMAND = str(Path(sys.executable).parent / "user-directory-mcp")
_KEPT = ("PATH", "HOME", "LANG", "SYSTEMROOT")
_SECONDS_TO_START = 30
_SECONDS_TO_END = 10


class Served:
    """What a client is told of the server, and what is done to the server behind its back."""

    def __init__(self, sandbox: Sandbox, environment: dict[str, str], log: Path) -> None:
        self.over_http = False
        self.target: dict[str, Any] = {"command": _COMMAND, "args": ["serve"], "env": environment}
        self._sandbox, self._environment, self._log = sandbox, environment, log
        self._process: Process | None = None

    async def listen(self) -> None:
        """Serve over HTTP instead, on a free port."""
        self.over_http = True
        self.target = {"url": await self._start(0)}

    async def restart(self) -> None:
        """End the server that listens, and start another one on its port."""
        await self.stop()
        await self._start(int(self.target["url"].rpartition(":")[2].partition("/")[0]))

    async def stop(self) -> None:
        """End the server that listens, if there is one."""
        if self._process is not None:
            self._process.terminate()
            with anyio.move_on_after(_SECONDS_TO_END):
                await self._process.wait()
            await self._process.aclose()

    async def delay(self, directory: str, seconds: float) -> None:
        """Let the API of a directory take so long for each answer."""
        async with httpx2.AsyncClient() as web:
            url = f"{self._sandbox.url}/_control/{directory}/behaviour"
            (await web.post(url, json={"latency": seconds})).raise_for_status()

    async def _start(self, port: int) -> str:
        command = [_COMMAND, "serve", "--transport", "http", "--port", str(port)]
        with self._log.open("wb") as log:
            self._process = await anyio.open_process(command, env=self._environment, stdout=log, stderr=log)
        with anyio.fail_after(_SECONDS_TO_START):
            while not (found := re.search(r"Serving on (\S+)\n", self._log.read_text())):
                if self._process.returncode is not None:
                    raise RuntimeError(f"the server did not start: {self._log.read_text()}")
                await anyio.sleep(0.05)
        return found[1]


@asynccontextmanager
async def served(transport: str, folder: Path) -> AsyncGenerator[Served]:
    """A server over six directories of always the same users, whose rate is not limited; its state is in `folder`."""
    tables = (f'[directories.{name}]\nprovider = "{name}"\nrequests_per_second = 0\n' for name in DIRECTORIES)
    config = folder / "unpaced.toml"
    config.write_text("".join(tables))
    async with Sandbox(users=USERS) as sandbox:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | sandbox.environment()
        environment |= {"USER_DIRECTORY_CONFIG": str(config), "USER_DIRECTORY_STATE": str(folder / "state")}
        server = Served(sandbox, environment, folder / "server.txt")
        try:
            if transport == "http":
                await server.listen()
            yield server
        finally:
            with anyio.CancelScope(shield=True):
                await server.stop()
