"""What an error may repeat of what the operator wrote: a key may stand in the wrong place, so only plain words."""

import re
from pathlib import Path

__all__ = ["DIRECTORY_NAME", "is_placeholder", "is_variable", "plain_keys", "plain_path", "plainly"]

DIRECTORY_NAME = r"[a-z][a-z0-9_-]{0,23}"

_WORD = re.compile(r"[A-Za-z][A-Za-z_.*\[\]-]{0,79}")
_LONGEST_PART = 24
"""The most letters of a word in a row; keys have longer runs, or digits."""

_VARIABLE = re.compile(r"[A-Z]{1,12}(?:_[A-Z]{1,12}){1,7}")
"""A variable's name as they are usually written. A key has digits, lower-case letters or long runs."""

_PLACEHOLDER = re.compile(r"<[^<>]*>|\$\w+|\$\{[^}]*\}|\{\{.*\}\}|%\w+%|.*(?:<[^<>]*>|\$\{[^}]*\}|\{\{.*\}\}).*")
"""Placeholders from examples, and variables that a client did not expand; the last forms also inside a text."""


def is_placeholder(text: str) -> bool:
    """Return whether a value is still the placeholder of an example, or a variable that nobody expanded."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def is_variable(name: str) -> bool:
    """Return whether this is the name of a variable, and surely not a key that was pasted in its place."""
    return _VARIABLE.fullmatch(name) is not None


def plainly(text: str, otherwise: str) -> str:
    """Return a text if it consists of words; `otherwise` if it may be a key."""
    is_plain = _WORD.fullmatch(text) and all(len(part) <= _LONGEST_PART for part in re.split(r"[^A-Za-z]", text))
    return text if is_plain else otherwise


def plain_path(path: Path) -> Path | None:
    """Return a path that may be repeated although there is no such file: that of a TOML page."""
    return path if path.suffix == ".toml" else None


def plain_keys(problem: str) -> str:
    """Return a problem without keys of tables, between backticks, that may be secrets; a directory's name is none."""
    return re.sub(rf"`(directories\.{DIRECTORY_NAME}(?=[.`]))?([^`]*)`", _plain_key, problem)


def _plain_key(quoted: re.Match[str]) -> str:
    directory, rest = quoted[1] or "", quoted[2].removeprefix(".")
    shown = [part for part in (directory, rest and plainly(rest, "(not shown)")) if part]
    return f"`{'.'.join(shown)}`"
