"""Paths to values in a provider's JSON: JMESPath, compiled where that is possible, because scans read many records.

https://jmespath.org/specification.html
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from ..users.json_values import is_object
from .compiled import Getter, compiled, field, path

__all__ = ["Getter", "finder", "getter", "is_null", "plain_key", "plain_keys"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


@lru_cache(maxsize=512)
def getter(expression: str) -> Getter:
    """Compile an expression; the result returns None if the JSON has nothing there.

    `@` is the whole document.

    Raises: ValueError if the expression is not JMESPath.
    """
    if expression == "@":
        return _whole
    keys = plain_keys(expression)
    if keys is None:
        return _jmespath(expression)
    return field(keys[0]) if len(keys) == 1 else path([field(key) for key in keys])


def plain_keys(expression: str) -> list[str] | None:
    """Return the keys of a path like `a.b`; None for any other expression."""
    return expression.split(".") if _PLAIN.fullmatch(expression) else None


def plain_key(expression: str) -> str | None:
    """Return the key that is the whole expression; None if the expression is more than one key."""
    return expression if _PLAIN.fullmatch(expression) and "." not in expression else None


@lru_cache(maxsize=512)
def finder(expression: str) -> Callable[[Any], bool]:
    """Return a test of a document: whether it has what an expression leads to, even if that is null.

    A path through a list is found only where it leads to a value.
    """
    if expression == "@":
        return lambda _: True
    if _PLAIN.fullmatch(expression):
        return _has_key(*_split(expression))
    import jmespath

    return _finder(jmespath.compile(expression).parsed) or _has_value(getter(expression))


def _split(path: str) -> tuple[Getter, str]:
    above, _, key = path.rpartition(".")
    return getter(above or "@"), key


def _has_key(above: Getter, key: str) -> Callable[[Any], bool]:
    def has(document: Any) -> bool:
        holder = above(document)
        return is_object(holder) and key in holder

    return has


def _has_value(get: Getter) -> Callable[[Any], bool]:
    return lambda document: get(document) not in (None, [], {}, "")


def _finder(node: Mapping[str, Any]) -> Callable[[Any], bool] | None:
    """Return the finder of a parsed expression; None if only a value tells that it leads somewhere."""
    parts = node["children"]
    match node["type"]:
        case "field":
            return _has_key(_whole, node["value"])
        case "subexpression" if parts[-1]["type"] == "field":
            above = [compiled(part) for part in parts[:-1]]
            known = [each for each in above if each is not None]
            return _has_key(path(known) if len(known) > 1 else known[0], parts[-1]["value"]) if known == above else None
        case "or_expression":
            either = [_finder(part) or _has_value_of(part) for part in parts]
            return lambda document: any(has(document) for has in either)
        case _:
            return None


def _has_value_of(node: Mapping[str, Any]) -> Callable[[Any], bool]:
    get = compiled(node)
    return (lambda _: False) if get is None else _has_value(get)


def is_null(expression: str, document: Any) -> bool:
    """Return whether a document has null where a path of plain keys leads: the key is there, and has no value."""
    if not _PLAIN.fullmatch(expression):
        return False
    return finder(expression)(document) and getter(expression)(document) is None


def _whole(document: Any) -> Any:
    return document


def _jmespath(expression: str) -> Getter:
    import jmespath
    from jmespath.exceptions import JMESPathError
    from jmespath.functions import Functions

    try:
        parsed = jmespath.compile(expression)
    except JMESPathError as error:
        raise ValueError(f"{expression!r} is not a JMESPath expression") from error
    if not _functions(parsed.parsed) <= Functions.FUNCTION_TABLE.keys():
        raise ValueError(f"{expression!r} is not a JMESPath expression: it has no such function")
    fast = compiled(parsed.parsed)
    if fast is not None:
        return fast

    def get(document: Any) -> Any:
        try:
            return parsed.search(document)
        except (JMESPathError, TypeError):  # a function does not take this type, or a text is compared with a number
            return None

    return get


def _functions(node: Any) -> set[str]:
    """Return the names of the functions that a parsed expression calls."""
    if not is_object(node):
        return set()
    own = {str(node["value"])} if node["type"] == "function_expression" else set[str]()
    return own.union(*(_functions(child) for child in node["children"]))
