"""What a request asks for, term by term, and the query parameters that these become.

A term is a bare value in a parameter of its own, or a condition in a dialect; conditions of one parameter are joined
into one expression, with what the manifest fixes there.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from user_directory_pagination import Parameters

from ..dialects import Clause, Dialect, alternatives, clause, conjunction
from ..manifest import FilterRule
from ..manifest.asked import Asked

__all__ = ["Term", "Terms", "can_join", "condition_term", "parameters_of", "written"]


class Term(NamedTuple):
    """A part of a request. Without a dialect, `clause.text` is the whole value of the parameter."""

    parameter: str
    clause: Clause
    dialect: Dialect | None = None


Terms = tuple[Term, ...]
"""All that one request asks for."""


def written(rule: FilterRule, operator: str, value: str) -> Clause | None:
    """Return the condition for one value; None if the dialect cannot write it."""
    dialect, template = rule.speaks, rule.template(operator, value)
    if dialect is None:
        return Clause(value)
    if template is None:
        return None
    text = dialect.written(template, rule.kind(operator), value)
    return None if text is None else clause(dialect, template, text)


def condition_term(rule: Asked, clauses: Sequence[Clause]) -> Terms:
    """Return a condition that any of some clauses holds, and what goes along with it."""
    dialect = rule.speaks
    own = [Term(rule.parameter, each) for each in clauses]
    if dialect is not None:
        own = [Term(rule.parameter, alternatives(dialect, clauses), dialect)]
    return (*own, *(Term(name, Clause(value)) for name, value in rule.also.items()))


def can_join(some: Iterable[Term], others: Iterable[Term]) -> bool:
    """Return whether terms can stand in one request: sent twice, a parameter would mean OR."""
    taken = {term.parameter: term for term in some}
    return all(_fits(taken.get(term.parameter), term) for term in others)


def _fits(one: Term | None, other: Term) -> bool:
    if one is None or one == other:
        return True
    return one.dialect is other.dialect and one.dialect is not None and one.dialect.conjunction is not None


def parameters_of(terms: Iterable[Term], fixed: Mapping[str, str]) -> Parameters:
    """Return the query parameters of a request; conditions are joined where the first of them stands."""
    each = tuple(dict.fromkeys(terms))
    found: dict[tuple[str, str], None] = {}
    for term in each:
        value = term.clause.text
        if term.dialect is not None:
            together = [other.clause for other in each if other.parameter == term.parameter]
            value = conjunction(term.dialect, fixed.get(term.parameter), together)
        found[term.parameter, value] = None
    return tuple(found)
