"""The users of one directory by number: who they are and when they came, all of it computed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from user_directory_sandbox.draws import Identifiers, draw, key_of
from user_directory_sandbox.people import People, Person

T = TypeVar("T")

DIRECTORIES: tuple[str, ...] = ("klavis", "braintrust", "delay", "openphone", "quo", "monocloud")

SECOND = 1_000_000  # times are microseconds since 1970 in UTC
_FIRST_CREATED = int(datetime(2019, 1, 7, 8, tzinfo=UTC).timestamp()) * SECOND
_LAST_CREATED = int(datetime(2025, 12, 19, 17, tzinfo=UTC).timestamp()) * SECOND
_BETWEEN_INSERTED = 60 * SECOND
_IMPORT = 16  # users that arrive together in one bulk import

# Sets of at least two directories, as bits. With 55 in 100 people in such a set, about 30 in 100 users of any
# one directory are in another too.
_COMPANY_OF_DIRECTORIES = tuple(bits for bits in range(1 << len(DIRECTORIES)) if bits.bit_count() >= 2)
_SHARED_PERCENT = 55


def shares(**percent: int) -> tuple[str, ...]:
    """Return a table from which a draw picks each key as often as its number says: `shares(yes=9, no=1)`."""
    return tuple(name for name, times in percent.items() for _ in range(times))


def _slot(directory: str) -> int:
    """Return which set of people a directory has; one beside the six has that of one of them."""
    known = directory in DIRECTORIES
    return DIRECTORIES.index(directory) if known else key_of("slot", directory) % len(DIRECTORIES)


class Members:
    """The users of one directory, by number. Numbers grow with the time of creation and are never reused."""

    def __init__(self, directory: str, seed: int, users: int) -> None:
        self._slot = _slot(directory)
        self._seed = seed
        self._users = users
        self.directory = directory
        self.people = People(seed)
        self.identifiers = self.identifiers_of("user")
        self._shared = key_of(seed, "shared")
        self._arrival = self.key("arrival")
        self._imports = self.key("imports")
        self._changes = self.key("changes")

    def key(self, what: str) -> int:
        """Return the key of one trait, so that traits are independent of each other."""
        return key_of(self._seed, self.directory, what)

    def identifiers_of(self, what: str) -> Identifiers:
        """Return the identifiers of one kind of thing in this directory."""
        return Identifiers(self._seed, self.directory, what)

    def pick(self, key: int, number: int, table: Sequence[T]) -> T:
        """Return the entry of `table` for the user."""
        return table[draw(key, number) % len(table)]

    def person_number(self, number: int) -> int:
        """Return the person behind the user: one of their own, or one who is in other directories too."""
        fate = draw(self._shared, number)
        if fate % 100 < _SHARED_PERCENT:
            together = _COMPANY_OF_DIRECTORIES[(fate >> 32) % len(_COMPANY_OF_DIRECTORIES)]
            if together >> self._slot & 1:
                return number * (len(DIRECTORIES) + 1)
        return number * (len(DIRECTORIES) + 1) + self._slot + 1

    def person(self, number: int) -> Person:
        return self.people.person(self.person_number(number))

    def email(self, number: int) -> str:
        return self.people.email(self.person_number(number))

    def number_of_email(self, email: str) -> int | None:
        """Return the user with this address (lower case), who may not be live; None if it is nobody's."""
        person = self.people.number(email)
        if person is None:
            return None
        number = person // (len(DIRECTORIES) + 1)
        return number if self.person_number(number) == person else None

    def created(self, number: int) -> int:
        """Return when the user was created, in microseconds. Higher numbers are never earlier."""
        if number >= self._users:
            return _LAST_CREATED + (number - self._users + 1) * _BETWEEN_INSERTED
        first = number // _IMPORT * _IMPORT
        if draw(self._imports, first) % 12 == 0:
            number = first
        step = (_LAST_CREATED - _FIRST_CREATED) // self._users
        return _FIRST_CREATED + number * step + draw(self._arrival, number) % step

    def first_created_at(self, moment: int) -> int:
        """Return the lowest number created at `moment` or later."""
        low, high = 0, (1 << 32) - 1
        while low < high:
            middle = (low + high) // 2
            if self.created(middle) < moment:
                low = middle + 1
            else:
                high = middle
        return low

    def updated(self, number: int) -> int:
        """Return when the user was last changed: never before they were created, for a third exactly then."""
        created = self.created(number)
        change = draw(self._changes, number)
        if change % 3 == 0 or created >= _LAST_CREATED:
            return created
        part = (change >> 34) / (1 << 30)
        return created + int((_LAST_CREATED - created) * part * part) // SECOND * SECOND


def moment(microseconds: int) -> datetime:
    """Return the time in UTC."""
    return datetime.fromtimestamp(microseconds // SECOND, UTC).replace(microsecond=microseconds % SECOND)
