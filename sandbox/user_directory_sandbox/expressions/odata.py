"""Filter expressions of OData, as far as Microsoft Graph documents them.

https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html §5.1.1,
https://learn.microsoft.com/graph/filter-query-parameter. A quote in a text is doubled; `any` is about the entries of a
collection; the words stand in either letter case in the examples.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from user_directory_sandbox.expressions.reader import Reader, tokens_of
from user_directory_sandbox.expressions.rules import NoExpression, Rules, Test, values_at

_TIME = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})"
_TOKEN = re.compile(rf"\s*('(?:[^']|'')*'|{_TIME}|[(),:]|[^\s(),:']+)")
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "ge": lambda one, other: one >= other,
    "le": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "lt": lambda one, other: one < other,
}
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}
_WORDS: Mapping[str, Any] = {"null": None, "true": True, "false": False}
_ANY = "/any"


def predicate(text: str, rules: Rules) -> Test:
    """Return what an expression asks of a record. Raises: NoExpression."""
    return _Reader(tokens_of(text, _TOKEN), rules).whole()


class _Reader(Reader):
    def __init__(self, tokens: Sequence[str], rules: Rules) -> None:
        super().__init__(tokens, rules)
        self._ranges: dict[str, str] = {}  # the variable of an entry → the collection

    def condition(self) -> Test:
        name = self.next()
        if name.lower() in _FUNCTIONS and self._tokens[:1] == ["("]:
            return self._function(name.lower())
        if name.endswith(_ANY):
            return self._any_entry(name.removesuffix(_ANY))
        operator = self.next()
        self._check(name, operator)
        if operator == "in":
            wanted = self._literals()
            return self._compared(name, lambda value: any(self._as(value, each) == each for each in wanted))
        if operator not in _COMPARISONS:
            raise NoExpression(f"Unknown operator {operator!r}")
        return self._comparison(name, operator, self._literal())

    def _comparison(self, name: str, operator: str, wanted: Any) -> Test:
        compare = _COMPARISONS[operator]
        if operator in ("eq", "ne"):
            return self._compared(name, lambda value: compare(self._as(value, wanted), wanted))

        def test(value: Any) -> bool:
            typed = self._as(value, wanted)
            return wanted is not None and type(typed) is type(wanted) and compare(typed, wanted)

        return self._compared(name, test)

    def _function(self, function: str) -> Test:
        self.expects("(")
        name = self.next()
        self.expects(",")
        self._check(name, function)
        wanted, holds = self._literal(), _FUNCTIONS[function]
        self.expects(")")
        if not isinstance(wanted, str):
            raise NoExpression(f"{function} takes a text")
        return self._compared(name, lambda value: isinstance(value, str) and holds(self.folded(value), wanted))

    def _any_entry(self, collection: str) -> Test:
        self.check(collection, "any")
        self.expects("(")
        variable = self.next()
        self.expects(":")
        self._ranges[variable] = collection
        test = self.disjunction()
        del self._ranges[variable]
        self.expects(")")
        path = collection.split("/")

        def entries(record: Mapping[str, Any]) -> list[Any]:
            return [each for held in values_at(record, path[:-1]) for each in held.get(path[-1]) or ()]

        return lambda record: any(test({variable: each}) for each in entries(record))

    def _check(self, name: str, operator: str) -> None:
        collection = self._ranges.get(name)
        if collection is None and self._ranges:
            raise NoExpression(f"{name!r} is no entry")
        self.check(collection or name, operator)

    def _compared(self, name: str, test: Callable[[Any], bool]) -> Test:
        path = name.split("/")
        return lambda record: any(map(test, values_at(record, path)))

    def _as(self, value: Any, wanted: Any) -> Any:
        """Return a value of a record as what it is compared with: times are texts in JSON."""
        try:
            return datetime.fromisoformat(value) if isinstance(wanted, datetime) else self.folded(value)
        except (TypeError, ValueError):
            return value

    def _literals(self) -> list[Any]:
        self.expects("(")
        found = [self._literal()]
        while (sign := self.next()) == ",":
            found.append(self._literal())
        if sign != ")":
            raise NoExpression("')' is missing")
        return found

    def _literal(self) -> Any:
        token = self.next()
        if token[0] == "'":
            return self.folded(token[1:-1].replace("''", "'"))
        if token in _WORDS:
            return _WORDS[token]
        if re.fullmatch(_TIME, token):
            return _moment(token)
        if re.fullmatch(r"-?\d+", token):
            return int(token)
        raise NoExpression(f"{token!r} is no value")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as problem:
        raise NoExpression(f"{text!r} is no time") from problem
