"""One walk in one world, told request by request: what it takes to see why it went wrong."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from habits import Habits
from judging import WRONG, judged
from readers import Outcome, drift_safe, naive
from settings import Setting
from simulated import SimulatedApi
from user_directories.errors import UpstreamError
from user_directory_pagination.page import RawPage
from worlds import World

__all__ = ["tell"]

_MOST_RUNS = 12


class ToldApi(SimulatedApi):
    """An API that prints each request, its answer, and what happened to the list before it."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.users.story = []
        self.shown: dict[str, list[int]] = {}
        """The requests whose answers show a user."""

    def page(self, parameters: dict[str, str]) -> RawPage:
        """Answer as the API does, and tell."""
        question = " ".join(f"{name}={value}" for name, value in parameters.items())
        try:
            page = super().page(parameters)
        except UpstreamError as error:
            self._tell(question, type(error).__name__)
            raise
        ids = [item["id"] for item in page.items]
        for each in ids:
            self.shown.setdefault(each, []).append(self.requests)
        said = [f"{name} {value!r}" for name, value in (page.body | page.headers).items()]
        total = [] if page.total is None else [f"total {page.total}"]
        self._tell(question, ", ".join([f"{len(ids)} rows{': ' if ids else ''}{_runs(ids)}", *total, *said]))
        return page

    def _tell(self, question: str, answer: str) -> None:
        story = self.users.story or []
        whats = dict.fromkeys(what for what, _ in story)
        happened = [f"{each} {_runs([user for what, user in story if what == each])}" for each in whats]
        story.clear()
        said = f"   ({'; '.join(happened)})" if happened else ""
        print(f"{self.requests:>6}  {question:<28} → {answer}{said}")


async def tell(world: World, seed: int) -> None:
    """Print one walk, and what is wrong with it; then the same of the naive loop."""
    print(f"{world.name}, seed {seed}: {world.says}")
    for reader in ("This engine", "The naive loop"):
        draw = world.draws(seed)
        setting = world.setting(draw)
        api = setting.open(draw, ToldApi)
        assert isinstance(api, ToldApi)
        print(f"\n{reader}. {_described(setting)}")
        print(f"  list: {_runs(api.users.ids)}; hidden: {_runs(sorted(api.users.hidden, key=int)) or 'nobody'}")
        outcome = await drift_safe(api, setting, draw, print) if reader == "This engine" else naive(api, setting)
        for line in _verdict(api, outcome):
            print(f"  {line}")


def _described(setting: Setting) -> str:
    plain = Habits()
    given = [(each.name, getattr(setting.habits, each.name)) for each in fields(Habits)]
    habits = ", ".join(f"{name}={value!r}" for name, value in given if value != getattr(plain, name))
    kind = "scan" if setting.scans else "list"
    return (
        f"A {kind} of {setting.users} users by {setting.strategy}, at most {setting.maximum} a page; "
        f"new ones {setting.order}. Habits: {habits or 'none'}."
    )


def _verdict(api: ToldApi, outcome: Outcome) -> Iterator[str]:
    """Say what is wrong, who was lost and who came twice, and which answers showed those who were lost."""
    stayed, found = api.users.stayed, set(outcome.found)
    lost = [each for each in api.users.ids if each in stayed - found]
    numbers = judged(outcome, stayed)
    claims = [name for name in ("ended", "complete", "warned") if getattr(outcome, name)]
    yield f"It says: {', '.join(claims) or 'nothing'}. Requests: {api.requests}, bare {outcome.bare}."
    yield "Judged: " + (
        ", ".join(f"{name} {numbers[name]}" for name in (*WRONG, "without need") if numbers[name]) or "right"
    )
    yield f"{len(stayed)} users stayed; found of them: {len(stayed & found)}."
    if lost:
        yield f"Not found, in the order of the list: {_runs(lost)}."
        shown = [f"{each} in {', '.join(map(str, api.shown[each][:4]))}" for each in lost if each in api.shown]
        yield f"Of these, {len(shown)} were in answers: {'; '.join(shown[:10]) or '-'}."
    if numbers["twice"]:
        repeated = sorted({each for each in found if outcome.found.count(each) > 1}, key=int)
        yield f"Found more than once: {_runs(repeated)}."


def _runs(ids: Sequence[str]) -> str:
    """Write ids in short: `3…7` for those that follow one another, up or down."""
    parts = [each[0] if len(each) == 1 else f"{each[0]}…{each[-1]}" for each in _stretches(ids)]
    more = f" and {len(parts) - _MOST_RUNS} more" if len(parts) > _MOST_RUNS else ""
    return " ".join(parts[:_MOST_RUNS]) + more


def _stretches(ids: Iterable[str]) -> Iterator[list[str]]:
    stretch: list[str] = []
    for each in ids:
        step = int(each) - int(stretch[-1]) if stretch else 0
        turns = len(stretch) > 1 and step != int(stretch[1]) - int(stretch[0])
        if stretch and (abs(step) != 1 or turns):
            yield stretch
            stretch = []
        stretch.append(each)
    if stretch:
        yield stretch
