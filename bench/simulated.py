"""An API over a list that changes: each kind of pagination, and the habits of real ones, without I/O."""

import random
from bisect import bisect_left, bisect_right
from typing import Any

from habits import PARAMETERS, Habits
from live_list import LiveList
from user_directories.errors import UpstreamFailed, UpstreamNotFound, UpstreamRefused
from user_directory_pagination.page import RawPage

__all__ = ["SimulatedApi"]

CHANGING_REQUESTS = 500
"""Then the list rests: one that grows faster than it is read would never end."""

_MARKS = {"false": False, "zero": 0, "minus_one": -1, "empty": ""}
_START = "start"


class SimulatedApi:
    """The API over a list. Records are `{"id": …}`, with a `place` if that is the key."""

    def __init__(self, users: LiveList, strategy: str, maximum: int, habits: Habits, draw: random.Random) -> None:
        self.users = users
        self.strategy = strategy
        self.maximum = maximum
        self.habits = habits
        self.requests = 0
        self._draw = draw
        self._parameter = PARAMETERS[strategy]
        self._numbered = self._parameter in ("page", "offset")
        self._first_total = len(users.ids)
        self._failed = 0
        self._last: RawPage | None = None
        self._spoiled: set[tuple[tuple[str, str], ...]] = set()
        self._cut: int | None = None

    def page(self, parameters: dict[str, str]) -> RawPage:
        """One request: `size`, perhaps `value`, and the position.

        Raises: UpstreamError.
        """
        self.requests += 1
        if self.requests <= CHANGING_REQUESTS:
            self.users.change()
        page, question = self._answer(parameters), tuple(parameters.items())
        may_fail = self.requests > self._failed + 2 and question not in self._spoiled
        if self._last is not None and may_fail and self._draw.random() < self.habits.faults:
            self._failed = self.requests
            self._spoiled.add(question)
            return self._last if self._draw.random() < 0.5 else RawPage([], page.body, page.headers, page.total)
        self._spoiled.discard(question)
        self._last = page
        return page

    def _answer(self, parameters: dict[str, str]) -> RawPage:
        users, habits = self.users, self.habits
        ids, places = self._list(parameters.get("value"))
        asked = int(parameters["size"])
        size = len(ids) if habits.everybody else habits.served(asked, self.maximum)
        start = 0 if habits.everybody else self._start(parameters, size, ids, places)
        if habits.bound is not None and start + (size if habits.bounds_end else 1) > habits.bound:
            raise UpstreamRefused("simulated", "too far", "Ask for fewer.")
        if self._numbered and start and start >= len(ids):
            start = self._behind(start, size, len(ids))
        ids = self._lagging(ids, start, size)
        shown = ids[start : start + size]
        if shown:
            users.shown = users.place_of[shown[-1]]
        end = start + len(shown)
        follows = end < len(ids) and bool(shown)
        told = follows and not self._forgets()
        visible = [each for each in shown if each not in users.hidden] if users.hidden else shown
        items = [self._record(each) for each in self._dropping(visible)]
        body, headers = self._said(parameters, end, shown, follows=follows, told=told)
        return RawPage(items, body, headers, self._total(ids))

    def _record(self, user: str) -> dict[str, str]:
        return {"id": user, "place": str(self.users.place_of[user])} if self.habits.sorted_keys else {"id": user}

    def _list(self, value: str | None) -> tuple[list[str], list[float]]:
        users = self.users
        if value is None:
            return users.ids, users.places
        ids = [each for each in users.ids if users.value_of[each] == value]
        return ids, [users.place_of[each] for each in ids]

    def _start(self, parameters: dict[str, str], size: int, ids: list[str], places: list[float]) -> int:
        position = parameters.get(self._parameter)
        if position is None:
            return 0
        if self._parameter == "page":
            return (max(1, int(position)) - 1) * size
        if self._parameter == "offset":
            return int(position)
        return (
            self._behind_key(position, ids, places)
            if self._parameter == "after"
            else self._behind_token(position, parameters["size"], places)
        )

    def _behind_key(self, key: str, ids: list[str], places: list[float]) -> int:
        if self.habits.sorted_keys:
            return bisect_right(places, float(key))
        place = self.users.place_of[key]
        index, gone = bisect_left(places, place), self.habits.gone
        if gone == "compares" or (index < len(ids) and ids[index] == key):
            return bisect_right(places, place)
        if gone == "refuses":
            raise UpstreamRefused("simulated", "gone", "Start again.")
        return len(ids) if gone == "nothing" else 0

    def _behind_token(self, token: str, size: str, places: list[float]) -> int:
        if self.habits.binds_size:
            token, _, bound = token.partition("/")
            if bound != size:
                raise UpstreamRefused("simulated", "another size than before", "Start again.")
        if token in (_START, str(_MARKS.get(self.habits.end or "", _START))):
            return 0
        try:
            place = float(token)
        except ValueError:
            raise UpstreamRefused("simulated", "no such token", "Start again.") from None
        return int(place) if self.strategy == "offset_token" else bisect_right(places, place)

    def _behind(self, start: int, size: int, rows: int) -> int:
        match self.habits.behind:
            case "404":
                raise UpstreamNotFound("simulated", "no such page", "Start again.")
            case "400":
                raise UpstreamRefused("simulated", "no such page", "Start again.")
            case "500":
                raise UpstreamFailed("simulated", "failed", "Try again later.")
            case "first":
                return 0
            case "last":
                return max(0, (rows - 1) // size * size if self._parameter == "page" else rows - size)
            case _:
                return start

    def _said(
        self, parameters: dict[str, str], end: int, shown: list[str], *, follows: bool, told: bool
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return what the body and the headers say about what follows."""
        if self.strategy == "has_more":
            return {"more": follows} if told or not follows else {}, {}
        if self.strategy == "linked_page":
            return {}, {"link": '<?page=1>; rel="first"' + (', <?page=next>; rel="next"' if told else "")}
        if self._parameter != "token":
            return {}, {}
        mark = self._next(parameters, end, shown, follows=follows) if told or not follows else None
        if self.strategy == "link":
            return {}, {} if mark in (None, "") else {"link": f'<https://api.example/?token={mark}>; rel="next"'}
        return {"next": mark}, {}

    def _next(self, parameters: dict[str, str], end: int, shown: list[str], *, follows: bool) -> Any:
        own, mark = parameters.get("token"), self.habits.end
        if not follows and mark in _MARKS:
            return _MARKS[mark]
        if not follows and (mark is None or mark == "repeats"):
            return own if mark else None
        if not shown:
            return own or _START
        token = str(end) if self.strategy == "offset_token" else str(self.users.place_of[shown[-1]])
        return f"{token}/{parameters['size']}" if self.habits.binds_size else token

    def _total(self, ids: list[str]) -> int | None:
        rows, habits, hidden = len(ids), self.habits, self.users.hidden
        totals = {
            "visible": rows - (sum(each in hidden for each in ids) if hidden else 0),
            "all": rows,
            "capped": min(rows, habits.capped),
            "cached": self._first_total,
            "high": rows + 1,
            "low": max(0, rows - 1),
        }
        return None if habits.total is None else totals[habits.total]

    def _forgets(self) -> bool:
        if not self.habits.forgets or self._draw.random() < 0.7:
            return False
        self.habits.forgets = False
        return True

    def _dropping(self, shown: list[str]) -> list[str]:
        if not shown or not 0 < self.habits.drops <= self.requests:
            return shown
        self.habits.drops = 0
        index = self._draw.randrange(len(shown))
        return shown[:index] + shown[index + 1 :]

    def _lagging(self, ids: list[str], start: int, size: int) -> list[str]:
        if not 0 < self.habits.lags <= self.requests:
            return ids
        if self._cut is None:
            self._cut = start + self._draw.randint(0, size)
        else:
            self.habits.lags = 0
        return ids[: self._cut]
