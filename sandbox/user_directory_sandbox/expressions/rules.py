"""What filter expressions of every language have in common: what may be asked, and of what they are about."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

Test = Callable[[Mapping[str, Any]], bool]


class NoExpression(ValueError):
    """The text is no expression, or not one that this list takes; the message says why."""


@dataclass(frozen=True)
class Rules:
    """What may be asked: attributes → the operators that each takes; `folds` compares texts without letter case.

    `paths`: attribute → where it is in a record, if that is not what it is called.
    """

    attributes: Mapping[str, Collection[str]]
    words: Collection[str] = ("and", "or", "not")
    folds: bool = True
    paths: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


def values_at(value: object, path: Sequence[str]) -> list[Any]:
    """Return what a path leads to, in each entry of the lists on its way."""
    match value:
        case list():
            return [found for each in cast("list[object]", value) for found in values_at(each, path)]
        case _ if not path:
            return [value]
        case dict():
            return values_at(cast("dict[str, object]", value).get(path[0]), path[1:])
        case _:
            return []
