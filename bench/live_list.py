"""A list of users that changes before each request, and the ways in which it changes."""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

__all__ = [
    "Change",
    "LiveList",
    "churn",
    "deletes_around",
    "exchanges",
    "one_change",
    "renames",
    "shuffles",
    "shuffles_ties",
    "updates",
]

Change = Callable[["LiveList"], None]
"""What happens to the list before a request."""


class LiveList:
    """Users in their order. Ids are whole numbers as text; a user's place is the number that the list is sorted by.

    `order` says where new users land: newest (first), oldest (last) or arbitrary.
    """

    def __init__(self, users: int, order: str, draw: random.Random) -> None:
        self.draw = draw
        self.order = order
        self.ids = [str(number) for number in range(users)]
        if order == "newest":
            self.ids.reverse()
        self.places = [float(index) for index in range(users)]
        self.place_of = dict(zip(self.ids, self.places, strict=True))
        """The places of the users, and the last places of those who were deleted."""
        self.hidden: set[str] = set()
        """Rows that the API takes out of its pages."""
        self.hides = 0.0
        """The share of new users who are hidden."""
        self.value_of: dict[str, str] = {}
        """What the API can filter by; empty if it has no filter."""
        self.values: Sequence[str] = ()
        """The values of new users."""
        self.changes: Sequence[Change] = ()
        self.shown: float | None = None
        """The place of the last row of the latest page."""
        self.story: list[tuple[str, str]] | None = None
        """What happened to whom since it was last told, if anybody wants to know."""
        self.stayed: set[str] = set(self.ids)
        """The users who were visible, and had one of the values asked for, from the beginning until now."""
        self.came = 0
        """How many users came, or went to the end, since the beginning."""
        self._first, self._last = 0.0, float(users)

    def hide(self, users: Sequence[str]) -> None:
        """Hide users from the beginning on."""
        self.hidden.update(users)
        self.stayed.difference_update(users)

    def give_values(self, values: Sequence[str], asked: Sequence[str]) -> None:
        """Give each user one of the values, of which some will be asked for."""
        self.values = values
        self.value_of = {user: self.draw.choice(values) for user in self.ids}
        self.stayed = {user for user in self.stayed if self.value_of[user] in asked}

    def change(self) -> None:
        """Let happen what happens before a request."""
        for each in self.changes:
            each(self)

    def times(self, rate: float) -> int:
        """Return a whole number that is `rate` on average."""
        return int(rate) + (self.draw.random() < rate % 1)

    def insert(self) -> None:
        """Add a new user."""
        user = str(len(self.place_of))
        self.came += 1
        place = {"newest": self.before_all, "oldest": self.behind_all, "arbitrary": self.anywhere}[self.order]()
        self._put(user, place)
        if self.hides and self.draw.random() < self.hides:
            self.hidden.add(user)
        if self.values:
            self.value_of[user] = self.draw.choice(self.values)
        self.tell("+", user)

    def delete(self, start: int, end: int) -> None:
        """Delete a stretch of users."""
        gone = self.ids[start:end]
        del self.ids[start:end], self.places[start:end]
        self.stayed.difference_update(gone)
        self.tell("-", *gone)

    def move(self, index: int, place: float) -> None:
        """Give a user another place."""
        user = self.ids[index]
        del self.ids[index], self.places[index]
        self._put(user, place)
        self.tell("~", user)

    def before_all(self) -> float:
        """Return a place before all places that there ever were."""
        self._first -= 1
        return self._first

    def behind_all(self) -> float:
        """Return a place behind all places that there ever were."""
        self._last += 1
        return self._last

    def anywhere(self) -> float:
        """Return a place between any two users."""
        index = self.draw.randint(0, len(self.ids))
        low = self.places[index - 1] if index else self.before_all()
        high = self.places[index] if index < len(self.places) else self.behind_all()
        return self.draw.uniform(low, high)

    def tell(self, what: str, *users: str) -> None:
        """Note what happened to users."""
        if self.story is not None:
            self.story += ((what, each) for each in users)

    def _put(self, user: str, place: float) -> None:
        index = bisect_left(self.places, place)
        self.ids.insert(index, user)
        self.places.insert(index, place)
        self.place_of[user] = place


def churn(inserts: float, deletes: float) -> Change:
    """Let so many users come and go, on average."""

    def change(users: LiveList) -> None:
        for _ in range(users.times(inserts)):
            users.insert()
        for _ in range(users.times(deletes)):
            if users.ids:
                index = users.draw.randrange(len(users.ids))
                users.delete(index, index + 1)

    return change


def one_change(users: LiveList) -> None:
    """Let one user come or go."""
    if users.ids and users.draw.random() < 0.5:
        index = users.draw.randrange(len(users.ids))
        users.delete(index, index + 1)
    else:
        users.insert()


def updates(rate: float, *, to_the_top: bool) -> Change:
    """Update so many users: in an order by the time of the last update, they go to the top or to the end."""

    def change(users: LiveList) -> None:
        for _ in range(users.times(rate)):
            if users.ids:
                users.came += not to_the_top
                place = users.before_all() if to_the_top else users.behind_all()
                users.move(users.draw.randrange(len(users.ids)), place)

    return change


def renames(rate: float) -> Change:
    """Rename so many users: in an order by name, they go anywhere."""

    def change(users: LiveList) -> None:
        for _ in range(users.times(rate)):
            if users.ids:
                users.move(users.draw.randrange(len(users.ids)), users.anywhere())

    return change


def shuffles_ties(group: int) -> Change:
    """Order users anew who have the same key: each group of so many users in a row."""

    def change(users: LiveList) -> None:
        for start in range(0, len(users.ids), group):
            stretch = users.ids[start : start + group]
            users.draw.shuffle(stretch)
            users.ids[start : start + group] = stretch
        users.place_of.update(zip(users.ids, users.places, strict=True))

    return change


def shuffles(users: LiveList) -> None:
    """Order all users anew."""
    users.draw.shuffle(users.ids)
    users.place_of.update(zip(users.ids, users.places, strict=True))


def exchanges(rate: float, values: Sequence[str], asked: Sequence[str]) -> Change:
    """Let so many users get one of these values; those who get another than was asked for no longer match."""

    def change(users: LiveList) -> None:
        for _ in range(users.times(rate)):
            if users.ids:
                user = users.draw.choice(users.ids)
                value = users.value_of[user] = users.draw.choice(values)
                if value not in asked:
                    users.stayed.discard(user)
                users.tell(value, user)

    return change


def deletes_around(before: tuple[int, int], behind: tuple[int, int], *, share: float, times: int) -> Change:
    """Delete so many users up to the last row of the latest page, and so many behind it, before a share of requests."""
    left = times

    def change(users: LiveList) -> None:
        nonlocal left
        if left and users.shown is not None and users.draw.random() < share:
            left -= 1
            here = bisect_right(users.places, users.shown)
            users.delete(max(0, here - users.draw.randint(*before)), here + users.draw.randint(*behind))

    return change
