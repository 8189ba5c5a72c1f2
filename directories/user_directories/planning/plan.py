"""Split a query into what the provider evaluates and what is left to us.

A plan is a chain of legs, each the query parameters of one walk over the provider's list, and a residual:
the check that every row must still pass here. One query may need several legs ("ada lovelace" on an API with
exact name filters: given∧family, and the two swapped); OR is never turned into two ANDed parameters.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from user_directory_pagination.page import Parameters

from ..errors import Kinds
from ..manifest import FILTER_FIELDS, TIME_FILTERS, FilterRule, GetOne, Manifest
from ..notes import Note, Notes
from ..users.matching import TEXT_FIELDS, Check, all_of, fold, matches_filters, matches_text
from ..users.timestamps import as_iso, parse_time
from ..users.user import FIELDS
from .parameters import can_send, filter_parameters, requests_needed, text_parameters
from .query import Order, Query

__all__ = ["How", "Leg", "Parameters", "Plan", "filterable", "plan", "sortable"]

How = Literal["provider", "provider+checked", "scan"]

_MAX_LEGS = 12
_MOVING_ORDERS = frozenset({"updated_at", "last_active_at"})


@dataclass(frozen=True)
class Leg:
    """One walk: its query parameters, and whether it looks at everybody because the legs before may miss some.

    Such a leg follows at once if nobody was found, and by the cursor if somebody was.
    """

    parameters: Parameters = ()
    everybody: bool = False


@dataclass(frozen=True)
class Plan:
    """How a query is answered; `residual` None means that the provider's rows need no check."""

    legs: tuple[Leg, ...]
    residual: Check | None
    how: How
    sure: bool = True
    """Whether the legs together are known to hold everyone who matches."""
    notes: tuple[Note, ...] = ()
    order_moves: bool = False
    """Whether the order is by a time that changes, so that users can move while the list is read."""
    expected: Check | None = None
    """What every row must meet if the provider does what its manifest says of its exact filters."""

    @property
    def native_total(self) -> bool:
        """Whether the provider's own total counts just what was asked for."""
        return self.residual is None and len(self.legs) == 1


def filterable(manifest: Manifest) -> list[str]:
    """The filters that have a meaning for this provider: it has the field, or filters by it itself."""
    return [name for name in FILTER_FIELDS if manifest.filter_rule(name) or _has(manifest, name)]


def sortable(manifest: Manifest) -> list[str]:
    """The orders that this provider can give: `created_at:desc`, …"""
    orders = [str(Order(key, False)) for key, sort in manifest.sort.items() if sort.ascending is not None]
    orders += [str(Order(key, True)) for key, sort in manifest.sort.items() if sort.descending is not None]
    if _own_order(manifest) not in (None, *orders):
        orders.append(str(_own_order(manifest)))
    return sorted(orders)


def plan(manifest: Manifest, query: Query) -> Plan:
    """Plan a query for one provider.

    Raises: InvalidArgument for a filter or an order that the provider's users cannot have.
    """
    query = _with_known_values(manifest, query)
    order = _order_parameters(manifest, query.order)
    if _is_contradictory(query):
        return Plan((), None, "provider", notes=(Notes.NOBODY_CAN_MATCH.note(),))
    pushed, checked = _split_filters(manifest, query)
    combinations = list(_combinations(manifest, query, pushed))
    searches = text_parameters(manifest, query.text) if query.text and not query.exhaustive else [()]
    if _shares_parameter(combinations, searches):  # sent twice, one parameter would mean OR
        searches = [()]
    legs = [Leg(order + filters + search) for filters, search in itertools.product(combinations, searches)]
    unsure = [name for name in pushed if not _is_sure(manifest, name)]
    blind = [name for name in unsure if not _has(manifest, name)]
    if any(searches) or any(name not in blind for name in unsure):
        kept = [name for name in pushed if name not in unsure or name in blind]
        legs += [Leg(order + filters, everybody=True) for filters in _combinations(manifest, query, kept)]
    residual = _residual({name: values for name, values in checked.items() if name not in blind}, manifest, query.text)
    notes = [Notes.COMPARED_BY_THE_PROVIDER.note(name=name) for name in blind]
    notes += _unseen(manifest, query.text)
    if query.order and len(legs) > 1:
        notes.append(Notes.JOINED_SEARCHES.note())
    expected = _expected(manifest, query, pushed)
    key = query.order.key if query.order else (manifest.list.order or "").partition(":")[0]
    return Plan(
        tuple(legs),
        residual,
        _how(legs, order, residual),
        sure=not blind,
        notes=tuple(notes),
        order_moves=key in _MOVING_ORDERS,
        expected=expected,
    )


def _has(manifest: Manifest, name: str) -> bool:
    if name in TIME_FILTERS:
        time = f"{name.partition('_')[0]}_at"
        return time in manifest.user.fields() and manifest.user.shown(time) == "full"
    return name in manifest.user.fields()


def _is_sure(manifest: Manifest, name: str) -> bool:
    """Whether the provider is known to return everyone who meets this filter; time bounds are sent wide enough."""
    rule = manifest.filter_rule(name)
    return rule is not None and (rule.match == "exact" or name in TIME_FILTERS)


def _with_known_values(manifest: Manifest, query: Query) -> Query:
    """The query with the provider's spelling of values that are known. Raises: InvalidArgument."""
    valid = filterable(manifest)
    filters: dict[str, tuple[str, ...]] = {}
    for name, values in query.filters.items():
        if name not in valid:
            raise Kinds.FILTER_NOT_HERE.error(name=name, valid=valid)
        known = {fold(value): value for value in manifest.known_values(name)}
        unknown = [value for value in values if known and fold(value) not in known]
        if unknown:
            raise Kinds.VALUE_NOT_HERE.error(name=name, value=unknown[0], valid=list(known.values()))
        read = [_as_sent(manifest.get, value) for value in values] if name == "id" else values
        filters[name] = tuple(known.get(fold(value), value) for value in read)
    return replace(query, filters=filters)


def _as_sent(endpoint: GetOne | None, identifier: str) -> str:
    """An id in the letter case in which the provider has it, where both are the same to it."""
    is_lower = endpoint is not None and endpoint.lower and re.fullmatch(endpoint.ids, identifier)
    return identifier.lower() if is_lower else identifier


def _own_order(manifest: Manifest) -> str | None:
    """The order of the list, where the operator lets the time be seen that it is by."""
    order = manifest.list.order
    return order if order and manifest.user.shown(order.partition(":")[0]) == "full" else None


def _order_parameters(manifest: Manifest, order: Order | None) -> Parameters:
    if order is None or str(order) == _own_order(manifest):
        return ()
    sort = manifest.sort_by(order.key)
    parameters = None if sort is None else sort.descending if order.descending else sort.ascending
    if parameters is None:
        able = sortable(manifest)
        raise Kinds.SORT_NOT_HERE.error(order=order, valid=able) if able else Kinds.NO_SORT_HERE.error(order=order)
    return tuple(parameters.items())


def _is_contradictory(query: Query) -> bool:
    for field in ("created", "updated"):
        after, before = (query.filters.get(f"{field}_{side}") for side in ("after", "before"))
        start, end = parse_time(after and after[0]), parse_time(before and before[0])
        if start is not None and end is not None and start >= end:
            return True
    return False


def _split_filters(manifest: Manifest, query: Query) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The names of the filters to send, and the filters to check here."""
    pushed: list[str] = []
    checked: dict[str, tuple[str, ...]] = {}
    legs = 1
    for name, values in query.filters.items():
        rule = manifest.filter_rule(name)
        trusted = rule is not None and (rule.match == "exact" or not query.exhaustive) and can_send(rule, values)
        needed = requests_needed(rule, values) if rule is not None else 1
        if trusted and legs * needed <= _MAX_LEGS:
            pushed.append(name)
            legs *= needed
        if name not in pushed or (rule is not None and rule.match != "exact"):
            checked[name] = values
    return pushed, checked


def _combinations(manifest: Manifest, query: Query, pushed: list[str]) -> Iterator[Parameters]:
    rules = ((name, rule) for name in pushed if (rule := manifest.filter_rule(name)) is not None)
    choices = [filter_parameters(rule, _widened(name, rule, query.filters[name])) for name, rule in rules]
    for combination in itertools.product(*choices):
        yield tuple(itertools.chain.from_iterable(combination))


def _widened(name: str, rule: FilterRule, values: tuple[str, ...]) -> tuple[str, ...]:
    """A bound that the provider may or may not include is sent a second wider: every row is checked here."""
    moment = parse_time(values[0]) if name in TIME_FILTERS and rule.match != "exact" else None
    if moment is None or not 1 < moment.year < 9999:
        return values
    return (as_iso(moment.replace(microsecond=0) + timedelta(seconds=-1 if name.endswith("_after") else 1)),)


def _shares_parameter(combinations: Sequence[Parameters], searches: Sequence[Parameters]) -> bool:
    sent = {name for parameters in combinations for name, _ in parameters}
    return any(name in sent for parameters in searches for name, _ in parameters)


def _expected(manifest: Manifest, query: Query, pushed: Sequence[str]) -> Check | None:
    exact = {
        name: query.filters[name]
        for name in pushed
        if _has(manifest, name) and (rule := manifest.filter_rule(name)) is not None and rule.match == "exact"
    }
    return matches_filters(exact) if exact else None


def _residual(checked: dict[str, tuple[str, ...]], manifest: Manifest, text: str | None) -> Check | None:
    checks = [matches_filters(checked)] if checked else []
    if text:
        shown = {name: manifest.user.shown(name) for name in FIELDS}
        whole = [name for name in FIELDS if shown[name] == "masked"]
        checks.append(matches_text(text, whole, [name for name in FIELDS if shown[name] == "none"]))
    return all_of(checks)


def _unseen(manifest: Manifest, text: str | None) -> Iterator[Note]:
    """Where a search does not look, or not for fragments."""
    fields = [name for name in manifest.user.all_fields() if name in TEXT_FIELDS] if text else []
    masked = [name for name in fields if manifest.user.shown(name) == "masked"]
    hidden = [name for name in fields if manifest.user.shown(name) == "none"]
    if masked:
        yield Notes.MASKED_HERE.note(names=masked)
    if hidden:
        yield Notes.HIDDEN_HERE.note(names=hidden)


def _how(legs: Sequence[Leg], order: Parameters, residual: Check | None) -> How:
    if residual is None:
        return "provider"
    return "provider+checked" if any(leg.parameters != order for leg in legs) else "scan"
