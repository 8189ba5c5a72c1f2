"""`demo`: the main tasks on simulated directories, through a real MCP client, in a few seconds."""

import time
from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anyio

from ..runtime import open_runtime

if TYPE_CHECKING:
    from mcp import Client

__all__ = ["run"]


def run(options: Namespace) -> int:
    """Show what an agent would do; no key is needed, and nothing is left behind."""
    return anyio.run(_show, options)


async def _show(options: Namespace) -> int:
    from mcp import Client

    from .printing import print_answer, say

    started = time.perf_counter()
    say(f"Six simulated directories of {options.users:,} users each, on this machine. No key is needed.")
    async with open_runtime(sandbox=True, users=options.users) as runtime, Client(runtime.server) as client:
        say(f"Connected by MCP {client.protocol_version}.")
        await _step(client, "What is configured?", "list_directories", {})
        page = {"directory": "delay", "limit": 5, "fields": "name,email,status,created_at"}
        first = await _step(client, "The first users of one directory", "list_users", page)
        if "cursor" in first:
            await _step(client, "The next, by its cursor", "list_users", page | {"cursor": first["cursor"]})
        if first["rows"]:
            name = first["rows"][-1][0]
            search = {"query": name, "limit": 10, "fields": "name,email,created_at"}
            await _step(client, f"Who is {name}? In every directory at once", "search_users", search)
        print_answer(await _counts(client, runtime.directories.names))
    say(f"Done in {time.perf_counter() - started:.1f} s. Next: put it into your client, see README.md.", "bold green")
    return 0


async def _step(client: "Client", question: str, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    from .printing import print_answer, say

    shown = " ".join(f"{name}={value}" for name, value in arguments.items())
    say(f"\n{question}", "bold")
    say(f"> {tool} {shown}", "cyan")
    answer = await _ask(client, tool, arguments)
    if tool == "list_directories":
        keys = ("name", "provider", "search", "count")
        answer = {"directories": [{key: item[key] for key in keys} for item in answer["directories"]]}
    print_answer(answer)
    return answer


async def _counts(client: "Client", names: tuple[str, ...]) -> dict[str, Any]:
    """Count one directory after another; some must read their whole list, which takes a moment."""
    from rich.progress import Progress

    from .printing import console, say

    say("\nHow many users has each?", "bold")
    say("> get_user_count", "cyan")
    counts: list[dict[str, Any]] = []
    with Progress(console=console, transient=True) as progress:
        for name in progress.track(names, description="Counting"):
            counts.append(await _ask(client, "get_user_count", {"directory": name}))  # noqa: PERF401 - each is awaited
    return {"counts": counts}


async def _ask(client: "Client", tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    result = await client.call_tool(tool, dict(arguments))
    if result.is_error or result.structured_content is None:
        raise RuntimeError(f"{tool} failed: {result.content}")
    answer: dict[str, Any] = result.structured_content
    return answer
