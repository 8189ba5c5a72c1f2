"""Which users are live in one directory, and in which order: four bytes per user, nothing else."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from random import Random
from typing import Literal, cast, get_args

from user_directory_sandbox.draws import Scatter

OrderName = Literal["newest", "oldest", "arbitrary"]
ORDERS: tuple[OrderName, ...] = get_args(OrderName)


class Listing:
    """Users in the order in which an API lists them, held as ascending keys.

    The key of a user is its number, or its scattered number where the order is arbitrary. `what` names the
    selection, so that what is computed from it can be remembered.
    """

    __slots__ = ("_keys", "_scatter", "order", "what")

    def __init__(self, keys: "array[int]", order: OrderName, scatter: Scatter, what: object = None) -> None:
        self._keys = keys
        self._scatter = scatter
        self.order: OrderName = order
        self.what = what

    def __len__(self) -> int:
        return len(self._keys)

    def numbers(self, start: int = 0, stop: int | None = None) -> "array[int]":
        """Return the users from position `start` up to, not including, `stop`; fewer if they run out."""
        size = len(self._keys)
        stop = size if stop is None else min(stop, size)
        start = min(start, stop)
        if self.order == "newest":
            part = self._keys[size - stop : size - start]
            part.reverse()
            return part
        part = self._keys[start:stop]
        return array("I", map(self._scatter.gather, part)) if self.order == "arbitrary" else part

    def before(self, number: int) -> int:
        """Return how many users are before the place of `number`, which need not be taken."""
        return self._around(number)[0]

    def after(self, number: int) -> int:
        """Return the position of the first user behind the place of `number`, which need not be taken."""
        return self._around(number)[1]

    def towards(self, order: OrderName) -> "Listing":
        """Return the same users from either end; their order is not arbitrary."""
        return Listing(self._keys, order, self._scatter, (self.what, order))

    def __contains__(self, number: int) -> bool:
        before, after = self._around(number)
        return before != after

    def _around(self, number: int) -> tuple[int, int]:
        key = self._scatter.scatter(number) if self.order == "arbitrary" else number
        left, right = bisect_left(self._keys, key), bisect_right(self._keys, key)
        return (len(self._keys) - right, len(self._keys) - left) if self.order == "newest" else (left, right)


class Roster:
    """The live users of one directory."""

    def __init__(self, users: int, seed: int, order: OrderName) -> None:
        self._keys = array("I", range(users))
        self._scatter = Scatter(seed)
        self._random = Random(seed)
        self._views: dict[object, Listing] = {}
        self.order: OrderName = order
        self.next_number = users
        if order == "arbitrary":
            self.reorder(order)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def listing(self) -> Listing:
        """All live users, in the API's order."""
        return Listing(self._keys, self.order, self._scatter)

    def __contains__(self, number: int) -> bool:
        return number in self.listing

    def select(self, what: object, keep: Callable[[], Iterable[int]]) -> Listing:
        """Return those of `keep()` who are live, in the API's order; remembered as `what` until a change."""

        def build() -> Listing:
            live = self.listing
            chosen = {number for number in keep() if number in live}
            return Listing(array("I", sorted(map(self._key, chosen))), self.order, self._scatter, what)

        return self._remembered(what, build)

    def sort(self, listing: Listing, what: object, numbers: Callable[[], Iterable[int]]) -> Listing:
        """Return `numbers()`, those of `listing`, as they come; remembered as `what` until a change.

        The result knows positions only: no user's place can be asked of it.
        """
        sorted_by = (listing.what, "sorted", what)
        return self._remembered(sorted_by, lambda: Listing(array("I", numbers()), "oldest", self._scatter, sorted_by))

    def by_creation(self, listing: Listing, *, descending: bool) -> Listing:
        """Return the users of `listing` in the order of their creation."""
        if listing.order == "arbitrary":
            listing = self.sort(listing, "creation", lambda: sorted(listing.numbers()))
        return listing.towards("newest" if descending else "oldest")

    def reorder(self, order: OrderName) -> None:
        """List in `order` from now on."""
        numbers = self.listing.numbers()
        self.order = order
        self._keys = array("I", sorted(map(self._key, numbers)))
        self.forget()

    def insert(self, count: int) -> list[int]:
        """Add `count` new users, each newer than all before, and return their numbers."""
        numbers = list(range(self.next_number, self.next_number + count))
        self.next_number += count
        if self.order != "arbitrary":
            self._keys.extend(numbers)
        elif count <= 1000:  # beyond, sorting once is cheaper than moving the array each time
            for key in map(self._key, numbers):
                self._keys.insert(bisect_left(self._keys, key), key)
        else:
            self._keys = array("I", sorted([*self._keys, *map(self._key, numbers)]))
        self.forget()
        return numbers

    def delete(self, numbers: Iterable[int]) -> list[int]:
        """Remove those of `numbers` who are live, and return them."""
        gone = [number for number in dict.fromkeys(numbers) if number in self]
        if len(gone) <= 1000:
            for number in gone:
                del self._keys[bisect_left(self._keys, self._key(number))]
        else:
            keys = set(map(self._key, gone))
            self._keys = array("I", [key for key in self._keys if key not in keys])
        self.forget()
        return gone

    def delete_random(self, count: int) -> list[int]:
        """Remove `count` users, or all if there are fewer, and return them."""
        positions = self._random.sample(range(len(self)), min(count, len(self)))
        return self.delete([self.at(position) for position in positions])

    def at(self, position: int) -> int:
        """Return the user at `position`."""
        return self.listing.numbers(position, position + 1)[0]

    def chance(self, rate: float) -> int:
        """Return a whole number whose mean is `rate`."""
        whole = int(rate)
        return whole + (self._random.random() < rate - whole)

    def _key(self, number: int) -> int:
        return self._scatter.scatter(number) if self.order == "arbitrary" else number

    def forget(self) -> None:
        """Forget every selection and sort order; each is computed again when it is next needed."""
        self._views.clear()

    def _remembered(self, what: object, build: Callable[[], Listing]) -> Listing:
        view = self._views.get(what)
        if view is None:
            if len(self._views) >= 16:
                del self._views[next(iter(self._views))]
            view = self._views[what] = build()
        return view


def order_name(value: object) -> OrderName:
    """Return `value` as the name of an order; it has been checked."""
    return cast("OrderName", value)
