"""How much is tried: some of it by default, so that the tests take four minutes; all with HYPOTHESIS_PROFILE=long."""

from collections.abc import Iterable
from itertools import product
from typing import Any, TypeVar

from hypothesis import settings

_Value = TypeVar("_Value")

EXAMPLES = {"default": 8, "long": 500}
"""Of a law, in each profile."""

_USUAL = 15
"""Of a law, for which the numbers of those were chosen that cost more, or less, than others."""


def examples(number: int) -> int:
    """So many examples of a law that costs more than others, where a usual one has fifteen; in proportion elsewhere."""
    return max(1, number * settings().max_examples // _USUAL)


def some(*axes: Iterable[Any], one_of: int) -> list[tuple[Any, ...]]:
    """Every combination of the values of some axes; by default one of so many, in which every value occurs."""
    if examples(one_of) > one_of:
        return list(product(*axes))
    return _share(*axes, one_of=one_of)


def sample(values: Iterable[_Value], one_of: int) -> list[_Value]:
    """All values; by default one of so many."""
    return list(values)[:: one_of if examples(1) == 1 else 1]


def cover(*axes: Iterable[Any], times: int = 2) -> list[tuple[Any, ...]]:
    """Few combinations, in which each value of the longest axis occurs so many times, and every other one as well."""
    values = [list(axis) for axis in axes]
    longest = max(map(len, values))
    return [
        tuple(axis[(place + turn * number) % len(axis)] for number, axis in enumerate(values))
        for turn in range(times)
        for place in range(turn * longest, (turn + 1) * longest)
    ]


def _share(*axes: Iterable[Any], one_of: int) -> list[tuple[Any, ...]]:
    """One of so many combinations of the values of some axes, or of up to six times as many, if all values occur."""
    values = [list(axis) for axis in axes]
    places = next(found for factor in (6, 4, 3, 2, 1) if _occur(found := _every(values, factor * one_of), values))
    return [tuple(axis[index] for axis, index in zip(values, place, strict=True)) for place in places]


def _every(values: list[list[Any]], one_of: int) -> list[tuple[int, ...]]:
    return [place for place in product(*(range(len(axis)) for axis in values)) if sum(place) % one_of == 0]


def _occur(places: list[tuple[int, ...]], values: list[list[Any]]) -> bool:
    return all({place[axis] for place in places} == {*range(len(each))} for axis, each in enumerate(values))
