"""A client's process, and the server's own answers to compare with what the client shows."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import mcp
from anyio.abc import ByteSendStream
from anyio.streams.buffered import BufferedByteReceiveStream

from answers import Failed
from serving import served

__all__ = ["Caller", "Reference", "caller", "reference"]

_SECONDS = 90
"""A client's own time-out is one minute or less, where it has one."""

_LONGEST_ANSWER = 10_000_000


class Caller:
    """A client that runs: it makes calls, and tells what a model would see."""

    def __init__(self, lines: BufferedByteReceiveStream, calls: ByteSendStream, errors: Path) -> None:
        self.tools: list[str] = []
        self._lines, self._calls, self._errors = lines, calls, errors
        self._is_silent = False

    async def call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return `text` or `data`, or both.

        Raises: Failed if the client ended or does not answer.
        """
        try:
            await self._calls.send(json.dumps({"tool": tool, "arguments": arguments}).encode() + b"\n")
        except anyio.BrokenResourceError as error:
            raise self._ended() from error
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        """Return the next message of the client."""
        if self._is_silent:  # what it says now would answer an earlier call
            raise Failed("the client had not answered before")
        try:
            with anyio.fail_after(_SECONDS):
                message: dict[str, Any] = json.loads(await self._lines.receive_until(b"\n", _LONGEST_ANSWER))
        except (anyio.IncompleteRead, anyio.EndOfStream) as error:
            raise self._ended() from error
        except TimeoutError as error:
            self._is_silent = True
            raise Failed(f"the client said nothing for {_SECONDS} s") from error
        return message

    def _ended(self) -> Failed:
        said = self._errors.read_text(errors="replace").strip().splitlines()
        return Failed(f"the client ended: {said[-1] if said else 'without a word'}")


@asynccontextmanager
async def caller(command: Sequence[str], folder: Path) -> AsyncGenerator[Caller]:
    """Start a client's script, and wait until it has connected.

    Raises: Failed if it does not connect.
    """
    errors = folder / "stderr.txt"
    with errors.open("wb") as kept:
        process = await anyio.open_process(command, stderr=kept)
    assert process.stdin is not None
    assert process.stdout is not None
    running = Caller(BufferedByteReceiveStream(process.stdout), process.stdin, errors)
    try:
        running.tools = (await running.hear())["tools"]
        yield running
        await process.stdin.aclose()
        with anyio.move_on_after(10):
            await process.wait()
    finally:
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                process.kill()
            await process.aclose()


class Reference:
    """What the server answers on the wire."""

    def __init__(self, client: mcp.Client, tools: Sequence[str]) -> None:
        self.tools = tools
        self._client = client

    async def answer(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        result = await self._client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        assert result.structured_content is not None
        return dict(result.structured_content)

    async def error(self, tool: str, arguments: dict[str, Any]) -> str:
        result = await self._client.call_tool(tool, arguments)
        assert result.is_error, result.content
        return str(getattr(result.content[0], "text"))  # noqa: B009 - an error has one block, a text


@asynccontextmanager
async def reference(folder: Path) -> AsyncGenerator[Reference]:
    """A server of the same users, asked by the SDK that it is made with."""
    async with served("stdio", folder) as server, mcp.Client(mcp.StdioServerParameters(**server.target)) as client:
        tools = sorted(tool.name for tool in (await client.list_tools()).tools)
        yield Reference(client, tools)
