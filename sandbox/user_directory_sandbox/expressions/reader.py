"""Recursive descent, as every language here has it: `or` binds weakest, then `and`, then `not`; brackets go first."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from user_directory_sandbox.expressions.rules import NoExpression, Rules, Test


def tokens_of(text: str, token: re.Pattern[str]) -> list[str]:
    """Return what the first group of `token` finds, one behind the other, to the end. Raises: NoExpression."""
    tokens, at = list[str](), 0
    text = text.rstrip()
    while at < len(text):
        found = token.match(text, at)
        if found is None:
            raise NoExpression(f"Invalid at character {at + 1}")
        tokens.append(found[1])
        at = found.end()
    return tokens


class Reader(ABC):
    """Reads one expression; a language says what a condition is."""

    def __init__(self, tokens: Sequence[str], rules: Rules) -> None:
        self._tokens = list(tokens)
        self._rules = rules

    @abstractmethod
    def condition(self) -> Test:
        """Read one condition. Raises: NoExpression."""

    def whole(self) -> Test:
        """Read all of it. Raises: NoExpression."""
        test = self.disjunction()
        if self._tokens:
            raise NoExpression(f"Unexpected {self._tokens[0]!r}")
        return test

    def disjunction(self) -> Test:
        tests = [self._conjunction()]
        while self.takes("or"):
            tests.append(self._conjunction())
        return lambda record: any(test(record) for test in tests)

    def _conjunction(self) -> Test:
        tests = [self._one()]
        while self.takes("and"):
            tests.append(self._one())
        return lambda record: all(test(record) for test in tests)

    def _one(self) -> Test:
        if self.takes("not"):
            test = self._one()
            return lambda record: not test(record)
        if self._tokens[:1] == ["("]:
            del self._tokens[0]
            test = self.disjunction()
            self.expects(")")
            return test
        return self.condition()

    def takes(self, word: str) -> bool:
        """Return whether a word comes next, in any letter case, and go behind it. Raises: NoExpression."""
        if self._tokens[:1] and self._tokens[0].lower() == word:
            if word not in self._rules.words:
                raise NoExpression(f"{word!r} is not supported")
            del self._tokens[0]
            return True
        return False

    def expects(self, sign: str) -> None:
        """Go behind a sign that must come next. Raises: NoExpression."""
        if self.next() != sign:
            raise NoExpression(f"{sign!r} is missing")

    def next(self) -> str:
        """Return the next token, and go behind it. Raises: NoExpression."""
        if not self._tokens:
            raise NoExpression("Unexpected end")
        return self._tokens.pop(0)

    def check(self, attribute: str, operator: str) -> None:
        """Refuse what the rules do not allow. Raises: NoExpression."""
        known = self._rules.attributes.get(attribute)
        if known is None:
            raise NoExpression(f"Unknown attribute {attribute!r}")
        if operator not in known:
            raise NoExpression(f"{attribute} does not take {operator!r}")

    def folded(self, value: Any) -> Any:
        return value.casefold() if self._rules.folds and isinstance(value, str) else value
