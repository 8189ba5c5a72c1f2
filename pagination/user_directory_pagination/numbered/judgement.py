"""What an answer means for the next step. `judge` changes nothing."""

from enum import Enum

from .observed_page import ObservedPage
from .place import Doubt, Place
from .sight import Sight

__all__ = ["Verdict", "judge", "looks_at_each"]

_ASKS = 2
"""How often a strange page is asked for again before it is believed."""

_EACH_BOUNDARY = 20
_EVERY_BOUNDARY = 4
"""Strides cannot overlap: the first twenty boundaries are looked back at; then, at every fourth, an earlier stride."""

_STALE_LIMIT = 3
"""Full windows in a row that show nothing new, the anchor last: then the last page comes for every page behind it."""

_TOPS = 3
"""How often the top is looked at again at the end of a walk."""


class Verdict(Enum):
    """What an answer means for the next step."""

    ACCEPT = "its new rows come next"
    MOVED = "an earlier stride has other rows now: look back at every boundary"
    ADOPT = "nothing is between it and the page held back, whose rows come next"
    HOLD = "it may not join up: look at what is before it, and keep it"
    BACK = "no known row is in view: look further left"
    AGAIN = "it is so unlikely, or so final, that it is asked for again"
    CHECK = "it shows nothing new: make the next check of the end"
    NARROW = "it was refused: ask for less"
    CLAMP = "the server sends fewer rows than asked for, and counts pages by these: ask for no more"
    STRIDE = "the server does not send the sizes asked for: ask for pages of one size, one after another"
    RENUMBER = "page 1 is page 0: count from 1"
    CONTRADICTION = "the provider sends the same page whatever is asked for, or nothing although it counts users"


def judge(sight: Sight, held: ObservedPage | None, asks: int) -> Verdict:
    """Return what an answer means. `held` is a page held back; `asks` is how often this window was asked for again."""
    if asks < _ASKS and _is_strange(sight, asks):
        return Verdict.AGAIN
    doubt = sight.at.doubt
    if doubt is not None:
        return _of_check(sight, doubt, held)
    if held is not None:
        return _of_neighbour(sight, held)
    return _of_impossible(sight) or (_of_joined(sight) if sight.joins else _of_unknown(sight))


def _is_strange(sight: Sight, asks: int) -> bool:
    """Return whether an answer is so unlikely, or so final, that it is asked for again."""
    seen, at_first = sight.seen, asks == 0
    if seen.refusal:
        return at_first and seen.refusal == "failed"
    is_own = not sight.is_at_top and sight.has_own_size
    is_end = sight.says_it_ends_oddly  # it may have lost its link
    odd = at_first and sight.at.doubt is None and (seen.repeats or is_own or is_end)
    if sight.is_at_top:
        return odd or (at_first and not seen.marks) or (len(sight.known) > 0 and not seen.known)
    return odd or (at_first and not seen.marks and seen.page.promises(seen.window.start))


def _of_impossible(sight: Sight) -> Verdict | None:
    """Judge an answer that no list gives if the server does what it was asked; None if it may be one."""
    if sight.shows_only_top:
        if sight.seen.known and sight.seen.has_news:  # everybody is in it, and not all were handed out
            return Verdict.ACCEPT
        return Verdict.CONTRADICTION if sight.at.exact else Verdict.CHECK
    if sight.has_own_size and not sight.is_at_top:
        return Verdict.STRIDE
    seen = sight.seen
    is_gone = sight.is_at_top and len(sight.known) > 0 and not seen.marks
    return Verdict.CONTRADICTION if is_gone and seen.page.promises(0) else None


def _of_joined(sight: Sight) -> Verdict:
    """Judge a window that begins the list or shows a known row."""
    at, seen = sight.at, sight.seen
    if sight.is_clamped:
        return Verdict.CLAMP
    if sight.has_rows or (at.step and at.promised > seen.window.start):
        return Verdict.ACCEPT
    is_last_again = at.stale >= _STALE_LIMIT and (seen.repeats or seen.shows_last(sight.known.last))
    return Verdict.CHECK if sight.is_short or is_last_again else Verdict.ACCEPT


def _of_neighbour(sight: Sight, held: ObservedPage) -> Verdict:
    """Judge the window directly before the one that is held back, or a stride further back."""
    if sight.at.step and sight.at.mile and sight.seen.window.end < held.window.start:
        return Verdict.ADOPT if sight.seen.fingerprint.hex() == sight.at.mile[1] else Verdict.MOVED
    if not sight.joins:
        return Verdict.BACK
    touches = bool(sight.at.step) or not sight.seen.is_short
    return Verdict.ADOPT if touches and not sight.has_rows else Verdict.ACCEPT


def _of_unknown(sight: Sight) -> Verdict:
    """Judge a window in which nothing joins up with what was read."""
    at, seen = sight.at, sight.seen
    if sight.is_top_again and sight.may_renumber:
        return Verdict.RENUMBER
    if at.step:
        return _of_unknown_stride(sight)
    if seen.refusal == "refused" and at.lost == 0:
        return Verdict.NARROW
    if not seen.users:
        return _of_nobody(sight)
    if seen.window.start >= at.row - at.tail:  # no window of a size that it sends can overlap
        return Verdict.HOLD
    return Verdict.BACK


def _of_nobody(sight: Sight) -> Verdict:
    """Judge a window without a user."""
    at, seen = sight.at, sight.seen
    is_next = bool(seen.marks) and seen.window.start >= at.row - at.tail and at.stale < _STALE_LIMIT
    if is_next or not seen.is_short:  # records without an id
        return Verdict.ACCEPT
    is_behind = 0 < at.row - at.tail <= seen.window.start and not seen.refusal
    return Verdict.CHECK if is_behind else Verdict.BACK


def _of_unknown_stride(sight: Sight) -> Verdict:
    at = sight.at
    if sight.is_top_again:
        return Verdict.CHECK
    if sight.seen.is_blank:
        return Verdict.ACCEPT if at.promised > sight.seen.window.start else Verdict.CHECK
    is_sample = looks_at_each(at) or at.boundaries % _EVERY_BOUNDARY == 0
    return Verdict.HOLD if is_sample and not (at.thinned or at.drifted) else Verdict.ACCEPT


def looks_at_each(at: Place) -> bool:
    """Return whether each boundary between strides is looked back at."""
    return at.boundaries < _EACH_BOUNDARY or at.moved or at.short is not None


def _of_check(sight: Sight, doubt: Doubt, held: ObservedPage | None) -> Verdict:
    """Judge a window that was asked for because of a doubted end."""
    match doubt.checks[0]:
        case "top":
            return Verdict.ACCEPT if sight.has_unknown_users and sight.at.tops < _TOPS else Verdict.CHECK
        case "first":
            return Verdict.CHECK
        case "uneven":
            return _of_uneven(sight, doubt)
        case "behind" | "far":
            return _of_behind(sight, doubt)
        case _:
            return _of_again(sight, doubt, held)


def _of_uneven(sight: Sight, doubt: Doubt) -> Verdict:
    """Judge a short window, asked for again because rows were behind it."""
    if sight.seen.fingerprint.hex() == doubt.shown:
        is_clamp = doubt.aligned and sight.at.cap is None and sight.seen.users >= doubt.looked
        return Verdict.CHECK if is_clamp else Verdict.STRIDE
    return Verdict.ACCEPT if sight.joins else Verdict.BACK


def _of_behind(sight: Sight, doubt: Doubt) -> Verdict:
    """Judge a window behind a doubted end."""
    if sight.shows_nothing_behind(doubt):
        return Verdict.CHECK
    return Verdict.ACCEPT if sight.joins and doubt.checks[0] == "behind" else Verdict.HOLD


def _of_again(sight: Sight, doubt: Doubt, held: ObservedPage | None) -> Verdict:
    """Judge the window of a doubted end, or one that begins inside the list, after what is behind it was seen."""
    if doubt.checks[0] == "inside" and (sight.has_own_size or sight.is_top_again):
        return Verdict.CONTRADICTION if sight.at.exact else Verdict.CHECK
    if doubt.checks[0] == "inside" and sight.seen.refusal:
        return Verdict.CHECK
    if not sight.joins:
        is_gap = sight.at.promised > 0 and sight.seen.is_blank and held is None  # of rows that are left out
        return Verdict.CHECK if is_gap else Verdict.BACK
    if held is None:
        return Verdict.ACCEPT if sight.has_rows else Verdict.CHECK
    return Verdict.STRIDE if not sight.has_rows and sight.proves_thinning(doubt) else Verdict.ACCEPT
