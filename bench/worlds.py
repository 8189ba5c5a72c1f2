"""The worlds that walks are judged in: one row each."""

import random
from dataclasses import dataclass

import settings
from habits import PARAMETERS
from settings import Draw, Setting, every, having

__all__ = ["WORLDS", "World"]

ALL = tuple(PARAMETERS)
NUMBERED = ("page", "offset")
KEYS = ("keyset", "has_more")
TOKENS = ("token", "offset_token", "link")


@dataclass(frozen=True)
class World:
    """A habit of an API, or of its list.

    `strategies`: the kinds of pagination that can have it. `draw_habit` draws its numbers. `restless`: the share of
    walks in which users also come and go. `tellable`: whether a client can always see that the API does not keep its
    word, or at least that it may not; else it can only be measured how often a walk is wrong silently.
    """

    name: str
    says: str
    strategies: tuple[str, ...] = ALL
    draw_habit: Draw = settings.none
    restless: float = 0.5
    tellable: bool = True

    def draws(self, seed: int) -> random.Random:
        """Return what decides everything in one walk."""
        return random.Random(f"{self.name} {seed}")

    def setting(self, draw: random.Random) -> Setting:
        """Draw the setting of one walk."""
        it = settings.drawn(draw, self.strategies)
        self.draw_habit(draw, it)
        if draw.random() < self.restless:
            settings.comings_and_goings(draw, it)
        return it


def _mixed(draw: random.Random, it: Setting) -> None:
    """Have up to three of the habits that a client can see through, and wrong answers in half of the walks."""
    able = [world for world in _HABITS if world.tellable and it.strategy in world.strategies]
    for world in draw.sample(able, min(len(able), draw.randint(1, 3))):
        world.draw_habit(draw, it)
    it.habits.faults = draw.choice((0.0, 0.03))


_MIX = ("page", "offset", "keyset", "token", "offset_token")
_MARKS = ["false", "zero", "minus_one", "empty"]
_FORGETFUL = (*TOKENS, "has_more", "linked_page")
_updated_last = every(settings.updates(to_the_top=False), having(sorted_keys=True))
_updated_first = every(settings.updates(to_the_top=True), having(sorted_keys=[False, True]))
_renamed = every(settings.renames, having(sorted_keys=[False, True]))
_bound_of_ends = every(settings.bound, having(bounds_end=True))
_long_deletes = every(settings.long, settings.users_go)
_long_gone = every(_long_deletes, having(gone="start"))
_long_first = every(settings.long, having(behind="first"))

_PLAIN = (
    World("mix", "Users come and go, pages are clamped, single answers are wrong.", _MIX, settings.mix, 0.0),
    World("quiet", "Nothing changes, and the API keeps its word.", restless=0.0),
    World("one change", "One user comes or goes before each request.", ALL, settings.one_change, 0.0),
)
_HABITS = (
    World("hidden 2 %", "2 % of the rows are taken out after paging.", NUMBERED, settings.hidden(0.02)),
    World("hidden 10 %", "10 % of the rows are taken out after paging.", NUMBERED, settings.hidden(0.1)),
    World("hidden 30 %", "30 % of the rows are taken out after paging.", NUMBERED, settings.hidden(0.3)),
    World(
        "hidden runs",
        "One to three runs of 10 to 150 rows are taken out; one longer than some pages looks like an end.",
        NUMBERED,
        settings.hidden_runs,
        tellable=False,
    ),
    World("rounded sizes", "Sizes are rounded down to 10, 25, 50 or 100.", ALL, having(steps=(10, 25, 50, 100))),
    World("fixed size", "Pages have one size, whatever is asked for.", (*NUMBERED, *TOKENS), settings.fixed_size),
    World("default size", "Who asks for too much gets a default size.", ALL, settings.default_size),
    World("over-full", "Pages have one to three rows more than asked for.", ALL, having(extra=[1, 2, 3])),
    World("clamp", "Pages have fewer rows than the manifest says.", ALL, settings.clamp),
    World("behind: 404", "Behind the end, 404.", NUMBERED, having(behind="404")),
    World("behind: 400", "Behind the end, 400.", NUMBERED, having(behind="400")),
    World("behind: 500", "Behind the end, 500, always.", NUMBERED, having(behind="500")),
    World("behind: last page", "Behind the end, the last page again.", NUMBERED, having(behind="last")),
    World("behind: first page", "Behind the end, the first page again.", NUMBERED, having(behind="first")),
    World("page 0 is page 1", "Pages count from 1, though the manifest says from 0.", ("page",), having(first=0)),
    World("total: capped", "Totals stop at 50, 100 or 200.", ALL, having(total="capped", capped=[50, 100, 200])),
    World("total: cached", "The total stays as it was; users come and go.", ALL, having(total="cached"), 1.0),
    World("total: too high", "The total is one too high.", ALL, having(total="high")),
    World("total: too low", "The total is one too low.", ALL, having(total="low")),
    World("bound: begin", "400 for pages that begin behind row 100 or 200.", NUMBERED, settings.bound),
    World("bound: end", "400 for pages that would end behind row 100 or 200.", NUMBERED, _bound_of_ends),
    World("end: a mark", "False, 0, -1 or an empty text stands for null.", TOKENS[:2], having(end=_MARKS)),
    World("end: empty page", "An empty page follows, which leads to itself.", TOKENS, having(end="itself")),
    World("end: last page", "The last page leads to itself.", TOKENS, having(end="repeats")),
    World("forgotten token", "Once, an answer does not say what follows.", _FORGETFUL, having(forgets=True)),
    World("updated last", "Updated users go to the end.", ALL, _updated_last, 0.0),
    World("updated first", "Updated users go to the top.", ALL, _updated_first, 0.0, tellable=False),
    World("renamed", "Renamed users go anywhere.", ALL, _renamed, 0.0, tellable=False),
    World("ties", "Groups of five are in another order each time.", ALL, settings.ties, 0.0, tellable=False),
    World("shuffled", "All are in another order.", (*NUMBERED, "offset_token"), settings.shuffles, 0.0, tellable=False),
    World("two legs", "Users change between the two requests of a filter.", ALL, settings.two_requests, tellable=False),
    World("keys compared", "Many who were read are deleted; keys are compared.", KEYS, settings.read_users_go),
    World("keys refused", "… 400 for their keys.", KEYS, every(settings.read_users_go, having(gone="refuses"))),
    World("keys in vain", "… nothing behind their keys.", KEYS, every(settings.read_users_go, having(gone="nothing"))),
    World("keys of the start", "… all behind their keys.", KEYS, every(settings.read_users_go, having(gone="start"))),
    World("dropped row", "Once, an answer lacks a row.", ALL, settings.dropped, tellable=False),
    World("two wrong answers", "Two know only the beginning of the list.", ALL, settings.lagging, tellable=False),
    World("bound token", "Tokens are refused with another size.", ("token", "link"), having(binds_size=True)),
    World(
        "opaque numbers",
        "Tokens are row numbers, and do not look so; only who reads each page twice can see what slips by.",
        ("offset_token",),
        having(binds_size=True),
        tellable=False,
    ),
    World("no pages", "Everybody is in each answer.", ALL, having(everybody=True)),
)
_LONG = (
    World("long: deletes", "Thousands around the position go.", (*NUMBERED, "keyset"), _long_deletes, 0.3),
    World("long: keys", "… and the start is behind their keys.", KEYS, _long_gone, 0.3),
    World("long: first page", "Behind the end, the first page again.", NUMBERED, _long_first, 0.3),
)
_MIXED = World("mixed habits", "Up to three of these, and wrong answers.", ALL, _mixed, 0.7, tellable=False)

WORLDS = {world.name: world for world in (*_PLAIN, *_HABITS, *_LONG, _MIXED)}
"""By name."""
