"""Filter expressions in the grammar of SCIM (RFC 7644 §3.4.2.2), which Okta's `search` and `filter` share."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
    return _Reader(_tokens(text), rules).whole()


def _tokens(text: str) -> list[str]:
    tokens, at = list[str](), 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise NoExpression(f"Invalid at character {at + 1}")
        tokens.append(found[1])
        at = found.end()
    return tokens


class _Reader:
    """Recursive descent; `or` binds weakest, then `and`, then `not`."""

    def __init__(self, tokens: Sequence[str], rules: Rules) -> None:
        self._tokens = list(tokens)
        self._rules = rules

    def whole(self) -> Test:
        test = self._any()
        if self._tokens:
            raise NoExpression(f"Unexpected {self._tokens[0]!r}")
        return test

    def _any(self) -> Test:
        tests = [self._all()]
        while self._takes("or"):
            tests.append(self._all())
        return lambda record: any(test(record) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._takes("and"):
            tests.append(self._one())
        return lambda record: all(test(record) for test in tests)

    def _one(self) -> Test:
        if self._takes("not"):
            test = self._one()
            return lambda record: not test(record)
        if self._tokens[:1] == ["("]:
            del self._tokens[0]
            test = self._any()
            if self._next() != ")":
                raise NoExpression("A bracket is not closed")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        attribute, operator = self._next(), self._next().lower()
        known = self._rules.attributes.get(attribute)
        if known is None:
            raise NoExpression(f"Unknown attribute {attribute!r}")
        if operator not in known:
            raise NoExpression(f"{attribute} does not take {operator!r}")
        path = attribute.split(".")
        if operator == "pr":
            return lambda record: any(value not in (None, "", []) for value in values_at(record, path))
        wanted = self._literal()
        if operator in _OF_TEXTS and not isinstance(wanted, str):
            raise NoExpression(f"{operator} takes a text")
        compare = _COMPARISONS[operator]
        return lambda record: any(
            type(value) is type(wanted) and compare(self._folded(value), self._folded(wanted))
            for value in values_at(record, path)
        )

    def _literal(self) -> Any:
        token = self._next()
        try:
            value = json.loads(token)
        except ValueError as problem:
            raise NoExpression(f"{token!r} is no value") from problem
        if isinstance(value, dict | list):
            raise NoExpression(f"{token!r} is no value")
        return value

    def _folded(self, value: Any) -> Any:
        return value.casefold() if self._rules.folds and isinstance(value, str) else value

    def _takes(self, word: str) -> bool:
        if self._tokens[:1] and self._tokens[0].lower() == word:
            if word not in self._rules.words:
                raise NoExpression(f"{word!r} is not supported")
            del self._tokens[0]
            return True
        return False

    def _next(self) -> str:
        if not self._tokens:
            raise NoExpression("Unexpected end")
        return self._tokens.pop(0)
