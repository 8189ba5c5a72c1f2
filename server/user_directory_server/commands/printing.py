"""Answers on a terminal: tables, in colour where the terminal has it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from user_directories.json_values import is_list

__all__ = ["console", "print_answer", "print_rows", "say"]

console = Console(highlight=False)
_TABLES = ("rows", "columns", "notes", "counts", "directories", "not_configured", "user")


def say(text: str, style: str | None = None) -> None:
    """Print a line; nothing in `text` is taken for markup."""
    console.print(Text(text), style=style, soft_wrap=True)


def print_answer(answer: Mapping[str, Any]) -> None:
    """Any tool's answer: its rows as a table, the rest as `name: value` lines."""
    if "rows" in answer:
        print_rows(answer["columns"], answer["rows"])
    for name in ("directories", "counts", "not_configured"):
        items = answer.get(name)
        if items and isinstance(items[0], Mapping):
            _print_items(items)
    if "user" in answer:
        print_rows(("field", "value"), list(answer["user"].items()))
    for name, value in answer.items():
        if name not in _TABLES:
            say(f"{name}: {_cell(value)}", "dim" if name == "as_of" else None)
    for note in answer.get("notes", ()):
        say(f"note: {note}", "yellow")


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table; long cells are folded, none is cut."""
    if not rows:
        return
    table = Table(header_style="bold cyan", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    console.print(table)


def _print_items(items: Sequence[Mapping[str, Any]]) -> None:
    columns = list(dict.fromkeys(name for item in items for name in item))
    print_rows(columns, [[item.get(name) for name in columns] for item in items])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if is_list(value) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
