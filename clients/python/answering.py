"""What the Python clients share: calls come in as lines of JSON, and what a model would see goes out.

It runs in a client's own environment, so it imports nothing but the standard library.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

__all__ = ["Call", "Connect", "Seen", "Target", "answer_calls"]

Target = dict[str, Any]
"""Where the server is: `url`, or the `command`, `args` and `env` that start it."""

Seen = dict[str, Any]
"""What a model would see of an answer: `text` or `data`, or both."""

Call = Callable[[str, dict[str, Any]], Awaitable[Seen]]
Connect = Callable[[Target], AbstractAsyncContextManager[tuple[Iterable[str], Call]]]
"""Open a client, and give the names of the tools and the way to call one."""


def answer_calls(connect: Connect) -> None:
    """Connect to the server that the first argument names, and make each call that stdin asks for."""
    asyncio.run(_answer_calls(connect, json.loads(sys.argv[1])))


async def _answer_calls(connect: Connect, target: Target) -> None:
    async with connect(target) as (tools, call):
        _say({"tools": sorted(tools)})
        while line := await asyncio.to_thread(sys.stdin.readline):
            _say(await _seen(call, **json.loads(line)))


async def _seen(call: Call, tool: str, arguments: dict[str, Any]) -> Seen:
    try:
        return await call(tool, arguments)
    except Exception as error:  # noqa: BLE001 - whatever the client raises is what its caller sees
        return {"text": f"{type(error).__name__}: {error}"}


def _say(message: dict[str, Any]) -> None:
    print(json.dumps(message, default=str), flush=True)
