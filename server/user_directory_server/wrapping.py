"""Lines between the edges of a terminal, in which no word, id or address is broken; elsewhere a line is a line."""

from textwrap import wrap

from rich.console import Console
from rich.text import Text

__all__ = ["print_hanging", "print_wrapped"]

_LEAST = 20
"""Characters of a line that are used even in a narrower terminal."""


def print_wrapped(console: Console, text: str, style: str | None = None) -> None:
    """Print lines, indented like their beginnings; nothing in them is markup."""
    for line in text.split("\n"):
        body = line.lstrip(" ")
        print_hanging(console, Text(line[: len(line) - len(body)]), body, style)


def print_hanging(console: Console, beginning: Text, body: str, style: str | None = None) -> None:
    """Print a text after a beginning; in a terminal, further lines are indented as far."""
    indent = beginning.cell_len
    for number, line in enumerate(_lines(console, body, indent)):
        start = Text(" " * indent) if number else beginning
        console.print(Text.assemble(start, line), style=style, soft_wrap=True)


def _lines(console: Console, text: str, indent: int) -> list[str]:
    if not console.is_terminal:
        return [text]
    width = max(_LEAST, console.width - indent)
    return wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
