"""The grammar of filters: the fields and the operators that each takes.

A filter is `{"field": value}`, `{"field": [values]}` (any of them) or `{"field": {"operator": value}}`. A new operator
is a row of `OPERATORS`: the kinds of fields that take it, how its values are read, how it is checked here, what is sent
to a provider that reads it loosely, and its description.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Literal, NamedTuple

from .folding import fold, other_spelling, same_address, same_id, words
from .matching import Check, named_whole, unspaced_names, whole_values
from .timestamps import as_iso, parse_time
from .unreadable import UNREADABLE
from .user import User

__all__ = [
    "ALIASES",
    "FILTER_FIELDS",
    "NOT",
    "OPERATORS",
    "Condition",
    "FieldKind",
    "Operator",
    "filter_fields",
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
"""The fields that a filter can name, in the order in which they are shown, and how their values are compared."""

ALIASES: Mapping[str, tuple[str, str]] = {
    f"{field.removesuffix('_at')}_{side}": (field, side)
    for field, kind in FILTER_FIELDS.items()
    if kind == "time"
    for side in ("after", "before")
}
"""`created_after` is `{"created_at": {"after": …}}`, and so on."""

_ADDRESSES = ("email", "emails")
_NAMES = ("name", "given_name", "family_name")

_Test = Callable[[User], bool]
_Texts = Callable[[User], Sequence[str]]
"""The values that a filter looks at."""


class Condition(NamedTuple):
    """A condition on a user: one of the values matches; with `negated`, none matches or the user has no value.

    `any_case`: the directory ignores the letter case of these values, which are ids.
    """

    field: str
    operator: str
    values: tuple[str, ...]
    negated: bool = False
    any_case: bool = False


@dataclass(frozen=True)
class Operator:
    """One operator, a row of `OPERATORS`.

    `test` makes the check of a user. `takes` says what the value is: a string (or a list of strings), a time, or true
    or false. `loosened` is the value to send if the provider may read it more strictly than we do; every row is checked
    here too. `reads_whole_values`: only a whole value finds a user, so a masked field can take the operator.
    """

    name: str
    kinds: frozenset[FieldKind]
    takes: Literal["text", "time", "flag"]
    test: Callable[[FieldKind, tuple[str, ...], _Texts], _Test]
    description: str
    loosened: Callable[[str], str] = str
    is_widened: bool = False
    """Whether `loosened` widens the value enough for the answer to include everyone who matches."""
    reads_whole_values: bool = True


def _is(kind: FieldKind, values: tuple[str, ...], texts: _Texts) -> _Test:
    if kind == "name":
        return _is_named([words(value) or [value] for value in values], texts)
    form = _FORMS[kind]
    wanted = frozenset(map(form, values))
    return lambda user: not wanted.isdisjoint(map(form, texts(user)))


def _is_named(queries: Sequence[Sequence[str]], texts: _Texts) -> _Test:
    """Make a test: each word of one of the queries is a word of the name, in any order.

    Words that a hyphen joins in one of them may be two in the other: Jean-Luc is Jean Luc, but not only Luc.
    """
    asked = [(frozenset(query), frozenset(part for word in query for part in word.split("-"))) for query in queries]

    def matches(user: User) -> bool:
        names = texts(user)
        have = set(words(" ".join(names)))
        joined = [fold(text) for text in unspaced_names(user) if len(names) == len(_names(user, _NAMES))]
        hyphened = [set(word.split("-")) for word in have if "-" in word]
        for query, (wanted, parts) in zip(queries, asked, strict=True):
            known = have.union(*(each for each in hyphened if each <= parts))
            if wanted <= known or parts <= known or "".join(query) in joined:
                return True
        return False

    return matches


def _is_named_whole(values: Sequence[str], fields: Sequence[str], whole: Collection[str]) -> _Test:
    """Make a test of names of which some fields are masked: of these, the whole name has to be named."""
    masked = [name for name in fields if name in whole]
    shown = _is_named([words(value) or [value] for value in values], partial(_names, fields=_without(fields, masked)))
    queries = [words(value) or [value] for value in values]

    def matches(user: User) -> bool:
        known = whole_values(user, masked)
        return shown(user) or any(named_whole(known, query, {}).issuperset(query) for query in queries)

    return matches


def _without(fields: Sequence[str], others: Sequence[str]) -> list[str]:
    return [name for name in fields if name not in others]


def _starts_with(kind: FieldKind, values: tuple[str, ...], texts: _Texts) -> _Test:
    form = str.lower if kind == "address" else _FORMS[kind]
    beginnings = tuple(form(value) or value for value in values)  # a mark alone must not match everything
    spellings = _both_spellings(texts) if kind == "address" else texts
    return lambda user: any(form(text).startswith(beginnings) for text in spellings(user))


def _both_spellings(texts: _Texts) -> _Texts:
    def spelt(user: User) -> Sequence[str]:
        found = texts(user)
        return [*found, *(other for text in found if (other := other_spelling(text)) is not None)]

    return spelt


def _in_time(values: tuple[str, ...], texts: _Texts, *, after: bool) -> _Test:
    """Make a test of a bound: `after` includes the moment itself, `before` does not, so two ranges can meet."""
    moment = parse_time(values[0])
    limit = None if moment is None else _in_order(as_iso(moment))

    def matches(user: User) -> bool:
        moments = [known for text in texts(user) if (known := _in_order(text)) is not None]
        return limit is not None and any(known >= limit if after else known < limit for known in moments)

    return matches


def _in_order(text: str) -> str | None:
    """Return a time in the form that sorts as times do: that of `as_iso` without the Z. None if it is no time."""
    if text[10:11] == "T" and text[-1:] == "Z":
        return text[:-1]
    moment = parse_time(text)
    return None if moment is None else as_iso(moment)[:-1]


def _after(_: FieldKind, values: tuple[str, ...], texts: _Texts) -> _Test:
    return _in_time(values, texts, after=True)


def _before(_: FieldKind, values: tuple[str, ...], texts: _Texts) -> _Test:
    return _in_time(values, texts, after=False)


def _missing(_: FieldKind, values: tuple[str, ...], texts: _Texts) -> _Test:
    wanted = values[0] == "true"
    return lambda user: wanted == (not texts(user))


_FORMS: Mapping[FieldKind, Callable[[str], str]] = {
    "id": same_id,
    "address": same_address,
    "name": fold,
    "text": fold,
    "time": str,
}
"""The form in which values are compared."""


def _earlier(value: str) -> str:
    return _moved(value, -1)


def _later(value: str) -> str:
    return _moved(value, 1)


def _moved(value: str, seconds: int) -> str:
    """Widen a bound by a second, because a provider may or may not include it."""
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
"""All operators but `not`, which goes before any of them and also finds users without the value."""

NOT = "not"


def operators_for(field: str) -> tuple[str, ...]:
    """Return the operators that a field takes, with `not`."""
    return (*(row.name for row in OPERATORS.values() if FILTER_FIELDS[field] in row.kinds), NOT)


def matches_filters(
    conditions: Sequence[Condition],
    whole: Collection[str] = (),
    hidden: Collection[str] = (),
    *,
    lenient: bool = False,
) -> Check:
    """Make a check that matches users who meet every condition.

    The fields of `hidden` are not looked at; those of `whole` only by operators that take whole values. If `lenient`, a
    value that is missing or cannot be read contradicts nothing.
    """
    tests: list[_Test] = []
    fields: set[str] = set()
    for condition in conditions:
        closed = {*hidden, *(() if OPERATORS[condition.operator].reads_whole_values else whole)}
        looked_at = [name for name in filter_fields(condition.field) if name not in closed]
        fields.update(looked_at)
        tests.append(_test(condition, looked_at, whole, lenient=lenient))
    return Check(lambda user: all(test(user) for test in tests), frozenset(fields))


def filter_fields(name: str) -> tuple[str, ...]:
    """Return the fields of a user that a filter looks at."""
    return {"email": _ADDRESSES, "name": _NAMES}.get(name, (name,))


def _test(condition: Condition, fields: Sequence[str], whole: Collection[str], *, lenient: bool) -> _Test:
    """Make the test of a condition. Of a user whose value cannot be read, neither it nor its negation is said."""
    kind = FILTER_FIELDS[condition.field]
    texts, values = _texts_of(kind, fields), condition.values
    if condition.any_case:
        texts, values = _in_lower_case(texts), tuple(map(str.lower, values))
    if kind == "name" and condition.operator == "is" and not set(whole).isdisjoint(fields):
        test = _is_named_whole(values, fields, whole)
    else:
        test = OPERATORS[condition.operator].test(kind, values, texts)
    if lenient and condition.operator != "missing":
        return lambda user: test(user) is not condition.negated or not all(found := texts(user)) or not found
    if not condition.negated:
        return test
    if condition.operator == "missing":
        return lambda user: not test(user)
    return lambda user: not (test(user) or any(text is UNREADABLE for text in texts(user)))


def _texts_of(kind: FieldKind, fields: Sequence[str]) -> _Texts:
    match kind:
        case "address":
            return partial(_addresses, fields=fields)
        case "name":
            return partial(_names, fields=fields)
        case _:
            return partial(_value, field=fields[0]) if fields else _nothing


def _in_lower_case(texts: _Texts) -> _Texts:
    return lambda user: [text.lower() for text in texts(user)]


def _nothing(_: User) -> Sequence[str]:
    return ()


def _value(user: User, field: str) -> Sequence[str]:
    return _several(getattr(user, field))


def _several(value: str | tuple[str, ...] | None) -> Sequence[str]:
    """Return the values of a field, which can have several."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _addresses(user: User, fields: Sequence[str]) -> Sequence[str]:
    found = _several(user.email) if "email" in fields else ()
    return [*found, *(user.emails or ())] if "emails" in fields else found


def _names(user: User, fields: Sequence[str]) -> Sequence[str]:
    return [text for name in fields for text in _several(getattr(user, name))]
