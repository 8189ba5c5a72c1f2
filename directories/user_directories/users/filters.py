"""The grammar of filters: which fields can be asked for, by which operators.

A filter is `{"field": value}`, `{"field": [values]}` (any of them) or `{"field": {"operator": value}}`. A new operator
is a row of `OPERATORS`: the fields that it fits, how its values are read, how it is checked here, what is sent to a
provider that reads it loosely, and the words by which it is described.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from .matching import Check, fold, same_address, unspaced_names, words
from .timestamps import as_iso, parse_time
from .user import User

__all__ = [
    "ALIASES",
    "FILTER_FIELDS",
    "NOT",
    "OPERATORS",
    "Condition",
    "FieldKind",
    "Operator",
    "matches_filters",
    "operators_for",
]

FieldKind = Literal["id", "address", "name", "text", "time"]

FILTER_FIELDS: Mapping[str, FieldKind] = {
    "id": "id",
    "email": "address",
    "name": "name",
    "given_name": "text",
    "family_name": "text",
    "username": "text",
    "status": "text",
    "state": "text",
    "kind": "text",
    "role": "text",
    "organization": "text",
    "department": "text",
    "title": "text",
    "employee_id": "text",
    "manager": "text",
    "created_at": "time",
    "updated_at": "time",
    "last_active_at": "time",
}
"""The fields that a filter can name, in the order in which they are shown, and how their values compare."""

ALIASES: Mapping[str, tuple[str, str]] = {
    f"{field.removesuffix('_at')}_{side}": (field, side)
    for field, kind in FILTER_FIELDS.items()
    if kind == "time"
    for side in ("after", "before")
}
"""`created_after` is `{"created_at": {"after": …}}`, and so on."""

_Test = Callable[[User], bool]


class Condition(NamedTuple):
    """One thing that a user must meet: by any of the values; with `negated`, by none, or the user has no value."""

    field: str
    operator: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True)
class Operator:
    """One row of the table.

    `test` makes the check of a user; `takes` says what its value is: text (or a list of texts), a time, or true or
    false. `loosened` is what is sent where the provider may read it more strictly than we do: every row is checked here
    too. `reads_whole_values`: it finds a user by nothing less than a whole value, so that it fits a masked field.
    """

    name: str
    kinds: frozenset[FieldKind]
    takes: Literal["text", "time", "flag"]
    test: Callable[[str, tuple[str, ...]], _Test]
    description: str
    loosened: Callable[[str], str] = str
    is_widened: bool = False
    """Whether what is sent is `loosened` far enough to hold everyone who is meant."""
    reads_whole_values: bool = True


def _is(field: str, values: tuple[str, ...]) -> _Test:
    match FILTER_FIELDS[field]:
        case "id":
            wanted = frozenset(values)
            return lambda user: user.id in wanted
        case "address":
            addresses = frozenset(map(same_address, values))
            return lambda user: any(same_address(each) in addresses for each in _addresses(user))
        case "name":
            return _is_named([words(value) or [value] for value in values])
        case _:
            folded = frozenset(map(fold, values))
            return lambda user: (value := user.value(field)) is not None and fold(value) in folded


def _is_named(queries: Sequence[Sequence[str]]) -> _Test:
    """Each word of one of the queries is a word of the name, in any order."""

    def matches(user: User) -> bool:
        have = words(" ".join(_names(user)))
        joined = [fold(text) for text in unspaced_names(user)]
        return any(all(word in have for word in query) or "".join(query) in joined for query in queries)

    return matches


def _starts_with(field: str, values: tuple[str, ...]) -> _Test:
    form = same_address if FILTER_FIELDS[field] == "address" else fold
    beginnings = tuple(map(form, values))
    return lambda user: any(form(text).startswith(beginnings) for text in _all_texts(user, field))


def _time(field: str, values: tuple[str, ...], *, after: bool) -> _Test:
    """`after` includes the moment itself, `before` does not, so that two ranges can meet."""
    limit = parse_time(values[0])

    def matches(user: User) -> bool:
        moment = parse_time(user.value(field))
        if moment is None or limit is None:
            return False
        return moment >= limit if after else moment < limit

    return matches


def _after(field: str, values: tuple[str, ...]) -> _Test:
    return _time(field, values, after=True)


def _before(field: str, values: tuple[str, ...]) -> _Test:
    return _time(field, values, after=False)


def _missing(field: str, values: tuple[str, ...]) -> _Test:
    wanted = values[0] == "true"
    return lambda user: wanted == (not _all_texts(user, field))


def _earlier(value: str) -> str:
    return _moved(value, -1)


def _later(value: str) -> str:
    return _moved(value, 1)


def _moved(value: str, seconds: int) -> str:
    """A bound that a provider may or may not include, a second wider."""
    moment = parse_time(value)
    if moment is None or not 1 < moment.year < 9999:
        return value
    return as_iso(moment.replace(microsecond=0) + timedelta(seconds=seconds))


_WORDS: frozenset[FieldKind] = frozenset({"address", "name", "text"})
_WHOLE: frozenset[FieldKind] = frozenset({"id", "address", "name", "text"})
_TIMES: frozenset[FieldKind] = frozenset({"time"})
_VALUES: frozenset[FieldKind] = frozenset({"address", "name", "text", "time"})

OPERATORS: Mapping[str, Operator] = {
    row.name: row
    for row in (
        Operator("is", _WHOLE, "text", _is, "the whole value; several: any of them"),
        Operator("starts_with", _WORDS, "text", _starts_with, "how the value begins", reads_whole_values=False),
        Operator(
            "after",
            _TIMES,
            "time",
            _after,
            "at this time or later",
            _earlier,
            is_widened=True,
            reads_whole_values=False,
        ),
        Operator(
            "before", _TIMES, "time", _before, "earlier than this", _later, is_widened=True, reads_whole_values=False
        ),
        Operator("missing", _VALUES, "flag", _missing, "true: has no value; false: has one"),
    )
}
"""What a field can be asked for. `not` stands before any of them, and also finds users without the value."""

NOT = "not"


def operators_for(field: str) -> tuple[str, ...]:
    """The operators that fit a field, with `not`."""
    return (*(row.name for row in OPERATORS.values() if FILTER_FIELDS[field] in row.kinds), NOT)


def matches_filters(conditions: Sequence[Condition]) -> Check:
    """Match users that meet every condition."""
    tests = [_test(condition) for condition in conditions]
    fields = frozenset[str]().union(*(_fields(condition.field) for condition in conditions))
    return Check(lambda user: all(test(user) for test in tests), fields)


def _test(condition: Condition) -> _Test:
    test = OPERATORS[condition.operator].test(condition.field, condition.values)
    return (lambda user: not test(user)) if condition.negated else test


def _fields(name: str) -> tuple[str, ...]:
    """The fields of a user that a filter looks at."""
    return {"email": ("email", "emails"), "name": ("name", "given_name", "family_name")}.get(name, (name,))


def _all_texts(user: User, field: str) -> Sequence[str]:
    """The values that a user has for a filter."""
    if field == "email":
        return _addresses(user)
    return _names(user) if field == "name" else _texts(user, field)


def _texts(user: User, field: str) -> Sequence[str]:
    value: Any = user.value(field)
    return () if value is None else (value,)


def _addresses(user: User) -> Sequence[str]:
    return [each for each in (user.email, *(user.emails or ())) if each]


def _names(user: User) -> Sequence[str]:
    return [part for part in (user.name, user.given_name, user.family_name) if part]
