"""Service providers that announce what they do, or something else."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..directories.conftest import Asked, response

__all__ = ["Record", "World", "person"]

Record = dict[str, Any]


def person(number: int) -> Record:
    """A user, the same for the same number; ids are in no order of numbers."""
    return {
        "id": f"{number * 7919 % 10007:05}",
        "userName": f"user{number:04}",
        "displayName": f"User {number}",
        "active": number % 3 > 0,
        "emails": [{"value": f"user{number:04}@acme.example"}],
        "meta": {
            "created": f"2024-01-01T00:{number // 60:02}:{number % 60:02}Z",
            "lastModified": "2024-02-01T00:00:00Z",
        },
    }


@dataclass
class World:
    """A service provider at rest. What it does is apart from what it `says`: None is 404, bytes are no JSON."""

    people: int
    says: Any = None
    orders: bool = True
    """Whether a list without `sortBy` always has the same order."""
    sorts: str = "yes"
    """`yes`; `ignores`: whatever is asked for, the order is its own; `refuses`: 400 for `sortBy`."""
    filters: str = "yes"
    """`yes`, `ignores` or `refuses`."""
    cursors: str = "no"
    """`yes`; `no`: the parameter is ignored; `refuses`; `stuck`: the first page comes whatever cursor is sent."""
    numbers: str = "yes"
    """What it makes of `startIndex`: `yes` or `refuses`."""
    most: int = 1000
    """Rows of its largest page, whatever it says."""
    counts: bool = True
    """Whether its answers have `totalResults`; by cursor they need not."""
    asked: list[Asked] = field(default_factory=list[Asked])

    def __post_init__(self) -> None:
        self._records = [person(number) for number in range(self.people)]

    @property
    def ids(self) -> set[str]:
        return {each["id"] for each in self._records}

    def lists(self) -> list[Asked]:
        """The requests for lists."""
        return [each for each in self.asked if each.path == "/Users"]

    def __call__(self, asked: Asked) -> bytes:
        self.asked.append(asked)
        if asked.path == "/ServiceProviderConfig":
            is_there = self.says is not None
            return response(self.says if is_there else {"detail": "none"}, 200 if is_there else 404)
        if asked.path == "/Users":
            return self._listed(asked.query | _blanks(asked.target))
        found = [each for each in self._records if asked.path == f"/Users/{each['id']}"]
        return response(found[0]) if found else response({"detail": "nobody"}, 404)

    def _listed(self, query: Mapping[str, str]) -> bytes:
        for name, does in (
            ("sortBy", self.sorts),
            ("filter", self.filters),
            ("cursor", self.cursors),
            ("startIndex", self.numbers),
        ):
            if name in query and does == "refuses":
                return response({"scimType": "invalidValue", "detail": f"{name} is not known"}, 400)
        rows = self._ordered(self._filtered(query), query)
        size = min(int(query.get("count", "100")), self.most)
        is_by_cursor = "cursor" in query and self.cursors in ("yes", "stuck")
        start = self._start(query, is_by_cursor=is_by_cursor)
        body: Record = {"Resources": rows[start : start + size], "itemsPerPage": size}
        if self.counts:
            body["totalResults"] = len(rows)
        if is_by_cursor and start + size < len(rows):
            body["nextCursor"] = f"after-{start + size}-of-{len(rows)}"
        return response(body)

    def _start(self, query: Mapping[str, str], *, is_by_cursor: bool) -> int:
        if not is_by_cursor:
            return max(0, int(query.get("startIndex", "1")) - 1)
        found = re.fullmatch(r"after-(\d+)-of-\d+", query["cursor"])
        return int(found[1]) if found and self.cursors == "yes" else 0

    def _filtered(self, query: Mapping[str, str]) -> list[Record]:
        found = re.fullmatch(r'(\S+) (eq|sw|co) "?([^"]*)"?', query.get("filter", ""))
        if found is None or self.filters == "ignores":
            return self._records
        return [each for each in self._records if _meets(each, *found.groups())]

    def _ordered(self, rows: list[Record], query: Mapping[str, str]) -> list[Record]:
        by = query.get("sortBy") if self.sorts == "yes" else None
        if by is not None:
            is_descending = query.get("sortOrder") == "descending"
            return sorted(rows, key=lambda each: _at(each, by), reverse=is_descending)
        return rows if self.orders else random.Random(len(self.asked)).sample(rows, len(rows))


def _at(record: Record, path: str) -> str:
    value: Any = record
    for name in path.split("."):
        value = value[name]
    return str(value)


def _meets(record: Record, attribute: str, operator: str, value: str) -> bool:
    held = {"userName": record["userName"], "emails.value": record["emails"][0]["value"]}
    held |= {"active": str(record["active"]).lower(), "displayName": record["displayName"]}
    text = held.get(attribute, "").lower()
    compare = {"eq": str.__eq__, "sw": str.startswith, "co": str.__contains__}[operator]
    return compare(text, value.lower())


def _blanks(target: str) -> dict[str, str]:
    """The parameters without a value, which a mapping of a query string leaves out."""
    pairs = (each.partition("=") for each in target.partition("?")[2].split("&"))
    return {name: "" for name, _, value in pairs if name and not value}
