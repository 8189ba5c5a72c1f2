"""Filter expressions in the grammar of SCIM (RFC 7644 §3.4.2.2), which Okta's `search` and `filter` share."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from user_directory_sandbox.expressions.reader import Reader, tokens_of
from user_directory_sandbox.expressions.rules import NoExpression, Rules, Test, values_at

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[()\[\]]|[^\s()\[\]"]+)')
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "co": lambda one, other: other in one,
    "sw": lambda one, other: one.startswith(other),
    "ew": lambda one, other: one.endswith(other),
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}
_OF_TEXTS = ("co", "sw", "ew")


def predicate(text: str, rules: Rules) -> Test:
    """Return what an expression asks of a record. Raises: NoExpression."""
    return _Reader(tokens_of(text, _TOKEN), rules).whole()


class _Reader(Reader):
    def condition(self) -> Test:
        attribute, operator = self.next(), self.next().lower()
        self.check(attribute, operator)
        path = attribute.split(".")
        if operator == "pr":
            return lambda record: any(value not in (None, "", []) for value in values_at(record, path))
        wanted = self._literal()
        if operator in _OF_TEXTS and not isinstance(wanted, str):
            raise NoExpression(f"{operator} takes a text")
        compare = _COMPARISONS[operator]
        return lambda record: any(
            type(value) is type(wanted) and compare(self.folded(value), self.folded(wanted))
            for value in values_at(record, path)
        )

    def _literal(self) -> Any:
        token = self.next()
        try:
            value = json.loads(token)
        except ValueError as problem:
            raise NoExpression(f"{token!r} is no value") from problem
        if isinstance(value, dict | list):
            raise NoExpression(f"{token!r} is no value")
        return value
