"""What a directory can answer, and how well; known without sending a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..manifest import Manifest
from ..planning.discretion import may_search
from ..planning.filters import filterable
from ..planning.orders import MOVING_ORDERS, sortable
from ..users.filters import FILTER_FIELDS

if TYPE_CHECKING:
    from user_directory_pagination import Habits

    from .observed import Observed

__all__ = ["Capabilities", "capabilities", "reading_notes"]


@dataclass(frozen=True)
class Capabilities:
    """What a directory can answer, and how well.

    `search`: provider (its own free text, checked here), exact (whole names and addresses) or scan.
    `count`: exact, estimate (the provider's own total is inaccurate), probes (exact, by finding its last numbered page)
    or walk.
    """

    directory: str
    provider: str
    search: str
    count: str
    filters: tuple[str, ...]
    sort: tuple[str, ...]
    fields: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Further values that were seen since the start, of the fields of `VALUES_TOLD`."""
    masked: tuple[str, ...] = ()
    """Fields of which only the beginning is shown; a whole value finds its user."""
    get_only: tuple[str, ...] = ()
    """Fields that only a request for one user returns, and no list."""
    hidden: tuple[str, ...] = ()
    """Fields that the operator does not allow to be seen or searched."""


def capabilities(name: str, manifest: Manifest) -> Capabilities:
    """Return what the directory of this name can answer, without asking it."""
    by_address = manifest.filter_rule("email") is not None or "email" in manifest.lookups()
    exact_names = by_address and manifest.search is None
    is_searched = manifest.search is not None and may_search(manifest)
    return Capabilities(
        directory=name,
        provider=manifest.title,
        search="provider" if is_searched else "exact" if exact_names else "scan",
        count=_counted_by(manifest),
        filters=tuple(filterable(manifest)),
        sort=tuple(sortable(manifest)),
        fields=manifest.user.fields(),
        values={name: known for name in FILTER_FIELDS if (known := manifest.known_values(name))},
        notes=manifest.notes,
        masked=tuple(name for name in manifest.user.fields() if manifest.user.shown(name) == "masked"),
        get_only=manifest.sent_by_get_only(),
        hidden=tuple(name for name in manifest.user.all_fields() if manifest.user.shown(name) == "none"),
    )


def reading_notes(
    manifest: Manifest,
    habits: "Habits | None" = None,
    observed: "Observed | None" = None,
    *,
    unordered: bool = False,
) -> tuple[str, ...]:
    """Return what its list can not do, as documented or as seen since the start; answers do not repeat it.

    `unordered`: it does not say that it can sort, and its rows are asked for by their numbers.
    """
    order = (manifest.list.order or "").partition(":")[0]
    moves = order in MOVING_ORDERS
    found = [
        (not manifest.list.pagination.is_stable(), "Page tokens may be row numbers, so deletions can hide users."),
        (unordered, "It does not say that it can sort, so users may be missed between the pages of its list."),
        (moves, f"Its list is sorted by {order}, which changes: users updated while it is read may be missed."),
    ]
    bound = manifest.list.most if habits is None or habits.bound is None else habits.bound
    found += [(bound is not None, f"Only the first {bound} users of a list can be read.")]
    if habits is not None:
        found += [
            (habits.thinned, "It leaves users out of its pages, so the end of a list cannot always be proved."),
            (
                habits.names_none and not habits.names_next,
                "It was not seen to name a next page, so no list of it is shown to be whole.",
            ),
            (habits.own_sizes, "It decides how many users a page has, so long lists take more requests."),
        ]
    if observed is not None:
        names = ", ".join(sorted(observed.distrusted))
        found += [
            (bool(names), f"Its filters by {names} do not do what is documented, so users are checked here."),
            (observed.search_missed, "Its search misses users, so everybody else is looked at, too."),
        ]
    return tuple(sentence for is_so, sentence in found if is_so)


def _counted_by(manifest: Manifest) -> str:
    rule = manifest.count or manifest.list.total
    if rule is not None:
        return "exact" if rule.exact else "estimate"
    bounded = manifest.list.most is not None or manifest.list.page_size.fixed is not None
    return "probes" if manifest.list.pagination.numbers_rows and not bounded else "walk"
