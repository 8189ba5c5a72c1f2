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
        return self.for_everybody() if plan.residual is not None else self.at_least(limit + 1)

    def for_everybody(self) -> int:
        """Return the size for a walk that wants every row."""
        return self._rule.largest()

    def for_sample(self) -> int:
        """Return the size of a sample, which shows whether rows match a filter and have ids."""
        return self.at_least(min(_SAMPLE, self._rule.largest()))

    def smallest(self) -> int:
        """Return the fewest rows that may be asked for."""
        return self._rule.smallest()

    def at_least(self, rows: int) -> int:
        """Return so many rows, or what a page has at least."""
        return self._rule.fixed or max(self._rule.minimum, rows)

    def asking(self, rows: int) -> Parameters:
        """Return the parameter that asks for so many rows, if one does."""
        name = self._rule.parameter
        return () if name is None else ((name, str(rows)),)

    def beside(self, position: Parameters, rows: int) -> Parameters:
        """Return the same beside a position, which may itself say how many rows it stands for."""
        taken = {name for name, _ in position}
        return tuple(each for each in self.asking(rows) if each[0] not in taken)
