"""The one place that chooses how many rows to ask a provider for.

The engine may ask for fewer, so that a page overlaps the one before (`user_directory_pagination.numbered.strategies`).
"""

from user_directory_pagination import Parameters

from ..manifest import PageSize
from ..planning.plan import Plan

__all__ = ["PageSizes"]

_SAMPLE = 25
"""Rows in a sample; each must match a filter and have an id before a total is believed."""


class PageSizes:
    """The page sizes of one directory, in rows."""

    def __init__(self, rule: PageSize) -> None:
        self._rule = rule

    def for_page(self, limit: int, plan: Plan) -> int:
        """Return the size for `limit` users: one row more, to see what follows; the largest if rows are checked."""
        return self.for_everybody() if plan.residual is not None else max(self._rule.minimum, limit + 1)

    def for_everybody(self) -> int:
        """Return the size for a walk that wants every row."""
        return self._rule.largest()

    def for_sample(self) -> int:
        """Return the size of a sample, which shows whether rows match a filter and have ids."""
        return max(self._rule.minimum, min(_SAMPLE, self._rule.largest()))

    def smallest(self) -> int:
        """Return the fewest rows that may be asked for."""
        return self._rule.minimum

    def asking(self, rows: int) -> Parameters:
        """Return the parameter that asks for so many rows."""
        return ((self._rule.parameter, str(rows)),)
