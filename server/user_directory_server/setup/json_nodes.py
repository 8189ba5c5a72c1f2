"""JSON, also with comments and trailing commas, read so that the place of every value is known.

Visual Studio Code calls it JSON with comments (https://code.visualstudio.com/docs/languages/json#_json-with-comments).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .broken_text import BrokenText

__all__ = ["COMMENT", "STRING", "Member", "Node", "read_node", "skip"]

COMMENT = r"//[^\n\r]*|/\*.*?\*/"
STRING = r'"(?:[^"\\\x00-\x1f]|\\.)*"'

_BETWEEN = re.compile(rf"(?:[ \t\r\n]|{COMMENT})*", re.DOTALL)
_STRING = re.compile(STRING)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")


@dataclass(frozen=True)
class Node:
    """A value, from `start` to `end` of the text; `members` are those of an object, also those named twice."""

    value: Any
    start: int
    end: int
    members: tuple["Member", ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Member:
    """A member of an object; `start` is that of its name, `comma` the place of the comma behind it, if there is one."""

    name: str
    start: int
    node: Node
    comma: int | None


def read_node(text: str) -> Node | None:
    """Return the value that the text is; None if there is none but blanks and comments. Raises: BrokenText."""
    begin = skip(text, 0)
    if begin == len(text):
        return None
    try:
        node = _value(text, begin)
    except RecursionError as error:
        raise BrokenText("it is nested too deeply") from error
    if (rest := skip(text, node.end)) < len(text):
        raise _broken(text, rest, "nothing may follow the first value")
    return node


def skip(text: str, place: int) -> int:
    """Return where the next token begins."""
    found = _BETWEEN.match(text, place)
    return place if found is None else found.end()


def _value(text: str, place: int) -> Node:
    mark = text[place : place + 1]
    if mark == "{":
        return _object(text, place)
    if mark == "[":
        return _array(text, place)
    found = (_STRING if mark == '"' else _PLAIN).match(text, place)
    if found is None:
        raise _broken(text, place, "a value is expected")
    return Node(_plain(text, found), place, found.end())


def _plain(text: str, found: re.Match[str]) -> Any:
    try:
        return json.loads(found[0])
    except ValueError as error:
        raise _broken(text, found.start(), "the value is not valid") from error


def _object(text: str, start: int) -> Node:
    members: list[Member] = []
    place = skip(text, start + 1)
    while text[place : place + 1] != "}":
        member = _member(text, place)
        members.append(member)
        place = _behind(text, member.node.end if member.comma is None else member.comma, "}")
    return Node({each.name: each.node.value for each in members}, start, place + 1, tuple(members))


def _member(text: str, place: int) -> Member:
    name = _STRING.match(text, place)
    if name is None:
        raise _broken(text, place, "a name in quotes, or }, is expected")
    colon = skip(text, name.end())
    if text[colon : colon + 1] != ":":
        raise _broken(text, colon, "a colon is expected")
    node = _value(text, skip(text, colon + 1))
    comma = skip(text, node.end)
    return Member(_plain(text, name), place, node, comma if text[comma : comma + 1] == "," else None)


def _array(text: str, start: int) -> Node:
    values: list[Any] = []
    place = skip(text, start + 1)
    while text[place : place + 1] != "]":
        node = _value(text, place)
        values.append(node.value)
        place = _behind(text, node.end, "]")
    return Node(values, start, place + 1)


def _behind(text: str, end: int, close: str) -> int:
    """Return where the next member or value begins, or `close`, behind a value that ends at `end`."""
    place = skip(text, end)
    if text[place : place + 1] == ",":
        return skip(text, place + 1)
    if text[place : place + 1] != close:
        raise _broken(text, place, f"a comma, or {close}, is expected")
    return place


def _broken(text: str, place: int, problem: str) -> BrokenText:
    before = text[:place]
    column = place - (before.rfind("\n") + 1) + 1
    return BrokenText(f"line {before.count(chr(10)) + 1}, column {column}: {problem}")


def strings(text: str) -> Iterator[re.Match[str]]:
    """Yield every string and comment of the text, in their order."""
    yield from re.compile(rf"{STRING}|{COMMENT}", re.DOTALL).finditer(text)
