"""What stands in the way of a path: a value of another type than the path expects.

JMESPath gives null for it, as for what is absent (https://jmespath.org/specification.html); but the value may be the
one that is looked for, written in another way. A value that is null or empty is absent.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ..users.json_values import is_list, is_object
from .compiled import Getter, compiled, field
from .expressions import plain_keys

__all__ = ["Misfit", "misfit"]

Misfit = Callable[[Any], str | None]
"""Says of a document what stands in the way; None if nothing does."""

_Node = Mapping[str, Any]

_KINDS = (
    (bool, "true or false"),
    (str, "a text"),
    (dict, "an object"),
    (list, "a list"),
    (object, "a number"),
)
"""The types of JSON; to Python, true is a number too."""


@lru_cache(maxsize=512)
def misfit(expression: str) -> Misfit:
    """Compile the misfit of an expression that is JMESPath."""
    if expression == "@":
        return _nothing
    keys = plain_keys(expression)
    if keys is not None:  # which need no parser
        return _along([(_of_holder, field(key)) for key in keys])
    import jmespath

    return _of_node(jmespath.compile(expression).parsed)


def _of_node(node: _Node) -> Misfit:
    """Return the misfit of a parsed expression; nothing stands in the way of a part that takes every type."""
    make = _MAKERS.get(node["type"])
    return _nothing if make is None else make(node)


def _nothing(_: Any) -> None:
    return None


def _of_holder(holder: Any) -> str | None:
    return None if _is_absent(holder) or is_object(holder) else _kind(holder)


def _of_items(items: Any) -> str | None:
    return None if _is_absent(items) or is_list(items) else _kind(items)


def _is_absent(value: Any) -> bool:
    return value is None or (not value and isinstance(value, str | list | dict))


def _kind(value: Any) -> str:
    """Say what a value is, without the value."""
    return next(kind for of_kind, kind in _KINDS if isinstance(value, of_kind))


def _along(steps: Sequence[tuple[Misfit, Getter]]) -> Misfit:
    """Take one step after another, as far as it goes."""

    def find(document: Any) -> str | None:
        for misfit_of, get in steps:
            found = misfit_of(document)
            if found is not None:
                return found
            document = get(document)
        return None

    return find


def _path(node: _Node) -> Misfit:
    return _along([(_of_node(part), _getter(part)) for part in node["children"]])


def _any_part(node: _Node) -> Misfit:
    misfits = [_of_node(part) for part in node["children"] if part["type"] != "expref"]

    def find(document: Any) -> str | None:
        return next((found for each in misfits if (found := each(document)) is not None), None)

    return find


def _or(node: _Node) -> Misfit:
    """Look only at the part that leads to a value, if one does."""
    parts = [(_getter(part), _of_node(part)) for part in node["children"]]
    in_any = _any_part(node)

    def find(document: Any) -> str | None:
        for get, misfit_of in parts:
            if not _is_false(get(document)):
                return misfit_of(document)
        return in_any(document)

    return find


def _is_false(value: Any) -> bool:
    return value is False or _is_absent(value)


def _each(base: _Node, misfit_of_item: Misfit) -> Misfit:
    find_base, get = _of_node(base), _getter(base)

    def find(document: Any) -> str | None:
        found = find_base(document)
        items = get(document) if found is None else None
        if found is not None or _is_absent(items):
            return found
        if not is_list(items):
            return _kind(items)
        return next((what for item in items if (what := misfit_of_item(item)) is not None), None)

    return find


def _projection(node: _Node) -> Misfit:
    base, each = node["children"]
    return _each(base, _of_node(each))


def _filter_projection(node: _Node) -> Misfit:
    """An item is in the way if the condition expects another type; one that does not meet it is not looked at."""
    base, each, condition = node["children"]
    find_condition, find_each, meets = _of_node(condition), _of_node(each), _getter(condition)

    def find(item: Any) -> str | None:
        found = find_condition(item)
        return find_each(item) if found is None and not _is_false(meets(item)) else found

    return _each(base, find)


def _flatten(node: _Node) -> Misfit:
    return _each(node["children"][0], _nothing)


def _function(node: _Node) -> Misfit:
    """A function that gives nothing although it has an argument does not take its type."""
    arguments = [_getter(part) for part in node["children"] if part["type"] not in ("literal", "expref")]
    before, get_result = _any_part(node), _getter(node)

    def find(document: Any) -> str | None:
        found = before(document)
        if found is not None or get_result(document) is not None:
            return found
        return next((_kind(value) for get in arguments if not _is_absent(value := get(document))), None)

    return find


def _getter(node: _Node) -> Getter:
    """Return a getter of a part of an expression: compiled, or the interpreter's."""
    fast = compiled(node)
    if fast is not None:
        return fast
    from jmespath.exceptions import JMESPathError
    from jmespath.visitor import TreeInterpreter

    interpreter: Any = TreeInterpreter()

    def get(document: Any) -> Any:
        try:
            return interpreter.visit(node, document)
        except JMESPathError:
            return None

    return get


def _only(find: Misfit) -> Callable[[_Node], Misfit]:
    return lambda _: find


_MAKERS: Mapping[str, Callable[[_Node], Misfit]] = {
    "field": _only(_of_holder),
    "index": _only(_of_items),
    "slice": _only(_of_items),
    "subexpression": _path,
    "index_expression": _path,
    "pipe": _path,
    "or_expression": _or,
    "and_expression": _any_part,
    "not_expression": _any_part,
    "comparator": _any_part,
    "projection": _projection,
    "filter_projection": _filter_projection,
    "flatten": _flatten,
    "function_expression": _function,
}
"""The parts of expressions that expect a type, by their names in the parser."""
