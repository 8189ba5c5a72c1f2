"""Parameters that each compare one attribute of a user: `?username=ada&enabled=true`, all of which have to hold."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from user_directory_sandbox.expressions.rules import Test, values_at
from user_directory_sandbox.http import Request


class Asked(NamedTuple):
    """A parameter of a request, its text, and whether it has to be the whole value."""

    parameter: str
    text: str
    whole: bool


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).casefold()


_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda value, asked: asked in value,
    "whole": lambda value, asked: value == asked,
}
"""By the word of a table; both compare without letter case."""


class Matches:
    """The rules of one list, by parameter: the `attribute` that is compared, how (`compare`), and the parameter that
    asks for whole values if it is true (`whole_if`).
    """

    def __init__(self, rules: Mapping[str, Mapping[str, Any]]) -> None:
        self._rules = rules

    def asked(self, request: Request) -> tuple[Asked, ...]:
        """Return what a request asks for."""
        return tuple(
            Asked(name, text, request.value(rule.get("whole_if", "")) == "true")
            for name, rule in self._rules.items()
            if (text := request.value(name)) is not None
        )

    def test(self, asked: tuple[Asked, ...]) -> Test:
        """Return whom that means."""
        tests = [self._one(each) for each in asked]
        return lambda record: all(test(record) for test in tests)

    def _one(self, asked: Asked) -> Test:
        rule = self._rules[asked.parameter]
        compare = _COMPARISONS["whole" if asked.whole else rule["compare"]]
        wanted, path = _text(asked.text), rule["attribute"].split(".")
        return lambda record: any(
            value is not None and compare(_text(value), wanted) for value in values_at(record, path)
        )
