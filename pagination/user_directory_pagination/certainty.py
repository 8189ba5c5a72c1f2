"""What can be vouched for after reading a list."""

from dataclasses import dataclass

__all__ = ["Evidence"]


@dataclass(frozen=True)
class Evidence:
    """What was seen of a list. It states facts and decides nothing.

    `rows` counts the different rows that were read, including those without an id; `nameless` counts the latter.
    `moved`: rows are known to have moved while the list was read; `total_changed`: the list itself showed this by
    stating a different total. `may_have_missed`: it could not be proved that no row was missed. `total` is the number
    that the list states for itself; None if it states none, or counts something else.
    """

    ended: bool = False
    rows: int = 0
    nameless: int = 0
    moved: bool = False
    total_changed: bool = False
    may_have_missed: bool = False
    total: int | None = None
    total_exact: bool = False

    @property
    def falls_short(self) -> bool:
        """Whether the list ended with fewer rows than it states, although it stated the same total throughout."""
        stated = self.total if self.total_exact else None
        return self.ended and not self.total_changed and stated is not None and stated > self.rows

    @property
    def is_whole(self) -> bool:
        """Whether every row was read, and each has an id."""
        return self.ended and not (self.may_have_missed or self.nameless or self.falls_short)
