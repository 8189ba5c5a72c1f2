"""What was seen of a directory's records since the process started."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..manifest import Manifest
from ..planning.filters import listed_fields
from ..records.mapping import UserReader
from ..users.filters import FILTER_FIELDS, filter_fields
from ..users.folding import fold
from ..users.user import Texts, User

__all__ = ["VALUES_TOLD", "Observed"]

VALUES_TOLD = ("status", "state", "kind", "role")
"""The fields of which the values that were seen are told."""

_ADDRESS = "email"
_ROWS_OF_A_PAGE = 25
_MOST_RECORDS = 500
"""The records that are looked at: later ones cost time and tell little."""
_MOST_TOLD = 50
_MOST_VALUES = 1_000
"""The values of one field that are kept."""


class Observed:
    """The paths that were found in records, the values of text fields, and what the provider's answers proved."""

    def __init__(
        self,
        finders: Mapping[str, Callable[[Any], bool]] | None = None,
        told: "_Values | None" = None,
        compared: "_Values | None" = None,
        times: "_Times | None" = None,
        beside: "_Beside | None" = None,
        read_all: Callable[[Any], User | None] = lambda _: None,
    ) -> None:
        self._unproved = dict(finders or {})
        self._listed = frozenset(self._unproved)
        self._valueless = set(self._listed)
        self._read_all = read_all
        self._told = told or _Values()
        self._compared = compared or _Values()
        self._times = times or _Times()
        self._beside = beside or _Beside()
        self._given_by_one: set[str] = set()
        self.records = 0
        self.folds_case: dict[str, bool] = {}
        """Whether the provider's filter by a field was seen to ignore letter case."""
        self.finds: dict[str, bool] = {}
        """Whether the provider's filter by a field was seen to find somebody by a value that was seen."""
        self.has_effect: dict[str, bool] = {}
        """Whether the provider's filter by a field was seen to find nobody by a value that nobody has."""
        self.distrusted: set[str] = set()
        """The fields by which the provider filtered otherwise than it promises."""
        self.timely: dict[str, bool] = {}
        """Whether a bound of a time (`created_at.after`) was seen to give a user at that time."""
        self.search_missed = False
        """Whether the provider's search was seen to miss somebody."""

    @classmethod
    def of(cls, manifest: Manifest, read: UserReader) -> "Observed":
        """Observe a directory whose records `read` reads."""
        listed = listed_fields(manifest)
        texts = [name for name in FILTER_FIELDS if name in listed and FILTER_FIELDS[name] != "time"]
        told = [name for name in VALUES_TOLD if name in texts and manifest.user.shown(name) == "full"]
        compared = [name for name in texts if _is_compared(manifest, name)]
        raw = UserReader(manifest.user, only=compared)
        times = [name for name in FILTER_FIELDS if name in listed and FILTER_FIELDS[name] == "time"]
        return cls(
            read.finders(listed),
            _Values(told, read.only(told)),
            _Values(compared, raw),
            _Times([name for name in times if name in manifest.filters], read),
            _beside_of(manifest, compared),
            read.only(listed),
        )

    @property
    def looks(self) -> bool:
        """Whether more records would tell more."""
        return self.records < _MOST_RECORDS

    @property
    def get_only(self) -> frozenset[str]:
        """The fields that a single user has, but of which no record of a list has a value."""
        return frozenset(self._given_by_one & self._valueless) if self.records else frozenset()

    def has_found(self, field: str) -> bool:
        """Return whether some record of a list had what the path of a field leads to, even null."""
        return field in self._listed and field not in self._unproved

    def prove(self, fields: Iterable[str]) -> None:
        """Remember that the paths of these fields were found."""
        for field in fields:
            self._unproved.pop(field, None)

    def look(self, records: Sequence[Any]) -> None:
        """Look at the first records of a page of the list."""
        if not self.looks:
            return
        for record in records[:_ROWS_OF_A_PAGE]:
            self.records += 1
            self.prove([field for field, has in self._unproved.items() if has(record)])
            self._note_values(record)
            self._told.add(record)
            self._compared.add(record)
            self._times.add(record)
            self._beside.add(record)

    def look_at_one(self, record: Any, read: UserReader) -> None:
        """Look at the record of a single user, read with `read`."""
        user = read.only(self._valueless)(record) if self._valueless else None
        if user is not None:
            self._given_by_one.update(field for field in self._valueless if user.value(field) not in (None, ()))

    def _note_values(self, record: Any) -> None:
        user = self._read_all(record) if self._valueless else None
        if user is not None:
            self._valueless -= {field for field in self._valueless if user.value(field) not in (None, ())}

    def spellings(self, field: str, value: str) -> tuple[str, ...]:
        """Return the provider's own values of a field that were seen and differ from `value` in spelling at most."""
        return tuple(sorted(self._compared.by_field.get(field, {}).get(fold(value), ())))

    def compared(self, field: str) -> tuple[str, ...]:
        """Return the provider's own values of a field by which it filters, as far as they were seen."""
        return self._compared.seen(field)

    def beside(self, other: str) -> tuple[str, ...]:
        """Return the addresses that were seen in another field of users who have not the same as their main one."""
        return tuple(sorted(self._beside.by_field.get(other, ())))

    def has_beside(self, other: str, address: str, record: Any) -> bool:
        """Return whether a record has an address in another field, and another one as the main one."""
        return fold(address) in map(fold, self._beside.read(other, record))

    def seen_of(self, field: str, values: Sequence[str]) -> list[str]:
        """Return those of some values that were seen in a field whose values are told."""
        known = self._told.by_field.get(field, {})
        return sorted({each for value in values for each in known.get(fold(value), ())})

    def at_time(self, field: str, operator: str) -> tuple[str, str] | None:
        """Return the id and the time of the last user for `after`, and of the first for `before`; None if none has it.

        A filter with a bound at that time has to give the user.
        """
        return self._times.at_end(field, last=operator == "after")

    def own_values(self, field: str, record: Any) -> tuple[str, ...]:
        """Return the provider's own values in a field by which it filters."""
        return self._compared.read(field, record)

    def see_folding(self, field: str, sent: Sequence[str], records: Sequence[Any]) -> None:
        """Note that a filter ignores letter case if it gave somebody whose value is none of those that were sent."""
        for record in records[:_ROWS_OF_A_PAGE] if field not in self.folds_case else ():
            values = self.own_values(field, record)
            if values and not any(value in sent for value in values) and {*map(fold, values)} & {*map(fold, sent)}:
                self.folds_case[field] = True
                return

    def told(self) -> Mapping[str, tuple[str, ...]]:
        """Return the values that were seen of the fields whose values are told: at most 50, in alphabetical order."""
        return {field: values[:_MOST_TOLD] for field in self._told.by_field if (values := self._told.seen(field))}


def _is_compared(manifest: Manifest, name: str) -> bool:
    """Return whether the provider compares whole values of a field."""
    rule = manifest.filter_rule(name)
    return name in manifest.lookups() or (rule is not None and rule.match == "exact")


def _beside_of(manifest: Manifest, compared: Sequence[str]) -> "_Beside | None":
    """Return what notes the fields at which a filter by addresses looks besides the main one; None if there is none."""
    others = listed_fields(manifest).intersection(filter_fields(_ADDRESS)) - {_ADDRESS}
    if _ADDRESS not in compared or not others:
        return None
    return _Beside(sorted(others), UserReader(manifest.user, only=[_ADDRESS, *others]))


class _Beside:
    """The addresses that users have in other fields than in that of the main one, and not there."""

    def __init__(self, fields: Sequence[str] = (), read: Callable[[Any], User | None] = lambda _: None) -> None:
        self._read = read
        self.by_field: dict[str, set[str]] = {name: set() for name in fields}

    def add(self, record: Any) -> None:
        """Add the addresses of a record."""
        for field, known in self.by_field.items():
            if len(known) < _MOST_VALUES:
                known.update(self.read(field, record))

    def read(self, field: str, record: Any) -> tuple[str, ...]:
        """Return the addresses that a record has in a field, without its main one."""
        user = self._read(record)
        value: Texts | None = None if user is None else getattr(user, field)
        main = fold(getattr(user, _ADDRESS, None) or "")
        return tuple(each for each in (value if isinstance(value, tuple) else (value,)) if each and fold(each) != main)


class _Values:
    """The values that were seen of some fields: the spellings of each, by its folded form."""

    def __init__(self, fields: Sequence[str] = (), read: Callable[[Any], User | None] = lambda _: None) -> None:
        self._read = read
        self.by_field: dict[str, dict[str, set[str]]] = {name: {} for name in fields}

    def add(self, record: Any) -> None:
        """Add the values of a record."""
        user = self._read(record) if self.by_field else None
        for field, known in self.by_field.items() if user is not None else ():
            value: Texts | None = getattr(user, field)
            for text in value if isinstance(value, tuple) else (value,):
                if text and (len(known) < _MOST_VALUES or fold(text) in known):
                    known.setdefault(fold(text), set()).add(text)

    def read(self, field: str, record: Any) -> tuple[str, ...]:
        """Return the values that a record has in one of the fields."""
        user = self._read(record) if field in self.by_field else None
        value: Texts | None = None if user is None else getattr(user, field)
        return value if isinstance(value, tuple) else (value,) if value else ()

    def seen(self, field: str) -> tuple[str, ...]:
        """Return all values of a field, in alphabetical order."""
        return tuple(sorted(each for spellings in self.by_field.get(field, {}).values() for each in spellings))


class _Times:
    """The first and the last user that were seen, by some times."""

    def __init__(self, fields: Sequence[str] = (), read: UserReader | None = None) -> None:
        self._read = read.only(fields) if read is not None else None
        self._ends: dict[str, dict[bool, tuple[str, str]]] = {name: {} for name in fields}

    def add(self, record: Any) -> None:
        """Look at the times of a record."""
        user = self._read(record) if self._ends and self._read is not None else None
        for field, ends in self._ends.items() if user is not None else ():
            value = getattr(user, field)
            if user is None or not isinstance(value, str) or not value:
                continue
            for last in (False, True):
                known = ends.get(last)
                if known is None or (value > known[1]) is last:
                    ends[last] = user.id, value

    def at_end(self, field: str, *, last: bool) -> tuple[str, str] | None:
        """Return the id and the time of the first or the last user."""
        return self._ends.get(field, {}).get(last)
