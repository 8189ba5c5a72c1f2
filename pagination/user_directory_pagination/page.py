"""One answer of a list, as the engine sees it: rows, and what else the answer says of the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Parameters", "Position", "RawPage"]

Parameters = tuple[tuple[str, str], ...]
"""Query parameters of one request, in the order in which they are sent."""

Position = Mapping[str, Any]
"""Plain JSON, so that a cursor can hold it; `{}` is the start."""


@dataclass(frozen=True)
class RawPage:
    """One answer of a list endpoint: its rows as they came, and what else it says.

    `total` is the provider's number, `total_exact` False where the provider itself calls it inaccurate.
    Header names are in lower case.
    """

    items: Sequence[Any]
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    total: int | None = None
    total_exact: bool = True

    def ends_by(self, row: int) -> bool:
        """Whether a total that can be trusted says that there is no row from `row` on."""
        return self.total is not None and self.total_exact and row >= self.total

    def promises(self, row: int) -> bool:
        """Whether a total that can be trusted says that there is a row `row`."""
        return self.total is not None and self.total_exact and row < self.total
