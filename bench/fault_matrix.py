"""The fault matrix: each way to fail, in each directory, at each operation, and what comes of it.

A cell is one operation while the directory fails, and then the same again when it works: a list goes on from its
cursor. *Warm* is a server that has seen the directory in health before; *cold*, one that has just been started.
"""

import os
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import Any
from unittest import mock

import anyio
import httpx2
import stamina
from pydantic import SecretStr

from fault_cell import Cell, Progress, content_of
from fault_judge import Answer, Dishonest, judge_answer, judge_end, judge_error
from fault_kinds import FAULTS, Fault
from fault_operations import OPERATIONS, Asked
from fault_truth import Truth
from user_directories import (
    Budget,
    CursorError,
    Directories,
    DirectorySettings,
    MemoryStore,
    UserDirectoryError,
    built_in,
)
from user_directories.errors import UpstreamRateLimited
from user_directories.sources import pacing
from user_directory_sandbox import DIRECTORIES, Sandbox
from user_directory_tools import Tool, toolset

__all__ = ["STATES", "Cell", "World", "directories_of", "opened_world", "without_pauses"]

STATES = ("cold", "warm")
_USERS = 130
_MOST_CALLS = 12
"""Calls of a walk while the directory fails."""
_MOST_CALLS_AFTERWARDS = 60
_SLACK = 5.0
"""Seconds that a call may take beyond its budget, on a machine that is busy."""

Tools = dict[str, Tool]
OpenTools = Callable[[], Awaitable[Tools]]
"""Starts a server anew, with the same cursors."""


class World:
    """A sandbox, the truth about it, and the cells that are tried in it, one at a time."""

    def __init__(self, sandbox: Sandbox, control: httpx2.AsyncClient) -> None:
        self.sandbox = sandbox
        self._control = control
        self.truths: dict[str, Truth] = {}
        self._usual: dict[tuple[str, str, str], Any] = {}
        self._limits = FAULTS["none"]

    async def begin(self) -> None:
        """Delete one user of each directory, whose id is then unknown, and take down the truth."""
        for name in DIRECTORIES:
            unknown = (await self.tell(name, "delete", count=1))["ids"][0]
            self.truths[name] = Truth(name, list(self.sandbox.records(name)), unknown)

    async def tell(self, name: str, action: str, **sent: Any) -> Any:
        """POST to the control of a directory."""
        answer = await self._control.post(f"{self.sandbox.url}/_control/{name}/{action}", json=sent)
        if answer.status_code != 200:
            raise LookupError(answer.text)
        return answer.json()

    async def try_cell(self, fault: Fault, directory: str, operation: str, state: str) -> Cell:
        """Try one cell."""
        cell = Cell(fault.name, directory, operation, state)
        asked = OPERATIONS[operation](directory, self.truths)
        async with AsyncExitStack() as exits:
            open_tools = partial(self._opened, exits, MemoryStore())
            try:
                await self._fill(cell, fault, asked, open_tools)
            except Dishonest as problem:
                cell.outcome, cell.wrong = "wrong", str(problem)
            finally:
                await self._mend(directory)
        return cell

    async def _fill(self, cell: Cell, fault: Fault, asked: Asked, open_tools: OpenTools) -> None:
        tools = await open_tools()
        if cell.state == "warm":
            await self._warm(tools, cell.directory)
        for action, sent in fault.orders:
            await self.tell(cell.directory, action, **sent)
        self._limits = fault
        progress = await self._run(tools, Progress(asked), _MOST_CALLS if asked.to_the_end else 1)
        cell.said += progress.said
        cell.error = str(progress.error or "")
        await self._mend(cell.directory)
        cell.outcome = await self._outcome(cell, progress)
        cell.afterwards = await self._afterwards(cell, tools, progress, open_tools)

    async def _warm(self, tools: Tools, name: str) -> None:
        first = self.truths[name].id(self.truths[name].records[0])
        await tools["list_users"].run({"directory": name, "limit": 100})
        await tools["get_user"].run({"directory": name, "id": first})
        await tools["get_user_count"].run({"directory": name})

    async def _opened(self, exits: AsyncExitStack, store: MemoryStore) -> Tools:
        settings = [
            DirectorySettings(name, built_in(name), self.sandbox.base_url(name), SecretStr(f"sandbox-{name}-key"))
            for name in DIRECTORIES
        ]
        directories = await exits.enter_async_context(Directories(settings, store, budget=self._budget))
        return {tool.name: tool for tool in toolset(directories)}

    def _budget(self) -> Budget:
        return Budget(self._limits.seconds, at_first=self._limits.at_first)

    async def _mend(self, name: str) -> None:
        self._limits = FAULTS["none"]
        await self.tell(name, "faults", kind=None)
        await self.tell(name, "values")

    async def _run(self, tools: Tools, progress: Progress, calls: int) -> Progress:
        """Call, and follow the cursor for so many calls in all; each answer and the error are judged."""
        progress.error = None
        for _ in range(calls):
            tool, arguments = progress.next_call()
            try:
                answer = await _answered(tools[tool], arguments, self._limits.longest + _SLACK)
            except UserDirectoryError as error:
                judge_error(error, self.sandbox.url, DIRECTORIES)
                progress.error = error
                progress.said.append(str(error))
                break
            judge_answer(progress.asked, answer, self.truths, self.sandbox.url, goes_on="cursor" in arguments)
            progress.add(answer)
            if "rows" in answer:
                judge_end(progress.asked, progress.found, answer)
            if progress.cursor is None:
                break
        return progress

    async def _outcome(self, cell: Cell, progress: Progress) -> str:
        if progress.last is None:
            return "error"
        if progress.is_certain and cell.fault != "none":
            return "right"
        content = content_of(progress)
        if cell.fault == "none":
            self._usual[cell.directory, cell.operation, cell.state] = content
        is_usual = progress.error is None and content == await self._usual_content(cell)
        return "right" if is_usual else "partly"

    async def _usual_content(self, cell: Cell) -> Any:
        """Return what the answer says without a fault; a search that the provider answers may have a cursor then."""
        key = (cell.directory, cell.operation, cell.state)
        if key not in self._usual:
            await self.try_cell(FAULTS["none"], *key)
        return self._usual[key]

    async def _afterwards(self, cell: Cell, tools: Tools, progress: Progress, open_tools: OpenTools) -> str:
        """Go on, now that the fault is over: from the cursor, or with the same call again."""
        if progress.cursor is None:
            progress = Progress(progress.asked)
        for _ in range(3):
            progress = await self._run(tools, progress, _MOST_CALLS_AFTERWARDS)
            if isinstance(progress.error, CursorError):
                progress = Progress(progress.asked)  # it says to start over
            elif isinstance(progress.error, UpstreamRateLimited):
                tools = await open_tools()  # as after the rest that it asks for, which takes too long here
            else:
                break
        if progress.error is not None:
            raise Dishonest(f"the fault is over, and still: {progress.error}")
        if progress.cursor is not None:
            raise Dishonest("the fault is over, and the cursor leads to no end")
        cell.said += [f"afterwards: {each}" for each in progress.said]
        return "right" if progress.is_certain else "in doubt"


async def _answered(tool: Tool, arguments: Mapping[str, Any], most: float) -> Answer:
    """Return the answer of a tool within so many seconds. Raises: UserDirectoryError, Dishonest."""
    try:
        with anyio.fail_after(most):
            return await tool.run(arguments)
    except UserDirectoryError:
        raise
    except TimeoutError:
        raise Dishonest(f"no answer within {most} s") from None
    except Exception as error:
        raise Dishonest(f"it crashed: {error!r}") from error


@contextmanager
def without_pauses() -> Generator[None]:
    """Try again at once, as often as ever and at no slower a pace; nothing here speaks TLS, so read no certificates."""
    fast = mock.patch.object(pacing, "_LEAST", 1000.0)  # requests a second, which a refusal would halve
    environment = mock.patch.dict(os.environ)
    with tempfile.TemporaryDirectory() as empty, stamina.set_testing(True, attempts=3, cap=True), fast, environment:
        os.environ["SSL_CERT_DIR"] = empty
        os.environ.pop("SSL_CERT_FILE", None)
        yield


@asynccontextmanager
async def opened_world() -> AsyncGenerator[World]:
    """A sandbox and the truth about it."""
    async with Sandbox(users=_USERS) as sandbox, httpx2.AsyncClient(timeout=30) as control:
        world = World(sandbox, control)
        await world.begin()
        yield world


def directories_of(fault: Fault) -> list[str]:
    """The directories in which a fault can happen."""
    kinds = {sent.get("kind") for _, sent in fault.orders}
    if "token_loop" in kinds:
        return ["braintrust", "openphone", "quo"]
    if "total" in kinds:
        return ["klavis", "openphone", "monocloud"]
    return list(DIRECTORIES)
