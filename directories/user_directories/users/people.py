"""Linking rows of several directories that are, or may be, one person: by an address or an id, never merged."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .folding import same_address
from .user import DirectoryUser

__all__ = ["Evidence", "Member", "Person", "Seen", "groups", "judged", "member"]

Evidence = Literal["verified email", "email", "id"]
Form = Callable[[str], str]
"""Makes the form in which a value is compared, and perhaps kept."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TELLING_ID = 16
"""The length in characters from which two directories hardly share an id by chance."""
_ADDRESS, _ID, _COMMON_ID = "eic"
"""The first character of a key: an address, an id, or an id that may be equal by chance."""


class Seen(NamedTuple):
    """A user who was handed out on an earlier page. `id` is None if it may not be told."""

    directory: str
    id: str | None


@dataclass(frozen=True)
class Person:
    """Users of several directories: `number` holds for all pages of a walk, `rows` are indexes into this page.

    `doubt` None means: one user per directory, all with the same address or id. Otherwise it says why they are only
    candidates. `earlier` are users of earlier pages who had no number there, and `also` are numbers that were given on
    earlier pages to what turns out to be the same person.
    """

    number: int
    rows: tuple[int, ...]
    evidence: Evidence
    doubt: str | None = None
    earlier: tuple[Seen, ...] = ()
    also: tuple[int, ...] = ()


class Member(NamedTuple):
    """What links a user to others: keys, of which `verified` is that of the address that the directory verified.

    `denied`: the directory says that the address is not verified.
    """

    directory: str
    keys: tuple[str, ...]
    verified: str | None = None
    denied: bool = False


def member(found: DirectoryUser, form: Form = str) -> Member:
    """Return what links a user. A masked or cut value (with a `…`) identifies nobody."""
    user = found.user
    identifier = user.id.lower() if _UUID.fullmatch(user.id) else user.id
    telling = _ID if len(identifier) >= _TELLING_ID and not identifier.isdecimal() else _COMMON_ID
    own = [] if "@" in user.id or "…" in user.id else [telling + form(identifier)]
    addresses = [user.id if "@" in user.id else None, user.email, *(user.emails or ())]
    keys = [*own, *(key for address in addresses if (key := _address_key(address, form)) is not None)]
    verified = _address_key(user.email, form) if user.email_verified else None
    return Member(found.directory, tuple(dict.fromkeys(keys)), verified, user.email_verified is False)


def _address_key(address: str | None, form: Form) -> str | None:
    """Return the key of an address; None if there is none, or not a whole one."""
    return _ADDRESS + form(same_address(address)) if address and "…" not in address else None


def groups(members: Sequence[Member], first: int = 0) -> list[tuple[int, ...]]:
    """Return the groups of members whom keys link over several directories, directly or through other members.

    Only groups with a member from `first` on are returned, in the order of the first of these.
    """
    links = _links(members)
    grouped: set[int] = set()
    found: list[tuple[int, ...]] = []
    for index in range(first, len(members)):
        if index not in grouped and (group := _reached(index, members, links)):
            grouped |= group
            found.append(tuple(sorted(group)))
    return found


def _links(members: Sequence[Member]) -> Mapping[str, Sequence[int]]:
    """Return who has each key that members of several directories have."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, each in enumerate(members):
        for key in each.keys:
            holders[key].append(index)
    return {key: those for key, those in holders.items() if len({members[index].directory for index in those}) > 1}


def _reached(start: int, members: Sequence[Member], links: Mapping[str, Sequence[int]]) -> set[int]:
    reached: set[int] = set()
    waiting = [start]
    while waiting:
        for key in members[waiting.pop()].keys:
            fresh = set(links.get(key, ())) - reached
            reached |= fresh
            waiting += fresh
    return reached


def judged(group: Sequence[Member]) -> tuple[Evidence, str | None]:
    """Return what links a group, and the doubt that it is one person, if there is one."""
    shared = set(group[0].keys).intersection(*(each.keys for each in group))
    kinds = {key[0] for key in shared or _links(group)}
    evidence: Evidence = "email" if _ADDRESS in kinds else "id"
    same = {each.verified for each in group}
    if len(same) == 1 and same <= shared:  # one mailbox, which each directory verified
        evidence = "verified email"
    return evidence, next(_doubts(group, shared), None)


def _doubts(group: Sequence[Member], shared: Iterable[str]) -> Iterator[str]:
    """Yield the doubts that these users are one person."""
    directories = [each.directory for each in group]
    twice = sorted({name for name in directories if directories.count(name) > 1})
    if twice:
        yield f"several in {', '.join(twice)}"
    if not shared:
        yield "linked only through other rows"
    elif all(key[0] == _COMMON_ID for key in shared):
        yield "ids like these may be equal by chance"
    if any(each.denied for each in group):
        yield "an address is not verified"
