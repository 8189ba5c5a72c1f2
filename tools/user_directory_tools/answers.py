"""Pages as columns and rows, a form in which 50 users cost a fifth of their raw JSON.

The keys have a fixed order. Those that say how complete the answer is come first, because clients cut the end.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Any, Literal

from user_directories import (
    CONCISE_FIELDS,
    FIELDS,
    Capabilities,
    Directories,
    DirectoryUser,
    Note,
    Page,
    Person,
    Query,
    User,
    listed,
)

from .answer_schemas import RowForm
from .errors import ToolKinds
from .notes import ToolNotes
from .tool import Answer

__all__ = ["MAX_CHARACTERS", "Columns", "page_answer", "read_columns", "room_for_rows", "user_answer"]

MAX_CHARACTERS = 40_000
"""The most characters of one answer; clients spill or refuse results from 50,000 on."""

_HEAD_CHARACTERS = 6_000
"""Characters kept free for everything but the rows."""

_HEAD_CHARACTERS_EACH = 300
"""Characters kept free for what is said about each directory."""

_TIMES = ("created_at", "updated_at", "last_active_at")

_TELL_WHO = ("name", "email")
"""What a concise page shows of who a user is."""

_LONGEST_ESCAPE = 2
"""Characters of JSON for one character of what Python writes for the same value: it is `\\"` that is twice as long."""

_MOST_AROUND = 64
"""Characters of JSON around the cells of a row: the directory, which has up to 24, and the number of a person."""

_MOST_PERSON = 120
"""Characters kept free for each row, where there are several directories, for what is said of its person."""

_MOST_EARLIER = 3
"""The most users of earlier pages who are named for one person."""

_PLACES = {name: User._fields.index(name) for name in FIELDS}


@dataclass(frozen=True)
class Columns:
    """The fields that a page shows: `names` as they were asked for, or by `detail` if none were."""

    names: tuple[str, ...]
    asked_for: bool
    detail: Literal["concise", "full"]
    absent: tuple[str, ...] = ()
    """Fields that were asked for although no user here can have them."""
    get_only: tuple[str, ...] = ()
    """Fields that no list sends."""

    def row(self, user: User) -> list[Any]:
        """Return the cells of one user, with times cut to the day if `detail` is concise."""
        row = [_plain(cell) for cell in self.cells(user)]
        for index in self._cut:
            row[index] = _day(row[index])
        return row

    @cached_property
    def cells(self) -> Callable[[User], Sequence[Any]]:
        """Reads the cells of one user, with whole times."""
        places = [_PLACES.get(name) for name in self.names]
        known = [place for place in places if place is not None]
        if len(known) == len(places) > 1:
            return itemgetter(*known)
        pairs = list(zip(places, self.names, strict=True))
        return lambda user: [user.extra.get(name) if place is None else user[place] for place, name in pairs]

    @property
    def looked_at(self) -> frozenset[str]:
        """The fields on which an answer depends; times may be added."""
        return frozenset((*self.names, *_TIMES, "id", "email"))

    @cached_property
    def _cut(self) -> list[int]:
        return [index for index, name in enumerate(self.names) if name in _TIMES] if self.detail == "concise" else []

    def with_times(self, query: Query) -> "Columns":
        """Add the times that a query filters or sorts by."""
        asked = {query.order.key} if query.order else set[str]()
        asked |= {condition.field for condition in query.filters}
        times = tuple(name for name in _TIMES if name in asked and name not in self.names)
        return self if self.asked_for else replace(self, names=(*self.names, *times))


def _plain(value: Any) -> Any:
    """Return several values as the list that they are in JSON."""
    return [*value] if isinstance(value, tuple) else value


def _day(value: Any) -> Any:
    """Cut a time to the day; a provider's own text stays as it is."""
    return value[:10] if isinstance(value, str) and value[10:11] == "T" else value


def read_columns(
    directories: Directories, directory: str | None, fields: Sequence[str] | None, detail: Literal["concise", "full"]
) -> Columns:
    """Return the columns that `fields` or `detail` ask for.

    Raises: InvalidArgument naming the valid fields.
    """
    able = [item for item in directories.capabilities() if directory in (None, item.directory)]
    extra = sorted({name for item in able for name in item.fields if name not in FIELDS})
    valid = (*FIELDS, *extra)
    if not fields:
        names = _concise(able) if detail == "concise" else valid
        return Columns(names, asked_for=False, detail=detail, get_only=_get_only(names, able))
    unknown = [str(name) for name in fields if name not in valid]
    if unknown:
        raise ToolKinds.UNKNOWN_FIELD.error(names=listed(unknown), valid=valid)
    names = tuple(dict.fromkeys(fields))
    absent = tuple(name for name in names if not any(name in item.fields for item in able))
    return Columns(names, asked_for=True, detail=detail, absent=absent, get_only=_get_only(names, able))


def _concise(able: Sequence[Capabilities]) -> tuple[str, ...]:
    """Return the fields of a concise page: also usernames where a list sends nothing else that tells who is who."""
    lists = [{*item.fields}.difference(item.get_only) for item in able]
    if all(not sent.isdisjoint(_TELL_WHO) for sent in lists):
        return CONCISE_FIELDS
    place = CONCISE_FIELDS.index("email") + 1
    return (*CONCISE_FIELDS[:place], "username", *CONCISE_FIELDS[place:])


def _get_only(names: Sequence[str], able: Sequence[Capabilities]) -> tuple[str, ...]:
    """Return the fields that some users have, but that no list of these directories sends."""
    sent = {name for item in able for name in item.fields if name not in item.get_only}
    return tuple(name for name in names if name not in sent and any(name in item.get_only for item in able))


def room_for_rows(columns: Columns, directories: int, form: RowForm = "arrays") -> Callable[[DirectoryUser], bool]:
    """Make a check that says whether a row of this form still fits in an answer over so many directories.

    The first row always fits: an empty page would lead nowhere.
    """
    room = left = least = MAX_CHARACTERS - _HEAD_CHARACTERS - _HEAD_CHARACTERS_EACH * directories
    shown = replace(columns, names=(*columns.names, *_TIMES))  # times may be added
    more = _MOST_PERSON if directories > 1 else 0
    more += _characters_of_names(shown.names) if form == "objects" else 0
    waiting: list[DirectoryUser] = []

    def fits(found: DirectoryUser) -> bool:
        nonlocal left, least
        waiting.append(found)
        least -= _MOST_AROUND + more + _LONGEST_ESCAPE * len(str(shown.cells(found.user)))
        if least > 0:  # it fits, however long its JSON is
            return True
        is_first = left == room and len(waiting) == 1
        rows = [[each.directory, 100, *shown.row(each.user)] for each in waiting]
        left -= sum([more + len(json.dumps(row, ensure_ascii=False)) for row in rows])
        least = left
        waiting.clear()
        return is_first or left > 0

    return fits


def _characters_of_names(names: Sequence[str]) -> int:
    """Return the most characters that the names of its fields add to a user, each with quotation marks and a colon."""
    return sum(len(name) + 3 for name in ("directory", "person", *names))


def page_answer(page: Page, columns: Columns, notes: Sequence[Note] = (), form: RowForm = "arrays") -> Answer:
    """Make an answer from a page, with further notes; what does not apply is left out."""
    several = len(page.directories) > 1
    names, rows = _table(page.users, columns.with_times(page.query))
    if page.people:
        numbers = {row: person.number for person in page.people for row in person.rows}
        names, rows = ["person", *names], [[numbers.get(index), *row] for index, row in enumerate(rows)]
    if several:
        names, rows = (
            ["directory", *names],
            [[user.directory, *row] for user, row in zip(page.users, rows, strict=True)],
        )
    where = {"directories": list(page.directories)} if several else {"directory": page.directories[0]}
    head = where | {
        "returned": len(page.users),
        "complete": page.complete,
        "cursor": page.cursor,
        "total": page.total,
        "total_exactness": page.total_exactness,
        "searched": page.searched if several else page.searched[page.directories[0]],
        "scanned": page.scanned if set(page.searched.values()) - {"provider"} else None,
        "notes": [*notes, *page.notes, *_absences(columns)] or None,
        "people": {str(person.number): _linked(person) for person in page.people} or None,
    }
    return {name: value for name, value in head.items() if value is not None} | _written(names, rows, form)


def _written(names: list[str], rows: list[list[Any]], form: RowForm) -> dict[str, Any]:
    """Write the users of a page; an object has only the names of which it has a value."""
    if form == "arrays":
        return {"columns": names, "rows": rows}
    cells = (zip(names, row, strict=True) for row in rows)
    return {"rows": [{name: cell for name, cell in row if cell is not None} for row in cells]}


def user_answer(user: User) -> dict[str, Any]:
    """Make an answer from one user, with every field that has a value."""
    values = {name: _plain(user.value(name)) for name in (*FIELDS, *user.extra)}
    return {name: value for name, value in values.items() if value is not None}


def _absences(columns: Columns) -> list[Note]:
    said = [ToolNotes.EMPTY_COLUMNS.note(names=columns.absent)] if columns.absent else []
    return said + ([ToolNotes.ONLY_BY_GET.note(names=columns.get_only)] if columns.get_only else [])


def _linked(person: Person) -> str:
    """Say what links the rows of a person, or may link them, also to those of earlier pages."""
    parts = [f"same {person.evidence}" if person.doubt is None else f"perhaps: same {person.evidence}"]
    parts += [person.doubt] if person.doubt else []
    if person.earlier:
        more = len(person.earlier) - _MOST_EARLIER
        names = [f"{seen.directory} {seen.id or '(id not kept)'}" for seen in person.earlier[:_MOST_EARLIER]]
        parts.append(f"earlier: {listed([*names, *([f'{more} more'] if more > 0 else [])])}")
    if person.also:
        parts.append(f"earlier also numbered {listed(list(map(str, person.also)))}")
    return "; ".join(parts)


def _table(users: Sequence[DirectoryUser], columns: Columns) -> tuple[list[str], list[list[Any]]]:
    """Return column names and rows. A column that was not asked for and says nothing new is left out."""
    names = list(columns.names)
    rows = [columns.row(found.user) for found in users]
    if not columns.asked_for:
        silent = {"email"} if columns.detail == "concise" and _emails_are_ids(users) else set[str]()
        cells = zip(*rows, strict=True)
        filled = [column.count(None) < len(rows) for column in cells] or [False] * len(names)
        used = [index for index, name in enumerate(names) if filled[index] and name not in silent]
        names, rows = [names[index] for index in used], [[row[index] for index in used] for row in rows]
    return names, rows


def _emails_are_ids(users: Sequence[DirectoryUser]) -> bool:
    return all(found.user.email in (None, found.user.id) for found in users)
