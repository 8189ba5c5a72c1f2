"""Walks over a directory that changes while it is read: how many lose a user, show one twice, or claim too much.

    python bench/correctness.py [--walks 100000] [--http 1000]

Every walk is compared with the users that were there from its beginning to its end. Lost are those that a walk
did not show, twice those that it repeated, although it calls itself complete without a warning. The naive loop,
which goes from page to page until a short one comes, reads the same lists in the same run. A third of the lists also
answers wrongly now and then: an empty page, or the one before again; never two answers in a row, and a question that
is asked again gets its answer. One in five has tokens that are row numbers: all walks over these warn.
"""

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import anyio

import over_http
from over_http import judge_over_http
from simulated import Churn, SimulatedList
from user_directories.calls.certainty import of_walk
from user_directories.directory.walk import Walk
from user_directories.directory.walk_state import WalkState
from user_directories.errors import UpstreamError
from user_directories.manifest import ListEndpoint, UserMapping
from user_directories.planning.plan import Leg, Plan
from user_directories.records.mapping import UserReader
from user_directories.sources.budget import Budget
from user_directories.users.matching import Check
from user_directory_pagination.page import Parameters, RawPage

STRATEGIES: dict[str, dict[str, Any]] = {
    "page": {"strategy": "page", "parameter": "page"},
    "offset": {"strategy": "offset", "parameter": "offset"},
    "keyset": {"strategy": "keyset", "parameter": "after"},
    "token": {"strategy": "token", "parameter": "token", "next": "next", "stable": True},
    "offset_token": {"strategy": "token", "parameter": "token", "next": "next"},
}
READ = UserReader(UserMapping(id="id"))
LIST = Plan((Leg(),), None, "provider")
SCAN = Plan((Leg(),), Check(lambda _: True, frozenset({"id"})), "scan")


def endpoint(strategy: str, maximum: int) -> ListEndpoint:
    """The manifest's list table for a simulated API."""
    return ListEndpoint.model_validate(
        {
            "path": "/users",
            "items": "@",
            "page_size": {"parameter": "size", "maximum": maximum},
            "pagination": STRATEGIES[strategy],
        }
    )


async def drift_safe(users: SimulatedList, strategy: str, draw: random.Random) -> tuple[list[str], bool, bool]:
    """A walk in as many calls as an agent makes, cursors stored and read back; the rows held in memory or lost.

    Half of them list, half of them scan: then pages are asked for ahead, and may come in any order.

    Returns the ids in the order of their coming, whether the answer calls itself complete, and whether it warns.
    """

    async def fetch(parameters: Parameters) -> RawPage:
        if scans:
            for _ in range(draw.randint(0, 3)):
                await anyio.lowlevel.checkpoint()
        page = await users.page(strategy, dict(parameters))
        if scans:
            for _ in range(draw.randint(0, 3)):
                await anyio.lowlevel.checkpoint()
        return page

    found: list[str] = []
    scans = draw.random() < 0.5
    state, held, warned = WalkState(), None, strategy == "offset_token"  # its answers carry a note
    table = endpoint(strategy, users.maximum)
    for _ in range(10_000):
        walk = Walk(SCAN if scans else LIST, table, READ, fetch, state, held)
        limit = draw.randint(1, 100)
        need = users.maximum if scans else limit + 1
        progress = await walk.take(limit, need, Budget(seconds=1e9, requests=10**9, rows=10**9))
        found += [user.id for user in progress.users]
        warned = warned or walk.state.drifted
        if progress.ended:
            return found, of_walk(walk.evidence(ended=True), sure=True).complete, warned
        if progress.stopped or isinstance(progress.fault, UpstreamError):
            return found, False, True
        state = WalkState.load(json.loads(json.dumps(walk.stored())))
        held = walk.held if draw.random() < 0.7 else None
    return found, False, True


async def naive(users: SimulatedList, strategy: str, _: random.Random) -> tuple[list[str], bool, bool]:
    """The loop that everybody writes: the next page until a short one."""
    found: list[str] = []
    position: dict[str, str] = {}
    number = 1
    size = min(50, users.maximum)
    for _step in range(10_000):
        if strategy in ("page", "offset"):
            position = {"page": str(number)} if strategy == "page" else {"offset": str((number - 1) * size)}
        try:
            page = await users.page(strategy, {"size": str(size), **position})
        except UpstreamError:
            return found, False, True
        ids = [item["id"] for item in page.items]
        found += ids
        number += 1
        following = page.body["next"]
        if strategy.endswith("token"):
            if following is None:
                return found, True, False
            position = {"token": following}
        elif len(ids) < size:
            return found, True, False
        else:
            position = {"after": ids[-1]} if strategy == "keyset" else position
    return found, False, True


def settings(draw: random.Random) -> tuple[str, dict[str, Any], Churn]:
    """A random API, its size, and how it changes."""
    strategy = draw.choice(list(STRATEGIES))
    orders = ("newest", "oldest", "arbitrary") if "offset" in strategy or strategy == "page" else ("newest", "oldest")
    maximum = draw.choice((10, 50, 100))
    rate = draw.choice((0.0, 0.2, 1.0, 5.0)) * min(1.0, maximum / 50)  # a list that outgrows the reader never ends
    churn = Churn(draw.random() * 2 * rate, draw.random() * 2 * rate, draw.choice(orders))
    clamp = draw.choice((None, None, None, draw.randint(2, maximum)))
    faults = draw.choice((0.0, 0.0, 0.03))
    numbers: dict[str, Any] = {
        "users": draw.randint(0, 400),
        "maximum": maximum,
        "clamp": clamp,
        "total": draw.random() < 0.5,
        "faults": faults,
    }
    return strategy, numbers, churn


async def judge(engine: Any, seed: int) -> Counter[str]:
    """One walk, and what is wrong with it."""
    draw = random.Random(seed)
    strategy, numbers, churn = settings(draw)
    faults = numbers.pop("faults")
    users = SimulatedList(numbers.pop("users"), churn, seed, **numbers)
    users.faults = faults
    before = set(users.ids)
    found, complete, warned = await engine(users, strategy, draw)
    throughout = before & set(users.ids)
    lost = throughout - set(found)
    silent = complete and not warned
    return Counter(
        walks=1,
        users=len(throughout),
        lost=len(lost) if silent else 0,
        twice=len(found) - len(set(found)) if silent else 0,
        falsely_complete=int(bool(lost) and silent),
        warned=int(not silent),
        requests=users.requests,
    )


def total_of(judged: Any, engine: Any, seeds: range) -> Counter[str]:
    """All walks of one engine with these seeds."""

    async def run() -> Counter[str]:
        total: Counter[str] = Counter()
        for seed in seeds:
            total.update(await judged(engine, seed))
        return total

    return anyio.run(run)


def measured(judged: Any, engine: Any, walks: int) -> dict[str, int]:
    """The same over several processes, with the seconds that it took."""
    started, jobs = time.perf_counter(), os.cpu_count() or 1
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(total_of, judged, engine, range(job, walks, jobs)) for job in range(jobs)]
        total = sum((part.result() for part in parts), Counter[str]())
    return dict(total) | {"seconds": round(time.perf_counter() - started)}


def main() -> None:
    """Print a table and the same as JSON; exit status 1 if this engine lost, repeated or claimed anything silently."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--walks", type=int, default=100_000, help="simulated walks")
    parser.add_argument("--http", type=int, default=1_000, help="walks over HTTP")
    options = parser.parse_args()
    columns = ("walks", "users", "lost", "twice", "falsely_complete", "warned", "requests", "seconds")
    print(f"{'':<24}" + "".join(f"{column:>17}" for column in columns))
    rows: dict[str, dict[str, int]] = {}
    for name, judged, engine, walks in (
        ("simulated, this engine", judge, drift_safe, options.walks),
        ("simulated, naive loop", judge, naive, options.walks),
        ("over HTTP, this engine", judge_over_http, over_http.this_engine, options.http),
        ("over HTTP, naive loop", judge_over_http, over_http.naive, options.http),
    ):
        row = rows[name] = measured(judged, engine, walks)
        print(f"{name:<24}" + "".join(f"{row.get(column, 0):>17,}" for column in columns), flush=True)
    print(json.dumps(rows))
    wrong = ("lost", "twice", "falsely_complete")
    sys.exit(any(row.get(column, 0) for name, row in rows.items() if "this engine" in name for column in wrong))


if __name__ == "__main__":
    main()
