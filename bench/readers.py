"""The readers that are compared: this engine, as an agent calls it, and the loop that everybody writes."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import anyio

from habits import PARAMETERS
from settings import Setting
from simulated import SimulatedApi
from user_directories.calls.certainty import of_walk
from user_directories.directory.walk import Walk
from user_directories.directory.walk_state import WalkState
from user_directories.errors import UpstreamError
from user_directories.manifest import ListEndpoint, UserMapping
from user_directories.planning.plan import Leg, Plan
from user_directories.records.mapping import UserReader
from user_directories.sources.budget import Budget
from user_directories.users.matching import Check
from user_directory_pagination import Habits
from user_directory_pagination.page import Parameters, RawPage

__all__ = ["Outcome", "Patience", "bare_requests", "drift_safe", "endpoint", "naive"]

STRATEGIES: dict[str, dict[str, Any]] = {
    "page": {"strategy": "page"},
    "linked_page": {"strategy": "page", "link_header": True},
    "offset": {"strategy": "offset"},
    "keyset": {"strategy": "keyset"},
    "has_more": {"strategy": "keyset", "more": "more"},
    "token": {"strategy": "token", "next": "next", "stable": True},
    "offset_token": {"strategy": "token", "next": "next"},
    "link": {"strategy": "link", "stable": True},
}
READ = UserReader(UserMapping(id="id"))
ANYBODY = Check(lambda _: True, frozenset({"id"}))

MOST_STALLED = 12
"""Calls, or pages of the naive loop, in a row that give nobody new: then a walk never ends."""

MORE_TRIES = 3
"""How often an agent follows a cursor again, one time after another, when something went wrong."""


@dataclass
class Outcome:
    """What a reader got: the ids in the order of their coming, and what it says about them."""

    found: list[str] = field(default_factory=list[str])
    ended: bool = False
    complete: bool = False
    warned: bool = False
    bare: int = 1

    @property
    def silent(self) -> bool:
        """Whether it claims to be complete, and nothing speaks against it."""
        return self.complete and not self.warned


def endpoint(api: SimulatedApi) -> ListEndpoint:
    """The manifest's list table for a simulated API."""
    pagination = dict(STRATEGIES[api.strategy])
    if pagination["strategy"] == "link":
        pagination["parameters"] = ["token"]
    else:
        pagination["parameter"] = PARAMETERS[api.strategy]
    if pagination["strategy"] == "page":
        pagination["first"] = api.habits.first
    if pagination["strategy"] == "keyset" and api.habits.sorted_keys:
        pagination["key"] = "place"
    table: dict[str, Any] = {
        "path": "/users",
        "items": "@",
        "page_size": {"parameter": "size", "maximum": api.maximum},
        "pagination": pagination,
    }
    if api.habits.total is not None:
        table["total"] = {"path": "total"}
    return ListEndpoint.model_validate(table)


class Patience:
    """Whether a walk still gets anywhere."""

    def __init__(self) -> None:
        self._stalled = self._failed = 0

    def is_over(self, *, new: bool, failed: bool) -> bool:
        """Return whether the reader gives up after this call."""
        self._stalled = 0 if new else self._stalled + 1
        self._failed = self._failed + 1 if failed and not new else int(failed)
        return self._stalled >= MOST_STALLED or self._failed > MORE_TRIES


def most_requests(bare: int, api: SimulatedApi) -> int:
    """Return the number of requests after which a walk never ends: more if users come, or go to the end."""
    return 30 * bare + 300 + api.users.came


async def drift_safe(
    api: SimulatedApi,
    setting: Setting,
    draw: random.Random,
    say: Callable[[str], None] = lambda _: None,
    habits: Habits | None = None,
) -> Outcome:
    """A walk in as many calls as an agent makes, cursors stored and read back; the rows held in memory or lost.

    A scan asks for pages ahead, which may come in any order. The agent follows the cursor again if a call fails. All
    calls share `habits`, as in one process; those given are what earlier walks over such a list have learned.
    """
    scans, asked = setting.scans, setting.asked
    legs = tuple(Leg((("value", value),)) for value in asked) or (Leg(),)
    plan = Plan(legs, ANYBODY if scans else None, "scan" if scans else "provider", rereads=len(legs) > 1)
    table, outcome, limits = endpoint(api), Outcome(), list[int]()
    rows = rows_at_rest(api, asked)
    state, held, patience, seen = WalkState(), None, Patience(), set[str]()
    budget, habits = Budget(), habits or Habits()

    async def fetch(parameters: Parameters) -> RawPage:
        budget.spend()
        if not scans:
            return api.page(dict(parameters))
        for _ in range(draw.randint(0, 3)):
            await anyio.lowlevel.checkpoint()
        page = api.page(dict(parameters))
        for _ in range(draw.randint(0, 3)):
            await anyio.lowlevel.checkpoint()
        return page

    while True:
        walk = Walk(plan, table, READ, fetch, state, held, habits)
        limits.append(draw.randint(*setting.limits))
        outcome.bare = bare_requests(api, rows, limits, scans=scans)
        budget = Budget(seconds=1e9, requests=most_requests(outcome.bare, api) - api.requests + 1, rows=10**9)
        progress = await walk.take(limits[-1], api.maximum if scans else limits[-1] + 1, budget)
        ids = [user.id for user in progress.users]
        new = not seen.issuperset(ids)
        outcome.found += ids
        seen.update(ids)
        outcome.warned = outcome.warned or walk.state.drifted
        failed = progress.stopped is not None or isinstance(progress.fault, UpstreamError)
        rows_held = ", rows held" if held else ""
        say(f"call {len(limits)} (at most {limits[-1]}{rows_held}): {len(ids)} users{_why(progress, walk)}")
        if progress.ended:
            outcome.ended = True
            outcome.complete = of_walk(walk.evidence(ended=True), sure=True).complete
            return outcome
        if patience.is_over(new=new, failed=failed) or api.requests >= most_requests(outcome.bare, api):
            return outcome
        state = WalkState.load(json.loads(json.dumps(walk.stored())))
        held = walk.held if draw.random() < 0.7 else None


def _why(progress: Any, walk: Walk) -> str:
    reasons = [
        "ended" if progress.ended else "",
        f"stopped: {progress.stopped}" if progress.stopped else "",
        f"fault: {progress.fault}" if progress.fault else "",
        f"out of {progress.out_of}" if progress.out_of else "",
        "may have missed" if walk.state.drifted else "",
    ]
    return "".join(f"; {reason}" for reason in reasons if reason)


def naive(api: SimulatedApi, setting: Setting) -> Outcome:
    """The usual loop, once for each value asked for: the next page until a short one, or while there is a token.

    An error ends it loudly. It is stopped where a walk of this engine would be.
    """
    outcome, seen, patience = Outcome(ended=True, complete=True), set[str](), Patience()
    size = min(50, api.maximum)
    bare = -(-sum(rows_at_rest(api, setting.asked)) // size)
    for value in setting.asked or (None,):
        position: str | None = {"page": str(api.habits.first), "offset": "0"}.get(PARAMETERS[api.strategy])
        while True:
            given = {} if position is None else {PARAMETERS[api.strategy]: position}
            try:
                page = api.page({"size": str(size), **given, **({} if value is None else {"value": value})})
            except UpstreamError:
                return Outcome(outcome.found, ended=True)
            ids = [item["id"] for item in page.items]
            new = not seen.issuperset(ids)
            outcome.found += ids
            seen.update(ids)
            position = _next(api.strategy, position, page, size)
            if position is None:
                break
            if patience.is_over(new=new, failed=False) or api.requests >= most_requests(bare, api):
                return Outcome(outcome.found)
    return outcome


def _next(strategy: str, position: str | None, page: RawPage, size: int) -> str | None:
    """The position of the naive loop's next request; None at what it takes for the end."""
    is_full = len(page.items) >= size
    match strategy:
        case "token" | "offset_token":
            return str(page.body["next"]) if page.body["next"] else None
        case "link":
            return page.headers["link"].partition("token=")[2].partition(">")[0] if "link" in page.headers else None
        case "keyset" | "has_more":
            follows = page.items and (is_full if strategy == "keyset" else page.body.get("more"))
            return page.items[-1].get("place", page.items[-1]["id"]) if follows else None
        case "linked_page":
            return str(int(position or 0) + 1) if "next" in page.headers["link"] else None
        case _:
            return str(int(position or 0) + (1 if strategy == "page" else size)) if is_full else None


def rows_at_rest(api: SimulatedApi, asked: tuple[str, ...]) -> list[int]:
    """The number of rows that can be read now, for each request of the filter."""
    users, bound = api.users, api.habits.bound
    rows = [sum(users.value_of[each] == value for each in users.ids) for value in asked] or [len(users.ids)]
    return rows if bound is None else [min(each, bound) for each in rows]


def bare_requests(api: SimulatedApi, rows: list[int], limits: list[int], *, scans: bool) -> int:
    """The requests of a loop that knows everything and reads these rows, at rest, in the walk's own calls.

    A scan reads pages of the maximum. In a list, each call of at most `limit` users reads pages of `limit` + 1 rows, or
    of the maximum, until it has its users; no page serves two calls. Pages have as many rows as the API gives for that
    size, and nothing is asked twice, to overlap, or to see the end. Calls that were not made do not count.
    """

    def served(size: int) -> int:
        return max(1, sum(rows)) if api.habits.everybody else api.habits.served(size, api.maximum)

    if scans:
        return max(1, sum(-(-each // served(api.maximum)) for each in rows))
    rest, requests = sum(rows), 0
    for limit in limits:
        taken = min(limit, rest)
        requests += -(-taken // served(min(limit + 1, api.maximum)))
        rest -= taken
    return max(1, requests)
