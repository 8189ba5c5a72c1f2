"""One table in the text of a TOML file (https://toml.io/en/v1.0.0): put in or taken out, and every other byte stays.

A table is added at the end, which is right in every file that has no such table yet. Only tables with a header of their
own can be taken out. A library that keeps the style of a file (https://tomlkit.readthedocs.io) takes the comment above
the next table out with this one, and ends new lines in its own way.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from user_directories.users.json_values import is_list, is_object

from .broken_text import BrokenText

__all__ = ["masked", "put", "read", "take_out"]

_STRING = (
    r'"""(?:\\.|[^\\])*?"""{1,3}(?!")|"""(?:\\.|[^\\])*?"""'
    r"|'''.*?'''{1,3}(?!')|'''.*?'''"
    r'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
)
_TOKEN = re.compile(rf"{_STRING}|#[^\n]*|\n|[\[\]{{}}]|[^\"'#\n\[\]{{}}]+", re.DOTALL)
_MASKED = re.compile(rf"(?P<string>{_STRING})|(?P<comment>#[^\n\r]*)", re.DOTALL)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class _Float(str):
    """A number as it is written: it is compared, and perhaps written again, and nan is equal to nothing."""

    __slots__ = ()


class _Statement(NamedTuple):
    """A header of a table, with its path, or a key with its value: whole lines."""

    start: int
    end: int
    header: tuple[str, ...] | None


def read(text: str) -> Mapping[str, Any]:
    """Return what the file says. Raises: BrokenText."""
    try:
        return tomllib.loads(text.replace("\r\n", "\n"), parse_float=_Float)
    except tomllib.TOMLDecodeError as error:
        raise BrokenText(re.sub(r"'[^']{2,}'", "'…'", str(error))) from error
    except (ValueError, RecursionError) as error:  # a number of too many digits, or too many brackets
        raise BrokenText("it cannot be read") from error


def put(text: str, path: Sequence[str], value: Mapping[str, Any]) -> str:
    """Set the table at `path`: in its place, or at the end. Raises: BrokenText."""
    read(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [f"[{'.'.join(map(_key, path))}]", *(f"{_key(name)} = {_written(each)}" for name, each in value.items())]
    table = "".join(line + newline for line in lines)
    sections = list(_sections(text, path))
    if sections:
        for start, end in reversed(sections[1:]):
            text = text[:start] + text[end:]
        return text[: sections[0][0]] + table + text[sections[0][1] :]
    ended = text if not text or text.endswith("\n") else text + newline
    return ended + (newline if ended else "") + table


def take_out(text: str, path: Sequence[str]) -> str:
    """Remove the table at `path` and those in it, each with the blank line before it. Raises: BrokenText."""
    read(text)
    for start, end in reversed(list(_sections(text, path))):
        blank = re.search(r"(?:^|(?<=\n))\r?\n\Z", text[:start])
        text = text[: start if blank is None else blank.start()] + text[end:]
    return text


def masked(text: str, shown: Sequence[str]) -> str:
    """Replace every string but those that may be `shown`, and every comment: they may hold keys."""
    return _MASKED.sub(lambda found: _mask(found, shown), text)


def _mask(found: re.Match[str], shown: Sequence[str]) -> str:
    if found["comment"] is not None:
        return "# …"
    try:
        is_shown = tomllib.loads(f"it = {found[0]}")["it"] in shown
    except tomllib.TOMLDecodeError:
        is_shown = False
    return found[0] if is_shown else '"…"' + found[0].count("\n") * "\n"


def _sections(text: str, path: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield from where to where the lines of a table are, and of those in it; what comes last is no comment."""
    inside, start, end = False, 0, 0
    for each in _statements(text):
        if each.header is not None:
            if inside:
                yield start, end
            inside, start = each.header[: len(path)] == tuple(path), each.start
        end = each.end
    if inside:
        yield start, end


def _statements(text: str) -> Iterator[_Statement]:
    """Yield all that is no blank or comment; the text is TOML."""
    start: int | None = None
    depth = 0
    for found in _TOKEN.finditer(text):
        part = found[0]
        if part == "\n" and depth == 0:
            if start is not None:
                yield _statement(text, start, found.end())
            start = None
        elif start is None and part.strip() and not part.startswith("#"):
            start = text.rfind("\n", 0, found.start()) + 1
        depth += (part in "[{") - (part in "]}") if len(part) == 1 else 0
    if start is not None:
        yield _statement(text, start, len(text))


def _statement(text: str, start: int, end: int) -> _Statement:
    lines = text[start:end].replace("\r\n", "\n")
    return _Statement(start, end, _header(lines) if lines.lstrip().startswith("[") else None)


def _header(line: str) -> tuple[str, ...]:
    value: Any = tomllib.loads(line)
    names: list[str] = []
    while value:
        table = value[0] if is_list(value) else value
        (name, value), *_ = table.items() if is_object(table) and table else [("", None)]
        names.append(name)
    return tuple(names)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    """Return a basic string: that of JSON, in which one more character must be escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _written(value: Any) -> str:
    if isinstance(value, str):
        return str(value) if isinstance(value, _Float) else _quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if is_list(value):
        return f"[{', '.join(map(_written, value))}]"
    if is_object(value):
        pairs = ", ".join(f"{_key(name)} = {_written(each)}" for name, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
