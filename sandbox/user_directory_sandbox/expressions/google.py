"""Queries for users of Google Workspace: clauses with blanks between them, all of which must hold.

https://developers.google.com/workspace/admin/directory/v1/guides/search-users
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from user_directory_sandbox.expressions.rules import NoExpression, Rules, Test, values_at

_CLAUSE = re.compile(
    r"""(?:(?P<field>[A-Za-z][\w.]*)\s*(?P<sign>[=:])\s*)?"""
    r"""(?:'(?P<quoted>(?:[^'\\]|\\')*)'|(?P<bare>[^\s'"=:*\\]+)(?P<star>\*?))(?=\s|$)"""
)
_WORDS = re.compile(r"\w+")
_ANY_FIELD = ("givenName", "familyName", "email")


def predicate(text: str, rules: Rules) -> Test:
    """Return what a query asks of a record. Raises: NoExpression."""
    tests, at, text = list[Test](), 0, text.strip()
    while at < len(text):
        found = _CLAUSE.match(text, at)
        if found is None:
            raise NoExpression(f"Invalid at character {at + 1}")
        tests.append(_clause(found, rules))
        at = found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip())
    if not tests:
        raise NoExpression("There is no clause")
    return lambda record: all(test(record) for test in tests)


def _clause(found: re.Match[str], rules: Rules) -> Test:
    field, quoted = found["field"], found["quoted"]
    value = found["bare"] if quoted is None else quoted.replace(r"\'", "'")
    if field is None:
        either = [_test(each, ":", value, rules) for each in _ANY_FIELD]
        return lambda record: any(test(record) for test in either)
    known = rules.attributes.get(field)
    operator = f"{found['sign']}{found['star'] or ''}"
    if known is None:
        raise NoExpression(f"Unknown field {field!r}")
    if operator not in known:
        raise NoExpression(f"{field} does not take {operator!r}")
    return _test(field, operator, value, rules)


def _test(field: str, operator: str, value: str, rules: Rules) -> Test:
    paths = [path.split(".") for path in rules.paths.get(field, (field,))]
    compare, wanted = _COMPARISONS[operator], value.casefold()
    return lambda record: any(compare(_text(held), wanted) for held in _held(record, paths))


def _held(record: Mapping[str, Any], paths: Sequence[Sequence[str]]) -> list[Any]:
    return [each for path in paths for each in values_at(cast("object", record), path) if each is not None]


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value).casefold()


def _has_words(one: str, other: str) -> bool:
    """Return whether a text has the words of another, in their order and with none between them."""
    held, wanted = _WORDS.findall(one), _WORDS.findall(other)
    starts = range(len(held) - len(wanted) + 1)
    return bool(wanted) and any(held[start : start + len(wanted)] == wanted for start in starts)


_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda one, other: one == other,
    ":": _has_words,
    ":*": lambda one, other: one.startswith(other),
}
"""`givenName:Jane` is also "Jane Ann" but not "Janet", which `givenName:Jane*` is; letter case does not count."""
