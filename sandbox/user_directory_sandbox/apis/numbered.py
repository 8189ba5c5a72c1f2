"""APIs whose list has numbered pages, and what a page brings where the list is not as tidy as its document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from user_directory_sandbox.apis.api import Api, Refused
from user_directory_sandbox.roster import Listing
from user_directory_sandbox.settings import Setting, one_of, whole

_BEHIND = ("empty", "last", "first", "400", "404", "500")


@dataclass(frozen=True, slots=True)
class Cut:
    """What is sent for the page that was asked for. `total` is the number of users that the API states."""

    page: int
    size: int
    numbers: Sequence[int]
    total: int

    @property
    def pages(self) -> int:
        """How many pages the API states."""
        return -(-self.total // self.size)


class Numbered(Api):
    """An API whose list has pages that are counted from 1. `states_total`: it says how many users there are."""

    states_total: ClassVar[bool] = True

    @classmethod
    def all_settings(cls) -> Mapping[str, Setting]:
        offset = {"total_off": whole(0)} if cls.states_total else {}  # users: how much too high the total is
        return {
            **super().all_settings(),
            "fixed_size": whole(None, least=1, nullable=True),  # users: a page has so many, whatever is asked for
            "thinned": whole(None, least=2, nullable=True),  # each n-th user is left out of pages that are cut
            "bound": whole(None, least=1, nullable=True),  # users: a page that reaches further is refused
            "behind": one_of(*_BEHIND),  # what comes for a page behind the end
            **offset,
        }

    def cut(self, listing: Listing, page: int, size: int) -> Cut:
        """Return what a page of `size` users brings. Raises: Refused."""
        size = self.behaviour.clamp(self.behaviour["fixed_size"] or size)
        bound = self.behaviour["bound"]
        if bound is not None and page * size > bound:
            raise Refused(self.refuse(400, f"Only the first {bound} users can be listed."))
        pages = max(1, -(-len(listing) // size))
        if page > pages:
            page = self._behind(page, pages)
        numbers = [number for number in listing.numbers((page - 1) * size, page * size) if self._is_listed(number)]
        total = max(0, len(listing) + self.behaviour["total_off"]) if self.states_total else len(listing)
        return Cut(page, size, numbers, total)

    def _behind(self, page: int, pages: int) -> int:
        """Return the page that is sent for one behind the end. Raises: Refused."""
        match self.behaviour["behind"]:
            case "empty":
                return page
            case "last":
                return pages
            case "first":
                return 1
            case status:
                raise Refused(self.refuse(int(status)))

    def _is_listed(self, number: int) -> bool:
        """Return whether a page shows the user: the same ones are left out, however pages are cut and sorted."""
        thinned = self.behaviour["thinned"]
        return thinned is None or (number + 1) % thinned != 0
