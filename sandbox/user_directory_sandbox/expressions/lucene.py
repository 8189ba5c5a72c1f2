"""Queries of Lucene as Auth0 takes them: fields, phrases, wildcards, ranges, AND, OR, NOT, `_exists_`.

https://auth0.com/docs/manage-users/user-search/user-search-query-syntax. What the page does not name is refused.
An attribute takes `is` (words and phrases), `wildcard`, `range` and `exists`; `fold` compares it without letter case,
`time` as moments.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from user_directory_sandbox.expressions.rules import NoExpression, Rules, Test, values_at

_TOKEN = re.compile(
    r"\s*(?P<token>"
    r'(?P<phrase>"(?:[^"\\]|\\.)*")'
    r"|(?P<range>[\[{]\s*(?:\"[^\"]*\"|[^\s\]}\"]+)\s+TO\s+(?:\"[^\"]*\"|[^\s\]}\"]+)\s*[\]}])"
    r"|(?P<field>(?:[^\s\\:()\[\]{}\"*?]|\\.)+:)"
    r"|(?P<bracket>[()])"
    r"|(?P<term>(?:[^\s\\:()\[\]{}\"]|\\.)+)"
    r")"
)
_RANGE = re.compile(r'([\[{])\s*("[^"]*"|\S+)\s+TO\s+("[^"]*"|[^\s\]}]+)\s*([\]}])')
_LEAST_AFTER_A_STAR = 3  # "the literal must be three characters or longer"

Token = tuple[str, str]  # its kind and its text


def predicate(text: str, rules: Rules) -> Test:
    """Return what a query asks of a record. Raises: NoExpression."""
    return _Reader(_tokens(text), rules).whole()


def _tokens(text: str) -> list[Token]:
    tokens, at = list[Token](), 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise NoExpression(f"Invalid at character {at + 1}")
        kind = next(name for name, value in found.groupdict().items() if value is not None and name != "token")
        tokens.append((kind, found["token"]))
        at = found.end()
    return tokens


class _Reader:
    """Recursive descent; conditions side by side are joined by OR, which binds weakest, then AND, then NOT."""

    def __init__(self, tokens: list[Token], rules: Rules) -> None:
        self._tokens = tokens
        self._rules = rules

    def whole(self) -> Test:
        test = self._any()
        if self._tokens:
            raise NoExpression(f"Unexpected {self._tokens[0][1]!r}")
        return test

    def _any(self) -> Test:
        tests = [self._all()]
        while self._takes("OR") or (self._tokens and self._tokens[0][1] != ")"):
            tests.append(self._all())
        return lambda record: any(test(record) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._takes("AND"):
            tests.append(self._one())
        return lambda record: all(test(record) for test in tests)

    def _one(self) -> Test:
        if self._takes("NOT"):
            test = self._one()
            return lambda record: not test(record)
        kind, text = self._next()
        if text == "(":
            test = self._any()
            if self._next()[1] != ")":
                raise NoExpression("A bracket is not closed")
            return test
        if kind == "field":
            return self._condition(_plain(text[:-1]), *self._next())
        if kind == "phrase" or (kind == "term" and text not in ("AND", "OR")):
            return self._anywhere(kind, text)
        raise NoExpression(f"Unexpected {text!r}")

    def _condition(self, field: str, kind: str, token: str) -> Test:
        if field == "_exists_":
            return self._exists(token)
        abilities = self._abilities(field)
        if kind not in ("phrase", "term", "range"):
            raise NoExpression(f"{field} has no value")
        needed = "range" if kind == "range" else "wildcard" if kind == "term" and _has_wildcard(token) else "is"
        if needed not in abilities:
            raise NoExpression(f"{field} does not take {token!r}")
        fits = _in_range(token, abilities) if kind == "range" else _like(kind, token, abilities)
        path = field.split(".")
        return lambda record: any(value is not None and fits(value) for value in values_at(record, path))

    def _anywhere(self, kind: str, token: str) -> Test:
        """Without a field, a value may be in any text that folds."""
        fields = [name for name, abilities in self._rules.attributes.items() if "fold" in abilities]
        tests = [self._condition(field, kind, token) for field in fields]
        return lambda record: any(test(record) for test in tests)

    def _exists(self, field: str) -> Test:
        if "exists" not in self._abilities(field):
            raise NoExpression(f"_exists_ does not take {field!r}")
        path = field.split(".")
        return lambda record: any(value is not None for value in values_at(record, path))

    def _abilities(self, field: str) -> Collection[str]:
        if field not in self._rules.attributes:
            raise NoExpression(f"Unknown field {field!r}")
        return self._rules.attributes[field]

    def _takes(self, word: str) -> bool:
        if self._tokens[:1] == [("term", word)]:
            del self._tokens[0]
            return True
        return False

    def _next(self) -> Token:
        if not self._tokens:
            raise NoExpression("Unexpected end")
        return self._tokens.pop(0)


def _plain(text: str) -> str:
    """Return a text without the backslashes that made its signs plain."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _has_wildcard(term: str) -> bool:
    return re.search(r"[*?]", re.sub(r"\\.", "", term)) is not None


def _as_text(value: object, abilities: Collection[str]) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.casefold() if "fold" in abilities else text


def _like(kind: str, token: str, abilities: Collection[str]) -> Callable[[Any], bool]:
    """Return whether a value is a phrase or word, or fits one with wildcards."""
    if kind == "phrase":
        wanted = _as_text(_plain(token[1:-1]), abilities)
        return lambda value: _as_text(value, abilities) == wanted
    if token.startswith("*") and len(token.strip("*?")) < _LEAST_AFTER_A_STAR:
        raise NoExpression("A literal behind a wildcard has three characters or more")
    parts = re.findall(r"\\.|.", token, flags=re.DOTALL)
    signs: Mapping[str, str] = {"*": ".*", "?": "."}
    shape = "".join(signs.get(part) or re.escape(_as_text(_plain(part), abilities)) for part in parts)
    pattern = re.compile(shape, re.DOTALL)
    return lambda value: pattern.fullmatch(_as_text(value, abilities)) is not None


def _in_range(token: str, abilities: Collection[str]) -> Callable[[Any], bool]:
    found = _RANGE.fullmatch(token)
    if found is None:
        raise NoExpression(f"{token!r} is no range")
    low, high = (None if text == "*" else _measured(text.strip('"'), abilities) for text in (found[2], found[3]))
    takes_low, takes_high = found[1] == "[", found[4] == "]"

    def fits(value: object) -> bool:
        at = _measured(str(value), abilities)
        is_above = low is None or at > low or (takes_low and at == low)
        return is_above and (high is None or at < high or (takes_high and at == high))

    return fits


def _measured(text: str, abilities: Collection[str]) -> Any:
    try:
        if "time" in abilities:
            return datetime.fromisoformat(text if len(text) > len("2017") else f"{text}-01-01").astimezone(UTC)
        return float(text)
    except ValueError as problem:
        raise NoExpression(f"{text!r} is no value of a range") from problem
