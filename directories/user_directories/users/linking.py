"""Numbering the people of a walk, over all of its pages and over restarts."""

import base64
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

from .people import Member, Person, Seen, groups, judged, member
from .user import DirectoryUser

__all__ = ["Linked", "Linking"]

_MOST_USERS = 1024
"""Users of earlier pages who are remembered: at most 110 KB as JSON. What is forgotten links nobody."""
_MOST_KEYS = 4
"""Keys of a user who is remembered: the id and the first addresses."""
_LONGEST_ID = 42
"""Characters of the JSON of an id that is kept."""
_BYTES = 8
_KEY = 12
"""Characters of a key: its kind, and the digest in base64."""
_UNSAID, _DENIED = -1, -2
"""Stand for the place of a verified address among the keys: there is none, or the directory denies it."""
_FORGOTTEN = "earlier rows are forgotten"
_DIGEST_OF = "@"
"""Stands before the digest of an id that is an address, which is not kept."""


class Linked(NamedTuple):
    """The users of a page, those of one person together, and who these are."""

    users: tuple[DirectoryUser, ...]
    people: tuple[Person, ...]


@dataclass
class _Remembered:
    """A user who was handed out. `name` is the id, if it may be kept; `number` is 0 for somebody linked to nobody."""

    member: Member
    name: str
    number: int = 0


class Linking:
    """What is remembered of the users who were handed out: keyed digests of what links them, and their numbers.

    Of each user it also keeps the id, to name the user by, unless the id is an address or is not shown whole.
    """

    def __init__(
        self,
        salt: bytes = b"",
        next_number: int = 1,
        users: Sequence[_Remembered] = (),
        faded: Iterable[int] = (),
    ) -> None:
        self._salt = salt or secrets.token_bytes(_BYTES)
        self._next = next_number
        self._users = list(users)
        self._faded = set(faded)
        """The numbers of people of whom somebody is forgotten, and somebody remembered."""

    def link(self, users: Sequence[DirectoryUser]) -> Linked:
        """Put the users of one person together, where the first of them stands; number them; and remember them."""
        fresh = [_Remembered(member(found, self._digest), self._name(found.user.id)) for found in users]
        known = [*self._users, *fresh]
        members, first = [each.member for each in known], len(self._users)
        found = groups(members, first)
        order = _together(len(users), [[index - first for index in group if index >= first] for group in found])
        places = {first + row: place for place, row in enumerate(order)}
        people = [self._person(group, known, places, users, first) for group in found]
        self._remember([fresh[row] for row in order])
        return Linked(tuple(users[row] for row in order), tuple(people))

    def _person(
        self,
        group: Sequence[int],
        known: Sequence[_Remembered],
        places: Mapping[int, int],
        users: Sequence[DirectoryUser],
        first: int,
    ) -> Person:
        numbers = sorted({known[index].number for index in group} - {0})
        number = numbers[0] if numbers else self._new_number()
        here = [users[index - first] for index in group if index >= first]
        earlier = [self._seen(known[index], here) for index in group if index < first and not known[index].number]
        evidence, doubt = judged([known[index].member for index in group])
        if not self._faded.isdisjoint(numbers):
            self._faded.add(number)
            doubt = doubt or _FORGOTTEN
        for index in group:
            known[index].number = number
        rows = sorted(places[index] for index in group if index >= first)
        return Person(number, tuple(rows), evidence, doubt, tuple(earlier), tuple(numbers[1:]))

    def _remember(self, users: Sequence[_Remembered]) -> None:
        known = [*self._users, *users]
        forgotten, self._users = known[:-_MOST_USERS], known[-_MOST_USERS:]
        numbers = {each.number for each in self._users} - {0}
        self._faded = (self._faded | {each.number for each in forgotten}) & numbers

    def _new_number(self) -> int:
        self._next += 1
        return self._next - 1

    def _seen(self, user: _Remembered, here: Sequence[DirectoryUser]) -> Seen:
        """Name a user of an earlier page; an id that is an address is known if somebody on this page has it too."""
        if not user.name.startswith(_DIGEST_OF):
            return Seen(user.member.directory, user.name or None)
        texts = [text for found in here for text in (found.user.email, *(found.user.emails or ()), found.user.id)]
        same = (text for text in texts if text and _DIGEST_OF + self._digest(text) == user.name)
        return Seen(user.member.directory, next(same, None))

    def _name(self, identifier: str) -> str:
        """Return what is kept of an id to name its user by; nothing if it is masked or long."""
        if "@" in identifier:
            return "" if "…" in identifier else _DIGEST_OF + self._digest(identifier)
        return identifier if "…" not in identifier and len(json.dumps(identifier)) <= _LONGEST_ID else ""

    def _digest(self, value: str) -> str:
        digest = blake2b(value.encode("utf-8", "surrogatepass"), digest_size=_BYTES, key=self._salt)
        return base64.urlsafe_b64encode(digest.digest()).decode("ascii").rstrip("=")

    def dump(self) -> dict[str, Any]:
        """Return what is remembered as plain JSON; nothing if nobody was handed out."""
        if not self._users:
            return {}
        names = sorted({each.member.directory for each in self._users})
        users = [[names.index(each.member.directory), *_packed(each)] for each in self._users]
        faded = sorted(self._faded)
        return {
            "salt": self._salt.hex(),
            "next": self._next,
            "directories": names,
            "users": users,
            "faded": faded,
        }

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Linking":
        """Read what `dump` wrote; nothing is nothing. Raises: TypeError, ValueError, KeyError or IndexError."""
        if not stored:
            return cls()
        names = stored["directories"]
        users = [_unpacked(names[place], *packed) for place, *packed in stored["users"]]
        return cls(bytes.fromhex(stored["salt"]), stored["next"], users, stored["faded"])


def _together(count: int, groups: Sequence[Sequence[int]]) -> list[int]:
    """Return the order of so many rows in which each group is together, where the first of it stands."""
    first = {row: group[0] for group in groups for row in group}
    return sorted(range(count), key=lambda row: (first.get(row, row), row))


def _packed(user: _Remembered) -> tuple[int, str, int, str]:
    keys = user.member.keys[:_MOST_KEYS]
    unverified = _DENIED if user.member.denied else _UNSAID
    verified = keys.index(user.member.verified) if user.member.verified in keys else unverified
    return user.number, user.name, verified, "".join(keys)


def _unpacked(directory: str, number: int, name: str, verified: int, packed: str) -> _Remembered:
    keys = tuple(packed[start : start + _KEY] for start in range(0, len(packed), _KEY))
    verified_key = keys[verified] if verified >= 0 else None
    return _Remembered(Member(directory, keys, verified_key, denied=verified == _DENIED), name, number)
