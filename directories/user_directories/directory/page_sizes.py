"""How many rows to ask a provider for: the one place that chooses.

The engine may ask for fewer, so that a page overlaps the one before (`user_directory_pagination.numbered.strategies`).
"""

from user_directory_pagination import Parameters

from ..manifest import PageSize
from ..planning.plan import Plan

__all__ = ["PageSizes"]

_SAMPLE = 25
"""Rows that show what a directory is like; each must meet a filter and have an id before a total is believed."""


class PageSizes:
    """The page sizes of one directory, in rows."""

    def __init__(self, rule: PageSize) -> None:
        self._rule = rule

    def for_page(self, limit: int, plan: Plan) -> int:
        """For `limit` users: one row more, to see whether more follow; all that fit where rows are checked here."""
        return self.for_everybody() if plan.residual is not None else max(self._rule.minimum, limit + 1)

    def for_everybody(self) -> int:
        """For a walk that wants every row."""
        return self._rule.largest()

    def for_sample(self) -> int:
        """For a look at what comes beside a total: whether the rows meet a filter, and have ids."""
        return max(self._rule.minimum, min(_SAMPLE, self._rule.largest()))

    def asking(self, rows: int) -> Parameters:
        """The parameter that asks for so many."""
        return ((self._rule.parameter, str(rows)),)
