"""Splitting a query into what the provider evaluates and what is checked here.

A plan is a chain of legs, each with the query parameters of one walk over the provider's list, and a residual: the
check that every row must still pass here. One query may need several legs ("ada lovelace" on an API with exact name
filters: given∧family, and the two swapped). OR is never turned into two ANDed parameters.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from user_directory_pagination import Parameters

from ..errors import Kinds
from ..manifest import GetOne, Manifest
from ..notes import Note, Notes
from ..users.filters import NOT, OPERATORS, Condition, filter_fields, matches_filters
from ..users.folding import fold, id_spellings
from ..users.matching import TEXT_FIELDS, Check, all_of, matches_text
from ..users.timestamps import parse_time
from .discretion import guards_ids
from .filters import closed_fields, filterable, has_field, operators_here
from .orders import MOVING_ORDERS, order_parameters
from .pushdown import (
    Compared,
    Searches,
    Sent,
    combinations_of,
    compared_in,
    expected_of,
    looked_up,
    searches_for,
    shares_parameter,
    split_filters,
    without_filters,
)
from .query import Asking, How, Query
from .terms import parameters_of

__all__ = ["Leg", "Plan", "plan"]

_STEADY = frozenset({"id", "email", "emails", "username", "phone", "employee_id"})
"""Fields by which nobody comes to match another value of one filter while a list is read."""
_USUAL = Asking()


@dataclass(frozen=True)
class Leg:
    """One walk: its query parameters, and whether it looks at everybody because earlier legs may miss somebody.

    `route` is the endpoint that is asked: `search`, or the field of a look-up; empty if it is the list.
    A leg that looks at everybody follows at once if nobody was found; otherwise it waits for the cursor, if `waits`.
    """

    parameters: Parameters = ()
    everybody: bool = False
    waits: bool = True
    route: str = ""


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
        return self.residual is None and len(self.legs) == 1 and not self.legs[0].route


def plan(manifest: Manifest, query: Query, asking: Asking = _USUAL) -> Plan:
    """Plan a query for one provider.

    Raises: InvalidArgument for a filter or an order that the provider does not support.
    """
    query = _with_known_values(manifest, query, asking)
    order = order_parameters(manifest, query.order)
    if _is_contradictory(query.filters):
        return Plan((), None, "provider", notes=(Notes.NOBODY_CAN_MATCH.note(),))
    pushed, checked, search = _split(manifest, query, asking)
    combinations = list(combinations_of(pushed))
    if shares_parameter(combinations, search.requests):
        search = Searches()
    requests = itertools.product(combinations, search.requests)
    route = next((each.route for each in pushed), "") or search.route
    fixed = dict[str, str]() if route else manifest.list.parameters  # which another endpoint does not take
    legs = [Leg(_with_order(order, parameters_of(filters + text, fixed)), route=route) for filters, text in requests]
    unsure = [each for each in pushed if not each.is_sure]
    blind = [each.condition for each in unsure if not has_field(manifest, each.condition.field)]
    is_open = search.may_miss or any(each.condition not in blind for each in unsure)
    if is_open:
        kept = [each for each in pushed if each.is_sure or each.condition in blind]
        waits = not query.exhaustive
        every = [
            _with_order(order, parameters_of(filters, manifest.list.parameters)) for filters in combinations_of(kept)
        ]
        legs += [Leg(parameters, everybody=True, waits=waits) for parameters in every]
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
        expected=expected_of(manifest, pushed),
        tolerated=expected_of(manifest, pushed, lenient=True),
        compared=tuple(compared_in(manifest, pushed)),
        times=tuple(_times(remaining)),
        unlisted=unlisted,
        counts_absence=any(each.negated or each.operator == "missing" for each in remaining),
        is_promised=search.is_promised,
        is_eventual=_is_eventual(manifest, pushed, search),
    )


def _split(manifest: Manifest, query: Query, asking: Asking) -> tuple[list[Sent], list[Condition], Searches]:
    """Return the filters to send, those to check here, and the searches: an endpoint of its own takes nothing else."""
    by_lookup = looked_up(manifest, query, asking)
    if by_lookup is not None:
        left = [each for each in query.filters if each is not by_lookup.condition or not by_lookup.is_exact]
        return [by_lookup], left, Searches()
    pushed, checked = split_filters(manifest, query, asking)
    search = searches_for(manifest, query, asking)
    if search.route:
        search = without_filters(manifest, pushed, search)
    return ([], list(query.filters), search) if search.route else (pushed, checked, search)


def _is_eventual(manifest: Manifest, pushed: Sequence[Sent], search: Searches) -> bool:
    """Return whether the list itself is not looked at, but an index that may be behind it."""
    by_text = search.is_promised and manifest.search is not None and manifest.search.eventual
    return by_text or any(each.rule.eventual for each in pushed if each.is_sure)


def _with_order(order: Parameters, asked: Parameters) -> Parameters:
    """Return the parameters of a leg; what an order and a filter both send along is sent once."""
    return tuple(dict.fromkeys(order + asked))


def _times(conditions: Sequence[Condition]) -> Iterable[str]:
    """Return the times of which conditions ask for a range."""
    ranges = [each for each in conditions if OPERATORS[each.operator].takes == "time" and not each.negated]
    return dict.fromkeys(each.field for each in ranges)


def _notes(manifest: Manifest, query: Query, legs: Sequence[Leg], blind: Sequence[Condition]) -> Iterator[Note]:
    """Note what the query means for this provider."""
    yield from (Notes.COMPARED_BY_THE_PROVIDER.note(name=name) for name in dict.fromkeys(each.field for each in blind))
    with_nobody = [
        each.field for each in query.filters if each.negated and each.operator != "missing" and each.field != "id"
    ]
    if with_nobody:
        yield Notes.NOT_INCLUDES_MISSING.note(names=list(dict.fromkeys(with_nobody)))
    yield from _unseen(manifest, query)
    unlisted = [name for name in manifest.sent_by_get_only() if query.text and name in TEXT_FIELDS]
    if unlisted:
        yield Notes.NOT_LISTED_HERE.note(names=unlisted)
    if query.order and len(legs) > 1:
        yield Notes.JOINED_SEARCHES.note()


def _with_known_values(manifest: Manifest, query: Query, asking: Asking) -> Query:
    """Return the query with known values in the provider's spelling. Raises: InvalidArgument."""
    filters = [_with_known_value(manifest, each, asking.also.get(each.field, ())) for each in query.filters]
    return replace(query, filters=tuple(filters))


def _with_known_value(manifest: Manifest, condition: Condition, also: Sequence[str]) -> Condition:
    field, operator, values, negated = condition[:4]
    able = operators_here(manifest, field)
    if not able:
        raise Kinds.FILTER_NOT_HERE.error(name=field, valid=filterable(manifest))
    lacking = operator if operator not in able else NOT if negated and NOT not in able else None
    if lacking is not None:
        raise Kinds.OPERATOR_NOT_HERE.error(name=field, operator=lacking, valid=able)
    if operator != "is":
        return condition
    known = {fold(value): value for value in manifest.known_values(field)}
    known |= {fold(value): value for value in also if known}
    unknown = [value for value in values if known and fold(value) not in known]
    if unknown:
        raise Kinds.VALUE_NOT_HERE.error(name=field, value=unknown[0], valid=list(known.values()))
    if field == "id":
        return _with_ids_as_sent(manifest.get, condition)
    return condition._replace(values=tuple(known.get(fold(value), value) for value in values))


def _with_ids_as_sent(endpoint: GetOne | None, condition: Condition) -> Condition:
    """Return a condition with ids in the provider's letter case, if it ignores case; UUIDs are the same in either."""
    form = re.compile(endpoint.ids) if endpoint is not None and endpoint.lower else None
    if form is not None and any(map(form.fullmatch, condition.values)):
        lowered = [value.lower() if form.fullmatch(value) else value for value in condition.values]
        return condition._replace(values=tuple(dict.fromkeys(lowered)), any_case=True)
    spelt = [each for value in condition.values for each in id_spellings(value)]
    return condition._replace(values=tuple(dict.fromkeys(spelt)))


def _is_contradictory(conditions: Sequence[Condition]) -> bool:
    """Return whether the bounds of a time leave no moment between them."""
    bounds = {(each.field, each.operator): parse_time(each.values[0]) for each in conditions if not each.negated}
    spans = [(start, bounds.get((field, "before"))) for (field, side), start in bounds.items() if side == "after"]
    return any(start is not None and end is not None and start >= end for start, end in spans)


def _matching(manifest: Manifest, conditions: Sequence[Condition]) -> Check:
    """Return the check of conditions on users as they are shown."""
    return matches_filters(conditions, *closed_fields(manifest))


def _residual(checked: Sequence[Condition], manifest: Manifest, text: str | None) -> Check | None:
    checks = [_matching(manifest, checked)] if checked else []
    if text:
        checks.append(matches_text(text, *closed_fields(manifest), guards_ids=guards_ids(manifest)))
    return all_of(checks)


def _unseen(manifest: Manifest, query: Query) -> Iterator[Note]:
    """Note where a question does not look, or does not look for fragments."""
    looked_at = TEXT_FIELDS if query.text else frozenset[str]()
    also = {name for each in query.filters for name in filter_fields(each.field)}
    fields = [name for name in manifest.user.all_fields() if name in looked_at or name in also]
    masked = [name for name in fields if manifest.user.shown(name) == "masked" and name in looked_at]
    hidden = [name for name in fields if manifest.user.shown(name) == "none"]
    if masked:
        yield Notes.MASKED_HERE.note(names=masked)
    if hidden:
        yield Notes.HIDDEN_HERE.note(names=hidden)


def _how(legs: Sequence[Leg], order: Parameters, residual: Check | None) -> How:
    if residual is None:
        return "provider"
    return "provider+checked" if any(leg.parameters != order for leg in legs) else "scan"
