"""Two rules that set one parameter to what cannot stand there together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..dialects import takes_conditions
from .asked import Asked
from .endpoints import Search, Sort
from .filters import FilterTables
from .list_endpoint import ListEndpoint

__all__ = ["collision"]


class _Place(NamedTuple):
    """A rule, and where it stands in the page."""

    name: str
    rule: Asked


def collision(
    endpoint: ListEndpoint, sort: Mapping[str, Sort], filters: FilterTables, search: Search | None
) -> str | None:
    """Say which rules set one parameter in ways that do not fit together, and what to do; None if all fit."""
    places = [
        _Place(f"filters.{field}" if operator == "is" else f"filters.{field}.{operator}", rule)
        for field, table in filters.items()
        for operator, rule in table.items()
    ]
    places += [] if search is None or search.path is not None else [_Place("search", search)]
    used = _positions(endpoint) | _orders(sort)
    found = (*_between(places), *_with_fixed(places, endpoint.parameters), *_with_others(places, used), *_along(places))
    return next(iter(found), None)


def _between(places: Sequence[_Place]) -> Iterator[str]:
    """Find a parameter that an expression shares with a bare value, or with another dialect."""
    first: dict[str, _Place] = {}
    for place in places:
        other = first.setdefault(place.rule.parameter, place)
        spoken, beside = place.rule.speaks, other.rule.speaks
        if spoken is not beside:
            names = sorted("a bare value" if each is None else each.name for each in (spoken, beside))
            yield (
                f"{other.name} and {place.name} both set the parameter {place.rule.parameter}, as {names[0]} and "
                f"{names[1]}: give both the same dialect"
            )


def _with_fixed(places: Sequence[_Place], fixed: Mapping[str, str]) -> Iterator[str]:
    """Find what is fixed in a parameter and cannot be joined with a condition."""
    for name, rule in places:
        dialect, text = rule.speaks, fixed.get(rule.parameter)
        if dialect is not None and text is not None and not takes_conditions(dialect, text):
            yield f"{name}: no condition of {dialect.name} can be joined to list.parameters.{rule.parameter}"
        for parameter in rule.also:
            if fixed.get(parameter, rule.also[parameter]) != rule.also[parameter]:
                yield f"{name}: `with` sets {parameter}, which list.parameters sets otherwise"


def _with_others(places: Sequence[_Place], used: Mapping[str, tuple[str, set[str]]]) -> Iterator[str]:
    """Find a parameter of an expression, or one that goes along, that pages or orders set."""
    for name, rule in places:
        own = {} if rule.speaks is None else {rule.parameter: None}
        for parameter, value in {**rule.also, **own}.items():
            other, known = used.get(parameter, ("", value))
            if other and (value is None or known != {value}):
                yield f"{name} and {other} both set the parameter {parameter}"


def _along(places: Sequence[_Place]) -> Iterator[str]:
    """Find what goes along with one rule and is the parameter of another, or goes along with it otherwise."""
    asked = {place.rule.parameter: place.name for place in places}
    first: dict[str, tuple[str, str]] = {}
    for name, rule in places:
        for parameter, value in rule.also.items():
            other, known = first.setdefault(parameter, (name, value))
            if parameter in asked:
                yield f"{name}: `with` sets {parameter}, which is the parameter of {asked[parameter]}"
            elif known != value:
                yield f"{other} and {name} both set {parameter} in `with`, to different values"


def _positions(endpoint: ListEndpoint) -> dict[str, tuple[str, set[str]]]:
    """Return the parameters that say which rows are wanted; their values are not known."""
    found = dict.fromkeys(endpoint.pagination.names(), ("list.pagination", set[str]()))
    size = endpoint.page_size.parameter
    return found | ({} if size is None else {size: ("list.page_size", set[str]())})


def _orders(sort: Mapping[str, Sort]) -> dict[str, tuple[str, set[str]]]:
    """Return the parameters of orders, with all of their values."""
    found: dict[str, tuple[str, set[str]]] = {}
    for key, each in sort.items():
        for parameter, value in (*(each.ascending or {}).items(), *(each.descending or {}).items()):
            found.setdefault(parameter, (f"sort.{key}", set()))[1].add(value)
    return found
