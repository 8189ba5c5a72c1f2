"""The answer of a tool on a terminal: tables, those of one person together, and notes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from user_directories.users.json_values import is_list, is_object

from .printing import print_block, print_groups, print_rows, say

__all__ = ["print_answer", "print_cells"]

_TABLES = ("rows", "columns", "notes", "counts", "directories", "broken", "not_configured", "user", "others", "legend")


def print_answer(answer: Mapping[str, Any]) -> None:
    """Print the answer of any tool: its rows as tables, the rest as `name: value` lines."""
    shown = _print_users(answer) if "rows" in answer else answer
    for name in ("directories", "broken", "counts", "not_configured"):
        items = answer.get(name)
        if items and isinstance(items[0], Mapping):
            _print_items([_without(item, ("as_of", "notes")) for item in items] if name == "counts" else items)
    for block in [answer[name] for name in ("user", "legend") if name in answer] + answer.get("others", []):
        print_block([(name, _cell(value)) for name, value in block.items()])
        say("")
    for line in [f"{name}: {_cell(value)}" for name, value in shown.items() if name not in _TABLES]:
        say(line)
    for note in _notes(answer):
        say(f"note: {note}", "yellow")


def _notes(answer: Mapping[str, Any]) -> list[str]:
    of_counts = [
        f"{count['directory']}: {note}" for count in answer.get("counts", ()) for note in count.get("notes", ())
    ]
    return [*of_counts, *answer.get("notes", ())]


def print_cells(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table of values of any kind."""
    print_rows(columns, [[_cell(value) for value in row] for row in rows])
    say("")


def _print_users(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Print the users of a page, and return what is still to be shown of it."""
    rows = answer["rows"]
    columns = answer.get("columns") or list(dict.fromkeys(name for row in rows for name in row))
    rows = rows if "columns" in answer else [[row.get(name) for name in columns] for row in rows]
    if "person" not in columns:
        print_cells(columns, rows)
        return answer
    place = columns.index("person")
    names = _without_place(columns, place)
    cells = [(row[place], [_cell(value) for value in _without_place(row, place)]) for row in rows]
    links = dict(answer.get("people", {}))
    print_groups(names, [(_heading(who, links.pop(str(who), None)), users) for who, users in _by_person(cells)])
    say("")
    return _without(answer, ("people",)) | ({"people": links} if links else {})


def _heading(person: int | None, link: str | None) -> str:
    if person is None:
        return "linked to nobody"
    return f"person {person}" if link is None else f"person {person}: {link}"


def _by_person(rows: Sequence[tuple[int | None, list[str]]]) -> Iterator[tuple[int | None, list[list[str]]]]:
    """Yield the users of each person, in the order of their first; then those who are linked to nobody."""
    people = [person for person in dict.fromkeys(person for person, _ in rows) if person is not None]
    for person in [*people, None]:
        if users := [user for whose, user in rows if whose == person]:
            yield person, users


def _without_place(row: Sequence[Any], place: int) -> list[Any]:
    return [value for index, value in enumerate(row) if index != place]


def _without(item: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}


def _print_items(items: Sequence[Mapping[str, Any]]) -> None:
    columns = list(dict.fromkeys(name for item in items for name in item))
    print_cells(columns, [[item.get(name) for name in columns] for item in items])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if is_list(value) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    if is_object(value):
        return "; ".join(f"{name}: {_cell(item)}" for name, item in value.items())
    return json.dumps(value, ensure_ascii=False)
