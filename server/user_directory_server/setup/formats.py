"""The formats of the files, and edits that are checked: nothing but the entry may have changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from user_directories.users.json_values import is_object

from . import json_text, toml_text
from .broken_text import BrokenText

__all__ = ["JSON", "TOML", "Format", "entry_at"]

_Read = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Format:
    """How the text of a file is read and edited; all of it raises BrokenText."""

    name: str
    read: _Read
    _put: Callable[[str, Sequence[str], Mapping[str, Any]], str]
    _take_out: Callable[[str, Sequence[str]], str]
    masked: Callable[[str, Sequence[str]], str]
    """Returns the text without strings and comments that may hold keys; some strings may be `shown`."""

    def put(self, text: str, path: Sequence[str], value: Mapping[str, Any]) -> str:
        """Return the text with the entry at `path`."""
        entry_at(self.read(text), path)
        return self._checked(text, self._put(text, path, value), path, value)

    def take_out(self, text: str, path: Sequence[str]) -> str:
        """Return the text without the entry at `path`."""
        entry_at(self.read(text), path)
        return self._checked(text, self._take_out(text, path), path, None)

    def _checked(self, before: str, after: str, path: Sequence[str], value: Mapping[str, Any] | None) -> str:
        """Return the edited text if it says what it should, and the rest as it was."""
        not_edited = f"`{'.'.join(path)}` is written in a form that cannot be edited without changing more"
        try:
            found = self.read(after)
        except BrokenText as error:
            raise BrokenText(not_edited) from error
        if _with(found, path, value) != _with(self.read(before), path, value) or entry_at(found, path) != value:
            raise BrokenText(not_edited)
        return after


def entry_at(read: Mapping[str, Any], path: Sequence[str]) -> Any:
    """Return what stands at `path`; None if nothing does. Raises: BrokenText if there can be no entry."""
    value: Any = read
    for depth, name in enumerate(path):
        if not is_object(value):
            raise BrokenText(f"`{'.'.join(path[:depth])}` is no table of servers")
        if name not in value:
            return None
        value = value[name]
    return value


def _with(read: Mapping[str, Any], path: Sequence[str], value: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return what a file says, with an entry, or without it; an empty table of servers is none."""
    name, *further = path
    table = read.get(name, {})
    rest = {each: other for each, other in read.items() if each != name}
    changed = _with(table, further, value) if further else value
    return {**rest, name: changed} if changed else rest


JSON = Format("JSON", json_text.read, json_text.put, json_text.take_out, json_text.masked)
TOML = Format("TOML", toml_text.read, toml_text.put, toml_text.take_out, toml_text.masked)
