"""One entry in the text of a JSON file, also with comments: put in or taken out, and every other byte stays."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from user_directories.users.json_values import is_object

from .broken_text import BrokenText
from .json_nodes import COMMENT, Member, Node, read_node, skip, strings

__all__ = ["masked", "put", "read", "take_out"]

_COMMENT = re.compile(COMMENT, re.DOTALL)
_INDENTED = re.compile(r"\n([ \t]+)\"")


def read(text: str) -> Mapping[str, Any]:
    """Return what the file says; nothing if it is empty. Raises: BrokenText."""
    node = read_node(text)
    if node is None:
        return {}
    if not is_object(node.value):
        raise BrokenText("it holds no object in braces")
    return node.value


def put(text: str, path: Sequence[str], value: Mapping[str, Any]) -> str:
    """Set the member at `path`; objects on the way are added. Raises: BrokenText."""
    node = read_node(text)
    style = _Style(text)
    if node is None:
        before = "" if not text.strip() else text if text.endswith("\n") else text + style.newline
        return before + style.written(_nested(path, value), "") + style.newline
    for depth, name in enumerate(path):
        _check_object(node, path[:depth])
        member = _member(node, name)
        if member is None:
            return _added(text, node, name, _nested(path[depth + 1 :], value), style)
        node = member.node
    is_one_line = "\n" not in text[node.start : node.end]
    written = _dumped(value) if is_one_line else style.written(value, style.indent_at(node.start))
    return text[: node.start] + written + text[node.end :]


def take_out(text: str, path: Sequence[str]) -> str:
    """Remove the member at `path`; the text as it is if there is none. Raises: BrokenText."""
    node, parent, member = read_node(text), None, None
    for depth, name in enumerate(path):
        if node is None:
            return text
        _check_object(node, path[:depth])
        parent, member = node, _member(node, name)
        node = None if member is None else member.node
    return text if parent is None or member is None else _removed(text, parent, member)


def masked(text: str, shown: Sequence[str]) -> str:
    """Replace every string but names and those that may be `shown`, and every comment: they may hold keys."""
    parts: list[str] = []
    end = 0
    for found in strings(text):
        parts += [text[end : found.start()], _mask(text, found, shown)]
        end = found.end()
    return "".join([*parts, text[end:]])


def _mask(text: str, found: re.Match[str], shown: Sequence[str]) -> str:
    if not found[0].startswith('"'):
        return found[0][:2] + " …" + found[0].count("\n") * "\n" + ("*/" if found[0].startswith("/*") else "")
    behind = skip(text, found.end())
    is_name = text[behind : behind + 1] == ":"
    return found[0] if is_name or json.loads(found[0]) in shown else '"…"'


def _check_object(node: Node, path: Sequence[str]) -> None:
    if not is_object(node.value):
        raise BrokenText(f"`{'.'.join(path)}` is no object in braces" if path else "it holds no object in braces")


def _member(node: Node, name: str) -> Member | None:
    found = [each for each in node.members if each.name == name]
    if len(found) > 1:
        raise BrokenText(f"`{name}` stands there twice")
    return found[0] if found else None


def _nested(path: Sequence[str], value: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in reversed(path):
        value = {name: value}
    return value


class _Style:
    """How a text is written: its line ends and its indentation."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        found = _INDENTED.search(text)
        self.unit = found[1] if found else "  "

    def indent_at(self, place: int) -> str:
        """Return the blanks with which the line of a place begins."""
        line = self._text[self._text.rfind("\n", 0, place) + 1 :]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def written(self, value: Mapping[str, Any], indent: str) -> str:
        """Return a value on several lines, of which all but the first begin with `indent`."""
        text = _dumped(value, indent=self.unit)
        return text.replace("\n", self.newline + indent)


def _dumped(value: Any, indent: str | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a pair of surrogates
        text = json.dumps(value, indent=indent)
    return text


def _added(text: str, node: Node, name: str, value: Mapping[str, Any], style: _Style) -> str:
    """Add a last member, behind the comments that stand there."""
    last = node.members[-1] if node.members else None
    begin = node.start + 1 if last is None else last.node.end if last.comma is None else last.comma + 1
    place = _behind_comments(text, begin, node.end - 1)
    comma = "," if last is not None and last.comma is None else ""
    trailing = "," if last is not None and last.comma is not None else ""
    if last is not None and "\n" not in text[node.start : node.end]:
        member = f" {_dumped(name)}: {_dumped(value)}{trailing}"
        return text[:begin] + comma + text[begin:place] + member + text[place:]
    outer = style.indent_at(node.start)
    indent = outer + style.unit if last is None else style.indent_at(last.start)
    member = style.newline + indent + f"{_dumped(name)}: {style.written(value, indent)}{trailing}"
    close = "" if last is not None or "\n" in text[place : node.end] else style.newline + outer
    return text[:begin] + comma + text[begin:place] + member + close + text[place:]


def _behind_comments(text: str, begin: int, end: int) -> int:
    """Return the end of the last comment between two tokens; `begin` if there is none."""
    return max((found.end() for found in _COMMENT.finditer(text, begin, end)), default=begin)


def _removed(text: str, node: Node, member: Member) -> str:
    """Remove a member and its comma; comments around it stay."""
    place = node.members.index(member)
    before = node.members[place - 1] if place else None
    is_last = member is node.members[-1]
    begin = node.start + 1 if before is None or before.comma is None else before.comma + 1
    cut = _behind_comments(text, begin, member.start)
    end = member.node.end
    rest = text[end:] if member.comma is None else text[end : member.comma] + text[member.comma + 1 :]
    if cut == member.start:  # nothing before it that could be left out
        rest = rest.lstrip(" \t")
    head = text[:cut]
    if is_last and member.comma is None and before is not None and before.comma is not None:
        head = text[: before.comma] + text[before.comma + 1 : cut]
    if len(node.members) == 1 and not text[node.start + 1 : cut].strip():
        head, rest = text[: node.start + 1], _without_blanks_before_brace(rest)
    return head + _line_end(text, cut, begin, rest) + rest


def _without_blanks_before_brace(rest: str) -> str:
    """Return `}` right behind `{`, if nothing but blanks is between them."""
    return rest.lstrip() if rest.lstrip().startswith("}") else rest


def _line_end(text: str, cut: int, begin: int, rest: str) -> str:
    """Return the line end that a comment needs before what follows it; nothing if it has one, or is none of a line."""
    comments = list(_COMMENT.finditer(text, begin, cut))
    if not comments or not comments[-1][0].startswith("//"):
        return ""
    line = re.match(r"[ \t]*", rest)
    return "" if line is not None and rest[line.end() : line.end() + 1] in ("\n", "\r", "") else "\n"
