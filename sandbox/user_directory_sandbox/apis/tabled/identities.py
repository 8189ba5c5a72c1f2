"""The ids and the handles of users, in the forms that a table names."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from user_directory_sandbox.apis.tabled.numbers import number_of_text, text_of_number
from user_directory_sandbox.members import Members

Table = Mapping[str, Any]

_MOST = 1 << 24
"""Numbers of people, in a directory or not: above are nobody."""
_OTHER_SIGNS = re.compile(r"[^a-z0-9]+")

_TEXTS: Mapping[str, Callable[[Members, Table, int], str]] = {
    "uuid": lambda members, _, number: members.identifiers.uuid(number),
    "whole": lambda members, _, number: str(members.identifiers.whole(number)),
    "number": text_of_number,
    "letters": lambda members, form, number: form["prefix"] + members.identifiers.text(number, form["letters"]),
}
"""The id of a number, by the form that a table has for it."""


def _number_of_letters(members: Members, form: Table, text: str) -> int | None:
    prefix = form["prefix"]
    letters = text.removeprefix(prefix)
    return members.identifiers.number_of_text(letters, form["letters"]) if text.startswith(prefix) else None


_NUMBERS: Mapping[str, Callable[[Members, Table, str], int | None]] = {
    "uuid": lambda members, _, text: members.identifiers.number_of_uuid(text),
    "whole": lambda members, _, text: members.identifiers.number_of_whole(text),
    "number": number_of_text,
    "letters": _number_of_letters,
}


class Identities:
    """The ids of one directory: `form` is the table of its ids."""

    def __init__(self, members: Members, form: Table) -> None:
        self._members = members
        self._form = form

    def identity(self, number: int) -> str:
        """Return the id of a user."""
        return _TEXTS[self._form["form"]](self._members, self._form, number)

    def as_sent(self, number: int) -> str | int:
        """Return the id as it stands in a record."""
        identity = self.identity(number)
        return int(identity) if self._form["form"] == "whole" else identity

    def number(self, identity: str) -> int | None:
        """Return the user of an id; None if nobody ever had it."""
        number = _NUMBERS[self._form["form"]](self._members, self._form, identity)
        return number if number is not None and number < _MOST else None

    def handle(self, number: int) -> str:
        """Return the short name that a user is known by."""
        return f"{_OTHER_SIGNS.sub('-', self._members.person(number).local)}-{number}"

    def number_of_handle(self, text: str) -> int | None:
        """Return the user of a handle, in any letter case; None if nobody ever had it."""
        digits = text.rpartition("-")[2]
        if not re.fullmatch("[0-9]{1,8}", digits) or int(digits) >= _MOST:
            return None
        return int(digits) if self.handle(int(digits)) == text.lower() else None
