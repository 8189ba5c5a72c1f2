"""A user list that changes between any two requests, behind each kind of pagination, without I/O."""

import random
from dataclasses import dataclass
from typing import Any

from user_directories.errors import UpstreamRefused
from user_directory_pagination.page import RawPage

__all__ = ["Churn", "SimulatedList"]


CHANGING_REQUESTS = 500
"""Then the list rests: one that grows faster than it is read would never end."""


@dataclass(frozen=True)
class Churn:
    """Changes before each request (on average) and where new users land: newest, oldest or arbitrary."""

    inserts: float = 0.0
    deletes: float = 0.0
    order: str = "oldest"


class SimulatedList:
    """The live list, and the API over it. Ids are whole numbers as text; records are `{"id": …}`."""

    def __init__(
        self, users: int, churn: Churn, seed: int, *, maximum: int, total: bool, clamp: int | None = None
    ) -> None:
        self.random = random.Random(seed)
        self.ids = [str(number) for number in range(users)]
        if churn.order == "newest":
            self.ids.reverse()
        self.next_id = users
        self.churn = churn
        self.maximum = maximum
        self.total = total
        self.clamp = clamp
        self.requests = 0
        self.deleted: set[str] = set()
        self.faults = 0.0
        """The share of requests that get an empty page, or the previous one again. Asked again, they get their own,
        and the two requests behind a fault are answered as they should be.
        """
        self._failed = 0
        self._last: RawPage | None = None
        self._spoiled: set[tuple[tuple[str, str], ...]] = set()

    async def page(self, strategy: str, parameters: dict[str, str]) -> RawPage:
        """One request: `size`, and `page`, `offset`, `after` or `token`."""
        self.requests += 1
        if self.requests <= CHANGING_REQUESTS:
            self._change()
        page, question = self._answer(strategy, parameters), tuple(parameters.items())
        may_fail = self.requests > self._failed + 2 and question not in self._spoiled
        if self._last is not None and may_fail and self.random.random() < self.faults:
            self._failed = self.requests
            self._spoiled.add(question)
            return self._last if self.random.random() < 0.5 else RawPage([], page.body, {}, page.total)
        self._spoiled.discard(question)
        self._last = page
        return page

    def _answer(self, strategy: str, parameters: dict[str, str]) -> RawPage:
        size = min(int(parameters["size"]), self.clamp or self.maximum)
        start = self._start(strategy, parameters, size)
        ids = self.ids[start : start + size]
        total = len(self.ids) if self.total else None
        return RawPage([{"id": each} for each in ids], self._body(strategy, start, ids), {}, total)

    def _start(self, strategy: str, parameters: dict[str, str], size: int) -> int:
        if strategy == "page":
            return (int(parameters["page"]) - 1) * size
        if strategy in ("offset", "offset_token"):
            return int(parameters.get("offset") or parameters.get("token") or 0)
        after = parameters.get("after") or parameters.get("token")
        if after is None:
            return 0
        if after in self.ids:
            return self.ids.index(after) + 1
        if self.churn.order == "arbitrary":  # no key to compare by: the API can only refuse
            raise UpstreamRefused("simulated", "gone", "Start again.")
        newest = self.churn.order == "newest"
        behind = (index for index, each in enumerate(self.ids) if (int(each) < int(after)) == newest)
        return next(behind, len(self.ids))

    def _body(self, strategy: str, start: int, ids: list[str]) -> dict[str, Any]:
        end = start + len(ids)
        if not strategy.endswith("token") or end >= len(self.ids) or not ids:
            return {"next": None}
        return {"next": str(end) if strategy == "offset_token" else ids[-1]}

    def _change(self) -> None:
        for _ in range(self._times(self.churn.inserts)):
            places = {"newest": 0, "oldest": len(self.ids), "arbitrary": self.random.randint(0, len(self.ids))}
            self.ids.insert(places[self.churn.order], str(self.next_id))
            self.next_id += 1
        for _ in range(self._times(self.churn.deletes)):
            if self.ids:
                self.deleted.add(self.ids.pop(self.random.randrange(len(self.ids))))

    def _times(self, rate: float) -> int:
        return int(rate) + (self.random.random() < rate % 1)
