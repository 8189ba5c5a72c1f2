"""Linking rows of several directories that are, or may be, one person: by an address or an id, never merged."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .folding import same_address
from .user import DirectoryUser, User

__all__ = ["Evidence", "Person", "people_in", "together"]

Evidence = Literal["verified email", "email", "id"]

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TELLING_ID = 16
"""The length in characters from which two directories hardly share an id by chance."""


@dataclass(frozen=True)
class Person:
    """Users of several directories, as indexes into the page, and what links them.

    `doubt` None means: one user per directory, all with the same address or id. Otherwise it says why they are only
    candidates.
    """

    rows: tuple[int, ...]
    evidence: Evidence
    doubt: str | None = None


class _Key(NamedTuple):
    kind: Literal["email", "id"]
    value: str


def people_in(users: Sequence[DirectoryUser]) -> tuple[Person, ...]:
    """Return who on a page is, or may be, the same person in several directories, in the order of first rows."""
    if len({found.directory for found in users}) < 2:
        return ()
    holders: defaultdict[_Key, list[int]] = defaultdict(list)
    for row, found in enumerate(users):
        for key in _keys(found):
            holders[key].append(row)
    linked = {key: rows for key, rows in holders.items() if len({users[row].directory for row in rows}) > 1}
    groups = _joined(list(linked.values()))
    return tuple(_person(rows, linked, users) for rows in sorted(groups))


def together(users: Sequence[DirectoryUser]) -> tuple[DirectoryUser, ...]:
    """Sort the users so that those of one person are together, at the place of the first of them."""
    first = {row: person.rows[0] for person in people_in(users) for row in person.rows}
    if not first:
        return tuple(users)
    order = sorted(range(len(users)), key=lambda row: (first.get(row, row), row))
    return tuple(users[row] for row in order)


def _keys(found: DirectoryUser) -> set[_Key]:
    """Return what identifies a user elsewhere. A masked or cut value (with a `…`) identifies nobody."""
    user = found.user
    addresses = [user.email, *(user.emails or ()), user.id if "@" in user.id else None]
    keys = {_Key("email", same_address(address)) for address in addresses if address and "…" not in address}
    identifier = user.id.lower() if _UUID.fullmatch(user.id) else user.id
    return keys | ({_Key("id", identifier)} if "@" not in user.id and "…" not in user.id else set[_Key]())


def _joined(links: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Return the groups of rows that are linked directly or through other rows."""
    groups: list[set[int]] = []
    for link in links:
        touched = [group for group in groups if not group.isdisjoint(link)]
        groups = [group for group in groups if group.isdisjoint(link)]
        groups.append(set(link).union(*touched))
    return [tuple(sorted(group)) for group in groups]


def _person(rows: tuple[int, ...], linked: dict[_Key, list[int]], users: Sequence[DirectoryUser]) -> Person:
    shared = sorted(key for key, holders in linked.items() if set(rows) <= set(holders))
    kinds = {key.kind for key in shared} or {key.kind for key, holders in linked.items() if rows[0] in holders}
    evidence: Evidence = "email" if "email" in kinds else "id"
    if evidence == "email" and all(_is_verified(users[row].user, shared) for row in rows):
        evidence = "verified email"
    return Person(rows, evidence, next(_doubts(rows, shared, users), None))


def _is_verified(user: User, shared: Sequence[_Key]) -> bool:
    """Return whether the directory verified an address that links; it says so only for the first address."""
    return bool(user.email_verified and user.email) and _Key("email", same_address(user.email or "")) in shared


def _doubts(rows: Sequence[int], shared: Sequence[_Key], users: Sequence[DirectoryUser]) -> Iterator[str]:
    """Yield the doubts that these rows are one person."""
    directories = [users[row].directory for row in rows]
    twice = sorted({name for name in directories if directories.count(name) > 1})
    if twice:
        yield f"several in {', '.join(twice)}"
    if not shared:
        yield "linked only through other rows"
    elif all(key.kind == "id" and (len(key.value) < _TELLING_ID or key.value.isdecimal()) for key in shared):
        yield "ids like these may be equal by chance"
    if any(users[row].user.email_verified is False for row in rows):
        yield "an address is not verified"
