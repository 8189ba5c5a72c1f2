"""Microsoft Graph's `$search` of directory objects. https://learn.microsoft.com/graph/search-query-parameter

A clause is quoted whole, `"displayName:ada"`; AND and OR stand between clauses, in upper case. Names are taken apart
into words, of which each that is asked for must begin one that is there; of every other property, the value must begin
with the text. `tokens` is what the rules call the operator of the former, `startswith` that of the latter.
"""

import re
from typing import Any

from user_directory_sandbox.expressions.reader import Reader, tokens_of
from user_directory_sandbox.expressions.rules import NoExpression, Rules, Test, values_at

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[()]|[^\s()"]+)')
_WORD = re.compile(r"\d+|[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def predicate(text: str, rules: Rules) -> Test:
    """Return what a search asks of a record. Raises: NoExpression."""
    return _Reader(tokens_of(text, _TOKEN), rules).whole()


class _Reader(Reader):
    def condition(self) -> Test:
        clause = self.next()
        if clause[0] != '"':
            raise NoExpression(f"Syntax error: character {clause[0]!r} is not valid")
        attribute, colon, wanted = re.sub(r"\\(.)", r"\1", clause[1:-1]).partition(":")
        if not colon:
            raise NoExpression("A clause names its property")
        has_words = "tokens" in self._rules.attributes.get(attribute, ())
        self.check(attribute, "tokens" if has_words else "startswith")
        path, fits = attribute.split("/"), _has_words if has_words else _begins
        return lambda record: any(fits(value, wanted) for value in values_at(record, path))

    def takes(self, word: str) -> bool:
        return self._tokens[:1] == [word.upper()] and super().takes(word)


def _words(text: str) -> list[str]:
    return [word.casefold() for part in _HUMP.split(text) for word in _WORD.findall(part)]


def _has_words(value: Any, wanted: str) -> bool:
    there = _words(value) if isinstance(value, str) else []
    return all(any(word.startswith(each) for word in there) for each in _words(wanted))


def _begins(value: Any, wanted: str) -> bool:
    return isinstance(value, str) and value.casefold().startswith(wanted.casefold())
