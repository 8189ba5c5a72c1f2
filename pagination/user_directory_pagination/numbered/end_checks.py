"""What is checked before an end is believed, and where it is looked for."""

from ..habits import Habits
from ..recent import Recent
from .place import Doubt, Place
from .sight import Sight
from .window import Addressable, Window

__all__ = ["FAR", "SMALLEST", "checks_of", "doubt_of", "is_top_due", "looks_far_enough", "window_of"]

SMALLEST = 2
"""Rows of the smallest page that can overlap another."""

FAR = 150
"""How many rows behind its end a list is looked at, once, for rows behind a stretch that the server leaves out."""

_IN_A_ROW = 4
"""Windows behind an end that follow one another; those further behind leave gaps that grow."""

_ENOUGH_ROWS = 1000
"""Rows that speak for themselves: a server that leaves rows out, or moves them, would have shown it."""


def doubt_of(sight: Sight, habits: Habits) -> Doubt:
    """Return the doubt of an end that a window shows, with all checks that are to be made."""
    at, seen = sight.at, sight.seen
    size = seen.window.size
    touches = bool(at.step) or seen.is_blank  # the end is that of the window before
    refused = bool(at.step) and seen.refusal in ("refused", "failed") and at.short is None and not at.thinned
    last = next((each for each in reversed(seen.marks) if each), sight.known.last if at.step else b"")
    return Doubt(
        max(0, seen.window.start - size) if touches else seen.window.start,
        size,
        "" if touches else seen.fingerprint.hex(),
        checks_of(sight, habits),
        refused=refused,
        last=last.hex(),
        full=not at.step and seen.users >= min(size, at.largest),
    )


def checks_of(sight: Sight, habits: Habits) -> tuple[str, ...]:
    """Return the checks that prove the end that a window shows, in the order in which they are made."""
    at, seen, known, reliable = sight.at, sight.seen, sight.known, sight.is_reliable
    if not len(known):
        return () if habits.end_vouched else ("behind",)
    checks: list[str] = []
    vouched = habits.end_vouched and not (at.thinned or at.moved or at.cap)
    if at.step:
        checks.append("again")
        if not vouched:
            checks.append("far")
    else:
        promised = seen.page.promises(seen.window.start + len(seen.marks))
        proved = at.total == at.row or (not promised and (vouched or at.row >= _ENOUGH_ROWS))
        if not (reliable and proved):
            checks.append("behind")
        if not reliable:
            checks.append("inside" if seen.window.start == 0 and at.row > SMALLEST else "again")
        if not vouched and at.row < _ENOUGH_ROWS and seen.window.size < FAR:
            checks.append("far")
    unsure = not habits.order_vouched and at.row < _ENOUGH_ROWS and len(known) > seen.window.size
    if is_top_due(at, known) or (unsure and not known.is_full and not at.drifted):
        checks.append("top")
    return tuple(checks)


def is_top_due(at: Place, known: Recent) -> bool:
    """Return whether the top is to be looked at again: users came in or moved there since it was read."""
    return at.from_above and not known.is_full and not at.drifted


def looks_far_enough(looked: int, size: int) -> bool:
    """Return whether so many windows behind an end reach far enough."""
    return _distance(looked - 1) * size >= FAR


def _distance(number: int) -> int:
    """Return how many windows behind the end the window of this number ends: 1, 2, 3, 4, 6, 9, 14, 22 …"""
    return number + 1 if number < _IN_A_ROW else _distance(number - 1) + _distance(number - 2) - 1


def window_of(at: Place, doubt: Doubt, strategy: Addressable, maximum: int) -> Window:
    """Return the window of the next check."""
    check = doubt.checks[0]
    if check in ("top", "first"):
        size = at.step or maximum
        return strategy.stride(doubt.down * size if check == "top" else 0, size)
    if check == "inside":
        size = min(at.row - 1, maximum)
        return strategy.window(at.row, size, size)
    if check == "before":
        return _before(at.row, strategy, maximum)
    if check in ("behind", "far"):
        size = doubt.size
        reach = min(size, max(1, at.largest)) if strategy.counts_rows else size
        return strategy.stride(doubt.start + reach + size * (_distance(doubt.looked) - 1), size)
    return strategy.stride(doubt.start, doubt.size)


def _before(row: int, strategy: Addressable, maximum: int) -> Window:
    """Return the largest window that ends exactly before a row."""
    if strategy.counts_rows:
        size = min(row, maximum)
    else:
        size = next(size for size in range(min(row, maximum), 0, -1) if row % size == 0)
    return strategy.stride(row - size, size)
