"""What can be vouched for after reading a list."""

from dataclasses import dataclass

__all__ = ["Evidence"]


_ROUND = 100
"""Bounds and caps are multiples of this."""


@dataclass(frozen=True)
class Evidence:
    """What was seen of a list. It states facts and decides nothing.

    `rows` counts the different rows that were read, including those without an id; `nameless` counts the latter.
    `moved`: rows are known to have moved while the list was read; `total_change`: by how much the total that the list
    states was seen to change, all changes together. `may_have_missed`: it could not be proved that no row was missed.
    `thinned`: rows are left out of pages, so an end proves nothing. `bound`: the list refuses to be read further than
    so many rows. `total` is the number that the list states for itself; None if it states none, or counts something
    else.
    """

    ended: bool = False
    rows: int = 0
    nameless: int = 0
    moved: bool = False
    total_change: int = 0
    may_have_missed: bool = False
    thinned: bool = False
    bound: int | None = None
    total: int | None = None
    total_exact: bool = False

    @property
    def falls_short(self) -> bool:
        """Whether the list ended with fewer rows than it states, by more than its total was seen to change."""
        stated = self.total if self.total_exact else None
        return self.ended and stated is not None and stated - self.total_change > self.rows

    @property
    def exceeds(self) -> bool:
        """Whether the list ended with more rows than it states, although nothing was seen to change."""
        stated = self._stated
        return self.ended and not self.moved and stated is not None and stated < self.rows

    @property
    def vouches_for_total(self) -> bool:
        """Whether the list was read to its end, and has as many rows as it stated all the time."""
        return self.is_whole and not self.moved and self._stated == self.rows

    @property
    def is_bounded(self) -> bool:
        """Whether the list refused to be read to its end, and no total confirms that nothing follows.

        A round total confirms nothing: it may be capped where the list is.
        """
        is_confirmed = self._stated == self.rows and self.rows % _ROUND > 0
        return self.bound is not None and not is_confirmed

    @property
    def is_unproven(self) -> bool:
        """Whether the list leaves rows out of its pages, and no total confirms that all came."""
        return self.ended and self.thinned and self._stated != self.rows

    @property
    def is_whole(self) -> bool:
        """Whether every row was read, and each has an id."""
        doubted = self.may_have_missed or self.is_unproven or self.is_bounded
        return self.ended and not (doubted or self.nameless or self.falls_short or self.exceeds)

    @property
    def _stated(self) -> int | None:
        return self.total if self.total_exact and not self.total_change else None
