"""Walks over a directory that changes while it is read: how many lose a user, show one twice, or claim too much.

    python bench/correctness.py [--walks 100000]

Every walk is compared with the users that were there from its beginning to its end. Lost are those that a walk
did not show, twice those that it repeated, although it calls itself complete without a warning. The naive loop,
which goes from page to page until a short one comes, reads the same lists in the same run.
"""

import argparse
import json
import random
import time
from collections import Counter
from typing import Any

import anyio

from simulated import Churn, SimulatedList
from user_directories.errors import UpstreamError
from user_directories.manifest import ListEndpoint, UserMapping
from user_directories.mapping import UserReader
from user_directories.matching import Check
from user_directories.pagination import Budget, RawPage, Walk, WalkState
from user_directories.planning import Leg, Parameters, Plan

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
            return found, True, warned
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
    numbers = {"users": draw.randint(0, 400), "maximum": maximum, "clamp": clamp, "total": draw.random() < 0.5}
    numbers["faults"] = faults
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


async def simulate(engine: Any, walks: int) -> Counter[str]:
    """All walks of one engine."""
    total: Counter[str] = Counter()
    for seed in range(walks):
        total.update(await judge(engine, seed))
    return total


def main() -> None:
    """Print a table and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", type=int, default=100_000)
    walks = parser.parse_args().walks
    rows = {}
    for name, engine in (("this engine", drift_safe), ("naive loop", naive)):
        started = time.perf_counter()
        rows[name] = dict(anyio.run(simulate, engine, walks)) | {"seconds": round(time.perf_counter() - started)}
    columns = ("walks", "users", "lost", "twice", "falsely_complete", "warned", "requests", "seconds")
    print(f"{'':<12}" + "".join(f"{column:>18}" for column in columns))
    for name, row in rows.items():
        print(f"{name:<12}" + "".join(f"{row.get(column, 0):>18,}" for column in columns))
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
