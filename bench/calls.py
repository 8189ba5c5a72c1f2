"""What this server adds to a call, beside what the same call costs at the least; both in one run.

    python bench/calls.py [--only calls,http,scan] [--rounds 25]

The floor of a call is a tool of a bare server of the SDK that does nothing, called by the same client over stdio, and
one GET of the page that the call reads, with the same HTTP client library, its JSON read. Over HTTP, a client that only
posts asks this server and a bare one in turn. A scan is compared with a loop that fetches the same pages, reads their
JSON and looks for a text in the same fields. The providers are the sandbox, in a process of its own. What counts are
the ratios of medians. Exit status 1 if a goal is missed.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import httpx2
from mcp import Client, StdioServerParameters

from call_figures import CALLS, PAGES, USERS, Figure, at_most, authorization, this_server
from calls_over_http import over_http
from sandboxed import SandboxProcess, sandbox_process
from user_directories import Budget, Directories, Query, Request

AMPLE = partial(Budget, seconds=600.0, requests=10**6, rows=10**9)

ONE: Mapping[str, tuple[str, str, str]] = {
    "klavis": ("/user/{id}", "users", "userId"),
    "delay": ("/users/{id}", "@", "id"),
    "monocloud": ("/api/users/{id}", "@", "user_id"),
}
"""Where directories have one user, where their lists have users, and where those have their ids."""

NUMBERS = ("klavis", "monocloud")
"""The directories whose count is one request."""


# --- One call, over stdio -------------------------------------------------------------------------


async def seconds(step: Callable[[], Awaitable[Any]]) -> float:
    """Seconds of one of many calls after each other."""
    began = time.perf_counter()
    for _ in range(CALLS):
        await step()
    return (time.perf_counter() - began) / CALLS


async def in_turn(steps: Mapping[str, Callable[[], Awaitable[Any]]], rounds: int) -> dict[str, float]:
    """The median of each step; they take turns, and the first round does not count."""
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(rounds + 1):
        for name, step in steps.items():
            spent = await seconds(step)
            if number:
                taken[name].append(spent)
    return {name: statistics.median(each) for name, each in taken.items()}


def connected(command: Sequence[str], environment: Mapping[str, str]) -> Client:
    """A client of a server that it starts itself."""
    return Client(StdioServerParameters(command=command[0], args=list(command[1:]), env=dict(environment)))


BARE_STDIO = """
from mcp.server.mcpserver import MCPServer
server = MCPServer("bare", log_level="WARNING")
@server.tool(structured_output=False)
def nothing() -> str:
    return ""
server.run()
"""


def asking(client: Client, tool: str, **arguments: Any) -> Callable[[], Awaitable[Any]]:
    """A call that has to work."""

    async def step() -> None:
        result = await client.call_tool(tool, arguments)
        assert not result.is_error, result

    return step


def getting(web: httpx2.AsyncClient, url: str, name: str) -> Callable[[], Awaitable[Any]]:
    """A GET whose JSON is read."""
    headers = authorization(name)

    async def step() -> Any:
        answer = await web.get(url, headers=headers)
        assert answer.status_code == 200, answer
        return answer.json()

    return step


def items(body: Any, where: str) -> list[Any]:
    """The users in a body."""
    found: list[Any] = body if where == "@" else body[where]
    return found


async def calls(rounds: int) -> list[Figure]:
    """list_users, get_user and get_user_count, each beside a no-op tool and one GET."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        async with (
            sandbox_process(USERS) as sandbox,
            httpx2.AsyncClient() as web,
            connected(*this_server(Path(folder), sandbox.url)) as client,
            connected([sys.executable, "-c", BARE_STDIO], os.environ) as bare,
        ):
            steps: dict[str, Callable[[], Awaitable[Any]]] = {"no-op": asking(bare, "nothing")}
            for name, path in PAGES.items():
                steps[f"list {name}"] = asking(client, "list_users", directory=name)
                steps[f"list {name}, get"] = getting(web, sandbox.url + "/" + name + path.format(size=26), name)
            for name, (path, where, key) in ONE.items():
                page = await getting(web, sandbox.url + "/" + name + PAGES[name].format(size=26), name)()
                wanted = items(page, where)[7][key]
                steps[f"one {name}"] = asking(client, "get_user", directory=name, id=wanted)
                steps[f"one {name}, get"] = getting(web, sandbox.url + "/" + name + path.format(id=wanted), name)
            for name in NUMBERS:
                steps[f"count {name}"] = asking(client, "get_user_count", directory=name)
                steps[f"count {name}, get"] = getting(web, sandbox.url + "/" + name + PAGES[name].format(size=25), name)
            spent = await in_turn(steps, rounds)
    for kind, tool, goal in (("list", "list_users", 1.4), ("count", "get_user_count", 1.2), ("one", "get_user", 1.15)):
        pairs = [
            (name.partition(" ")[2], spent[name], spent["no-op"] + spent[f"{name}, get"])
            for name in spent
            if name.startswith(kind) and not name.endswith(", get")
        ]
        figures += [at_most(f"{tool}, {name}", ours * 1e3, floor * 1e3, "ms", None) for name, ours, floor in pairs]
        ours, floor = (
            statistics.fmean(column) for column in ([pair[1] for pair in pairs], [pair[2] for pair in pairs])
        )
        figures.append(at_most(f"{tool}, all of these", ours * 1e3, floor * 1e3, "ms", goal))
    return figures


# --- Scans ---------------------------------------------------------------------------------------

NOBODY = "nobody has this name"

_NAMED = ("firstName", "lastName", "email", "id")


class Listed(NamedTuple):
    """How a loop reads a directory: the size of its pages, where users are, what a search looks at, what follows."""

    size: int
    where: str
    searched: Sequence[str]
    following: Callable[[int, Any], str]


LISTS: Mapping[str, Listed] = {
    "klavis": Listed(1000, "users", ("userId",), lambda number, _: f"&page_number={number}"),
    "braintrust": Listed(
        1000,
        "objects",
        ("given_name", "family_name", "email", "id"),
        lambda _, body: f"&starting_after={body['objects'][-1]['id']}",
    ),
    "delay": Listed(100, "@", ("name", "identifier", "email", "id"), lambda number, _: f"&page={number}"),
    "openphone": Listed(50, "data", _NAMED, lambda _, body: f"&pageToken={body['nextPageToken']}"),
    "quo": Listed(50, "data", _NAMED, lambda _, body: f"&after={body['nextCursor']}"),
}
"""The directories that are scanned; MonoCloud's addresses are in a list of their own, which no plain loop looks at."""


async def by_loop(sandbox: SandboxProcess, web: httpx2.AsyncClient, name: str) -> None:
    """The loop that everybody writes: all pages, one after another, and a substring in a few fields of each user."""
    listed, headers = LISTS[name], authorization(name)
    first = sandbox.url + "/" + name + PAGES[name].format(size=listed.size)
    plain = first.replace("&page_number=1", "").replace("&page=1", "")
    number, looked_at, found, url = 1, 0, 0, first
    while looked_at < USERS:
        body = (await web.get(url, headers=headers)).json()
        for record in items(body, listed.where):
            looked_at += 1
            for field in listed.searched:
                value = record[field]
                if value and NOBODY in value:
                    found += 1
                    break
        number += 1
        url = plain + listed.following(number, body) if looked_at < USERS else ""
    assert (looked_at, found) == (USERS, 0)


async def by_us(directories: Directories, name: str) -> None:
    """The same by this server."""
    page = await directories.users(Request("search", name, Query(text=NOBODY, exhaustive=True), 25))
    assert (page.scanned, page.users, page.complete) == (USERS, (), True), page


async def scans(rounds: int) -> list[Figure]:
    """Seconds of this process for one user of a scan that finds nobody, beside a loop; they take turns."""
    figures: list[Figure] = []
    async with sandbox_process(USERS) as sandbox, httpx2.AsyncClient() as web:
        for name in LISTS:
            async with sandbox.directories(name, budget=AMPLE) as directories:
                steps = (partial(by_us, directories, name), partial(by_loop, sandbox, web, name))
                taken: list[list[float]] = []
                for _ in range(max(3, rounds // 3) + 1):
                    costs: list[float] = []
                    for step in steps:
                        began = time.process_time()
                        await step()
                        costs.append((time.process_time() - began) / USERS)
                    taken.append(costs)
            ours, loop = (statistics.median(column) * 1e6 for column in zip(*taken[1:], strict=True))
            figures.append(at_most(f"scan, {name}", ours, loop, "us/user", 3.0))
    return figures


# --- All -----------------------------------------------------------------------------------------

MEASURES: Mapping[str, Callable[[int], Awaitable[list[Figure]]]] = {"calls": calls, "http": over_http, "scan": scans}


async def measure(names: Sequence[str], rounds: int) -> list[Figure]:
    """The figures, printed as they come."""
    figures: list[Figure] = []
    for name in names:
        for figure in await MEASURES[name](rounds):
            verdict = {True: "met", False: "MISSED", None: ""}[figure.met]
            costs = f"{figure.ours:9.2f} {figure.other:9.2f} {figure.unit:<8}"
            print(f"{figure.name:<44} {costs} {figure.ratio:6.2f} {figure.goal:<9} {verdict}", flush=True)
            figures.append(figure)
    return figures


def main() -> None:
    """Print a table and the same as JSON; exit status 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(MEASURES), help="which figures, separated by commas")
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    print(f"{'':<44} {'ours':>9} {'other':>9} {'':<8} {'ratio':>6} goal")
    figures = anyio.run(measure, options.only.split(","), options.rounds)
    print(json.dumps([figure._asdict() for figure in figures]))
    sys.exit(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    main()
