"""What of a query the provider evaluates: the filters and the text that are sent, and how far they are believed."""

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..errors import Kinds
from ..manifest import FilterRule, Lookup, Manifest
from ..manifest.get_one import VALUE
from ..manifest.routes import SEARCH
from ..users.filters import OPERATORS, Condition, matches_filters
from ..users.matching import Check
from ..users.path_segments import has_dot_segment
from .discretion import is_open, may_ask
from .filters import closed_fields, has_field
from .parameters import WHOLE_ADDRESS, can_send, filter_terms, requests_needed, text_terms
from .query import Asking, Query
from .terms import Term, Terms, can_join

__all__ = [
    "Compared",
    "Searches",
    "Sent",
    "combinations_of",
    "compared_in",
    "expected_of",
    "looked_up",
    "searches_for",
    "shares_parameter",
    "split_filters",
    "without_filters",
]

_MAX_LEGS = 12


class Sent(NamedTuple):
    """A filter that the provider evaluates."""

    condition: Condition
    rule: FilterRule
    values: tuple[str, ...]
    """The values as they are sent."""
    is_sure: bool
    """Whether the provider is known to return everyone who matches."""
    is_exact: bool = False
    """Whether it promises to return nobody else, so that nothing is checked here."""
    route: str = ""
    """The field by which an endpoint of its own is asked for it; empty if the list is."""


class Compared(NamedTuple):
    """The values of one field that the provider compares.

    `is_documented`: its own words are listed, so that none of them had to be put into the words of a table, which may
    be wrong.
    """

    field: str
    operator: str
    asked: tuple[str, ...]
    """As the caller knows them."""
    values: tuple[str, ...]
    """As they are sent."""
    rule: FilterRule
    is_documented: bool
    route: str = ""
    """The field whose endpoint compares them; empty if it is the list."""


class Searches(NamedTuple):
    """The searches that a provider is asked for, joined here; `may_miss`: everybody else has to be looked at."""

    requests: list[Terms] = [()]  # noqa: RUF012 - not changed
    may_miss: bool = False
    is_promised: bool = False
    route: str = ""
    """The endpoint that is asked: `search`, or the field of a look-up; empty if the list is."""


def split_filters(manifest: Manifest, query: Query, asking: Asking) -> tuple[list[Sent], list[Condition]]:
    """Return the filters to send and those to check here. Raises: InvalidArgument if one can be neither."""
    pushed: list[Sent] = []
    checked: list[Condition] = []
    legs = 1
    for condition in sorted(
        query.filters, key=lambda each: has_field(manifest, each.field)
    ):  # what must be sent, first
        sent = _sent(manifest, condition, asking)
        needed = 1 if sent is None else requests_needed(sent.rule, sent.values)
        is_trusted = asking.exact and condition.field not in asking.distrusted and not query.exhaustive
        if sent is not None and not is_trusted and _has_others_only_by_filters(manifest, condition.field):
            sent, is_trusted = sent._replace(is_sure=False, is_exact=False), True
        if sent is not None and _may_send(manifest, sent, pushed, is_trusted=is_trusted) and legs * needed <= _MAX_LEGS:
            pushed.append(sent)
            legs *= needed
            if sent.is_exact:
                continue
        elif not has_field(manifest, condition.field):
            raise Kinds.NEITHER_ASKED_NOR_CHECKED.error(name=condition.field)
        checked.append(condition)
    return pushed, checked


def _has_others_only_by_filters(manifest: Manifest, field: str) -> bool:
    """Return whether no list has everybody, so that a filter is asked even where it is not trusted: it is no end."""
    return manifest.list.most is not None and has_field(manifest, field)


def looked_up(manifest: Manifest, query: Query, asking: Asking) -> Sent | None:
    """Return the filter that an endpoint of its own answers; None if there is none, or if the list has to be asked.

    Such an endpoint takes no order and no other filter: all else is checked here.
    """
    if query.order is not None or query.exhaustive or not asking.exact:
        return None
    lookups = manifest.lookups()
    return next(
        (
            _by_lookup(each, lookups[each.field], asking)
            for each in query.filters
            if _may_look_up(manifest, each, asking)
        ),
        None,
    )


def _may_look_up(manifest: Manifest, condition: Condition, asking: Asking) -> bool:
    field, operator, values, negated = condition[:4]
    is_one = operator == "is" and not negated and len(values) == 1
    lookup = manifest.lookups().get(field)
    if lookup is None or not is_one or field in asking.distrusted:
        return False
    if VALUE in lookup.path and has_dot_segment(values[0]):
        return False
    return has_field(manifest, field) and is_open(manifest, field) and may_ask(manifest, condition)


def _by_lookup(condition: Condition, lookup: Lookup, asking: Asking) -> Sent:
    (value,) = condition.values
    spelt = asking.spelt.get(condition.field, {}).get(value, (value,))
    whole = lookup.whole  # else everybody is looked at, too, and checked here
    return Sent(condition, lookup.rule(), tuple(spelt), is_sure=whole, is_exact=whole, route=condition.field)


def _sent(manifest: Manifest, condition: Condition, asking: Asking) -> Sent | None:
    """Return a condition as the provider evaluates it, in its own words; None if it cannot."""
    rule = None if condition.negated else manifest.filter_rule(condition.field, condition.operator)
    has_other_words = condition.field in manifest.words() and condition.operator == "starts_with"
    if rule is None or has_other_words:  # how our word begins says nothing of theirs
        return None
    operator, values = OPERATORS[condition.operator], condition.values
    if condition.operator == "is" and not rule.values:
        values = tuple(theirs for value in values for theirs in manifest.theirs(condition.field, value))
    is_seen = is_open(manifest, condition.field) or not has_field(manifest, condition.field)
    is_exact = rule.match == "exact" and operator.takes != "time"  # how bounds are read differs too much
    if is_exact and is_seen:  # else what shows whether the promise is kept would also tell what is hidden
        spelt = asking.spelt.get(condition.field, {})
        values = tuple(dict.fromkeys(each for value in values for each in spelt.get(value, (value,))))
        can_be_shown = operator.takes == "text" or has_field(manifest, condition.field)
        return Sent(condition, rule, values, is_sure=can_be_shown, is_exact=True)
    is_sure = f"{condition.field}.{condition.operator}" in asking.timely and has_field(manifest, condition.field)
    return Sent(condition, rule, tuple(map(operator.loosened, values)), is_sure)


def _may_send(manifest: Manifest, sent: Sent, pushed: Sequence[Sent], *, is_trusted: bool) -> bool:
    """Return whether to send a filter: one that is not trusted only if nothing can be checked here."""
    is_checked = has_field(manifest, sent.condition.field)
    can_be_sent = can_send(sent.rule, sent.condition.operator, sent.values, is_checked=is_checked)
    if not can_be_sent or not may_ask(manifest, sent.condition) or not (is_trusted or not is_checked):
        return False
    first = next(iter(_requests(sent)))
    return all(can_join(next(iter(_requests(each))), first) for each in pushed)


def combinations_of(pushed: Sequence[Sent]) -> Iterator[Terms]:
    for combination in itertools.product(*map(_requests, pushed)):
        yield tuple(itertools.chain.from_iterable(combination))


def _requests(sent: Sent) -> list[Terms]:
    return filter_terms(sent.rule, sent.condition.operator, sent.values)


def shares_parameter(combinations: Sequence[Terms], searches: Sequence[Terms]) -> bool:
    """Return whether a search needs a parameter that a filter has already, and that they cannot share."""
    sent: list[Term] = [term for terms in combinations for term in terms]
    return not all(can_join(sent, terms) for terms in searches)


def searches_for(manifest: Manifest, query: Query, asking: Asking) -> Searches:
    """Return how a text is searched for.

    An exhaustive query asks for it, too, if a promise is to be seen kept, or if no list has everybody.
    """
    is_promised = bool(manifest.search and manifest.search.whole)
    is_asked = not query.exhaustive or is_promised or manifest.list.most is not None
    if not query.text or not is_asked:
        return Searches()
    by_lookup = _text_looked_up(manifest, query, asking)
    if by_lookup is not None:
        return by_lookup
    requests = text_terms(manifest, query.text)
    has_own_path = manifest.search is not None and manifest.search.path is not None
    if not any(requests) or (has_own_path and query.order is not None):
        return Searches()
    may_miss = query.exhaustive or not (is_promised and asking.whole)
    return Searches(requests, may_miss, is_promised, SEARCH if has_own_path else "")


def _text_looked_up(manifest: Manifest, query: Query, asking: Asking) -> Searches | None:
    """Return the look-up of a text that is a whole address, if nothing else searches; others may have it, too."""
    text = query.text or ""
    if manifest.search is not None or query.order is not None or not WHOLE_ADDRESS.fullmatch(text):
        return None
    condition = Condition("email", "is", (text,))
    if not _may_look_up(manifest, condition, asking):
        return None
    rule = manifest.lookups()["email"].rule()
    return Searches(filter_terms(rule, "is", (text,)), may_miss=True, route="email")


def without_filters(manifest: Manifest, pushed: Sequence[Sent], search: Searches) -> Searches:
    """Return the searches if filters need not be sent with them, since an endpoint of its own takes none."""
    can_check = all(has_field(manifest, each.condition.field) for each in pushed)
    return search if can_check else Searches()


def compared_in(manifest: Manifest, pushed: Sequence[Sent]) -> Iterator[Compared]:
    for each in pushed:
        field, operator, asked = each.condition[:3]
        if each.is_exact and OPERATORS[operator].takes == "text":
            is_documented = bool(manifest.known_values(field)) and not (each.rule.values or field in manifest.words())
            yield Compared(field, operator, asked, each.values, each.rule, is_documented, each.route)


def expected_of(manifest: Manifest, pushed: Sequence[Sent], *, lenient: bool = False) -> Check | None:
    exact = [each.condition for each in pushed if each.is_exact and has_field(manifest, each.condition.field)]
    return matches_filters(exact, *closed_fields(manifest), lenient=lenient) if exact else None
