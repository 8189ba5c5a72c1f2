"""Templates of a table: a text that begins with `$` stands for what is known where it is used.

Within a longer text, `${given}` does.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from user_directory_sandbox.members import moment

Table = Mapping[str, Any]
"""A part of a table."""

_WITHIN = re.compile(r"\$\{([a-z_]+)\}")


def filled(value: object, facts: Mapping[str, Any]) -> Any:
    """Return a template with the facts in the places of their names."""
    match value:
        case dict():
            return {name: filled(each, facts) for name, each in cast("dict[str, object]", value).items()}
        case list():
            return [filled(each, facts) for each in cast("list[object]", value)]
        case str() if value[:1] == "$" and value[1:] in facts:
            return facts[value[1:]]
        case str() if "${" in value:
            return _WITHIN.sub(lambda found: str(facts[found[1]]), value)
        case _:
            return value


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return both tables as one; what `other` says goes before what `one` says, also in the tables within."""
    both = (name for name, each in other.items() if isinstance(each, dict) and isinstance(one.get(name), dict))
    return {**one, **other, **{name: merged(one[name], other[name]) for name in both}}


def without_nothing(value: object) -> Any:
    """Return a value without its nulls, empty texts, empty lists and empty objects, on every level."""
    if isinstance(value, dict):
        pairs = ((name, without_nothing(each)) for name, each in cast("dict[str, object]", value).items())
        return {name: each for name, each in pairs if not _is_nothing(each)}
    if isinstance(value, list):
        return [kept for each in cast("list[object]", value) if not _is_nothing(kept := without_nothing(each))]
    return value


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def at(record: Any, path: str) -> Any:
    """Return what a path of names leads to; None if it leads nowhere."""
    for name in path.split("."):
        record = cast("dict[str, Any]", record).get(name) if isinstance(record, dict) else None
    return record


def time_text(microseconds: int, timespec: str = "milliseconds") -> str:
    """Return a time in the form of RFC 3339, in milliseconds or what else `datetime.isoformat` calls so."""
    return moment(microseconds).isoformat(timespec=timespec)[:-6] + "Z"
