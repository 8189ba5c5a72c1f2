"""Splitting a query into what the provider evaluates and what is checked here.

A plan is a chain of legs, each with the query parameters of one walk over the provider's list, and a residual: the
check that every row must still pass here. One query may need several legs ("ada lovelace" on an API with exact name
filters: given∧family, and the two swapped). OR is never turned into two ANDed parameters.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from user_directory_pagination import Parameters

from ..errors import Kinds
from ..manifest import FilterRule, GetOne, Manifest
from ..notes import Note, Notes
from ..users.filters import NOT, OPERATORS, Condition, matches_filters
from ..users.folding import fold
from ..users.matching import TEXT_FIELDS, Check, all_of, matches_text
from ..users.timestamps import parse_time
from .filters import closed_fields, filterable, has_field, operators_here
from .parameters import can_send, filter_parameters, requests_needed, text_parameters
from .query import Asking, Order, Query

__all__ = ["MOVING_ORDERS", "Compared", "How", "Leg", "Plan", "plan", "sortable"]

How = Literal["provider", "provider+checked", "scan"]

_MAX_LEGS = 12
_STEADY = frozenset({"id", "email", "emails", "username", "phone", "employee_id"})
"""Fields by which nobody comes to match another value of one filter while a list is read."""
MOVING_ORDERS = frozenset({"updated_at", "last_active_at"})
_USUAL = Asking()


@dataclass(frozen=True)
class Leg:
    """One walk: its query parameters, and whether it looks at everybody because earlier legs may miss somebody.

    A leg that looks at everybody follows at once if nobody was found; otherwise it waits for the cursor, if `waits`.
    """

    parameters: Parameters = ()
    everybody: bool = False
    waits: bool = True


class _Sent(NamedTuple):
    """A filter that the provider evaluates."""

    condition: Condition
    rule: FilterRule
    values: tuple[str, ...]
    """The values as they are sent."""
    is_sure: bool
    """Whether the provider is known to return everyone who matches."""


class Compared(NamedTuple):
    """The values of one field that the provider compares; `documented` if its own spelling of them is documented."""

    field: str
    values: tuple[str, ...]
    rule: FilterRule
    documented: bool


@dataclass(frozen=True)
class Plan:
    """How to answer a query; `residual` None means that the provider's rows need no check."""

    legs: tuple[Leg, ...]
    residual: Check | None
    how: How
    sure: bool = True
    """Whether the legs together are known to include everyone who matches."""
    notes: tuple[Note, ...] = ()
    order_moves: bool = False
    """Whether the order is by a time that changes, so that users can move while the list is read."""
    rereads: bool = False
    """Whether users may move from one leg to another, so that the earlier legs are read again after the last."""
    expected: Check | None = None
    """What every row must match if the provider applies its exact filters as the manifest says."""
    tolerated: Check | None = None
    """The same, but that a value may be missing: then nothing confirms that the row matches."""
    compared: tuple[Compared, ...] = ()
    """The values that only the provider compares, so that nobody may be found because of their spelling."""
    times: tuple[str, ...] = ()
    """The times of which a range is checked here: users without them are in none."""
    unlisted: frozenset[str] = frozenset()
    """The fields that no list sends."""
    counts_absence: bool = False
    """Whether users are found because they lack a value, so that a wrong path would find too many."""
    is_promised: bool = False
    """Whether the first leg is a search that is promised to find everybody."""
    is_eventual: bool = False
    """Whether the provider's index may be behind its list."""

    @property
    def passes(self) -> tuple[Leg, ...]:
        """The legs in the order in which they are read; an earlier one is read again for users who moved there."""
        return self.legs + (self.legs[:-1] if self.rereads else ())

    @property
    def native_total(self) -> bool:
        """Whether the provider's own total counts exactly what was asked for."""
        return self.residual is None and len(self.legs) == 1


def sortable(manifest: Manifest) -> list[str]:
    """Return the orders that this provider can sort by: `created_at:desc`, …"""
    orders = [str(Order(key, False)) for key, sort in manifest.sort.items() if sort.ascending is not None]
    orders += [str(Order(key, True)) for key, sort in manifest.sort.items() if sort.descending is not None]
    if _own_order(manifest) not in (None, *orders):
        orders.append(str(_own_order(manifest)))
    return sorted(orders)


def plan(manifest: Manifest, query: Query, asking: Asking = _USUAL) -> Plan:
    """Plan a query for one provider.

    Raises: InvalidArgument for a filter or an order that the provider does not support.
    """
    query = _with_known_values(manifest, query)
    order = _order_parameters(manifest, query.order)
    if _is_contradictory(query.filters):
        return Plan((), None, "provider", notes=(Notes.NOBODY_CAN_MATCH.note(),))
    pushed, checked = _split_filters(manifest, query, asking)
    combinations = list(_combinations(pushed))
    search = _searches(manifest, query, asking)
    if _shares_parameter(combinations, search.requests):  # sent twice, one parameter would mean OR
        search = _Searches()
    legs = [Leg(order + filters + text) for filters, text in itertools.product(combinations, search.requests)]
    unsure = [each for each in pushed if not each.is_sure]
    blind = [each.condition for each in unsure if not has_field(manifest, each.condition.field)]
    is_open = search.may_miss or any(each.condition not in blind for each in unsure)
    if is_open:
        kept = [each for each in pushed if each.is_sure or each.condition in blind]
        waits = not (search.is_promised and query.exhaustive)
        legs += [Leg(order + filters, everybody=True, waits=waits) for filters in _combinations(kept)]
    remaining = [each for each in checked if each not in blind]
    residual = _residual(remaining, manifest, query.text)
    key = query.order.key if query.order else (manifest.list.order or "").partition(":")[0]
    unlisted = frozenset(manifest.sent_by_get_only())
    return Plan(
        tuple(legs),
        residual,
        _how(legs, order, residual),
        sure=not blind and (residual is None or unlisted.isdisjoint(residual.fields)),
        notes=tuple(_notes(manifest, query, legs, blind)),
        order_moves=key in MOVING_ORDERS,
        rereads=len(legs) == len(combinations) > 1 and any(each.condition.field not in _STEADY for each in pushed),
        expected=_expected(manifest, pushed),
        tolerated=_expected(manifest, pushed, lenient=True),
        compared=tuple(_compared(manifest, pushed)),
        times=tuple(
            dict.fromkeys(
                each.field for each in remaining if OPERATORS[each.operator].takes == "time" and not each.negated
            )
        ),
        unlisted=unlisted,
        counts_absence=any(each.negated or each.operator == "missing" for each in remaining),
        is_promised=search.is_promised,
        is_eventual=search.is_promised and manifest.search is not None and manifest.search.eventual,
    )


class _Searches(NamedTuple):
    """The searches that a provider is asked for, joined here; `may_miss`: everybody else has to be looked at."""

    requests: list[Parameters] = [()]  # noqa: RUF012 - not changed
    may_miss: bool = False
    is_promised: bool = False


def _searches(manifest: Manifest, query: Query, asking: Asking) -> _Searches:
    """Return how a text is searched for. To see whether a promise is kept, an exhaustive query asks for it, too."""
    is_promised = bool(manifest.search and manifest.search.whole)
    if not query.text or (query.exhaustive and not is_promised):
        return _Searches()
    requests = text_parameters(manifest, query.text)
    if not any(requests):
        return _Searches()
    return _Searches(requests, query.exhaustive or not (is_promised and asking.whole), is_promised)


def _compared(manifest: Manifest, pushed: Sequence[_Sent]) -> Iterator[Compared]:
    for each in pushed:
        field, operator = each.condition.field, each.condition.operator
        if each.rule.match == "exact" and operator == "is" and field != "id":
            is_documented = bool(each.rule.values or manifest.known_values(field)) or each.rule.case != "as_given"
            yield Compared(field, each.values, each.rule, is_documented)


def _notes(manifest: Manifest, query: Query, legs: Sequence[Leg], blind: Sequence[Condition]) -> Iterator[Note]:
    """Note what the query means for this provider."""
    yield from (Notes.COMPARED_BY_THE_PROVIDER.note(name=name) for name in dict.fromkeys(each.field for each in blind))
    with_nobody = [
        each.field for each in query.filters if each.negated and each.operator != "missing" and each.field != "id"
    ]
    if with_nobody:
        yield Notes.NOT_INCLUDES_MISSING.note(names=list(dict.fromkeys(with_nobody)))
    yield from _unseen(manifest, query.text)
    unlisted = [name for name in manifest.sent_by_get_only() if query.text and name in TEXT_FIELDS]
    if unlisted:
        yield Notes.NOT_LISTED_HERE.note(names=unlisted)
    if query.order and len(legs) > 1:
        yield Notes.JOINED_SEARCHES.note()


def _with_known_values(manifest: Manifest, query: Query) -> Query:
    """Return the query with known values in the provider's spelling. Raises: InvalidArgument."""
    return replace(query, filters=tuple(_with_known_value(manifest, each) for each in query.filters))


def _with_known_value(manifest: Manifest, condition: Condition) -> Condition:
    field, operator, values, negated = condition
    able = operators_here(manifest, field)
    if not able:
        raise Kinds.FILTER_NOT_HERE.error(name=field, valid=filterable(manifest))
    lacking = operator if operator not in able else NOT if negated and NOT not in able else None
    if lacking is not None:
        raise Kinds.OPERATOR_NOT_HERE.error(name=field, operator=lacking, valid=able)
    if operator != "is":
        return condition
    known = {fold(value): value for value in manifest.known_values(field)}
    unknown = [value for value in values if known and fold(value) not in known]
    if unknown:
        raise Kinds.VALUE_NOT_HERE.error(name=field, value=unknown[0], valid=list(known.values()))
    read = [_as_sent(manifest.get, value) for value in values] if field == "id" else values
    return condition._replace(values=tuple(known.get(fold(value), value) for value in read))


def _as_sent(endpoint: GetOne | None, identifier: str) -> str:
    """Return an id in the provider's letter case, if the provider ignores case."""
    is_lower = endpoint is not None and endpoint.lower and re.fullmatch(endpoint.ids, identifier)
    return identifier.lower() if is_lower else identifier


def _own_order(manifest: Manifest) -> str | None:
    """Return the order of the list, if the operator shows the time that it is sorted by in full."""
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


def _is_contradictory(conditions: Sequence[Condition]) -> bool:
    """Return whether the bounds of a time leave no moment between them."""
    bounds = {(each.field, each.operator): parse_time(each.values[0]) for each in conditions if not each.negated}
    spans = [(start, bounds.get((field, "before"))) for (field, side), start in bounds.items() if side == "after"]
    return any(start is not None and end is not None and start >= end for start, end in spans)


def _split_filters(manifest: Manifest, query: Query, asking: Asking) -> tuple[list[_Sent], list[Condition]]:
    """Return the filters to send, each in its own parameter, and those to check here."""
    pushed: list[_Sent] = []
    checked: list[Condition] = []
    legs = 1
    for condition in query.filters:
        sent = _sent(manifest, condition, asking)
        needed = 1 if sent is None else requests_needed(sent.rule, sent.values)
        is_trusted = asking.exact and not query.exhaustive
        if sent is not None and _may_send(manifest, sent, pushed, is_trusted=is_trusted) and legs * needed <= _MAX_LEGS:
            pushed.append(sent)
            legs *= needed
            if sent.rule.match == "exact":
                continue
        checked.append(condition)
    return pushed, checked


def _sent(manifest: Manifest, condition: Condition, asking: Asking) -> _Sent | None:
    """Return a condition as the provider evaluates it, in its own words; None if it cannot."""
    rule = None if condition.negated else manifest.filter_rule(condition.field, condition.operator)
    has_other_words = condition.field in manifest.words() and condition.operator == "starts_with"
    if rule is None or has_other_words:  # how our word begins says nothing of theirs
        return None
    operator, values = OPERATORS[condition.operator], condition.values
    if condition.operator == "is" and not rule.values:
        values = tuple(theirs for value in values for theirs in manifest.theirs(condition.field, value))
    if rule.match == "exact":
        spelt = asking.spelt.get(condition.field, {})
        values = tuple(dict.fromkeys(each for value in values for each in spelt.get(value, (value,))))
        return _Sent(condition, rule, values, is_sure=True)
    is_sure = operator.is_widened and has_field(manifest, condition.field)
    return _Sent(condition, rule, tuple(map(operator.loosened, values)), is_sure)


def _may_send(manifest: Manifest, sent: _Sent, pushed: Sequence[_Sent], *, is_trusted: bool) -> bool:
    """Return whether to send a filter: one that is not trusted only if nothing can be checked here."""
    is_trusted = is_trusted or not has_field(manifest, sent.condition.field)
    is_free = all(sent.rule.parameter != each.rule.parameter for each in pushed)
    return is_trusted and is_free and can_send(sent.rule, sent.values)


def _combinations(pushed: Sequence[_Sent]) -> Iterator[Parameters]:
    choices = [filter_parameters(each.rule, each.values) for each in pushed]
    for combination in itertools.product(*choices):
        yield tuple(itertools.chain.from_iterable(combination))


def _shares_parameter(combinations: Sequence[Parameters], searches: Sequence[Parameters]) -> bool:
    sent = {name for parameters in combinations for name, _ in parameters}
    return any(name in sent for parameters in searches for name, _ in parameters)


def _expected(manifest: Manifest, pushed: Sequence[_Sent], *, lenient: bool = False) -> Check | None:
    exact = [
        each.condition for each in pushed if each.rule.match == "exact" and has_field(manifest, each.condition.field)
    ]
    return matches_filters(exact, *closed_fields(manifest), lenient=lenient) if exact else None


def _matching(manifest: Manifest, conditions: Sequence[Condition]) -> Check:
    """Return the check of conditions on users as they are shown."""
    return matches_filters(conditions, *closed_fields(manifest))


def _residual(checked: Sequence[Condition], manifest: Manifest, text: str | None) -> Check | None:
    checks = [_matching(manifest, checked)] if checked else []
    if text:
        checks.append(matches_text(text, *closed_fields(manifest)))
    return all_of(checks)


def _unseen(manifest: Manifest, text: str | None) -> Iterator[Note]:
    """Note where a search does not look, or does not look for fragments."""
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
