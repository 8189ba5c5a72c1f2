"""Answers on a terminal: tables if they fit, otherwise blocks; in colour if the terminal has it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from user_directories.users.json_values import is_list, is_object

__all__ = ["console", "print_answer", "print_rows", "say"]

console = Console(highlight=False)
_GAP = 3
"""Characters between two columns of a table."""
_TABLES = ("rows", "columns", "notes", "counts", "directories", "broken", "not_configured", "user", "others", "legend")


def say(text: str, style: str | None = None) -> None:
    """Print a line; nothing in `text` is read as markup."""
    console.print(Text(text), style=style, soft_wrap=True)


def print_answer(answer: Mapping[str, Any]) -> None:
    """Print the answer of any tool: its rows as a table, the rest as `name: value` lines."""
    if "rows" in answer:
        print_rows(answer["columns"], answer["rows"])
    for name in ("directories", "broken", "counts", "not_configured"):
        items = answer.get(name)
        if items and isinstance(items[0], Mapping):
            _print_items([_without(item, ("as_of", "notes")) for item in items] if name == "counts" else items)
    for count in answer.get("counts", ()):
        for note in count.get("notes", ()):
            say(f"note: {count['directory']}: {note}", "yellow")
    for block in [answer[name] for name in ("user", "legend") if name in answer] + answer.get("others", []):
        _print_block(list(block.items()))
        console.print()
    for name, value in answer.items():
        if name not in _TABLES:
            say(f"{name}: {_cell(value)}")
    for note in answer.get("notes", ()):
        say(f"note: {note}", "yellow")


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table; or a block per row if the terminal is too narrow, so that no id or address is broken."""
    if not rows:
        return
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    if sum(widths) + _GAP * len(widths) > console.width:
        for row in cells:
            _print_block([(column, cell) for column, cell in zip(columns, row, strict=True) if cell])
            console.print()
        return
    table = Table(header_style="bold cyan", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)


def _without(item: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}


def _print_items(items: Sequence[Mapping[str, Any]]) -> None:
    columns = list(dict.fromkeys(name for item in items for name in item))
    print_rows(columns, [[item.get(name) for name in columns] for item in items])


def _print_block(pairs: Sequence[tuple[str, Any]]) -> None:
    width = max((len(name) for name, _ in pairs), default=0)
    for name, value in pairs:
        console.print(Text.assemble((f"{name:<{width}}", "cyan"), "  ", _cell(value)), soft_wrap=True)


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
