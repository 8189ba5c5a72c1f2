"""Ids that are a number in an alphabet of the table's: digits alone, or capitals, too."""

from collections.abc import Mapping
from typing import Any

from user_directory_sandbox.members import Members

_BITS = 64
"""Of a UUID: the number of the user, and a check."""


def text_of_number(members: Members, form: Mapping[str, Any], number: int) -> str:
    """Return the id of a user."""
    value = int(members.identifiers.uuid(number).replace("-", ""), 16) >> _BITS
    return str(form.get("prefix", "")) + _written(value, form["alphabet"], form["letters"])


def number_of_text(members: Members, form: Mapping[str, Any], text: str) -> int | None:
    """Return the user who has an id; None if nobody ever had it."""
    rest = text.removeprefix(form.get("prefix", ""))
    value = _read(rest, form["alphabet"], form["letters"])
    number = None if value is None else members.identifiers.number_of_uuid_start(f"{value:016x}"[:8])
    return number if number is not None and text_of_number(members, form, number) == text else None


def _written(value: int, alphabet: str, letters: int) -> str:
    """Write a number in an alphabet; what does not fit into so many letters is a fault of the table."""
    found = ""
    while value:
        value, digit = divmod(value, len(alphabet))
        found = alphabet[digit] + found
    return found.rjust(letters, alphabet[0])


def _read(text: str, alphabet: str, letters: int) -> int | None:
    if len(text) != letters or not all(letter in alphabet for letter in text):
        return None
    value = 0
    for letter in text:
        value = value * len(alphabet) + alphabet.index(letter)
    return value if value < 1 << _BITS else None
