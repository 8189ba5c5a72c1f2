"""Text and tables on a terminal, in colour if it has that; no word, id or address is broken.

Piped into a file or another program, a line is a line and a row is a row, however long; `COLUMNS` bounds tables there.
"""

import os
import sys
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..wrapping import print_hanging, print_wrapped

__all__ = ["console", "new_console", "print_block", "print_groups", "print_rows", "say"]

_GAP = 3
"""Characters between two columns of a table."""
_UNBOUNDED = 100_000


def new_console() -> Console:
    """Return a console for the standard output as it is now."""
    is_bounded = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if is_bounded else _UNBOUNDED)


console = new_console()


def say(text: str, style: str | None = None) -> None:
    """Print lines, which a terminal shows between its edges, indented like their beginnings; nothing is markup."""
    print_wrapped(console, text, style)


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; or a block per row if the terminal is too narrow."""
    print_groups(columns, [(None, rows)] if rows else [])


def print_groups(columns: Sequence[str], groups: Sequence[tuple[str | None, Sequence[Sequence[str]]]]) -> None:
    """Print one table whose rows stand in groups, each below its heading, if it has one."""
    widths = _widths_of(columns, [row for _, rows in groups for row in rows])
    for number, (heading, rows) in enumerate(groups):
        if heading is not None:
            say(heading, "bold")
        _print_rows(columns, rows, widths, has_header=number == 0)


def _print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], *, has_header: bool
) -> None:
    if not _fits(widths):
        for row in rows:
            print_block([(column, cell) for column, cell in zip(columns, row, strict=True) if cell])
            console.print()
        return
    table = Table(header_style="bold cyan", box=SIMPLE_HEAD, pad_edge=False, show_edge=False, show_header=has_header)
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column, no_wrap=True, min_width=width)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def print_block(pairs: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one pair a line."""
    width = max((len(name) for name, _ in pairs), default=0)
    for name, value in pairs:
        print_hanging(console, Text(f"{name:<{width}}  ", "cyan"), value)


def _widths_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[int]:
    """Return how wide the columns of a table are, in characters of a terminal."""
    return [max(map(cell_len, column)) for column in zip(columns, *rows, strict=True)]


def _fits(widths: Sequence[int]) -> bool:
    """Return whether a table of such columns is no wider than the terminal."""
    return sum(widths) + _GAP * len(widths) <= console.width
