"""Judging walks: what is wrong with each, and the sums over many, spread over several processes."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple

import anyio

from over_http import judge_over_http
from readers import Outcome, drift_safe, naive
from worlds import WORLDS, World

__all__ = ["WRONG", "Judged", "judge", "measured", "measured_over_http"]

WRONG = ("lost", "twice", "falsely complete", "never ended")
"""What must not happen where a client can tell."""

_NEEDLESS = {"quiet": 0.0, "one change": 0.05}
"""The share of walks that may warn without need, in the worlds where that matters."""


class Judged(NamedTuple):
    """The numbers of many walks in one world, and the seeds of those in which a number is not zero."""

    name: str
    total: Counter[str]
    seeds: dict[str, list[int]]

    @property
    def is_bad(self) -> bool:
        """Whether this engine is wrong where it could know better, or warns where it should not."""
        most = _NEEDLESS.get(self.name, 1.0) * self.total["walks"]
        return WORLDS[self.name].tellable and (
            any(self.total[column] for column in WRONG) or self.total["without need"] > most
        )


def judged(outcome: Outcome, stayed: set[str]) -> Counter[str]:
    """What is wrong with one walk, given the users who stayed."""
    lost = stayed.difference(outcome.found)
    return Counter(
        {
            "walks": 1,
            "users": len(stayed),
            "lost": len(lost) if outcome.silent else 0,
            "twice": len(outcome.found) - len(set(outcome.found)),
            "falsely complete": int(bool(lost) and outcome.silent),
            "never ended": int(not outcome.ended),
            "warned": int(outcome.ended and not outcome.silent),
            "without need": int(outcome.ended and not outcome.silent and not lost),
        }
    )


async def judge(world: World, seed: int) -> Counter[str]:
    """One walk of this engine, one of the naive loop over the same list, and what is wrong with them."""
    draw, again = world.draws(seed), world.draws(seed)
    setting = world.setting(draw)
    api = setting.open(draw)
    outcome = await drift_safe(api, setting, draw)
    numbers = judged(outcome, api.users.stayed)
    numbers.update(requests=api.requests, bare=outcome.bare)
    setting = world.setting(again)
    api = setting.open(again)
    loop = judged(naive(api, setting), api.users.stayed)
    numbers.update({f"naive {name}": number for name, number in loop.items()})
    return numbers


def judge_all(name: str, seeds: range) -> Judged:
    """All walks in one world with these seeds."""

    async def run() -> Judged:
        total, shown = Counter[str](), dict[str, list[int]]()
        for seed in seeds:
            try:
                numbers = await judge(WORLDS[name], seed)
            except Exception as error:
                raise RuntimeError(f'The walk failed: --world "{name}" --seed {seed}') from error
            total.update(numbers)
            for column in (*WRONG, "without need"):
                if numbers[column]:
                    shown.setdefault(column, []).append(seed)
        return Judged(name, total, shown)

    return anyio.run(run)


def over_http_all(engine: Any, seeds: range) -> Counter[str]:
    """All walks over HTTP with these seeds."""

    async def run() -> Counter[str]:
        total = Counter[str]()
        for seed in seeds:
            total.update(await judge_over_http(engine, seed))
        return total

    return anyio.run(run)


def measured(names: list[str], walks: int) -> Iterator[Judged]:
    """The worlds one after the other, with so many walks each."""
    jobs = os.cpu_count() or 1
    parts = 2 * jobs
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        coming = [
            (name, [pool.submit(judge_all, name, range(part, walks, parts)) for part in range(parts)]) for name in names
        ]
        for name, futures in coming:
            total, shown = Counter[str](), dict[str, list[int]]()
            for future in futures:
                _, numbers, seeds = future.result()
                total.update(numbers)
                for column, each in seeds.items():
                    shown[column] = sorted(shown.get(column, []) + each)
            yield Judged(name, total, shown)


def measured_over_http(engine: Callable[..., Any], walks: int) -> Counter[str]:
    """The walks of one engine over HTTP."""
    jobs = os.cpu_count() or 1
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(over_http_all, engine, range(job, walks, jobs)) for job in range(jobs)]
        return sum((part.result() for part in parts), Counter[str]())
