"""What all walks of one process learned about one list endpoint."""

from dataclasses import dataclass

__all__ = ["Habits"]


@dataclass
class Habits:
    """The habits of one list endpoint, as far as walks have shown them; a walk that starts later need not ask again.

    `end_vouched`: an end was looked behind, and nothing was there. `order_vouched`: rows that were read again stood in
    the same order. `thinned`: rows are left out of pages after the pages were cut. `own_sizes`: the server decides how
    many rows a page has. `bound`: it refuses to go further than so many rows. `total_vouched`: nothing was behind the
    number of rows that it states; `total_refuted`: that number was wrong. `row_numbers`: positions that look like
    tokens are row numbers, so rows that move shift them. `uneven`: how many pages with fewer rows than others, and rows
    behind them, came again the same.
    """

    end_vouched: bool = False
    order_vouched: bool = False
    thinned: bool = False
    own_sizes: bool = False
    bound: int | None = None
    total_vouched: bool = False
    total_refuted: bool = False
    row_numbers: bool = False
    uneven: int = 0

    def contradicted(self) -> None:
        """Vouch for nothing any more: the list did something that it was not known to do."""
        self.end_vouched = self.order_vouched = False
