"""What reading a list can vouch for."""

from dataclasses import dataclass

__all__ = ["Evidence"]


@dataclass(frozen=True)
class Evidence:
    """What was seen of a list; it says what is, and decides nothing.

    `rows` are the different rows that were read, those without an id included; `nameless` are the latter. `moved`: rows
    are known to have moved while they were read; `total_changed`: the list itself said so, by another total.
    `may_have_missed`: it could not be proved that none was passed over. `total` is the number that the list states of
    itself, None where it states none, or counts something else.
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
        """Whether the list ended before as many rows as it states, though it stated the same all along."""
        stated = self.total if self.total_exact else None
        return self.ended and not self.total_changed and stated is not None and stated > self.rows

    @property
    def is_whole(self) -> bool:
        """Whether every row was read, and each can be named."""
        return self.ended and not (self.may_have_missed or self.nameless or self.falls_short)
