"""A list that is read by keys or tokens, with every habit that was seen in the field, and a walk over it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from user_directory_pagination import Habits, Implausible, PageError, PositionRefused, RawPage, Recent
from user_directory_pagination.chained import Keyset, Links, Tokens

__all__ = ["STRATEGIES", "Api", "Walked", "identify", "walk"]

MOST_REQUESTS = 3000


def read_next(body):
    return body.get("next") if isinstance(body, dict) else None


def identify(record):
    return record.get("id") if isinstance(record, dict) else None


STRATEGIES: dict[str, Callable[[], Any]] = {
    "keys": lambda: Keyset("after", identify),
    "keys with more": lambda: Keyset("after", identify, lambda body: body.get("more")),
    "tokens": lambda: Tokens("after", read_next, stable=True),
    "unproven tokens": lambda: Tokens("after", read_next, stable=False),
    "links": lambda: Links(["after"], lambda body: body.get("url"), stable=True),
    "row numbers": lambda: Tokens("after", read_next, stable=False),
    "hidden row numbers": lambda: Tokens("after", read_next, stable=False),
}


@dataclass
class Api:
    """A list of ids in some order. Before request n (from 1), `changes[n]` changes it; `faults[n]` is one wrong answer.

    `gone`: what it makes of the key of a deleted row: compare, refuse, empty, start. `end`: what stands for the next
    position on the last page; "same": the position that was asked for.
    """

    kind: str
    ids: list[str]
    gone: str = "compare"
    end: Any = None
    clamp: int = 1000
    total: bool = False
    changes: Mapping[int, Callable[[list[str]], object]] = field(default_factory=dict)
    each: Callable[[list[str]], object] = lambda _: None
    faults: Mapping[int, str] = field(default_factory=dict)
    descends: bool = False
    """Whether new ids come first."""

    asked: list[tuple[str | None, int]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    last: RawPage | None = None
    spoiled: set[str | None] = field(default_factory=set)
    """What was answered wrongly; when it is asked again, the answer is right."""

    def answer(self, parameters, size):
        after = dict(parameters).get("after")
        self.asked.append((after, size))
        assert len(self.asked) <= MOST_REQUESTS, "the walk has no end"
        number = len(self.asked)
        self.changes.get(number, lambda _: None)(self.ids)
        self.each(self.ids)
        known = set(self.order)
        self.order += [each for each in self.ids if each not in known]
        fault = self.faults.get(number) if after not in self.spoiled else None
        self.spoiled |= {after} if fault else set()
        page = self.page(after, min(size, self.clamp), marked=fault != "no mark" or after is None)
        if fault == "empty":
            return RawPage([], page.body, {}, page.total)
        if fault == "previous" and self.last is not None:
            return self.last
        self.last = page
        return page

    def page(self, after, size, *, marked):
        start = self.start(after)
        ids = self.ids[start : start + size]
        more = start + size < len(self.ids) and marked
        token = self.token(start + len(ids), ids) if more and ids else after if self.end == "same" else self.end
        body = {"next": token, "more": more, "url": f"/users?after={token}" if more else None}
        total = len(self.ids) if self.total else None
        return RawPage([{"id": each} for each in ids], body, {}, total)

    def token(self, end, ids):
        if "numbers" in self.kind:
            return str(end) if self.kind == "row numbers" else f"p{end:x}"
        return ids[-1]

    def start(self, after):
        if after is None:
            return 0
        if "numbers" in self.kind:
            return int(after) if self.kind == "row numbers" else int(after[1:], 16)
        if after in self.ids:
            return self.ids.index(after) + 1
        if self.gone == "refuse" or (self.gone == "compare" and after not in self.order):
            raise PositionRefused(after)
        if self.gone != "compare":
            return len(self.ids) if self.gone == "empty" else 0
        return self.compared(after)

    def compared(self, after):
        """The first row behind a deleted one; ids sort as the list does: newer ones first or last."""
        behind = (index for index, each in enumerate(self.ids) if (each < after if self.descends else each > after))
        return next(behind, len(self.ids))


@dataclass
class Walked:
    found: list[str]
    ended: bool
    standing: Any
    state: dict[str, Any]
    stopped: list[str]


async def walk(
    api: Api,
    needs: Sequence[int] = (100,),
    *,
    restarts: Sequence[int | None] = (None,),
    maximum: int = 100,
    habits: Habits | None = None,
    calls: int = MOST_REQUESTS,
    patience: int = 3,
) -> Walked:
    """Read a list to its end. `restarts` says after how many rows of each batch a restart follows; None: none.

    A walk that is stopped `patience` times in a row is given up.
    """
    strategy, known, habits = STRATEGIES[api.kind](), Recent(), habits or Habits()
    found: list[str] = []
    stopped: list[str] = []
    drifted, in_a_row = False, 0

    async def fetch(parameters, size):
        return api.answer(parameters, size)

    reader = strategy.reader(fetch, identify, known, None, None, habits)
    for call in range(calls):
        try:
            batch = await reader.read(needs[call % len(needs)], maximum)
        except (Implausible, PageError) as reason:
            stopped.append(str(reason))
            in_a_row += 1
            if in_a_row == patience:
                return Walked(found, False, reader.at, reader.state(), stopped)
            continue
        finally:
            drifted = reader.at.drifted = drifted or reader.at.drifted
        in_a_row = 0 if batch is None or batch.rows else in_a_row
        if batch is None:
            return Walked(found, True, reader.at, reader.state(), stopped)
        restart = restarts[call % len(restarts)]
        taken = len(batch.rows) if restart is None else min(restart, len(batch.rows))
        new = (row for row in batch.rows[:taken] if row.mark is None or known.add(row.mark, row.behind))
        found.extend(row.record["id"] for row in new)
        if restart is None and batch.last:
            return Walked(found, True, reader.at, reader.state(), stopped)
        if restart is not None:
            state = json.loads(json.dumps(batch.resume(taken)))
            known = Recent.load(known.dump())
            reader = strategy.reader(fetch, identify, known, state, None, habits)
    return Walked(found, False, reader.at, reader.state(), stopped)
