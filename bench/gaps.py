"""Whether a large page keeps other calls waiting: the longest gap beside one `json.loads` of the same page, in one run.

    python bench/gaps.py [--rounds 5]

A provider in this process sends pages of so many rows, whatever is asked for. While a call reads two of them, a
heartbeat wants a turn all the time; the longest that it had to wait is compared with parsing the page once. Both are
processor time, and the median of the rounds. A gap of up to 10 ms is no miss, however small the page. Exit status 1 if
a goal is missed.
"""

import argparse
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
from anyio.abc import SocketAttribute, SocketStream
from pydantic import SecretStr

from call_figures import Figure
from heartbeat import beating
from user_directories import (
    Budget,
    Directories,
    DirectorySettings,
    Manifest,
    MemoryStore,
    Query,
    Request,
    load_manifest,
)

__all__ = ["LISTS", "OPERATIONS", "ROWS", "gap_of", "goal_of", "seconds_to_parse"]

GOAL = 1.5
LEAST = 0.01
"""Seconds for which nothing has to give way."""

_LIST = """
version = 1
name = "large"
title = "Large pages"
docs = "https://large.example/docs"
auth = { environment = "LARGE_KEY" }
[list]
path = "/users"
items = "users"
page_size = { parameter = "limit", maximum = 1000 }
pagination = { %s }
[user]
id = "id"
given_name = "firstName"
family_name = "lastName"
email = "email"
username = "login"
"""

LISTS: Mapping[str, str] = {
    "offset": 'strategy = "offset", parameter = "after"',
    "keyset": 'strategy = "keyset", parameter = "after", key = "id"',
    "token": 'strategy = "token", parameter = "after", next = "next"',
}
"""Ways of paging. In all of them `after` is the number of the last row that was read."""


def usual(number: int) -> dict[str, Any]:
    """A record as most APIs send it."""
    return {
        "id": f"{number:08d}",
        "firstName": "Ada",
        "lastName": f"Lovelace {number}",
        "email": f"ada.{number}@acme.example",
        "login": f"ada{number}",
        "status": "active",
        "created_at": "2024-01-31T12:00:00Z",
        "teams": [{"id": number % 7, "name": "Analytical Engines"}],
    }


def bare(number: int) -> dict[str, Any]:
    """A record that takes no time to parse."""
    return {"id": f"{number:08d}"}


ROWS: Mapping[str, Callable[[int], dict[str, Any]]] = {"usual": usual, "bare": bare}


def bodies(record: Callable[[int], dict[str, Any]], rows: int) -> list[bytes]:
    """Two pages of so many rows, and an empty one."""
    starts = (0, rows, 2 * rows)
    return [
        json.dumps({"users": [record(start + row) for row in range(rows)], "next": str(start + rows)}).encode()
        if start < 2 * rows
        else b'{"users": []}'
        for start in starts
    ]


@asynccontextmanager
async def provider(pages: Sequence[bytes], rows: int) -> AsyncGenerator[str]:
    """A server of these pages; the address."""

    async def answer(stream: SocketStream) -> None:
        async with stream:
            try:
                while True:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        head += await stream.receive()
                    asked = parse_qs(urlsplit(head.split(b" ")[1].decode()).query).get("after", ["-1"])[0]
                    page = pages[min(-(-(int(asked) + 1) // rows), 2)] if int(asked) >= 0 else pages[0]
                    await stream.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(page))
                    for start in range(0, len(page), 65_536):
                        await stream.send(page[start : start + 65_536])
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, answer)
        yield f"http://127.0.0.1:{listener.extra(SocketAttribute.local_port)}"  # noqa: S610 - anyio's, not Django's
        tasks.cancel_scope.cancel()


def manifest(pagination: str) -> Manifest:
    """The page of a provider that pages in this way."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "large.toml")
        file.write_text(_LIST % pagination, encoding="utf-8")
        return load_manifest(file)


@asynccontextmanager
async def directories(url: str, pagination: str) -> AsyncGenerator[Directories]:
    """The facade over a directory that pages in this way."""
    settings = DirectorySettings("large", manifest(pagination), url, SecretStr("key"))
    async with Directories([settings], MemoryStore(), budget=partial(Budget, 600.0)) as opened:
        yield opened


async def searched(opened: Directories) -> None:
    """A search that looks at everybody and finds nobody."""
    await opened.users(Request("search", "large", Query(text="nobody at all"), 25))


async def listed(opened: Directories) -> None:
    """A page of the list, and the next one."""
    page = await opened.users(Request("list", "large", Query(), 100))
    await opened.users(Request("list", "large", Query(), 100, page.cursor))


async def counted(opened: Directories) -> None:
    """A count of everybody by reading."""
    await opened.count(Request("count", "large", Query(exhaustive=True)))


OPERATIONS: Mapping[str, Callable[[Directories], Awaitable[None]]] = {
    "search": searched,
    "list": listed,
    "count": counted,
}


def seconds_to_parse(page: bytes) -> float:
    """Processor time of one `json.loads`."""
    began = time.thread_time()
    json.loads(page)
    return time.thread_time() - began


async def gap_of(operation: str, pagination: str, kind: str, rows: int) -> tuple[float, float]:
    """The longest gap of one call, and what it takes to parse a page of it."""
    pages = bodies(ROWS[kind], rows)
    async with provider(pages, rows) as url, directories(url, LISTS[pagination]) as opened:
        await opened.users(Request("list", "large", Query(), 1))  # what is imported and opened on first use
        gc.collect()
        gc.freeze()  # as the server does when it starts: what lives on is not looked through again and again
        async with beating() as heartbeat:
            await OPERATIONS[operation](opened)
    return heartbeat.longest, seconds_to_parse(pages[0])


def goal_of(parsing: float) -> float:
    """The longest gap that is no miss."""
    return max(GOAL * parsing, LEAST)


async def measure(rounds: int) -> list[Figure]:
    """The figures, printed as they come."""
    figures: list[Figure] = []
    for rows in (1_000, 20_000):
        for kind in ROWS:
            for pagination in LISTS:
                for operation in OPERATIONS:
                    taken = [await gap_of(operation, pagination, kind, rows) for _ in range(rounds)]
                    gap, parsing = (statistics.median(column) for column in zip(*taken, strict=True))
                    name = f"{rows} {kind} rows, {pagination}, {operation}"
                    met = gap <= goal_of(parsing)
                    goal = f"<= {GOAL} x or 10 ms"
                    figure = Figure(name, gap * 1e3, parsing * 1e3, "ms", gap / parsing, goal, met)
                    print(
                        f"{name:<44} {figure.ours:8.2f} {figure.other:8.2f} ms {figure.ratio:6.2f} {goal} "
                        f"{'met' if met else 'MISSED'}",
                        flush=True,
                    )
                    figures.append(figure)
    return figures


def main() -> None:
    """Print a table and the same as JSON; exit status 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"{'':<44} {'gap':>8} {'parsing':>8}     ratio goal")
    figures = anyio.run(measure, options.rounds)
    print(json.dumps([figure._asdict() for figure in figures]))
    sys.exit(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    main()
