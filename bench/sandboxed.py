"""The sandbox as a process of its own, so that what it costs can be told from what the server costs."""

import os
import re
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
from anyio.streams.buffered import BufferedByteReceiveStream
from pydantic import SecretStr

from user_directories import Budget, Directories, DirectorySettings, MemoryStore, built_in

__all__ = ["SandboxProcess", "cpu_seconds", "sandbox_process"]


def cpu_seconds(pid: int | str = "self") -> float:
    """What a process used of the processors so far; 0 where the system has no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class SandboxProcess:
    """A running sandbox, and what can be asked of it."""

    def __init__(self, pid: int, url: str, web: httpx2.AsyncClient) -> None:
        self.pid = pid
        self.url = url
        self.web = web

    async def tell(self, directory: str, action: str, **sent: Any) -> Any:
        """POST to the control API."""
        return (await self.web.post(f"{self.url}/_control/{directory}/{action}", json=sent)).json()

    async def hear(self, directory: str, what: str) -> Any:
        """GET from the control API."""
        return (await self.web.get(f"{self.url}/_control/{directory}/{what}")).json()

    async def requests(self, directory: str) -> int:
        """How many requests the API of a directory got so far."""
        return int((await self.hear(directory, "stats"))["requests"])

    def directories(
        self, *names: str, requests_per_second: float | None = None, paced: bool = False, budget: Any = Budget
    ) -> Directories:
        """The facade over some of its directories; `paced`, each at the rate that its provider documents."""
        settings = []
        for name in names:
            provider, key = built_in(name), SecretStr(f"sandbox-{name}-key")
            rate = provider.requests_per_second if paced else requests_per_second
            settings.append(DirectorySettings(name, provider, f"{self.url}/{name}", key, rate))
        return Directories(settings, MemoryStore(), budget=budget)


@asynccontextmanager
async def sandbox_process(users: int) -> AsyncGenerator[SandboxProcess]:
    """Six directories of so many users each, until the block ends."""
    command = [str(Path(sys.executable).parent / "user-directory-mcp"), "sandbox", "--users", str(users)]
    async with await anyio.open_process(command, stderr=None) as process:
        assert process.stdout is not None
        line = (await BufferedByteReceiveStream(process.stdout).receive_until(b"\n", 1000)).decode()
        found = re.search(r"=(http://[^/\s]+)/", line)
        assert found, line
        try:
            async with httpx2.AsyncClient(timeout=600) as web:
                yield SandboxProcess(process.pid, found[1], web)
        finally:
            process.terminate()
