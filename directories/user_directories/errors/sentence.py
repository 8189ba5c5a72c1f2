"""Sentences that may reach a language model: `!r` cuts and escapes values that came from outside.

A sentence that says what to call next names an operation (`{search!o}`). Each caller has its own names for operations:
the tools fill in theirs when they answer.
"""

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

__all__ = ["OPERATIONS", "Operation", "Operations", "Sentence", "listed", "quoted"]

Operation = Literal["describe", "list", "search", "get", "count"]

Operations = Mapping[Operation, str]
"""A caller's name for each operation."""

OPERATIONS: Operations = {each: each for each in get_args(Operation)}
"""The default names of the operations."""

_MOST_SHOWN = 60
"""The most characters of one value that came from outside."""

_SELECTORS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Invisible characters that `repr` does not escape."""

_LONGEST_LIST = 300
"""The most characters of names in one sentence."""


@dataclass(frozen=True)
class Sentence:
    """A template and its values."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def text(self, operations: Operations = OPERATIONS) -> str:
        """Return the sentence, with a caller's names for the operations; lists are joined."""
        return _Filling(operations).vformat(self.template, (), {name: name for name in OPERATIONS} | dict(self.values))


def listed(values: Iterable[str]) -> str:
    """Join names for a sentence: `a, b, c`."""
    return ", ".join(values)


def quoted(text: str) -> str:
    """Quote text that came from outside: cut it and escape invisible characters."""
    cut = text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
    return _SELECTORS.sub(lambda found: f"\\U{ord(found[0]):08x}", repr(cut))


class _Filling(string.Formatter):
    """A formatter in which `!r` quotes what came from outside and `!o` names an operation."""

    def __init__(self, operations: Operations) -> None:
        self._operations = cast("Mapping[str, str]", operations)

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion == "o":
            return self._operations.get(value, value)
        if conversion == "r" and isinstance(value, str):
            return quoted(value)
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> Any:
        if isinstance(value, Sentence):
            return value.text(cast("Operations", self._operations))
        if isinstance(value, list | tuple):
            return _as_far_as_it_fits(cast("Iterable[str]", value), self._operations["describe"])
        return str(value)


def _as_far_as_it_fits(values: Iterable[str], elsewhere: str) -> str:
    names = list(values)
    shown = names
    while len(listed(shown)) > _LONGEST_LIST:
        shown = shown[:-1]
    more = len(names) - len(shown)
    return listed(shown) + (f" and {more} more (call {elsewhere} to see them)" if more else "")
