"""What a dialect is: how it writes a value, which operators it has, and how it joins conditions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["PREFIX", "VALUE", "Dialect", "Kind", "Writer"]

Kind = Literal["text", "time", "boolean", "number"]
"""What a value is in the record: how it is written depends on it."""

Writer = Callable[[str], str | None]
"""Writes a value as one literal; None if the dialect has no literal that means exactly this value."""

VALUE, PREFIX = "{value}", "{prefix}"
"""What is replaced in an expression: by the value, or by the pattern of all values that begin with it."""


@dataclass(frozen=True, eq=False)
class Dialect:
    """One dialect, a row of `DIALECTS`.

    `operators`: our operator → the condition on `{attribute}`; `missing` is that it has no value, `present` that it has
    one. `conjunction` and `disjunction` join conditions; None if the dialect does not. `compound` is a pattern of what
    another conjunction or disjunction could tear apart, so that a condition that has it goes into parentheses.
    """

    name: str
    writers: Mapping[Kind, Writer]
    operators: Mapping[str, str] = field(default_factory=dict[str, str])
    conjunction: str | None = None
    disjunction: str | None = None
    prefix: Writer | None = None
    """Writes the pattern of all values that begin with one, if that is not an operator of its own."""
    quotes: str = ""
    """The signs that begin and end its literals."""
    compound: str | None = None
    statement: str | None = None
    """A pattern of the keyword after which conditions stand in a whole statement, if what is fixed is one."""

    def written(self, expression: str, kind: Kind, value: str) -> str | None:
        """Return an expression with the literal of a value; None if the dialect cannot write it."""
        literal = self.writers[kind](value) if VALUE in expression else ""
        pattern = self.prefix(value) if self.prefix is not None and PREFIX in expression else ""
        if literal is None or pattern is None:
            return None
        return re.sub(_PLACES, lambda place: literal if place[0] == VALUE else pattern, expression)

    def quotes_values(self, expression: str) -> bool:
        """Return whether an expression has quotes around a place for a value, which brings its own, or open ones."""
        outside = self._literals.sub("", expression) if self.quotes else expression
        is_open = bool(self.quotes) and self.quotes in outside
        return is_open or any(outside.count(place) != expression.count(place) for place in (VALUE, PREFIX))

    @property
    def _literals(self) -> re.Pattern[str]:
        sign = re.escape(self.quotes)
        return re.compile(rf"{sign}(?:[^{sign}\\]|\\.)*{sign}")


_PLACES = r"\{(?:value|prefix)\}"
