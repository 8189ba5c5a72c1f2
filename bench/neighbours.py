"""One directory of six fails: whether the five others give what they gave before it failed, and as fast.

    python bench/neighbours.py [--rounds 7] [--fault NAME]

Each fault of the fault matrix, and a directory that sends nothing at all, is tried in one directory after another. In
one search and one count over all, the rows and counts of the healthy directories are held to what they were without the
fault, and so are the requests that each of them got. Then six calls run at once, one a directory, and how long those of
the healthy ones take is compared with the same without the fault; they take turns, and the median counts. Exit status 1
if an answer differs, or if they take more than 1.5 times as long.
"""

import argparse
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import anyio
import httpx2
from pydantic import SecretStr

from fault_kinds import FAULTS, Orders
from fault_matrix import directories_of, without_pauses
from user_directories import (
    Budget,
    Directories,
    DirectorySettings,
    MemoryStore,
    Query,
    Request,
    UserDirectoryError,
    built_in,
)
from user_directory_sandbox import DIRECTORIES, Sandbox

__all__ = ["WAYS", "Given", "Neighbourhood", "opened_neighbourhood", "places_of"]

GOAL = 1.5
SECONDS = 4.0
"""The time of one call: a directory that sends nothing has half of it."""

_SILENT = "nothing at all"
WAYS: Mapping[str, Orders] = {name: fault.orders for name, fault in FAULTS.items() if name != "none"} | {
    _SILENT: (("faults", {"kind": "slow_body", "every": 1, "seconds": 3600.0}),)
}
"""The ways to fail."""


class Given(NamedTuple):
    """What some directories gave in one search and one count over all, and how many requests each of them got."""

    rows: frozenset[tuple[str, str]]
    counts: Mapping[str, tuple[int | None, str | None]]
    requests: Mapping[str, int]

    def without(self, name: str) -> "Given":
        """What all but one gave."""
        return Given(
            frozenset(row for row in self.rows if row[0] != name),
            {each: count for each, count in self.counts.items() if each != name},
            {each: number for each, number in self.requests.items() if each != name},
        )


class Neighbourhood:
    """The sandbox with its six directories, of which one can be made to fail."""

    def __init__(self, sandbox: Sandbox, control: httpx2.AsyncClient) -> None:
        self._sandbox = sandbox
        self._control = control

    @asynccontextmanager
    async def failing(self, way: str, name: str) -> AsyncGenerator[None]:
        """Let one directory fail in one way for as long as the body runs."""
        for action, sent in WAYS[way]:
            await self._tell(name, action, **sent)
        try:
            yield
        finally:
            await self._tell(name, "faults", kind=None)
            await self._tell(name, "values")

    async def _tell(self, name: str, action: str, **sent: Any) -> None:
        answer = await self._control.post(f"{self._sandbox.url}/_control/{name}/{action}", json=sent)
        assert answer.status_code == 200, answer.text

    async def _requests(self, name: str) -> int:
        stats = (await self._control.get(f"{self._sandbox.url}/_control/{name}/stats")).json()
        return int(stats["requests"])

    def opened(self) -> Directories:
        """A server that has just been started."""
        settings = [
            DirectorySettings(name, built_in(name), self._sandbox.base_url(name), SecretStr(f"sandbox-{name}-key"))
            for name in DIRECTORIES
        ]
        return Directories(settings, MemoryStore(), budget=lambda: Budget(SECONDS, at_first=SECONDS))

    async def together(self) -> Given:
        """One search and one count over all directories."""
        before = {name: await self._requests(name) for name in DIRECTORIES}
        async with self.opened() as directories:
            page = await directories.users(Request("search", None, Query(text="ada"), 1000))
            counts = (await directories.count(Request("count", None, Query()))).counts
        return Given(
            frozenset((found.directory, found.user.id) for found in page.users),
            {each.directory: (each.count, each.exactness) for each in counts},
            {name: await self._requests(name) - before[name] for name in DIRECTORIES},
        )

    async def at_once(self, directories: Directories) -> dict[str, float]:
        """Six calls at once, one a directory: the seconds of each, whatever came of it."""
        taken: dict[str, float] = {}

        async def one(name: str) -> None:
            began = time.perf_counter()
            with suppress(UserDirectoryError):
                await directories.users(Request("list", name, Query(), 50))
            taken[name] = time.perf_counter() - began

        async with anyio.create_task_group() as tasks:
            for name in DIRECTORIES:
                tasks.start_soon(one, name)
        return taken


@asynccontextmanager
async def opened_neighbourhood(users: int = 130) -> AsyncGenerator[Neighbourhood]:
    """A sandbox, and what can be done in it."""
    async with Sandbox(users=users) as sandbox, httpx2.AsyncClient(timeout=30) as control:
        yield Neighbourhood(sandbox, control)


def places_of(way: str) -> Sequence[str]:
    """The directories that can fail in this way."""
    return directories_of(FAULTS[way]) if way in FAULTS else DIRECTORIES


async def slower(world: Neighbourhood, way: str, name: str, rounds: int) -> float:
    """How many times as long the slowest healthy directory takes beside one that fails."""
    beside: list[float] = []
    alone: list[float] = []
    async with world.opened() as directories:
        await world.at_once(directories)
        for _ in range(rounds):
            alone.append(_slowest_but(name, await world.at_once(directories)))
            async with world.failing(way, name):
                beside.append(_slowest_but(name, await world.at_once(directories)))
    return statistics.median(beside) / statistics.median(alone)


def _slowest_but(name: str, taken: Mapping[str, float]) -> float:
    return max(seconds for each, seconds in taken.items() if each != name)


async def measure(ways: Sequence[str], rounds: int) -> int:
    """Print a line for each way; return how many are missed."""
    missed = 0
    async with opened_neighbourhood() as world:
        usual = await world.together()
        for number, way in enumerate(ways):
            places = places_of(way)
            name = places[number % len(places)]
            async with world.failing(way, name):
                is_as_before = (await world.together()).without(name) == usual.without(name)
            ratio = await slower(world, way, name, rounds)
            is_met = is_as_before and ratio <= GOAL
            missed += not is_met
            given = "as before" if is_as_before else "DIFFERENT"
            print(f"{way:<40} {name:<11} {given:<10} {ratio:5.2f} x {'' if is_met else 'MISSED'}", flush=True)
    return missed


def main() -> None:
    """Print a table; exit status 1 if something is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--fault", choices=WAYS, metavar="NAME")
    options = parser.parse_args()
    with without_pauses():
        missed = anyio.run(measure, [options.fault] if options.fault else list(WAYS), options.rounds)
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
