"""Pictures of the terminal: what a command of the installed program prints, as SVG.

    python docs/terminal_pictures.py [NAME …]

It runs each command in a terminal of 80 columns and writes `NAME.svg` beside this file. What differs from run to run, a
cursor or a time, is put in the same form. The pictures load no font.
"""

import inspect
import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import NamedTuple
from xml.etree import ElementTree

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

__all__ = ["PICTURES", "Picture", "drawn", "file_of", "printed", "words_of"]

HERE = Path(__file__).parent
COLUMNS = 80
PROGRAM = "user-directory-mcp"


class Picture(NamedTuple):
    """A command, and which of its lines are shown: from the first that begins with `first` until one with `until`."""

    command: Sequence[str]
    first: str = ""
    until: str = "\0"


_FILTERED = ("directory=delay", 'filters={"status":"onboarding"}', "limit=5", "fields=name,email,created_at")
PICTURES: Mapping[str, Picture] = {
    "demo": Picture(("demo", "--users", "300"), "Who is", "Done in"),
    "call": Picture(("call", "list_users", *_FILTERED, "--sandbox")),
}

_SAME = (
    (re.compile(r"\bc\d{15}\b"), "c274310885126493"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"), "2026-01-31T12:00:00Z"),
)
"""What differs from run to run, and what stands in its place: a cursor, and the time of an answer."""

_FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
_RICH = inspect.signature(Console.export_svg).parameters["code_format"].default
_FORMAT = re.sub(r"(?s) *@font-face \{\{.*?\}\}\n", "", _RICH).replace("Fira Code, monospace", _FONT)
"""Rich's own, but for its fonts, which come from elsewhere."""


@cache
def printed(name: str) -> Text:
    """Run a command, and return the lines that are shown, with their colours, below the command itself."""
    picture = PICTURES[name]
    with TemporaryDirectory() as state:
        program = Path(sys.executable).with_name(PROGRAM)
        done = subprocess.run(  # noqa: S603 - it is our own
            [program, *picture.command], env=_environment(state), capture_output=True, check=True, encoding="utf-8"
        )
    text = done.stdout
    for pattern, same in _SAME:
        text = pattern.sub(same, text)
    lines = Text.from_ansi(text).split("\n")
    starts = [number for number, line in enumerate(lines) if line.plain.startswith(picture.first)]
    ends = [number for number, line in enumerate(lines) if line.plain.startswith(picture.until)]
    shown = lines[starts[0] : ends[0] if ends else None]
    asked = Text(_folded(["$", PROGRAM, *map(quote, picture.command)]), "bold")
    return Text("\n").join([asked, *([Text("…")] if starts[0] else []), *shown])


def _folded(words: Sequence[str]) -> str:
    """Return a command line that goes on in the next line before it is as wide as the terminal."""
    lines = [""]
    for word in words:
        if len(f"{lines[-1]} {word} \\") > COLUMNS:
            lines.append("   ")
        lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return " \\\n".join(lines)


def _environment(state: str) -> dict[str, str]:
    """The variables of a machine on which nothing is configured, with a terminal of 80 columns and patience."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "SSL_CERT_DIR")}
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "PYTHONUTF8": "1"}
    return kept | terminal | {"USER_DIRECTORY_STATE": state, "USER_DIRECTORY_SECONDS": "25"}


def drawn(name: str) -> str:
    """Return a picture as SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), highlight=False)
    console.print(printed(name), soft_wrap=True)
    svg = console.export_svg(title=PROGRAM, theme=MONOKAI, code_format=_FORMAT, unique_id=name)
    return "\n".join(line.rstrip() for line in svg.splitlines()).strip() + "\n"


def words_of(svg: str) -> list[str]:
    """Return the words of a picture, line by line; versions of rich draw the rules of tables differently."""
    texts = [each.text or "" for each in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314
    return [word for text in texts for word in text.replace("\xa0", " ").split() if word.strip("─")]


def file_of(name: str) -> Path:
    """Return the file of a picture."""
    return HERE / f"{name}.svg"


def main() -> None:
    """Write the pictures."""
    for name in sys.argv[1:] or PICTURES:
        file_of(name).write_text(drawn(name), encoding="utf-8")


if __name__ == "__main__":
    main()
