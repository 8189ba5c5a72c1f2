"""The messages of a client over stdio: each is bounded, and one that cannot be read is answered."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import BinaryIO

from anyio import to_thread
from mcp_types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError, jsonrpc_message_adapter

__all__ = ["MOST_BYTES", "Messages"]

MOST_BYTES = 2**20
"""Bytes of a message; the largest that means anything has fifty values of 256 characters."""

_ID = re.compile(rb'"id"\s*:\s*(?:(\d{1,15})|"([\w.:-]{1,100})")')
_ID_WITHIN = 300
"""Bytes at each end of a message in which its id is looked for."""


class Messages:
    """The lines of stdin that are messages; others are answered with what is wrong and not passed on."""

    def __init__(self, stream: BinaryIO, answer: Callable[[JSONRPCError], Awaitable[None]]) -> None:
        self._stream = stream
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield each message, without its line break, until the client closes stdin."""
        while line := await to_thread.run_sync(self._stream.readline, MOST_BYTES + 1):
            if len(line) > MOST_BYTES and not line.endswith(b"\n"):
                end = await to_thread.run_sync(self._skip)
                await self._answer(_error(line, end, INVALID_REQUEST, f"The message has more than {MOST_BYTES} bytes"))
            elif (text := line.decode("utf-8", "replace").strip()) and (fault := _fault(text)):
                await self._answer(_error(line, line, PARSE_ERROR, fault))
            elif text:
                yield text

    def _skip(self) -> bytes:
        """Read to the end of a line, and return the last of it."""
        end = b""
        while part := self._stream.readline(MOST_BYTES):
            end = (end + part)[-_ID_WITHIN:]
            if part.endswith(b"\n"):
                break
        return end


def _fault(text: str) -> str | None:
    """Return what is wrong with a message; None if it can be read."""
    try:
        jsonrpc_message_adapter.validate_json(text, by_name=False)
    except (ValueError, RecursionError):
        return "No JSON-RPC message: it is not JSON, too deep, or has half a character or too large a number"
    return None


def _error(start: bytes, end: bytes, code: int, what: str) -> JSONRPCError:
    """Return the answer to a message that cannot be read, with its id where that stands near either end."""
    found = _ID.search(start[:_ID_WITHIN]) or _ID.search(end[-_ID_WITHIN:])
    number, text = found.groups() if found else (None, None)
    identifier = int(number) if number else text.decode() if text else None
    return JSONRPCError(jsonrpc="2.0", id=identifier, error=ErrorData(code=code, message=what))
