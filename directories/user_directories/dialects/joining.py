"""Conditions joined into one expression."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from .dialect import Dialect

__all__ = ["Clause", "alternatives", "clause", "conjunction", "takes_conditions"]

_GROUP = r"\([^()]*\)"
_ENDS = r"(?i:\b(?:ORDER\s+BY|GROUP\s+BY|LIMIT|OFFSET|FOR|WITH|HAVING)\b)"


class Clause(NamedTuple):
    """A condition as it is sent; one that `is_compound` needs parentheses beside others."""

    text: str
    is_compound: bool = False


def clause(dialect: Dialect, template: str, text: str) -> Clause:
    """Return the condition that a template became. What a value contains makes no condition compound."""
    return Clause(text, _is_compound(dialect, template))


def alternatives(dialect: Dialect, clauses: Sequence[Clause]) -> Clause:
    """Return the condition that any of these hold. Raises: ValueError if there are several and no disjunction."""
    if len(clauses) == 1:
        return clauses[0]
    if dialect.disjunction is None:
        raise ValueError(f"{dialect.name} has no disjunction")
    return Clause(dialect.disjunction.join(map(_grouped, clauses)), is_compound=True)


def conjunction(dialect: Dialect, fixed: str | None, clauses: Sequence[Clause]) -> str:
    """Return the expression that what is fixed and all of these hold.

    Raises: ValueError if there are several and no conjunction.
    """
    if fixed is not None and dialect.statement is not None:
        has_conditions = re.search(dialect.statement, fixed) is not None
        return f"{fixed} {'AND' if has_conditions else 'WHERE'} {_all_of(dialect, clauses, beside=has_conditions)}"
    before = [] if fixed is None else [clause(dialect, fixed, fixed)]
    return _all_of(dialect, [*before, *clauses])


def takes_conditions(dialect: Dialect, fixed: str) -> bool:
    """Return whether conditions can stand behind something fixed: not behind the end of a statement, nor an OR."""
    if dialect.statement is None:
        return dialect.conjunction is not None
    outside = fixed
    while outside != (inner := re.sub(_GROUP, "", outside)):
        outside = inner
    return not (re.search(_ENDS, outside) or _is_compound(dialect, outside))


def _all_of(dialect: Dialect, clauses: Sequence[Clause], *, beside: bool = False) -> str:
    if len(clauses) == 1 and not beside:
        return clauses[0].text
    if dialect.conjunction is None:
        raise ValueError(f"{dialect.name} has no conjunction")
    return dialect.conjunction.join(map(_grouped, clauses))


def _grouped(each: Clause) -> str:
    return f"({each.text})" if each.is_compound else each.text


def _is_compound(dialect: Dialect, template: str) -> bool:
    return dialect.compound is not None and re.search(dialect.compound, template) is not None
