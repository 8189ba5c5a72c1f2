"""What to make of an answer: decisions that change nothing."""

from enum import Enum, auto

from ..errors import PositionRefused
from ..page import RawPage
from . import next_proof, short_pages, top_check
from .situation import Ask, Seen, Situation, State, position_mark

__all__ = ["STOPS", "Judge", "Verdict"]

_BARREN_LIMIT = 100
"""Questions in a row without a new row; then the provider's pages contradict one another."""

_AGAIN_LIMIT = 3
"""How often to ask the same question again while its answers are strange, and differ."""

STOPS = 3
"""Contradictions in a row, without a new row between them, of which the last one ends the list."""

_SECOND_LOOKS = (State.LOOKING_BACK, State.FILLING, State.PROVING_THE_NEXT, State.CHECKING_THE_TOP)
"""States in which a page is asked for that was read before."""

_CIRCLE = "The provider's pages go in a circle: a position came up again."
_SAME = "The provider sent the same page twice."
_NOTHING_NEW = "The provider does not say what follows a user in its list."


class Verdict(Enum):
    """What to make of an answer.

    ACCEPT: it holds what was asked for. AGAIN: ask the same once more. BACK: ask from an earlier row. END: the list
    ends. CONTRADICTION: give up for now; the machine can be asked again. GIVE_UP: end the list, in doubt.
    """

    ACCEPT = auto()
    AGAIN = auto()
    BACK = auto()
    END = auto()
    CONTRADICTION = auto()
    GIVE_UP = auto()


class Judge:
    """Judges answers in a situation."""

    def __init__(self, situation: Situation) -> None:
        self._in = situation
        self.reason = ""
        """Why the last answer is a contradiction."""

    def judge(self, asked: Ask, answer: RawPage | PositionRefused) -> Verdict:
        """Decide what to make of an answer, and change nothing but the reason of a contradiction."""
        self.reason = ""
        if self._in.at.barren >= _BARREN_LIMIT:
            return self._contradicts(_NOTHING_NEW)
        if isinstance(answer, PositionRefused):
            return self._judge_refusal(asked)
        seen = self._in.see(answer)
        return self._judge_second_look(asked, seen) or self._judge_page(asked, seen)

    def _judge_second_look(self, asked: Ask, seen: Seen) -> Verdict | None:
        """Judge a page that was read before; None if it was not."""
        if self._in.state is State.LOOKING_BACK:
            return self._judge_look_back(seen)
        if self._in.state is State.FILLING:
            return Verdict.ACCEPT if any(seen.known) or self._agrees(seen) else Verdict.AGAIN
        if self._in.state is State.PROVING_THE_NEXT:
            strange = next_proof.is_strange(self._in, asked, seen)
            return Verdict.AGAIN if strange and not self._agrees(seen) else Verdict.ACCEPT
        if self._in.state is State.CHECKING_THE_TOP:
            strange = top_check.is_strange(self._in, asked.position, seen)
            return Verdict.AGAIN if strange and not self._agrees(seen) else Verdict.ACCEPT
        return None

    def _judge_page(self, asked: Ask, seen: Seen) -> Verdict:
        if short_pages.is_due(self._in, asked, seen):
            return Verdict.AGAIN
        return self._judge_anchored(asked, seen) if self._in.has_anchors else self._judge_named(asked, seen)

    def _agrees(self, seen: Seen) -> bool:
        """Return whether the same question had the same answer before, or enough others and this one is not empty."""
        is_enough = self._in.at.again >= _AGAIN_LIMIT and bool(seen.page.items)
        return self._in.at.strange == seen.digest or is_enough

    def _contradicts(self, reason: str) -> Verdict:
        self.reason = reason
        return self._stops

    @property
    def _stops(self) -> Verdict:
        return Verdict.CONTRADICTION if self._in.at.stops + 1 < STOPS else Verdict.GIVE_UP

    def _judge_refusal(self, asked: Ask) -> Verdict:
        if self._in.state in _SECOND_LOOKS:
            return Verdict.ACCEPT
        if not asked.position:
            return Verdict.CONTRADICTION
        return Verdict.BACK if self._in.has_anchors else self._stops

    def _judge_look_back(self, seen: Seen) -> Verdict:
        is_latest = self._in.look.page is not None and seen.digest == self._in.look.page["digest"]
        strange = is_latest or not any(seen.known)
        return Verdict.AGAIN if strange and not self._agrees(seen) else Verdict.ACCEPT

    def _judge_named(self, asked: Ask, seen: Seen) -> Verdict:
        """Judge the page of a position that the provider named."""
        at, following = self._in.at, seen.following
        reason = self._circle(asked, seen)
        nothing = not seen.page.items
        displaced = len(self._in.known) > 0 and (at.rereads or not asked.position) and not any(seen.known)
        if (reason or nothing or displaced) and not self._agrees(seen):
            return Verdict.AGAIN
        if reason:
            return self._contradicts(reason)
        if not self._in.leads_nowhere(asked, following) or not (nothing or (at.doubted and not seen.new)):
            return Verdict.ACCEPT
        is_whole = not at.moved and seen.page.ends_by(at.fresh)
        if following and not (nothing or is_whole or at.circled or self._in.is_short(asked, seen)):
            return self._contradicts(_CIRCLE)
        return Verdict.END

    def _circle(self, asked: Ask, seen: Seen) -> str:
        following, at = seen.following, self._in.at
        if following and following != asked.position and position_mark(following) in self._in.passed:
            return _CIRCLE
        if at.doubted:
            return ""
        has_ids = any(seen.marks)
        if has_ids and asked.position and (bytes.fromhex(seen.digest) in self._in.passed or at.top in seen.tags):
            return _SAME
        return ""

    def _judge_anchored(self, asked: Ask, seen: Seen) -> Verdict:
        """Judge a page that should show the row held on to."""
        at = self._in.at
        if not seen.page.items:
            return self._judge_nothing(asked, seen)
        if self._is_other(asked, seen) and not self._agrees(seen):
            return Verdict.AGAIN
        if self._is_other(asked, seen) and self._in.strategy.keyed:
            return self._judge_other(asked, seen)
        if at.counts and not self._still_counts(asked, seen):
            return Verdict.BACK if self._agrees(seen) else Verdict.AGAIN
        if not self._in.holds(seen):
            return self._judge_lost(asked, seen)
        return Verdict.END if self._ends_behind(asked, seen) else Verdict.ACCEPT

    def _judge_nothing(self, asked: Ask, seen: Seen) -> Verdict:
        at = self._in.at
        settles = not asked.position or (at.largest == 1 and not at.back)  # no later page can show what is missing here
        if settles and not self._agrees(seen):
            return Verdict.AGAIN
        return Verdict.BACK if asked.position else Verdict.END

    def _is_other(self, asked: Ask, seen: Seen) -> bool:
        """Return whether a page cannot be what was asked for: it holds the row that it should follow, or the first."""
        if asked.anchor < 0:
            return False
        if self._in.at.counts:
            return seen.digest == self._in.at.latest
        return self._in.anchors[asked.anchor].tag in seen.tags or self._in.at.top in seen.tags

    def _judge_other(self, asked: Ask, seen: Seen) -> Verdict:
        """Judge a page of keys that came twice, and is not what was asked for."""
        if self._in.shows_everything(asked, seen):
            return Verdict.ACCEPT if seen.new else Verdict.END
        asked_for = self._in.anchors[asked.anchor].tag in seen.tags
        return self._contradicts(_SAME) if asked_for else Verdict.BACK

    def _judge_lost(self, asked: Ask, seen: Seen) -> Verdict:
        """Judge a page without any row that is remembered."""
        at = self._in.at
        if not asked.position:
            return Verdict.AGAIN if len(self._in.known) and not self._agrees(seen) else Verdict.ACCEPT
        follows = at.blind > 0 or (self._in.held == 0 and at.back == 0)
        return Verdict.ACCEPT if follows else Verdict.BACK

    def _still_counts(self, asked: Ask, seen: Seen) -> bool:
        return self._in.strategy.behind(asked.position, seen.page) is not None or not asked.position

    def _ends_behind(self, asked: Ask, seen: Seen) -> bool:
        """Return whether nothing comes behind the row held on to."""
        at = self._in.at
        if not at.anchors or (seen.new and not at.blind):
            return False
        says_more = (
            self._in.strategy.promises_more(seen.page) if self._in.strategy.keyed else seen.following is not None
        )
        if says_more and seen.following != at.position:
            return False
        is_last = (
            next((tag for tag, each in reversed(self._in.behind(asked, seen)) if each), "") == self._in.anchors[-1].tag
        )
        nothing_behind = at.largest == 1 and at.back > 0 and at.nothing
        return is_last and (nothing_behind or self._in.is_short(asked, seen))
