"""Who people are: a name and an email address for every person number, and the way back from an address."""

import re
from dataclasses import dataclass
from functools import cache
from math import gcd

from user_directory_sandbox.draws import draw, key_of
from user_directory_sandbox.names import EMOJI, Name, all_names

# Reserved for documentation (RFC 2606 §3), so no mail can ever go out.
_TOP_LEVEL = ".example"
_COMPANY = (
    *("northwind", "contoso", "initech", "acme", "globex", "umbrella", "hooli", "stark", "wayne", "tyrell"),
    *("aperture", "cyberdyne", "wonka", "oscorp", "soylent", "vandelay", "dunder", "prestige", "gringotts"),
    *("monarch", "blueharbor", "redwood", "silverlake", "ironbridge", "greenfield", "sunrise", "daybreak"),
    *("longview", "riverside", "hilltop", "lantern", "compass", "anchor", "beacon", "harvest", "summit"),
)
_COMPANY_SUFFIXES = (
    "",
    "-labs",
    "-health",
    "-retail",
    "-energy",
    "-studio",
    "-bank",
    "-logistics",
    "-media",
    "-group",
)
_DOMAIN = re.compile(r"([a-z-]+?)(\d*)" + re.escape(_TOP_LEVEL))
_DOMAINS_AT_ONCE = 4  # a directory of a few thousand people has this many companies
_STRIDE = 2654435761  # a prime


@dataclass(frozen=True, slots=True)
class Person:
    """One human being, the same in every directory that has the address."""

    given: str
    family: str | None  # None for people who have a single name
    full: str  # in the order of the person's own language
    script: str
    local: str  # the part of the address before the @
    domain: str
    display: str  # the full name as they typed it themselves: a few add an emoji

    @property
    def email(self) -> str:
        return f"{self.local}@{self.domain}"


def domain(number: int) -> str:
    """Return the company domain number `number`; there are as many as are asked for."""
    names = [word + suffix for suffix in _COMPANY_SUFFIXES for word in _COMPANY]
    again, which = divmod(number, len(names))
    return f"{names[which]}{again or ''}{_TOP_LEVEL}"


@cache
def _company_numbers() -> dict[str, int]:
    return {word + suffix: at * len(_COMPANY) + i for at, suffix in enumerate(_COMPANY_SUFFIXES)
            for i, word in enumerate(_COMPANY)}  # fmt: skip


def _domain_number(text: str) -> int | None:
    match = _DOMAIN.fullmatch(text)
    which = _company_numbers().get(match[1]) if match else None
    if match is None or which is None or match[2].startswith("0"):
        return None
    return int(match[2] or 0) * len(_company_numbers()) + which


@cache
def _local_parts() -> dict[str, int]:
    return {name.local: which for which, name in enumerate(all_names())}


class People:
    """All possible people: each number means a name and a company, and no two numbers mean the same."""

    def __init__(self, seed: int) -> None:
        self._names = all_names()
        self._block = _DOMAINS_AT_ONCE * len(self._names)
        if gcd(_STRIDE, self._block) != 1:  # pragma: no cover - a property of the tables, not of the input
            raise ValueError("The stride must reach every name of a block.")
        self._offset = key_of(seed, "people") % self._block
        self._inverse = pow(_STRIDE, -1, self._block)
        self._whims = key_of(seed, "whims")
        self._domains: dict[int, str] = {}

    def face(self, person: int) -> tuple[int, int]:
        """Return the numbers of the person's name and of their domain."""
        block, rest = divmod(person, self._block)
        within, name = divmod((rest * _STRIDE + self._offset) % self._block, len(self._names))
        return name, block * _DOMAINS_AT_ONCE + within

    def name(self, number: int) -> Name:
        return self._names[number]

    def domain(self, number: int) -> str:
        """Return a domain by its number, remembered: a million people share some thousand of them."""
        known = self._domains.get(number)
        if known is None:
            known = self._domains[number] = domain(number)
        return known

    def emoji(self, person: int) -> str | None:
        """Return what the person put after their display name: nothing for 98 in 100."""
        whim = draw(self._whims, person)
        return EMOJI[(whim >> 32) % len(EMOJI)] if whim % 100 < 2 else None

    def email(self, number: int) -> str:
        """Return the person's address alone, which costs less than the person."""
        which, domain_number = self.face(number)
        return f"{self._names[which].local}@{self.domain(domain_number)}"

    def person(self, number: int) -> Person:
        which, domain_number = self.face(number)
        name = self._names[which]
        emoji = self.emoji(number)
        return Person(
            given=name.given,
            family=name.family,
            full=name.full,
            script=name.script,
            local=name.local,
            domain=self.domain(domain_number),
            display=f"{name.full} {emoji}" if emoji else name.full,
        )

    def number(self, email: str) -> int | None:
        """Return the person whose address this is, spelled in lower case; None if it is nobody's."""
        local, _, domain_name = email.partition("@")
        name, company = _local_parts().get(local), _domain_number(domain_name)
        if name is None or company is None:
            return None
        block, within = divmod(company, _DOMAINS_AT_ONCE)
        rest = (within * len(self._names) + name - self._offset) * self._inverse % self._block
        return block * self._block + rest
