"""What was seen of a directory's records since the process started."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..manifest import Manifest
from ..planning.filters import listed_fields
from ..records.mapping import UserReader
from ..users.filters import FILTER_FIELDS
from ..users.folding import fold
from ..users.user import Texts, User

__all__ = ["VALUES_TOLD", "Observed"]

VALUES_TOLD = ("status", "state", "kind", "role")
"""The fields of which the values that were seen are told."""

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
    ) -> None:
        self._unproved = dict(finders or {})
        self._told = told or _Values()
        self._compared = compared or _Values()
        self._given_by_one: set[str] = set()
        self.records = 0
        self.folds_case: dict[str, bool] = {}
        """Whether the provider's filter by a field was seen to ignore letter case."""
        self.has_effect: dict[str, bool] = {}
        """Whether the provider's filter by a field was seen to find nobody by a value that nobody has."""
        self.search_missed = False
        """Whether the provider's search was seen to miss somebody."""

    @classmethod
    def of(cls, manifest: Manifest, read: UserReader) -> "Observed":
        """Observe a directory whose records `read` reads."""
        listed = listed_fields(manifest)
        texts = [name for name in FILTER_FIELDS if name in listed and FILTER_FIELDS[name] != "time"]
        told = [name for name in VALUES_TOLD if name in texts and manifest.user.shown(name) == "full"]
        compared = [name for name in texts if (rule := manifest.filter_rule(name)) and rule.match == "exact"]
        raw = UserReader(manifest.user, only=compared)
        return cls(read.finders(listed), _Values(told, read.only(told)), _Values(compared, raw))

    @property
    def looks(self) -> bool:
        """Whether more records would tell more."""
        return self.records < _MOST_RECORDS

    @property
    def get_only(self) -> frozenset[str]:
        """The fields that a single user has, but that no record of a list had."""
        return frozenset(self._given_by_one & self._unproved.keys()) if self.records else frozenset()

    def is_proved(self, field: str) -> bool:
        """Return whether some record of a list has what the path of a field leads to."""
        return field not in self._unproved

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
            self._told.add(record)
            self._compared.add(record)

    def look_at_one(self, record: Any, read: UserReader) -> None:
        """Look at the record of a single user, read with `read`."""
        user = read.only(self._unproved)(record)
        if user is not None:
            self._given_by_one.update(field for field in self._unproved if user.value(field) not in (None, ()))

    def spellings(self, field: str, value: str) -> tuple[str, ...]:
        """Return the provider's own values of a field that were seen and differ from `value` in spelling at most."""
        return tuple(sorted(self._compared.by_field.get(field, {}).get(fold(value), ())))

    def compared(self, field: str) -> tuple[str, ...]:
        """Return the provider's own values of a field by which it filters, as far as they were seen."""
        return self._compared.seen(field)

    def told(self) -> Mapping[str, tuple[str, ...]]:
        """Return the values that were seen of the fields whose values are told: at most 50, in alphabetical order."""
        return {field: values[:_MOST_TOLD] for field in self._told.by_field if (values := self._told.seen(field))}


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

    def seen(self, field: str) -> tuple[str, ...]:
        """Return all values of a field, in alphabetical order."""
        return tuple(sorted(each for spellings in self.by_field.get(field, {}).values() for each in spellings))
