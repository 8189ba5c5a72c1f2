"""`demo`: the main tasks on simulated directories, through a real MCP client, in a few seconds."""

import json
import time
from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anyio

from ..runtime import open_runtime

if TYPE_CHECKING:
    from mcp import Client

__all__ = ["run"]

_PERSON = "joan mccarthy"
"""People of this name are in several of the simulated directories, if these have more than sixty users."""


def run(options: Namespace) -> int:
    """Show what an agent would do; no key is needed, and nothing is left behind."""
    return anyio.run(_show, options)


async def _show(options: Namespace) -> int:
    from mcp import Client

    from .printing import say
    from .shown_answer import print_answer

    started = time.perf_counter()
    say(f"Six simulated directories of {options.users:,} users each, on this machine. No key is needed.")
    async with open_runtime(sandbox=True, users=options.users) as runtime, Client(runtime.server) as client:
        say(f"Connected by MCP {client.protocol_version}.")
        await _step(client, "What is configured?", "list_directories", {})
        page = {"directory": "delay", "sort": "name:asc", "limit": 5, "fields": "name,email,status"}
        first = await _step(client, "The first users of one directory, by name", "list_users", page)
        if "cursor" in first:
            await _step(client, "The next, by its cursor", "list_users", {"cursor": first["cursor"]})
        search = {"query": _PERSON, "limit": 10, "fields": "name,email,status"}
        await _step(client, "Who is Joan McCarthy? In every directory at once", "search_users", search)
        count = {"directory": "delay", "filters": {"status": "suspended"}}
        await _step(client, "How many are suspended in Delay?", "get_user_count", count)
        print_answer(await _counts(client, runtime.directories.names))
    say(
        f"Done in {time.perf_counter() - started:.1f} s. Next: user-directory-mcp setup puts it into your client.",
        "bold green",
    )
    return 0


async def _step(client: "Client", question: str, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    from .shown_answer import print_answer

    _say_question(question, tool, arguments)
    answer = await _ask(client, tool, arguments)
    if tool == "list_directories":
        keys = ("name", "provider", "search", "count")
        answer = {"directories": [{key: item[key] for key in keys} for item in answer["directories"]]}
    print_answer(answer)
    return answer


def _say_question(question: str, tool: str, arguments: Mapping[str, Any]) -> None:
    from .printing import say

    say(f"\n{question}", "bold")
    say(f"> {tool} {' '.join(f'{name}={_written(value)}' for name, value in arguments.items())}", "cyan")


def _written(value: Any) -> str:
    """Write an argument as `call` takes it in a shell."""
    from shlex import quote

    return quote(value if isinstance(value, str) else json.dumps(value))


async def _counts(client: "Client", names: tuple[str, ...]) -> dict[str, Any]:
    """Count one directory after another; some must read their whole list, which takes a moment."""
    from .progress import progress_bar

    _say_question("How many users has each?", "get_user_count", {})
    counts: list[dict[str, Any]] = []
    with progress_bar("counting") as bar:
        for number, name in enumerate(names):
            bar.show(number, len(names), f"counting {name}")
            counts.append(await _ask(client, "get_user_count", {"directory": name}))
    return {"counts": counts}


async def _ask(client: "Client", tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    from .progress import progress_bar

    with progress_bar(tool) as bar:
        result = await client.call_tool(tool, dict(arguments), progress_callback=bar.heard)
    if result.is_error or result.structured_content is None:
        raise RuntimeError(f"{tool} failed: {result.content}")
    answer: dict[str, Any] = result.structured_content
    return answer
