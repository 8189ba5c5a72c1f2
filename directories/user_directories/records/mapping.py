"""Mapping a provider's record to a `User`, by the paths of its manifest. Fields that are not mapped are never seen."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ..manifest import UserMapping, Words
from ..manifest.expressions import Getter, finder, getter, plain_key
from ..manifest.misfit import misfit
from ..users.json_values import is_list, is_object
from ..users.matching import TEXT_FIELDS, Check, lacking
from ..users.text import clean_text, clean_value, is_safe_id
from ..users.unreadable import UNREADABLE
from ..users.user import Texts, User
from .converters import Odd, converter
from .masking import mask_of, telling_fields, veil_of

__all__ = ["UserReader"]

_MAX_ID_LENGTH = 512
_MAX_NESTED = 1_000
"""The most characters of JSON for one list or object."""
_LONGEST_ESCAPE = 2
"""Characters of JSON for one character of what Python writes for the same value: it is `\\"` that is twice as long."""
_MAX_EXTRA = 15_000
"""The most characters of JSON for all of a provider's own fields of one user; the rest is shown as `…`."""
_MOST_READERS = 64
"""The most readers of a few fields that are kept in memory."""
_NAME, _GIVEN_NAME, _FAMILY_NAME, _EXTRA = map(User._fields.index, ("name", "given_name", "family_name", "extra"))
_NOTHING: list[Any] = [None] * len(User._fields)
"""The fields of a user of whom nothing is known."""


class UserReader:
    """A compiled mapping. Called with a record, it returns the user, or None if the record has no usable id.

    Fields that the mapping does not show in full are masked or left out. A reader of `only` some fields is for checks,
    and its users are never shown: fields that are shown in full are as they are shown, masked ones as they are, and
    hidden ones None. A reader of the `shown` fields also reads what it has to know to mask them. `words` has a table
    per field, from our words to a provider's values.
    """

    def __init__(
        self,
        mapping: UserMapping,
        words: Mapping[str, Words] | None = None,
        only: Collection[str] | None = None,
        shown: Collection[str] | None = None,
    ) -> None:
        self._mapping = mapping
        self._joins_names = mapping.name is None
        self._words = words or {}
        self._readers: dict[tuple[str, frozenset[str]], UserReader] = {}
        self._get_id = getter(mapping.id)
        self._veil = veil_of(mapping, only) if only is not None and shown is None else None
        if only is not None and self._veil is not None:
            only = self._to_read(telling_fields(mapping).union(only))
        read = {
            field: path
            for field, path in mapping.expressions().items()
            if field != "id" and (only is None or field in only)
        }
        self.odd: Odd = []
        """What could not be read in the last record, if this reader is for checks."""
        noted = self.odd if only is not None and shown is None else None
        converters = {field: converter(field, mapping, self._words.get(field), noted) for field in read}
        self._by_key = [
            (User._fields.index(field), key, converters[field])
            for field, path in read.items()
            if (key := plain_key(path)) is not None
        ]
        self._by_path = [
            (User._fields.index(field), getter(path), converters[field], misfit(path) if noted is not None else None)
            for field, path in read.items()
            if plain_key(path) is None
        ]
        is_told = shown is not None or self._veil is not None
        reads_extra = only is None or (is_told and not mapping.extra.keys().isdisjoint(only))
        extra = mapping.extra if reads_extra else dict[str, str]()  # all of them, because they share the room
        self._extra = [(clean_text(field, 64), getter(path)) for field, path in extra.items()]
        self._mask = mask_of(mapping, shown) if only is None or shown is not None else None
        self._shown_extra = frozenset(mapping.extra if shown is None else mapping.extra.keys() & shown)
        self._has_names = not read.keys().isdisjoint(("given_name", "family_name"))

    def __call__(self, record: Any) -> User | None:
        """Return the user in a record; None if the record has no usable id."""
        if self.odd:
            self.odd.clear()
        identifier = _identifier(self._get_id(record))
        if identifier is None:
            return None
        cells = _NOTHING.copy()
        cells[0] = identifier
        if is_object(record):
            value_of = record.get
            for place, key, convert in self._by_key:
                value = value_of(key)
                if value is not None:
                    cells[place] = convert(value)
        for place, get, convert, misfit_of in self._by_path:
            value = get(record)
            if value is not None:
                cells[place] = convert(value)
            if misfit_of is not None and (value is None or is_list(value)):
                self._note_misfit(cells, place, misfit_of(record))
        if self._joins_names and self._has_names:
            cells[_NAME] = _joined(cells[_GIVEN_NAME], cells[_FAMILY_NAME])
        cells[_EXTRA] = _extra(record, self._extra) if self._extra else {}
        user = User._make(cells)
        return self._as_shown(user) if self._veil is None else self._veil(user)

    def _as_shown(self, user: User) -> User:
        """Return a user as the policy shows it; only what is shown takes room from other fields."""
        if self._mask is None:
            return user._replace(extra=_fitted(user.extra)) if user.extra else user
        secrets = self._mask.secrets(user)
        extra = _fitted(self._mask.own_fields(user, secrets))
        kept = {name: value for name, value in extra.items() if name in self._shown_extra}
        return self._mask.shared_fields(user, secrets)._replace(extra=kept)

    def _note_misfit(self, cells: list[Any], place: int, what: str | None) -> None:
        """Note what stood in the way of a path, if anything did: there may be further values behind it."""
        field = User._fields[place]
        if what is None or field == "email_verified":
            return
        if all(name != field for name, _ in self.odd):
            self.odd.append((field, what))
        values = (*_values(cells[place]), UNREADABLE)
        cells[place] = values if len(values) > 1 or field == "emails" else UNREADABLE

    def identify(self, record: Any) -> str | None:
        """Return the id of the user in a record; None if it is not usable."""
        return _identifier(self._get_id(record))

    def finders(self, fields: Collection[str]) -> dict[str, Callable[[Any], bool]]:
        """Return for each field that is read a test of a record: whether it has what the path leads to, even null."""
        paths = self._mapping.expressions()
        return {field: finder(paths[field]) for field in self._to_read(fields) if field in paths and field != "id"}

    def ruling_out(self, check: Check) -> Callable[[Any], bool] | None:
        """Return a fast test of a record that is True only if its user does not pass a check; None if there is none.

        It looks at the raw values, and decides only where what is checked is these values, or these values joined.
        """
        fields = self._to_read(check.fields)
        paths = {path for field, path in self._mapping.expressions().items() if field in fields}
        is_raw = all(map(plain_key, paths)) and fields.isdisjoint(self._words)
        if not (check.words and is_raw and fields <= TEXT_FIELDS):
            return None
        keys, lacks = sorted(paths), lacking(check.words)

        def rules_out(record: Any) -> bool:
            try:
                value_of = record.get
                return lacks([value for key in keys if (value := value_of(key)) is not None])
            except (AttributeError, TypeError):  # no object, or a value that is no text
                return False

        return rules_out

    def only(self, fields: Collection[str]) -> "UserReader":
        """Return a reader for only these fields: a scan checks many users and shows few."""
        return self._reader("only", fields, lambda: UserReader(self._mapping, self._words, self._to_read(fields)))

    def showing(self, fields: Collection[str]) -> "UserReader":
        """Return a reader for users of whom only these fields are looked at, shown as in a whole user."""
        shown = frozenset((*fields, "id"))
        needed = self._to_read(shown | telling_fields(self._mapping))
        return self._reader("shown", shown, lambda: UserReader(self._mapping, self._words, needed, shown))

    def _reader(self, use: str, fields: Collection[str], make: Callable[[], "UserReader"]) -> "UserReader":
        """Return the reader that was made before for some fields; calls ask for the same few."""
        key = use, frozenset(fields)
        if key not in self._readers:
            if len(self._readers) >= _MOST_READERS:
                self._readers.clear()
            self._readers[key] = make()
        return self._readers[key]

    def _to_read(self, fields: Collection[str]) -> set[str]:
        """Return what has to be read for some fields: a joined name is read as its parts."""
        names = {"given_name", "family_name"} if "name" in fields and self._joins_names else set[str]()
        return {*fields, *names}


def _identifier(value: Any) -> str | None:
    """Read an id: a string or a whole number. Anything else, or a string that cannot be shown, is not an id."""
    if type(value) is not str:
        if isinstance(value, bool) or not isinstance(value, str | int):
            return None
        value = str(value)
    text: str = value
    if not 0 < len(text) <= _MAX_ID_LENGTH:
        return None
    return text if (text.isascii() and text.isprintable()) or is_safe_id(text) else None


def _values(cell: Texts | None) -> tuple[str, ...]:
    if cell is None:
        return ()
    return cell if isinstance(cell, tuple) else (cell,)


def _joined(given: Texts | None, family: Texts | None) -> str | None:
    """Join the parts of a name; of a part with several values, the first."""
    parts = [part[0] if isinstance(part, tuple) else part for part in (given, family)]
    return clean_text(" ".join(part for part in parts if part)) or None


def _extra(record: Any, fields: list[tuple[str, Getter]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, get in fields:
        value = get(record)
        value = None if value is None else clean_value(value)
        if value not in (None, "", [], {}):
            found[name] = value
    return found


def _fitted(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a provider's own fields, each bounded, and all of them together."""
    return _in_room({name: _bounded([*value] if isinstance(value, tuple) else value) for name, value in found.items()})


def _in_room(found: dict[str, Any]) -> dict[str, Any]:
    most = sum([_most_characters(value) for value in found.values()])
    return found if most <= _MAX_EXTRA else _cut(found)


def _most_characters(value: Any) -> int:
    """Return how many characters of JSON a cleaned value has at most, without writing it."""
    return 2 * len(value) + 2 if isinstance(value, str) else _MAX_NESTED + 2


def _cut(found: dict[str, Any]) -> dict[str, Any]:
    """Show the fields for which there is no room as `…`."""
    room = _MAX_EXTRA
    shown: dict[str, Any] = {}
    for name, value in found.items():
        room -= len(json.dumps(value, ensure_ascii=False))
        shown[name] = value if room >= 0 else "…"
    return shown


def _bounded(value: Any) -> Any:
    """Cut a value that would crowd out the others to the beginning of its JSON."""
    if not value or not (is_list(value) or is_object(value)):
        return value
    if _LONGEST_ESCAPE * len(repr(value)) <= _MAX_NESTED:  # so is its JSON, which costs more to write
        return value
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= _MAX_NESTED else clean_text(text, _MAX_NESTED)
