"""What all walks of one process learned about one list endpoint."""

from dataclasses import dataclass, field

from .page import Parameters

__all__ = ["Habits"]

_MOST_VOUCHED = 500
"""Lists whose total is vouched for; then all are forgotten and looked at again."""


@dataclass
class Habits:
    """The habits of one list endpoint, as far as walks have shown them; a walk that starts later need not ask again.

    `end_vouched`: an end was looked behind, and nothing was there. `order_vouched`: rows that were read again stood in
    the same order. `thinned`: rows are left out of pages after the pages were cut. `own_sizes`: the server decides how
    many rows a page has. `bound`: it refuses to go further than so many rows. `page_rows`: a page that was asked to
    have more rows, and has so many, is not cut. `row_numbers`: positions that look like tokens are row numbers, so rows
    that move shift them. `uneven`: how many pages with fewer rows than others, and rows behind them, came again the
    same. `names_next`: an answer named a next position; `names_none`: none did, not even one behind which rows must
    follow. `vouched_totals`: the parameters of the lists that were seen to have as many rows as they state;
    `reached_totals`: the parameters of those whose first page has all rows, and how many these are; it may state the
    number of rows of the page. `walked`: the parameters of the lists that were read whole, and how many rows they had.
    `refuted_totals`: the names of the parameters of those that were not.
    """

    end_vouched: bool = False
    order_vouched: bool = False
    thinned: bool = False
    own_sizes: bool = False
    bound: int | None = None
    page_rows: int = 0
    row_numbers: bool = False
    uneven: int = 0
    names_next: bool = False
    names_none: bool = False
    vouched_totals: set[Parameters] = field(default_factory=set[Parameters])
    reached_totals: dict[Parameters, int] = field(default_factory=dict[Parameters, int])
    walked: dict[Parameters, int] = field(default_factory=dict[Parameters, int])
    refuted_totals: set[frozenset[str]] = field(default_factory=set[frozenset[str]])

    def of_other_pages(self) -> "Habits":
        """Return the habits of the same lists as they are read in another way: what they state is the same."""
        return Habits(
            vouched_totals=self.vouched_totals,
            reached_totals=self.reached_totals,
            walked=self.walked,
            refuted_totals=self.refuted_totals,
        )

    def contradicted(self) -> None:
        """Vouch for nothing any more: the list did something that it was not known to do."""
        self.end_vouched = self.order_vouched = False

    def vouch_for_total(self, parameters: Parameters) -> None:
        """Remember that the list with these parameters has as many rows as it states."""
        if len(self.vouched_totals) >= _MOST_VOUCHED:
            self.vouched_totals.clear()
        self.vouched_totals.add(parameters)

    def vouch_for_page(self, parameters: Parameters, rows: int) -> None:
        """Remember that the list with these parameters has only the `rows` of its first page."""
        if len(self.reached_totals) >= _MOST_VOUCHED:
            self.reached_totals.clear()
        self.reached_totals[parameters] = rows

    def remember_walk(self, parameters: Parameters, rows: int) -> None:
        """Remember how many rows the list with these parameters had when it was read whole."""
        if len(self.walked) >= _MOST_VOUCHED:
            self.walked.clear()
        self.walked[parameters] = rows

    def refute_total(self, parameters: Parameters) -> None:
        """Remember that the list with these parameters has not as many rows as it states."""
        self.refuted_totals.add(_names(parameters))

    def vouches_for_total(self, parameters: Parameters) -> bool:
        """Return whether the list with these very parameters was seen to have as many rows as it states."""
        return parameters in self.vouched_totals and not self.refutes_total(parameters)

    def refutes_total(self, parameters: Parameters) -> bool:
        """Return whether the total was wrong once: of the whole list, or of a list with parameters of these names.

        A doubt spreads to other values of a filter, unlike what vouches: a total may be right for one by chance.
        """
        return not self.refuted_totals.isdisjoint({frozenset[str](), _names(parameters)})


def _names(parameters: Parameters) -> frozenset[str]:
    return frozenset(name for name, _ in parameters)
