"""A picture of a walk over a list that changes: what is asked for, what is known, what is new, and what follows.

    python bench/picture.py

writes `docs/walk.svg`. The machine is the one that reads numbered lists; each request is one line of the picture.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from random import Random
from typing import NamedTuple

from habits import Habits
from live_list import LiveList
from simulated import SimulatedApi
from user_directory_pagination import Habits as Learned
from user_directory_pagination import RawPage, Recent, mark
from user_directory_pagination.batch import fingerprint
from user_directory_pagination.numbered import Offsets
from user_directory_pagination.numbered.machine import Machine, Verdict
from user_directory_pagination.numbered.observed_page import ObservedPage
from user_directory_pagination.numbered.window import Window

__all__ = ["PICTURE", "picture"]

PICTURE = Path(__file__).parents[1] / "docs" / "walk.svg"

_USERS = 60
_NEED, _MAXIMUM = 13, 16
_CELL, _HIGH, _LEFT, _ABOVE, _BELOW = 12, 14, 16, 92, 60
_COLUMNS = _USERS + 6

_FAR = "doubting: far"

_STYLE = """
svg{background:#fff}text{font:13px system-ui,sans-serif;fill:#1f2328}.soft{fill:#59636e}.verdict{font-weight:600}
.unread{fill:#dfe4ea}.known{fill:#7f9bb8}.new{fill:#2da44e}.line{stroke:#fff;fill:none}
.window{stroke:#1f2328;stroke-width:2;fill:none}.anchor{fill:#1f2328}.came{fill:#8250df}.went{fill:#cf222e}
@media(prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}.soft{fill:#9198a1}
.unread{fill:#2f3742}.known{fill:#55718f}.line{stroke:#0d1117}.window{stroke:#e6edf3}.anchor{fill:#e6edf3}
.came{fill:#b990ff}.went{fill:#ff7b72}}
"""


class Step(NamedTuple):
    """One request: what happened before it, the list as it was, what was asked for, and what followed."""

    number: int
    happened: Sequence[tuple[str, str]]
    rows: Sequence[str]
    window: Window
    doing: str
    known: Collection[str]
    anchor: str
    new: Collection[str]
    verdict: Verdict


def _go(start: int, end: int, users: LiveList) -> None:
    users.delete(start, end)


def _come(order: str, count: int, users: LiveList) -> None:
    users.order = order
    for _ in range(count):
        users.insert()


_EVENTS: dict[int, Callable[[LiveList], None]] = {
    3: partial(_go, 0, 5),
    6: partial(_go, 10, 27),
    9: partial(_come, "newest", 3),
    11: partial(_come, "oldest", 2),
}
"""What happens before a request, by its number."""


def _opened() -> tuple[LiveList, Callable[[int, int], RawPage]]:
    """Return the list, and a function that asks for so many of its rows, from a row on."""
    users = LiveList(_USERS, "oldest", Random(1))
    users.story = []
    api = SimulatedApi(users, "offset", _MAXIMUM, Habits(), Random(1))

    def change(users: LiveList) -> None:
        if api.requests in _EVENTS:
            _EVENTS[api.requests](users)

    users.changes = [change]
    return users, lambda row, size: api.page({"size": str(size), "offset": str(row)})


def _walk() -> Iterator[Step]:
    """Read the list to its end."""
    users, ask = _opened()
    known, read, anchor, before, number = Recent(), list[str](), "", b"", 0
    machine = Machine(Offsets("offset"), known, Learned())
    while not machine.done:
        window, doubt = machine.next_window(_NEED, _MAXIMUM), machine.at.doubt
        doing = machine.state if doubt is None else f"{machine.state}: {doubt.checks[0]}"
        page, number = ask(window.start, window.size), number + 1
        marks = [mark(item["id"]) for item in page.items]
        shown, repeated = fingerprint(page.items, marks), before
        places = [index for index, each in enumerate(marks) if each in known]
        seen = ObservedPage(window, page, list(marks), places, shown, bool(marks) and shown == repeated)
        before, verdict = shown, machine.judge(seen)
        batch = machine.advance(seen, verdict, _MAXIMUM)
        rows = () if batch is None else batch.rows
        new = [row.record["id"] for row in rows if row.mark and known.add(row.mark, row.behind)]
        story = list(users.story or ())
        yield Step(number, story, list(users.ids), window, doing, set(read), anchor, new, verdict)
        read += new
        anchor = next((each for each in users.place_of if mark(each) == known.last), "")
        users.story = []


def _lost_by_the_usual_loop() -> int:
    """Return how many users who stay are lost by a loop that goes from page to page until a short one comes."""
    users, ask = _opened()
    found, row, size = set[str](), 0, _MAXIMUM
    while True:
        page = ask(row, size)
        found.update(item["id"] for item in page.items)
        row += size
        if len(page.items) < size:
            return len(users.stayed - found)


def picture() -> str:
    """Return the picture as SVG."""
    steps = list(_walk())
    shown = [step for step in steps if step.doing != _FAR]
    far = [step.number for step in steps if step.doing == _FAR]
    height, width = _ABOVE + _BELOW * len(shown) + 12, 2 * _LEFT + _CELL * _COLUMNS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "<title>A walk over a list that changes, request by request</title>",
        f"<style>{_STYLE}</style>",
        f'<pattern id="cells" width="{_CELL}" height="{_HIGH}" patternUnits="userSpaceOnUse" x="{_LEFT}">',
        f'<path class="line" d="M0 0v{_HIGH}"/></pattern>',
        *_heading(steps),
    ]
    for index, step in enumerate(shown):
        parts += _line(step, _ABOVE + _BELOW * index, far if far and step.number == far[-1] + 1 else ())
    return "\n".join([*parts, "</svg>", ""])


def _heading(steps: Sequence[Step]) -> Iterator[str]:
    stay = set(steps[0].rows).intersection(*(step.rows for step in steps))
    read = {each for step in steps for each in step.new}
    assert stay <= read
    yield _text(_LEFT, 22, f"{len(steps)} requests read everybody: the {len(stay)} users who stay, and the 5 who come.")
    loses = f"The usual loop, from page to page, loses {_lost_by_the_usual_loop()} of those who stay."
    yield _text(_LEFT, 42, loses, "soft")
    x = _LEFT
    legend = (("unread", "not read yet"), ("known", "read"), ("new", "handed out now"))
    for name, said in legend:
        yield f'<rect class="{name}" x="{x}" y="56" width="{_CELL}" height="{_HIGH}"/>' + _text(x + 18, 68, said)
        x += 34 + 7 * len(said)
    yield f'<rect class="window" x="{x}" y="56" width="24" height="{_HIGH}"/>' + _text(x + 30, 68, "asked for")
    x += 110
    yield f'<path class="anchor" d="M{x} 70l5 -8l5 8z"/>' + _text(x + 16, 68, "the anchor: the last row read")


def _line(step: Step, y: int, far: Sequence[int]) -> Iterator[str]:
    """Draw a request: a line of text over the list as it was."""
    last = max(step.window.start, step.window.end - 1)
    asked = f"{step.number}  {step.doing}, rows {step.window.start} to {last}"
    yield _text(_LEFT, y + 14, asked, "soft")
    before = f" ({far[0]} to {far[-1]} looked far behind the end: nothing)" if far else ""
    said = f"{step.verdict.name}: {_in_short(step)}{before}"
    yield f'<text class="verdict" x="{_LEFT + _CELL * 20}" y="{y + 14}">{said}</text>'
    top, x = y + 22, _LEFT
    for name, cells in groupby(step.rows, partial(_kind, step)):
        width = _CELL * len(list(cells))
        yield f'<rect class="{name}" x="{x}" y="{top}" width="{width}" height="{_HIGH}"/>'
        x += width
    yield f'<rect fill="url(#cells)" x="{_LEFT}" y="{top}" width="{x - _LEFT}" height="{_HIGH}"/>'
    end = min(step.window.end, _COLUMNS)
    place, size = _LEFT + _CELL * step.window.start, _CELL * (end - step.window.start)
    yield f'<rect class="window" x="{place}" y="{top - 2}" width="{size}" height="{_HIGH + 4}"/>'
    if step.anchor in step.rows:
        x = _LEFT + _CELL * step.rows.index(step.anchor) + 1
        yield f'<path class="anchor" d="M{x} {top + 25}l5 -8l5 8z"/>'
    yield from _happened(step, y + 14)


def _happened(step: Step, y: int) -> Iterator[str]:
    for sign, name, word in (("-", "went", "went"), ("+", "came", "came")):
        count = sum(what == sign for what, _ in step.happened)
        if count:
            x = _LEFT + _CELL * _COLUMNS
            yield f'<text class="{name}" text-anchor="end" x="{x}" y="{y}">{count} users {word} before this</text>'


def _kind(step: Step, user: str) -> str:
    return "new" if user in step.new else "known" if user in step.known else "unread"


def _in_short(step: Step) -> str:
    return f"{len(step.new)} new" if step.verdict is Verdict.ACCEPT else step.verdict.value.partition(":")[0]


def _text(x: int, y: int, said: str, name: str = "") -> str:
    return f'<text{f" class={chr(34)}{name}{chr(34)}" if name else ""} x="{x}" y="{y}">{said}</text>'


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
