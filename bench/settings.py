"""What is drawn for one walk: the API with its habits, the list, and how it changes."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import live_list
from habits import PARAMETERS, Habits
from live_list import Change, LiveList
from simulated import SimulatedApi

__all__ = ["Draw", "Setting"]

VALUES = ("active", "invited", "suspended")


@dataclass
class Setting:
    """What was drawn for one walk."""

    strategy: str
    maximum: int
    users: int
    order: str
    scans: bool
    habits: Habits
    changes: list[Change] = field(default_factory=list[Change])
    asked: tuple[str, ...] = ()
    """The values that the walk filters by, one after the other."""
    hides: float = 0.0
    """The share of users that are hidden, here and there."""
    hides_runs: int = 0
    """How many runs of 10 to 150 users are hidden."""
    limits: tuple[int, int] = (1, 100)
    """How many users a call asks for."""

    def open(self, draw: random.Random, kind: type[SimulatedApi] = SimulatedApi) -> SimulatedApi:
        """Return the API as it is before the first request."""
        draw = random.Random(draw.getrandbits(64))
        users = LiveList(self.users, self.order, draw)
        users.changes = self.changes
        users.hides = self.hides
        users.hide([each for each in users.ids if self.hides and draw.random() < self.hides])
        for _ in range(self.hides_runs):
            start = draw.randint(0, self.users)
            users.hide(users.ids[start : start + draw.randint(10, 150)])
        if self.asked:
            users.give_values(VALUES, self.asked)
        return kind(users, self.strategy, self.maximum, self.habits, draw)


Draw = Callable[[random.Random, Setting], None]
"""Draws what is particular to a world."""


def drawn(draw: random.Random, strategies: tuple[str, ...]) -> Setting:
    """Draw what all worlds have."""
    it = Setting(
        strategy=draw.choice(strategies),
        maximum=draw.choice((10, 50, 100)),
        users=draw.randint(0, 400),
        order=draw.choice(("newest", "oldest", "arbitrary")),
        scans=draw.random() < 0.5,
        habits=Habits(total=draw.choice((None, "visible"))),
    )
    if draw.random() < 0.3:
        fills_pages(it, draw.choice((10, 25, 50, 100)))
    return it


def fills_pages(it: Setting, size: int) -> None:
    """Let the last page be full."""
    it.users = it.users // size * size


def none(_: random.Random, __: Setting) -> None:
    """Draw nothing more."""


def every(*draws: Draw) -> Draw:
    """Draw one thing after the other."""

    def particular(draw: random.Random, it: Setting) -> None:
        for each in draws:
            each(draw, it)

    return particular


def having(**habits: Any) -> Draw:
    """Have these habits; a list means one of its values."""

    def particular(draw: random.Random, it: Setting) -> None:
        for name, value in habits.items():
            setattr(it.habits, name, draw.choice(value) if isinstance(value, list) else value)

    return particular


def comings_and_goings(draw: random.Random, it: Setting) -> None:
    """Let users come and go."""
    changes(draw, it, draw.choice((0.2, 1.0, 5.0)))


def changes(draw: random.Random, it: Setting, rate: float) -> None:
    """Let users come and go, fewer where pages are small: a list that outgrows its reader never ends."""
    rate *= min(1.0, it.maximum / 50, it.habits.served(it.maximum, it.maximum) / 50)
    it.changes.append(live_list.churn(draw.random() * 2 * rate, draw.random() * 2 * rate))


def mix(draw: random.Random, it: Setting) -> None:
    """Changes, clamps and single wrong answers, in three quarters, a quarter and a third of the walks."""
    it.users = draw.randint(0, 400)
    if PARAMETERS[it.strategy] not in ("page", "offset") and it.strategy != "offset_token":
        it.order = draw.choice(("newest", "oldest"))
    it.habits.clamp = draw.choice((None, None, None, draw.randint(2, it.maximum)))
    it.habits.faults = draw.choice((0.0, 0.0, 0.03))
    changes(draw, it, draw.choice((0.0, 0.2, 1.0, 5.0)))


def one_change(_: random.Random, it: Setting) -> None:
    """Let one user come or go."""
    it.changes.append(live_list.one_change)


def hidden(share: float) -> Draw:
    """Hide a share of the users, here and there."""

    def particular(draw: random.Random, it: Setting) -> None:
        it.hides = share
        it.habits.total = draw.choice((None, "visible", "all"))

    return particular


def hidden_runs(draw: random.Random, it: Setting) -> None:
    """Hide users in a row."""
    it.hides_runs = draw.randint(1, 3)
    it.habits.total = draw.choice((None, "visible", "all"))


def fixed_size(draw: random.Random, it: Setting) -> None:
    """Give pages of one size, of which the last is often full."""
    it.habits.fixed = draw.choice((5, 10, 20, 25, 30, 50, 100))
    if draw.random() < 0.3:
        fills_pages(it, it.habits.fixed)


def default_size(draw: random.Random, it: Setting) -> None:
    """Give a default size to those who ask for too much."""
    it.habits.cap = draw.randint(max(2, it.maximum // 5), it.maximum - 1)
    it.habits.default = draw.randint(2, it.maximum)


def clamp(draw: random.Random, it: Setting) -> None:
    """Give fewer rows than the manifest's maximum."""
    it.habits.clamp = draw.randint(2, it.maximum - 1)


def bound(draw: random.Random, it: Setting) -> None:
    """Bound the rows that can be read; sometimes there are just so many."""
    it.habits.bound = draw.choice((100, 200))
    if draw.random() < 0.2:
        it.users = it.habits.bound


def updates(*, to_the_top: bool) -> Draw:
    """Update users, who go to the top or to the end."""

    def particular(draw: random.Random, it: Setting) -> None:
        it.changes.append(live_list.updates(rate(draw, it), to_the_top=to_the_top))

    return particular


def renames(draw: random.Random, it: Setting) -> None:
    """Rename users, who go anywhere."""
    it.changes.append(live_list.renames(rate(draw, it)))


def ties(_: random.Random, it: Setting) -> None:
    """Order groups of five anew."""
    it.changes.append(live_list.shuffles_ties(5))


def shuffles(_: random.Random, it: Setting) -> None:
    """Order everybody anew."""
    it.changes.append(live_list.shuffles)


def two_requests(draw: random.Random, it: Setting) -> None:
    """Filter by two values, between which users change, and sometimes to a third one."""
    it.asked = VALUES[:2]
    it.changes.append(live_list.exchanges(rate(draw, it), draw.choice((VALUES[:2], VALUES)), it.asked))


def rate(draw: random.Random, it: Setting) -> float:
    """Draw how many users move before a request."""
    return draw.choice((0.2, 0.5, 1.0, 3.0)) * min(1.0, it.maximum / 50)


def read_users_go(draw: random.Random, it: Setting) -> None:
    """Delete many of those who were read last."""
    it.users = draw.randint(100, 400)
    share = draw.choice((0.15, 0.5))
    it.changes.append(live_list.deletes_around((33, 120), (0, 0), share=share, times=draw.randint(1, 2)))


def long(draw: random.Random, it: Setting) -> None:
    """Have more users than the engine remembers, and calls that take more than an agent's, for speed."""
    it.users = draw.randint(2_500, 4_000)
    it.maximum = 1_000 if draw.random() < 0.7 else 100
    it.scans = it.maximum == 100 or draw.random() < 0.9
    it.limits = (100, 700)


def users_go(draw: random.Random, it: Setting) -> None:
    """Delete hundreds or thousands around the position."""
    before, behind = draw.choice(((300, 300), (1_500, 100), (2_600, 0), (2_600, 300)))
    share = 0.4 if it.maximum == 1_000 else draw.choice((0.05, 0.2))
    it.changes.append(live_list.deletes_around((before // 2, before), (0, behind), share=share, times=1))


def dropped(draw: random.Random, it: Setting) -> None:
    """Leave a row out of one answer."""
    it.habits.drops = draw.randint(1, 1 + it.users // min(50, it.maximum))


def lagging(draw: random.Random, it: Setting) -> None:
    """Know only the beginning of the list in two answers."""
    it.habits.lags = draw.randint(1, 1 + it.users // min(50, it.maximum))
