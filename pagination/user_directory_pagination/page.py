"""One answer of a list endpoint, as the engine sees it: rows, and what else it says about the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Parameters", "Position", "RawPage"]

Parameters = tuple[tuple[str, str], ...]
"""Query parameters of one request, in the order in which they are sent."""

Position = Mapping[str, Any]
"""A position in a list, as plain JSON so that a cursor can store it; `{}` is the start."""


@dataclass(frozen=True)
class RawPage:
    """One answer of a list endpoint: its rows as they came, and what else it says.

    `total` is the provider's own number; `total_exact` is False if the provider itself calls it inaccurate.
    Header names are in lower case.
    """

    items: Sequence[Any]
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    total: int | None = None
    total_exact: bool = True

    def ends_by(self, row: int) -> bool:
        """Return whether a trusted total says that the list has no row `row` and none after it."""
        return self.total is not None and self.total_exact and row >= self.total

    def promises(self, row: int) -> bool:
        """Return whether a trusted total says that the list has a row `row`."""
        return self.total is not None and self.total_exact and row < self.total
