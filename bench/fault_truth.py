"""What is true in the sandbox, read from its own records and by nothing of this project's server."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any

__all__ = ["Truth"]

Record = Mapping[str, Any]

_IDS = {"klavis": "userId", "monocloud": "user_id"}
_CREATED = {"klavis": "createdAt", "openphone": "createdAt", "quo": "createdAt", "delay": "created_at"} | {
    "monocloud": "creation_time",
    "braintrust": "created",
}


@dataclass(frozen=True)
class Truth:
    """The records of one directory, and what is asked of them."""

    directory: str
    records: Sequence[Record]
    unknown_id: str

    def ids(self, fits: Callable[[Record], bool] = lambda _: True) -> frozenset[str]:
        """The ids of those who fit."""
        return frozenset(self.id(record) for record in self.records if fits(record))

    def id(self, record: Record) -> str:
        """Its id."""
        return str(record[_IDS.get(self.directory, "id")])

    def emails(self, record: Record) -> list[str]:
        """Its addresses; in Klavis, an id may be one."""
        if self.directory == "klavis":
            return [record["userId"]] if "@" in record["userId"] else []
        if self.directory == "monocloud":
            return [each["email"] for each in record["emails"]]
        return [record["email"]] if record["email"] else []

    def with_email(self, email: str) -> frozenset[str]:
        """Those who have an address."""
        return self.ids(lambda record: email.lower() in [each.lower() for each in self.emails(record)])

    def email_of(self, identifier: str) -> list[str]:
        """The addresses of the user with an id."""
        return next(self.emails(record) for record in self.records if self.id(record) == identifier)

    def somebody(self) -> Record:
        """Somebody behind the first page, with an address of plain ASCII and an id that is no path."""
        return next(
            record
            for record in self.records[70:]
            if self.emails(record) and self.emails(record)[0].isascii() and "/" not in self.id(record)
        )

    def name(self) -> tuple[str, frozenset[str]]:
        """A full name, and those who have it; nobody else has its words anywhere in the record."""
        names = (self._name(record) for record in self.records[40:])
        for name in (each for each in names if re.fullmatch("[A-Za-z]+ [A-Za-z]+", each)):
            named = self.ids(partial(self._is_named, name))
            if named == self.ids(partial(_has_words, _plain(name).split())):
                return name, named
        raise LookupError(self.directory)

    def _is_named(self, name: str, record: Record) -> bool:
        return _plain(self._name(record)) == _plain(name)

    def _name(self, record: Record) -> str:
        match self.directory:
            case "klavis":
                return record["userId"].partition("@")[0].replace(".", " ") if "@" in record["userId"] else ""
            case "monocloud":
                return record["claims"].get("name") or ""
            case "delay":
                return str(record["name"])
            case "braintrust":
                return f"{record['given_name']} {record['family_name']}"
            case _:
                return f"{record['firstName']} {record['lastName']}"

    def field(self) -> tuple[dict[str, Any], frozenset[str]]:
        """A filter by a field, and those who have its value."""
        match self.directory:
            case "klavis":
                two = sorted(email for record in self.records for email in self.emails(record))[5:7]
                return {"email": two}, self.with_email(two[0]) | self.with_email(two[1])
            case "delay":
                return {"status": "active"}, self.ids(lambda record: record["status"] == "active")
            case "monocloud":
                return {"state": "inactive"}, self.ids(lambda record: record["disabled"] is True)
            case "braintrust":
                given = next(str(each["given_name"]) for each in self.records[40:] if each["given_name"])
                return {"given_name": given}, self.ids(lambda record: _plain(record["given_name"]) == _plain(given))
            case _:
                return {"role": "admin"}, self.ids(lambda record: record["role"] == "admin")

    def time(self) -> tuple[dict[str, Any], frozenset[str]]:
        """A filter by a time between two users, and those who came after it."""
        times = sorted(time for record in self.records if (time := self._created(record)) is not None)
        middle = len(times) // 2
        gaps = [(after - before, before) for before, after in pairwise(times[middle - 9 : middle + 9])]
        length, before = max(gaps)
        bound = before + length / 2

        def is_later(record: Record) -> bool:
            created = self._created(record)
            return created is not None and created > bound

        return {"created_after": bound.isoformat(timespec="seconds").replace("+00:00", "Z")}, self.ids(is_later)

    def _created(self, record: Record) -> datetime | None:
        value = record[_CREATED[self.directory]]
        if value is None:
            return None
        if isinstance(value, int):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _has_words(words: Sequence[str], record: Record) -> bool:
    """Whether the words stand anywhere in a record."""
    text = _plain(json.dumps(record, ensure_ascii=False))
    return all(word in text for word in words)


def _plain(text: str | None) -> str:
    """Without letter case and accents."""
    decomposed = unicodedata.normalize("NFKD", (text or "").casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
