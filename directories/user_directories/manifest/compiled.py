"""JMESPath expressions as Python functions: the same results as the interpreter's, several times as fast.

https://jmespath.org/specification.html; `tests/directories/manifest/test_compiled.py` compares the two.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..users.json_values import is_list

__all__ = ["Getter", "compiled", "field", "path"]

Getter = Callable[[Any], Any]


def compiled(node: Mapping[str, Any]) -> Getter | None:
    """Compile a parsed expression; None if it has a part that only the interpreter can evaluate."""
    make = _MAKERS.get(node["type"])
    if make is None:
        return None
    parts = [compiled(child) for child in node["children"]]
    known = [part for part in parts if part is not None]
    return make(node.get("value"), known) if len(known) == len(parts) else None


def field(key: str) -> Getter:
    """Return the value of a key; None if there is none, or if the JSON is not an object."""

    def get(document: Any) -> Any:
        try:
            return document.get(key)
        except AttributeError:  # of all JSON, only objects have `get`
            return None

    return get


def path(steps: Sequence[Getter]) -> Getter:
    """Take one step after another."""
    if len(steps) == 2:
        first, second = steps
        return lambda document: second(first(document))

    def get(document: Any) -> Any:
        for step in steps:
            document = step(document)
        return document

    return get


def _field(key: Any, _: Sequence[Getter]) -> Getter:
    return field(key)


def _path(_: Any, steps: Sequence[Getter]) -> Getter:
    return path(steps)


def _whole(_: Any, __: Sequence[Getter]) -> Getter:
    return lambda document: document


def _literal(value: Any, _: Sequence[Getter]) -> Getter:
    return lambda _: value


def _index(number: Any, _: Sequence[Getter]) -> Getter:
    def get(document: Any) -> Any:
        if not is_list(document):
            return None
        return document[number] if -len(document) <= number < len(document) else None

    return get


def _or(_: Any, parts: Sequence[Getter]) -> Getter:
    first, second = parts

    def get(document: Any) -> Any:
        value = first(document)
        return second(document) if _is_false(value) else value

    return get


def _and(_: Any, parts: Sequence[Getter]) -> Getter:
    first, second = parts

    def get(document: Any) -> Any:
        value = first(document)
        return value if _is_false(value) else second(document)

    return get


def _comparator(operator: Any, parts: Sequence[Getter]) -> Getter | None:
    first, second = parts
    match operator:
        case "eq":
            return lambda document: _equal(first(document), second(document))
        case "ne":
            return lambda document: not _equal(first(document), second(document))
        case _:
            return None


def _projection(_: Any, parts: Sequence[Getter]) -> Getter:
    base, each = parts

    def get(document: Any) -> Any:
        items = base(document)
        return [value for item in items if (value := each(item)) is not None] if is_list(items) else None

    return get


def _filter_projection(_: Any, parts: Sequence[Getter]) -> Getter:
    base, each, condition = parts

    def get(document: Any) -> Any:
        items = base(document)
        if not is_list(items):
            return None
        kept = [item for item in items if not _is_false(condition(item))]
        return [value for item in kept if (value := each(item)) is not None]

    return get


def _flatten(_: Any, parts: Sequence[Getter]) -> Getter:
    (base,) = parts

    def get(document: Any) -> Any:
        items = base(document)
        if not is_list(items):
            return None
        flat: list[Any] = []
        for item in items:
            if is_list(item):
                flat += item
            else:
                flat.append(item)
        return flat

    return get


def _is_false(value: Any) -> bool:
    """Return whether a value is false to JMESPath: empty or null, but not 0."""
    return not value and (value is None or value is False or isinstance(value, str | list | dict))


def _equal(one: Any, other: Any) -> bool:
    """Return whether values are equal to JMESPath: to Python, true is 1 too."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return bool(one == other)


_MAKERS: Mapping[str, Callable[[Any, Sequence[Getter]], Getter | None]] = {
    "field": _field,
    "subexpression": _path,
    "index_expression": _path,
    "pipe": _path,
    "identity": _whole,
    "current": _whole,
    "literal": _literal,
    "index": _index,
    "or_expression": _or,
    "and_expression": _and,
    "comparator": _comparator,
    "projection": _projection,
    "filter_projection": _filter_projection,
    "flatten": _flatten,
}
"""The parts of expressions that can be compiled, by their names in the parser."""
