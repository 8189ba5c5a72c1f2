"""Filters as a caller writes them, checked and in one form; and which of them a directory supports."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import InvalidArgument, Kinds
from ..manifest import Manifest
from ..users.filters import ALIASES, FILTER_FIELDS, NOT, OPERATORS, Condition, filter_fields, operators_for
from ..users.folding import plain_address
from ..users.json_values import is_list, is_object
from ..users.text import visible
from ..users.timestamps import as_iso, parse_time
from ..users.user import FIELDS
from .syntax import refuse_syntax_in_value

__all__ = [
    "MAX_TEXT",
    "MAX_VALUES",
    "Filters",
    "closed_fields",
    "conditions",
    "filterable",
    "has_field",
    "listed_fields",
    "operators_here",
    "read_filters",
]

MAX_VALUES = 50
"""Values of one filter; they mean OR."""
MAX_TEXT = 256
"""Characters of a free-text query or of one filter value."""

_FLAGS = {"true": True, "false": False}


class Filters(NamedTuple):
    """The filters of a call. `dropped` names those whose value is `""`, which means that they are not given."""

    conditions: tuple[Condition, ...] = ()
    dropped: tuple[str, ...] = ()


def filterable(manifest: Manifest) -> list[str]:
    """Return the fields to filter this provider's users by: it has them, or filters by them itself."""
    sent = listed_fields(manifest)
    return [name for name in FILTER_FIELDS if _operators(manifest, name, sent)]


def operators_here(manifest: Manifest, field: str) -> tuple[str, ...]:
    """Return the operators that a field takes in this provider's directory.

    Only a whole value finds a masked value. A field that only the get-one endpoint sends cannot be checked in a list.
    """
    return _operators(manifest, field, listed_fields(manifest))


def _operators(manifest: Manifest, field: str, sent: Collection[str]) -> tuple[str, ...]:
    fitting = operators_for(field)
    levels = {manifest.user.shown(name) for name in filter_fields(field) if name in sent}
    if not levels:
        return tuple(each for each in fitting if manifest.filter_rule(field, each) is not None)
    if "full" not in levels:
        return tuple(each for each in fitting if each == NOT or OPERATORS[each].reads_whole_values)
    return fitting


def has_field(manifest: Manifest, field: str) -> bool:
    """Return whether a list sends a field, so that it can be checked."""
    return not listed_fields(manifest).isdisjoint(filter_fields(field))


def listed_fields(manifest: Manifest) -> frozenset[str]:
    """Return the fields that a list sends and the operator shows."""
    return frozenset(manifest.user.fields()).difference(manifest.get.only if manifest.get else ())


def closed_fields(manifest: Manifest) -> tuple[list[str], list[str]]:
    """Return the fields in which only whole values find a user, and the fields that are not looked at."""
    levels = {name: manifest.user.shown(name) for name in FIELDS}
    return [name for name in FIELDS if levels[name] == "masked"], [name for name in FIELDS if levels[name] == "none"]


def read_filters(filters: Mapping[str, Any] | None, offered: Sequence[str] = tuple(FILTER_FIELDS)) -> Filters:
    """Check names, operators and values.

    `{"field": value}`, `{"field": [values]}`, `{"field": {"operator": value}}`; several operators of one field must all
    hold. `""` means that a filter is not given.

    Raises: InvalidArgument naming the `offered` fields, the operators of a field, or the form of a value.
    """
    conditions: list[Condition] = []
    dropped: list[str] = []
    for name, value in (filters or {}).items():
        field, operator = ALIASES.get(name, (name, ""))
        if field not in FILTER_FIELDS:
            raise Kinds.UNKNOWN_FILTER.error(name=name, valid=tuple(offered))
        if value == "":
            dropped.append(name)
            continue
        asked = {operator: value} if operator else _by_operator(name, field, value)
        read = dict(_conditions(name, field, asked))
        conditions += [each for each in read.values() if each is not None]
        empty = [part for part, each in read.items() if each is None]
        dropped += [name] if len(empty) == len(read) else [f"{name}.{part}" for part in empty]
    return Filters(tuple(dict.fromkeys(conditions)), tuple(dropped))


def conditions(filters: Mapping[str, Any]) -> tuple[Condition, ...]:
    """Read the conditions in filters as callers write them. Raises: InvalidArgument."""
    return read_filters(filters).conditions


def _by_operator(name: str, field: str, value: Any, valid: Sequence[str] | None = None) -> Mapping[str, Any]:
    """Return the values asked of a field, by operator; a bare value means `is`."""
    valid = valid or operators_for(field)
    if value is None:
        raise _null(name, field)
    if is_object(value) and value:
        return value
    if is_object(value) or "is" not in valid:
        raise Kinds.NO_OPERATOR.error(name=name, valid=valid)
    return {"is": value}


def _null(name: str, field: str) -> InvalidArgument:
    has_question = "missing" in operators_for(field)
    return Kinds.NULL_VALUE.error(name=name, field=field) if has_question else Kinds.NULL_ID.error(name=name)


def _conditions(name: str, field: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, Condition | None]]:
    """Yield a condition per operator; None for one whose value is `""`."""
    for operator, value in asked.items():
        yield operator, _negated(name, field, value) if operator == NOT else _condition(name, field, operator, value)


def _negated(name: str, field: str, value: Any) -> Condition | None:
    inner = tuple(each for each in operators_for(field) if each != NOT)
    if value == "":
        return None
    asked = _by_operator(name, field, value, inner)
    if NOT in asked:
        raise Kinds.NOT_INSIDE_NOT.error(name=name, valid=inner)
    if len(asked) > 1:  # not (a and b) is not a single condition
        raise Kinds.SEVERAL_INSIDE_NOT.error(name=name, valid=inner)
    ((operator, given),) = asked.items()
    found = _condition(name, field, operator, given, inner)
    return found and found._replace(negated=True)


def _condition(
    name: str, field: str, operator: str, value: Any, valid: Sequence[str] | None = None
) -> Condition | None:
    if operator not in operators_for(field):
        raise _no_such_operator(name, operator, valid or operators_for(field))
    if value is None:
        raise _null(name, field)
    if value == "":
        return None
    match OPERATORS[operator].takes:
        case "flag":
            return Condition(field, operator, (_flag(name, operator, value),))
        case "time":
            return Condition(field, operator, (_time(name, field, value),))
        case "text":
            texts = _texts(name, field, value)
            kind = FILTER_FIELDS[field]
            values = tuple(map(plain_address, texts)) if kind == "address" and operator == "is" else texts
            for each in values:
                refuse_syntax_in_value(name, kind, operator, each)
            return Condition(field, operator, values)


def _no_such_operator(name: str, operator: str, valid: Sequence[str]) -> InvalidArgument:
    if operator not in OPERATORS:
        return Kinds.UNKNOWN_OPERATOR.error(name=name, operator=str(operator), valid=valid)
    return Kinds.OPERATOR_NOT_FOR_FIELD.error(name=name, operator=operator, valid=valid)


def _flag(name: str, operator: str, value: Any) -> str:
    text = str(value).strip().lower()
    if not isinstance(value, bool | str) or text not in _FLAGS:
        raise Kinds.TAKES_A_FLAG.error(name=name, operator=operator, value=str(value))
    return text


def _time(name: str, field: str, value: Any) -> str:
    items = _items(name, field, value)
    if len(items) > 1:
        raise Kinds.SEVERAL_TIMES.error(name=name, count=len(items))
    item = items[0]
    moment = parse_time(item) if isinstance(item, str | int | float) and not isinstance(item, bool) else None
    if moment is None:
        raise Kinds.NOT_A_TIME.error(name=name, value=str(item))
    _within_bounds(name, str(item))
    return as_iso(moment)


def _texts(name: str, field: str, value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_text(name, field, item) for item in _items(name, field, value)))


def _text(name: str, field: str, value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise Kinds.VALUE_NOT_TEXT.error(name=name, type=type(value).__name__)
    text = str(value) if field == "id" else str(value).strip()
    _within_bounds(name, text)
    return text if field == "id" else visible(text)


def _within_bounds(name: str, text: str) -> None:
    if len(text) > MAX_TEXT:
        raise Kinds.VALUE_TOO_LONG.error(name=name, length=len(text), most=MAX_TEXT)


def _items(name: str, field: str, value: Any) -> list[Any]:
    """Return the values of a filter: one, or those of a list; an empty value is refused."""
    items = value if is_list(value) else [value]
    if len(items) > MAX_VALUES:
        raise Kinds.TOO_MANY_VALUES.error(name=name, count=len(items), most=MAX_VALUES)
    if any(item is None for item in items):
        raise _null(name, field)
    if not items or any(not str(item).strip() for item in items):
        raise Kinds.EMPTY_VALUE.error(name=name)
    return items
