"""Finding users by a piece of their name or address, with four bytes per user instead of their text."""

from array import array
from collections.abc import Callable, Iterable, Iterator

from user_directory_sandbox.members import Members
from user_directory_sandbox.names import Name, all_names

_NAME_BITS = 14
_NAME_MASK = (1 << _NAME_BITS) - 1
_EMOJI = 1 << 31


class Faces:
    """The name, company and emoji (or none) of every user number, computed on the first search."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._faces = array("I")

    def named(self, fits: Callable[[Name], bool], upto: int) -> Iterator[int]:
        """Yield the numbers below `upto` whose name fits."""
        wanted = bytes(fits(name) for name in all_names())
        return (number for number, face in enumerate(self._upto(upto)) if wanted[face & _NAME_MASK])

    def containing(self, text: str, upto: int, shows_name: Callable[[int], bool]) -> Iterator[int]:
        """Yield the numbers below `upto` with `text` in their address or display name, whatever the case.

        `shows_name` tells whether a user's record holds the display name at all.
        """
        text = text.casefold()
        local, at, domain = text.partition("@")
        in_name = bytes(text in name.full.casefold() for name in all_names())
        # With an @ the text spans both parts of the address, so it must lie against the @ on both sides.
        in_local = bytes(name.local.endswith(local) if at else text in name.local for name in all_names())
        in_domain: dict[int, bool] = {}
        people = self._members.people
        for number, face in enumerate(self._upto(upto)):
            name, company = face & _NAME_MASK, (face & ~_EMOJI) >> _NAME_BITS
            fits = in_domain.get(company)
            if fits is None:
                spelled = people.domain(company)
                fits = in_domain[company] = spelled.startswith(domain) if at else text in spelled
            address = (in_local[name] and fits) if at else (in_local[name] or fits)
            if address or ((in_name[name] or face & _EMOJI) and self._displays(text, number, shows_name)):
                yield number

    def _displays(self, text: str, number: int, shows_name: Callable[[int], bool]) -> bool:
        return shows_name(number) and text in self._members.person(number).display.casefold()

    def _upto(self, upto: int) -> Iterable[int]:
        self._faces.extend(map(self._face, range(len(self._faces), upto)))
        return self._faces if len(self._faces) == upto else self._faces[:upto]

    def _face(self, number: int) -> int:
        person = self._members.person_number(number)
        name, company = self._members.people.face(person)
        emoji = _EMOJI if self._members.people.emoji(person) else 0
        return name | company << _NAME_BITS | emoji
