"""Turning a provider's values into those of a user's fields.

A list is several values, of which any may match. For a check, a value that cannot be read is UNREADABLE, and it is
noted what stands there; a user who is shown has None instead, or the provider's own text, which is then checked too.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from ..manifest import TimeForm, UserMapping, Words
from ..users.folding import fold, is_bare_address, stored_address
from ..users.json_values import is_list, is_object
from ..users.text import MAX_LENGTH, clean_text
from ..users.timestamps import NEVER, as_iso, as_iso_already, time_reader
from ..users.unreadable import UNREADABLE
from ..users.user import CLOSED_FIELDS, TIMES

__all__ = ["Converter", "Odd", "converter"]

Converter = Callable[[Any], Any]
Odd = list[tuple[str, str]]
"""The fields of one record that could not be read, and what stood there."""

_Read = Callable[[Any], str | None]
"""Reads one value: None if it is none, UNREADABLE if it is one of another kind."""

_ADDRESSES = frozenset({"email", "emails"})
_FLAGS = frozenset({"email_verified"})
_ONE_SHOWN = frozenset({"name", "given_name", "family_name", "email", "avatar_url", *TIMES})
"""Fields of which a user who is shown has the first value."""
_MOST_KNOWN = 256
"""The most values of one field for which the word is kept in memory."""
_MOST_SHOWN = 20
_MOST_CHECKED = 500
"""The most items of a list that are shown, and that are checked."""
_SHOWN_WORD = re.compile(r"[\w.-]{1,32}", re.ASCII)


def converter(field: str, mapping: UserMapping, words: Words | None, odd: Odd | None = None) -> Converter:
    """Return the function that converts the values of a field; for a check, it notes in `odd` what it cannot read."""
    if field in _FLAGS:
        return _flag
    read = _reader(field, mapping, words)
    every, own = field == "emails", _own_text(field, mapping, words)
    is_masked = mapping.shown(field) == "masked"
    if odd is not None:
        return _checking(field, read, odd, own, every=every, is_masked=is_masked)
    shown = _text if field in TIMES else own
    instead: _Read = _unreadable if is_masked else _or_none(shown)  # so a doubt tells no more than the mask
    return _showing(read, instead, every=every, several=field not in _ONE_SHOWN)


def _unreadable(_: Any) -> str:
    return UNREADABLE


def _or_none(read: _Read) -> _Read:
    return lambda value: read(value) or None


def _own_text(field: str, mapping: UserMapping, words: Words | None) -> _Read:
    """Return a reader of the provider's own text where that is shown and searched although it cannot be read."""
    if field in _ADDRESSES:
        pattern = _pattern(field, mapping)
        return _text if pattern is None else lambda value: _fitting(_text(value), pattern)
    return _text if words is not None and field not in CLOSED_FIELDS and field not in TIMES else lambda _: None


def _reader(field: str, mapping: UserMapping, words: Words | None) -> _Read:
    if words is not None or field in CLOSED_FIELDS:
        return _worded(words or {}, CLOSED_FIELDS.get(field))
    pattern = _pattern(field, mapping)
    if pattern is not None:
        return _matching(pattern, is_address=field in _ADDRESSES)
    if field in TIMES:
        return _time(cast("Mapping[str, TimeForm]", mapping.times).get(field))
    return _address if field in _ADDRESSES else _text


def _pattern(field: str, mapping: UserMapping) -> re.Pattern[str] | None:
    pattern = cast("Mapping[str, str]", mapping.patterns).get(field)
    return None if pattern is None else re.compile(pattern)


def _fitting(text: str | None, pattern: re.Pattern[str]) -> str | None:
    return text if text and pattern.fullmatch(text) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _checking(field: str, read: _Read, odd: Odd, own: _Read, *, every: bool, is_masked: bool) -> Converter:
    """Return a converter for checks; `every` value is then in a tuple, also a single one.

    The provider's `own` text of a value that cannot be read stands beside UNREADABLE. A long text `is_masked` is no
    doubt: only the whole of it would find its user, and no question is that long.
    """

    def cells_of(value: Any, cell: str | None) -> list[str]:
        if cell is not UNREADABLE:
            return [] if cell is None else [cell]
        text = own(value)
        return [text, UNREADABLE] if text else [UNREADABLE]

    def convert(value: Any) -> Any:
        if type(value) is str and len(value) <= MAX_LENGTH and not every:
            cell = read(value)
            if cell is not UNREADABLE:
                return cell
        items: list[Any] = value if is_list(value) else [value]
        read_now = [(item, read(item)) for item in items[:_MOST_CHECKED]]
        cells = [each for item, cell in read_now for each in cells_of(item, cell)]
        beyond = _beyond(items, is_masked=is_masked)
        strange = [_what(item, field) for item, cell in read_now if cell is UNREADABLE] + beyond
        if strange:
            odd.append((field, strange[0]))
        if beyond:
            cells.append(UNREADABLE)
        return tuple(cells) if every or len(cells) > 1 else cells[0] if cells else None

    return convert


def _beyond(items: list[Any], *, is_masked: bool) -> list[str]:
    """Say what of a value is too long to be checked."""
    found = [f"a list of more than {_MOST_CHECKED}"] if len(items) > _MOST_CHECKED else []
    is_long = not is_masked and any(isinstance(item, str) and len(item) > MAX_LENGTH for item in items)
    return found + ([f"a text of more than {MAX_LENGTH} characters"] if is_long else [])


def _showing(read: _Read, own: _Read, *, every: bool, several: bool) -> Converter:
    """Return a converter for users who are shown: `every` value as a tuple, or `several` if there are several.

    A value that cannot be read is shown as the provider's `own` text.
    """

    def shown(value: Any) -> str | None:
        cell = read(value)
        return own(value) if cell is UNREADABLE else cell

    def convert(value: Any) -> Any:
        if type(value) is str and not every:
            cell = read(value)
            return cell if cell is not UNREADABLE else shown(value)
        items: list[Any] = value if is_list(value) else [value]
        cells = tuple(cell for item in items[:_MOST_SHOWN] if (cell := shown(item)) is not None)
        if every:
            return cells or None
        return cells if several and len(cells) > 1 else cells[0] if cells else None

    return convert


def _what(value: Any, field: str) -> str:
    """Say what stands where a value of a field should, without the value if it may be personal."""
    if isinstance(value, bool):
        return "true or false"
    if is_object(value):
        return "an object"
    if is_list(value):
        return "a list in a list"
    text = str(value)
    if field in TIMES:
        return f"written like {_shape(text)}"
    if field in _ADDRESSES and "@" in text:
        return "an address in another form"
    return f'"{text}"' if _SHOWN_WORD.fullmatch(text) else "a text"


def _shape(text: str) -> str:
    """Return the form of a text: 9 for each digit, a for each letter."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", clean_text(text, 32)))


def _text(value: Any) -> str | None:
    """Read a string or a number."""
    if isinstance(value, str):
        return clean_text(value) or None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return UNREADABLE
    return clean_text(str(value)) or None


def _time(form: TimeForm | None) -> _Read:
    """Return a reader of times; a time of never is none."""
    read = time_reader() if form is None else time_reader(form.format, form.zone())

    def convert(value: Any) -> str | None:
        if form is None and isinstance(value, str) and (known := as_iso_already(value)) is not None:
            return known
        if value is None or value == "":
            return None
        moment = read(value)
        if moment is NEVER:
            return None
        return UNREADABLE if moment is None else as_iso(moment)

    return convert


def _address(value: Any) -> str | None:
    """Read an address as mail programs and directories write it; a text without one stays as it is."""
    text = _text(value)
    if not text:
        return text
    address = stored_address(text)
    return UNREADABLE if address is None else address


def _matching(pattern: re.Pattern[str], *, is_address: bool) -> _Read:
    """Return a reader of strings of one form. Others are not meant, but an address is one in whatever form."""

    def convert(value: Any) -> str | None:
        text = _text(value)
        if not text:
            return text
        if pattern.fullmatch(text):
            return _address(text) if is_address else text
        return UNREADABLE if is_address and is_bare_address(text) else None

    return convert


def _worded(words: Words, closed: Collection[str] | None) -> _Read:
    """Return a reader of our words. A value without one cannot be read."""
    ours = {_key(value): word for word, values in words.items() for value in _values(values)}
    if not words:
        ours = {_key(word): word for word in closed or ()}

    def convert(value: Any) -> str | None:
        text = _text(value)
        word = ours.get(_key(value if isinstance(value, bool) else text))
        return word or (None if text is None else UNREADABLE)

    known: dict[str, str | None] = {}

    def convert_once(value: Any) -> str | None:
        if type(value) is not str or len(value) > MAX_LENGTH:
            return convert(value)
        if value not in known and len(known) < _MOST_KNOWN:
            known[value] = convert(value)
        return known[value] if value in known else convert(value)

    return convert_once


def _values(values: str | bool | tuple[str | bool, ...]) -> tuple[str | bool, ...]:
    return values if isinstance(values, tuple) else (values,)


def _key(value: str | bool | None) -> str | bool | None:
    """Return the form in which words are compared: `true` is not "true", and letter case is ignored."""
    return fold(value) if isinstance(value, str) else value
