"""Reading a list in which each answer says where the next one begins: decisions, without any I/O.

The machine never lets go of the last row that it holds before it holds the next. Its states:

- *reading*: it asks for what follows. Where rows have positions (keys, and tokens that plainly count rows), it asks
  from the row before the last one, so that the last row must come again: this shows that the answer is about the right
  place, and, if nothing comes behind it, that the list ends there. Elsewhere it asks for the position that the provider
  named.
- *lost*: the last row did not come again: it is gone, and the provider may have refused its key, answered with nothing
  or with the start of the list. The machine goes back, to rows at doubling distances and in the end to the start, until
  a row that it remembers is in view; from there it reads on, and what it remembers is skipped. If more was read than is
  remembered, a row that is not remembered may be a forgotten one; it is kept back until a remembered one is in view.
- *looking back*: it asks for an earlier page once more, since its token may be a row number; see `LookBack`.
- *doubting the end*: a full page did not name a next position. It is asked for once more: one wrong answer must not end
  a list.
- *filling*: rows came behind a short page of keys, and it asks for that one again; see `short_pages`.
- *proving the next*: the list ended with its first page, and no answer has named a next position yet; see
  `next_proof`.
- *checking the top*: behind the end it looks at the top of the list once more; see `top_check`.
- *done*: nothing follows.

The mutable state is a `Place`: the position named last, the rows to go back to (anchors), the state in which the
machine is, how often it asked in vain, and what it learned about the list. It is plain JSON, and every answer leaves it
so that another machine can go on.
"""

from typing import Any

from ..batch import Batch, Identify, Row
from ..errors import Implausible, PositionRefused
from ..habits import Habits
from ..page import Position, RawPage
from ..recent import Recent
from . import next_proof, short_pages, top_check
from .anchors import Anchor, thinned
from .chain import Chain
from .judge import STOPS, Judge, Verdict
from .place import Place
from .situation import PASSED, Ask, Seen, Situation, State, position_mark

__all__ = ["Machine"]

_UNSAID: Position = {"unsaid": True}

_DISORDER = 8
"""Pages in a row of numbered rows, none of which begins with a place that was read; then the list has no order."""

_NOT_SAID = "The provider does not say where its next rows are, or not so that they can be asked for."


class Machine:
    """The decisions of a chained reader. `known` holds the rows that were handed out; `at` is the mutable state."""

    def __init__(self, strategy: Chain, identify: Identify, known: Recent, at: Place, habits: Habits) -> None:
        self.at = at
        self._in = Situation(strategy, identify, known, at, habits)
        self._judge = Judge(self._in)

    def stored(self) -> dict[str, Any]:
        """Return the state as plain JSON."""
        return self._in.stored()

    @property
    def state(self) -> State:
        """What the machine is about."""
        return self._in.state

    @property
    def reason(self) -> str:
        """Why the last answer is a contradiction."""
        return self._judge.reason

    def next_request(self, need: int, maximum: int) -> Ask | None:
        """Return the next question, for about `need` new rows and at most `maximum`; None if the list has ended.

        Raises: Implausible.
        """
        at = self.at
        if at.position == _UNSAID and self._in.look.due is None:
            self._stop_unsaid()
        if self._in.state is State.DONE:
            return None
        if self._in.strategy.keyed:
            searching = at.barren or at.blind
            size = maximum if searching else min(need + self._in.held * bool(at.anchors), maximum)
        else:
            size = at.size = at.size or min(need, maximum)
        second_look = self._second_look(size, maximum)
        if second_look is not None or not self._in.has_anchors:
            return second_look or Ask(at.position or {}, size)
        index = len(at.anchors) - 1 - self._in.held - at.back
        return Ask(self._in.anchors[index].position, size, index) if index >= 0 else Ask({}, size)

    def _second_look(self, size: int, maximum: int) -> Ask | None:
        """Return the question for rows that were read before; None if the next ones are due."""
        at = self.at
        if self._in.look.due is not None:
            return Ask(self._in.look.due["position"], size)
        if at.lacking is not None:
            return Ask(at.lacking["position"], at.lacking["size"])
        if self._in.state is State.PROVING_THE_NEXT:
            return Ask({}, min(at.proof or 1, maximum))
        if self._in.state is State.CHECKING_THE_TOP:
            return Ask(at.checking or {}, maximum if self._in.strategy.keyed else size)
        return None

    def look_at(self, page: RawPage) -> None:
        """Mark the rows of a page, which takes as long as all that follows."""
        self._in.see(page)

    def judge(self, asked: Ask, answer: RawPage | PositionRefused) -> Verdict:
        """Decide what to make of an answer, and change nothing but the reason of a contradiction."""
        return self._judge.judge(asked, answer)

    def advance(self, verdict: Verdict, asked: Ask, answer: RawPage | PositionRefused) -> Batch | None:
        """Change the state as the verdict says; return the rows of an accepted page."""
        at = self.at
        if isinstance(answer, RawPage):
            at.note_total(answer.total)
            short_pages.learn(self._in, asked, self._in.see(answer))
        if verdict is Verdict.AGAIN:
            at.again += 1
            at.strange = self._in.see(answer).digest if isinstance(answer, RawPage) else ""
            return None
        at.again, at.strange = 0, ""
        if verdict is Verdict.BACK:
            self._go_back(asked, answer)
        elif verdict is Verdict.CONTRADICTION:
            at.back = at.barren = 0
            at.circled = at.doubted
            at.stops += 1
        elif verdict is Verdict.GIVE_UP:
            self._give_up()
        elif verdict is Verdict.END:
            assert isinstance(answer, RawPage)  # noqa: S101 - a refusal ends nothing
            self._end(asked, answer)
        else:
            return self._accept(asked, answer)
        return None

    def _go_back(self, asked: Ask, answer: RawPage | PositionRefused) -> None:
        at = self.at
        at.barren += 1
        if at.counts and (isinstance(answer, PositionRefused) or self._contradicts_count(asked, answer)):
            at.counts, at.anchors, at.back = False, [], 0
            self._in.look.unlooked = True
            return
        came = isinstance(answer, RawPage) and bool(answer.items)
        at.moved = at.moved or (at.counts and came)
        at.drifted = at.drifted or (at.counts and came and at.barren >= _DISORDER)
        at.nothing = at.nothing if at.back else not came
        at.back = len(at.anchors) if came and at.largest == 1 else at.back + 1  # one row cannot show where it stands
        at.rereads = True

    def _contradicts_count(self, asked: Ask, page: RawPage) -> bool:
        return bool(page.items) and self._in.strategy.behind(asked.position, page) is None

    def _end(self, asked: Ask, page: RawPage) -> None:
        at = self.at
        seen = self._in.see(page)
        if self._in.shows_everything(asked, seen) and at.ignored == "fewer":  # or the first page of a clamp
            said = page.ends_by(len(page.items)) or seen.following is None
            at.drifted = at.drifted or not said
        if not (
            self._in.strategy.stable or self._in.has_anchors or at.doubted
        ):  # what follows may have slipped before it
            self._turn_to(None, overlaps=False)
        self._in.habits.end_vouched = self._in.habits.end_vouched or at.doubted
        at.drifted = at.drifted or at.blind > 0 or at.circled
        at.position, at.doubted, at.back = None, False, 0
        self._check_behind(asked)

    def _check_behind(self, asked: Ask) -> None:
        """Decide what else is to be asked for, now that the end seems to be reached."""
        self._in.look.end(remembered=not self._in.known.is_full)
        self.at.proof = next_proof.size(self._in, asked)
        self.at.checking = {} if top_check.is_due(self._in) else None

    def _give_up(self) -> None:
        """End the list in doubt, because what contradicts itself three times will not come right."""
        at = self.at
        at.position, at.drifted, at.doubted = None, True, False
        at.back = at.blind = at.barren = 0
        at.lacking = self._in.look.due = None

    def _stop_unsaid(self) -> None:
        """Count a call that cannot go on, since no position was named; the third one ends the list.

        Raises: Implausible.
        """
        self.at.stops += 1
        if self.at.stops < STOPS:
            raise Implausible(_NOT_SAID)
        self._give_up()

    def _accept(self, asked: Ask, answer: RawPage | PositionRefused) -> Batch:
        before = self._in.stored()
        if self._in.strategy.whole and isinstance(answer, RawPage):
            before["latest"] = self._in.see(answer).digest
        if self._in.state is State.LOOKING_BACK:
            return self._accept_look_back(asked, answer, before)
        if self._in.state is State.FILLING:
            return self._fill(answer, before)
        if self._in.state is State.PROVING_THE_NEXT:
            return self._accept_proof(asked, answer, before)
        if self._in.state is State.CHECKING_THE_TOP:
            return self._accept_top(asked, answer, before)
        assert isinstance(answer, RawPage)  # noqa: S101 - a refusal is accepted only when looking back
        seen = self._in.see(answer)
        rows = self._rows_anchored(asked, seen) if self._in.has_anchors else self._rows_named(asked, seen)
        at = self.at
        if self._in.strategy.keyed:
            short_pages.note(self._in, asked, seen, rows)
        self._go_on(asked, seen)
        at.fresh += len(rows)
        at.stops = 0 if rows else at.stops
        at.pages += bool(rows)
        if at.position is None:
            self._check_behind(asked)
        at.barren = 0 if rows or at.blind else at.barren + 1
        last = self._in.state is State.DONE
        more = not at.doubted and not last and seen.following is not None and self._in.strategy.promises_more(answer)
        return Batch(rows, more, last, before, self._in.stored())

    def _accept_look_back(self, asked: Ask, answer: RawPage | PositionRefused, before: dict[str, Any]) -> Batch:
        at, look = self.at, self._in.look
        rows: list[Row] = []
        if isinstance(answer, PositionRefused):
            look.give_up()
        else:
            seen = self._in.see(answer)
            rows = self._in.rows(seen, whole=False, first=not asked.position)
            look.compare(seen.tags, seen.known, seen.digest)
        self._learn_shift()
        at.moved = at.moved or bool(rows)
        at.fresh += len(rows)
        at.rereads = False
        return Batch(rows, False, self._in.state is State.DONE, before, self._in.stored())

    def _fill(self, answer: RawPage | PositionRefused, before: dict[str, Any]) -> Batch:
        at = self.at
        rows = short_pages.fill(self._in, self._in.see(answer)) if isinstance(answer, RawPage) else []
        at.lacking = None
        at.fresh += len(rows)
        return Batch(rows, False, False, before, self._in.stored())

    def _accept_proof(self, asked: Ask, answer: RawPage | PositionRefused, before: dict[str, Any]) -> Batch:
        rows: list[Row] = []
        if isinstance(answer, PositionRefused):
            next_proof.give_up(self._in)
        else:
            rows = next_proof.accept(self._in, asked, self._in.see(answer))
        self.at.fresh += len(rows)
        return Batch(rows, False, self._in.state is State.DONE, before, self._in.stored())

    def _accept_top(self, asked: Ask, answer: RawPage | PositionRefused, before: dict[str, Any]) -> Batch:
        if isinstance(answer, PositionRefused):
            self.at.checking, self.at.drifted, rows = None, True, []
        else:
            rows = top_check.accept(self._in, asked.position, self._in.see(answer))
        self.at.fresh += len(rows)
        return Batch(rows, False, self._in.state is State.DONE, before, self._in.stored())

    def _learn_shift(self) -> None:
        at, look = self.at, self._in.look
        at.moved = at.moved or look.shifted
        at.drifted = at.drifted or look.doubts
        self._in.habits.row_numbers = self._in.habits.row_numbers or look.shifted

    def _rows_named(self, asked: Ask, seen: Seen) -> list[Row]:
        """Return the rows of the page of a position that the provider named, and learn from rows that appear again."""
        at = self.at
        expected = at.rereads or at.doubted
        again = any(seen.known) and not expected
        if self._in.strategy.whole:
            self._compare_with_before(seen)
            at.drifted = at.drifted or self._in.strategy.promises_more(seen.page)
        if self._in.strategy.stable:
            at.drifted = at.drifted or again  # a position that stands for a row never shows a row again
        elif at.rereads and seen.page.items and not any(seen.known):
            at.drifted = True  # rows before this page may have gone while it was read
        elif again and seen.is_mixed:
            at.drifted = True  # rows that came before this page would stand at its beginning: there is no order
        rows = self._in.rows(seen, whole=True, first=not asked.position)
        if not self._in.strategy.stable and not at.doubted and seen.page.items and not at.drifted:
            page = {
                "position": dict(asked.position),
                "first": seen.tags[0],
                "last": seen.tags[-1],
                "digest": seen.digest,
            }
            self._turn_to(page, overlaps=again and self._in.look.meets(seen.tags))
            self._learn_shift()
        return rows

    def _compare_with_before(self, seen: Seen) -> None:
        """Learn that a whole list changed since it came first: then who is new may look like who was forgotten."""
        at = self.at
        if at.rereads and at.latest and at.latest != seen.digest:
            at.moved = True
            at.drifted = at.drifted or self._in.known.is_full

    def _turn_to(self, page: dict[str, Any] | None, *, overlaps: bool) -> None:
        """Pass the boundary before a page; None if nothing came."""
        always, remembered = self._in.habits.row_numbers, not self._in.known.is_full
        self._in.look.turn(page, overlaps=overlaps, always=always, remembered=remembered)

    def _rows_anchored(self, asked: Ask, seen: Seen) -> list[Row]:
        """Return the rows that come behind the row held on to."""
        at, anchors = self.at, self._in.anchors
        if at.blind or (not self._in.holds(seen) and anchors and not asked.position and self._in.known.is_full):
            if not any(seen.known):
                at.blind += len(seen.page.items)
                return []
            at.blind = 0
        tag = anchors[-1].tag if anchors else ""
        if tag in seen.tags and not at.rereads:
            at.drifted = at.drifted or seen.last_known > seen.tags.index(tag)  # somebody read before now stands behind
        self._note_shift(asked, seen, tag)
        return self._in.rows(seen, whole=not any(seen.known), first=not asked.position)

    def _note_shift(self, asked: Ask, seen: Seen, tag: str) -> None:
        """Learn that rows moved, because the one held on to has another number now."""
        at, anchors = self.at, self._in.anchors
        if not at.counts or asked.anchor < 0:
            return
        place = anchors[-1].row - anchors[asked.anchor].row - 1
        if place < len(seen.tags) and seen.tags[place] != tag:
            at.moved = True
            at.came = at.came or tag in seen.tags
            self._in.habits.row_numbers = self._in.habits.row_numbers or tag in seen.tags

    def _go_on(self, asked: Ask, seen: Seen) -> None:
        """Hold on to the last row of a page, and turn to what follows it."""
        at, strategy = self.at, self._in.strategy
        is_short = self._in.is_short(asked, seen)
        if not asked.position:
            rows = len(seen.page.items)
            at.came = at.came or (any(seen.known) and not seen.known[0])
            at.ignored = "" if rows == asked.size else "more" if rows > asked.size else "fewer"
            at.top = next((each.hex() for each in seen.marks if each is not None), "")
            counts = not strategy.keyed and not at.anchors and strategy.behind(asked.position, seen.page) is not None
            at.counts = at.counts or counts
        at.largest, at.latest, at.back = max(at.largest, len(seen.page.items)), seen.digest, 0
        caught_up = seen.new and not seen.known[-1] and not at.blind
        at.rereads = self._in.has_anchors and at.rereads and not caught_up
        if self._in.has_anchors:
            self._anchor(asked, seen)
        else:
            self._pass(asked, seen)
        self._turn(asked, seen, is_short=is_short)

    def _turn(self, asked: Ask, seen: Seen, *, is_short: bool) -> None:
        """Turn to the position that a page named, or doubt the end, or believe it."""
        at, habits = self.at, self._in.habits
        habits.names_next = habits.names_next or bool(seen.following)
        ends, was_doubted = self._in.leads_nowhere(asked, seen.following), at.doubted and not self._in.has_anchors
        at.doubted = False
        if at.blind > 2 * at.fresh + PASSED:
            at.position, at.drifted = None, True
        elif seen.following == {}:
            at.position = None if is_short and asked.position else _UNSAID
        elif not ends:
            at.position = seen.following
            if was_doubted:
                habits.contradicted()
        elif self._in.strategy.whole or was_doubted or (is_short and (bool(asked.position) or habits.end_vouched)):
            # a last page that names itself shows the same again
            shows_others = was_doubted and bool(seen.following) and seen.new
            at.position, at.drifted = None, at.drifted or at.blind > 0 or shows_others
            habits.end_vouched = habits.end_vouched or was_doubted
        else:
            at.doubted = True
            at.position = at.anchors[-1][1] if self._in.has_anchors and at.anchors else asked.position

    def _pass(self, asked: Ask, seen: Seen) -> None:
        self._in.passed.add(position_mark(asked.position))
        if seen.page.items:
            self._in.passed.add(bytes.fromhex(seen.digest))

    def _anchor(self, asked: Ask, seen: Seen) -> None:
        """Let go of the rows behind the one that was asked from, and hold on to those of the page instead."""
        at, behind = self.at, self._in.behind(asked, seen)
        if not any(position for _, position in behind):
            return
        kept = self._in.anchors[: asked.anchor + 1]
        row = kept[-1].row + 1 if kept else 0
        fresh = [Anchor(row + index, position, tag) for index, (tag, position) in enumerate(behind) if position]
        at.anchors = [list(anchor) for anchor in thinned(kept + fresh)]
        at.tail = row + len(behind) - 1 - fresh[-1].row
