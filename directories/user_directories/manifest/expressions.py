"""Paths to values in a provider's JSON: JMESPath, with a fast lane for plain dotted paths.

A scan reads hundreds of thousands of records, and nearly all paths are `a` or `a.b`.
https://jmespath.org/specification.html
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ..users.json_values import is_object

__all__ = ["Getter", "getter"]

Getter = Callable[[Any], Any]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


@lru_cache(maxsize=512)
def getter(expression: str) -> Getter:
    """Compile an expression; the result returns None if the JSON has nothing there.

    `@` is the whole document.

    Raises: ValueError if the expression is not JMESPath.
    """
    if expression == "@":
        return _whole
    if not _PLAIN.fullmatch(expression):
        return _jmespath(expression)
    keys = expression.split(".")
    return _key(keys[0]) if len(keys) == 1 else _keys(keys)


def _whole(document: Any) -> Any:
    return document


def _key(key: str) -> Getter:
    def get(document: Any) -> Any:
        return document.get(key) if is_object(document) else None

    return get


def _keys(keys: list[str]) -> Getter:
    def get(document: Any) -> Any:
        for key in keys:
            if not is_object(document):
                return None
            document = document.get(key)
        return document

    return get


def _jmespath(expression: str) -> Getter:
    import jmespath
    from jmespath.exceptions import JMESPathError
    from jmespath.functions import Functions

    try:
        compiled = jmespath.compile(expression)
    except JMESPathError as error:
        raise ValueError(f"{expression!r} is not a JMESPath expression") from error
    if not _functions(compiled.parsed) <= Functions.FUNCTION_TABLE.keys():
        raise ValueError(f"{expression!r} is not a JMESPath expression: it has no such function")

    def get(document: Any) -> Any:
        try:
            return compiled.search(document)
        except JMESPathError:  # the function does not take this type: the record has no such value
            return None

    return get


def _functions(node: Any) -> set[str]:
    """Return the names of the functions that a parsed expression calls."""
    if not is_object(node):
        return set()
    own = {str(node["value"])} if node["type"] == "function_expression" else set[str]()
    return own.union(*(_functions(child) for child in node["children"]))
