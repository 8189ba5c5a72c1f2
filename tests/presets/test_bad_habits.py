"""Presets against APIs that do not do as they should: no answer is certain and wrong.

Each world is one simulated API with some habits and one fault; the truth is what the sandbox says of itself. A call may
fail, or be in doubt.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fault_kinds import FAULTS
from fault_matrix import without_pauses
from user_directories import preset_names
from user_directory_sandbox.roster import ORDERS

from ..thoroughness import examples
from .opening import Asker, ids, opened
from .test_presets import FILTERS, plain

USERS = 130
MOST_CALLS = 20
"""Calls of a walk."""
SLOW = {"an answer of 9 MB", "an answer too late", "an answer that takes all the time"}
SAY_NOBODY = {
    *("404 for the list", "404 for every id", "404 always", "410 always", "204 always", "204 for every id"),
    *("an empty body", "null", "{}", "{} for every id", "null for every id", "null for the list", "the list left out"),
    *("an empty page once", "empty pages always", "null for every text"),
}
"""How APIs say that there is nobody, or no value. One that says so now and then of those who are there cannot be told
from one that they have just left; the fault matrix tries them steadily, and names where they are believed.
"""
AGREE = {"a token that leads nowhere once"}
"""An end that two answers in a row agree on is believed: the world `two wrong answers` of docs/correctness.md."""
TOO_HIGH = {"a total of 1000"}
"""A total that was seen to be right is believed when it changes, until the end of the list is seen again."""
TRIED = [name for name in FAULTS if name not in SLOW | SAY_NOBODY | TOO_HIGH]

Sent = Mapping[str, Any]
Orders = tuple[tuple[str, Sent], ...]


@dataclass(frozen=True)
class World:
    """How an API behaves; `warm`: the server has seen it in health before. `fault` names one of the fault matrix."""

    habits: Sent
    fault: str
    when: Sent
    warm: bool

    @property
    def orders(self) -> Orders:
        """What the sandbox is told: faults come as often as this world says."""
        return tuple(
            (action, {**{name: each for name, each in sent.items() if name not in ("every", "next")}, **self.when})
            if action == "faults"
            else (action, sent)
            for action, sent in FAULTS[self.fault].orders
        )


HABITS = st.fixed_dictionaries(
    {},
    optional={
        "order": st.sampled_from(ORDERS),
        "page_clamp": st.integers(3, 60),
        "over_maximum": st.sampled_from(("clamp", "refuse")),
        "retry_after": st.booleans(),
    },
)
WHEN = st.one_of(
    st.builds(lambda number: {"every": number}, st.integers(1, 4)),
    st.builds(lambda number: {"next": number}, st.integers(1, 3)),
)
WORLDS = st.builds(World, HABITS, st.sampled_from(TRIED), WHEN, st.booleans()).filter(
    lambda world: world.fault not in AGREE or world.when.get("next", 1) == 1
)


class Wrong(Exception):
    """An answer that is certain, and not true."""


class Failed(Exception):
    """A call gave an error, which claims nothing."""


async def everybody(ask: Asker, place: int, gone: str) -> None:
    """List all users."""
    found, page = await walked(ask, "list_users", limit=40)
    hold(found, page, set(map(ask.facts.id, ask.records)))


async def number(ask: Asker, place: int, gone: str) -> None:
    """Count all users, by what the provider says and by reading."""
    for exhaustive in (False, True):
        answer = await answered(ask, "get_user_count", directory=ask.name, exhaustive=exhaustive)
        if answer["exactness"] == "exact" and answer["count"] != len(ask.records):
            raise Wrong(f"{answer['count']} users, exact; in truth {len(ask.records)}")


async def one(ask: Asker, place: int, gone: str) -> None:
    """Look up somebody by id."""
    identity = ask.facts.id(ask.records[place])
    looked_up(await answered(ask, "get_user", directory=ask.name, id=identity), {identity})


async def nobody(ask: Asker, place: int, gone: str) -> None:
    """Look up an id that nobody has any more."""
    looked_up(await answered(ask, "get_user", directory=ask.name, id=gone), set())


async def address(ask: Asker, place: int, gone: str) -> None:
    """Look up somebody by address, and an address that nobody has."""
    address_of = ask.facts.email
    if address_of is None or not (wanted := address_of(ask.records[place])):
        return
    has = {ask.facts.id(each) for each in ask.records if (address_of(each) or "").lower() == wanted.lower()}
    looked_up(await answered(ask, "get_user", directory=ask.name, email=wanted), has)
    looked_up(await answered(ask, "get_user", directory=ask.name, email="nobody@nowhere.example"), set())


async def filtered(ask: Asker, place: int, gone: str) -> None:
    """Search by a filter that the provider takes."""
    offered = [each[1:] for each in FILTERS if each[0] == ask.name]
    if not offered:
        return
    field, operator = offered[place % len(offered)]
    value_of = ask.facts.fields[field]
    held_here = texts(value_of(ask.records[place]))
    if not held_here:
        return
    asked = held_here[0] if operator == "is" else held_here[0][:2]
    fits = {"is": str.__eq__, "starts_with": str.startswith}[operator]
    has = {
        ask.facts.id(each)
        for each in ask.records
        if any(fits(plain(held), plain(asked)) for held in texts(value_of(each)))
    }
    found, page = await walked(ask, "search_users", filters={field: {operator: asked}}, limit=40)
    hold(found, page, has)


QUESTIONS = {each.__name__: each for each in (everybody, number, one, nobody, address, filtered)}


def texts(value: Any) -> list[str]:
    """The texts in a field of a record."""
    return [each for each in ([value] if isinstance(value, str) else value or []) if each is not None]


async def answered(ask: Asker, tool: str, **arguments: Any) -> dict[str, Any]:
    """The answer of a tool. Raises: Failed."""
    answer = await ask._client.call_tool(tool, arguments)
    if answer.is_error:
        raise Failed(answer.content[0].text)
    assert answer.structured_content is not None
    return answer.structured_content


async def walked(ask: Asker, tool: str, **arguments: Any) -> tuple[list[str], dict[str, Any]]:
    """The ids on all pages, as far as so many calls go, and the last page. Raises: Failed."""
    page = await answered(ask, tool, directory=ask.name, **arguments)
    found = ids(page) if page["rows"] else []
    for _ in range(MOST_CALLS):
        if not page.get("cursor"):
            break
        page = await answered(ask, tool, cursor=page["cursor"])
        found += ids(page) if page["rows"] else []
    return found, page


def hold(found: list[str], page: dict[str, Any], wanted: set[str]) -> None:
    """Hold a list to the truth."""
    if page["complete"] and set(found) != wanted:
        raise Wrong(f"complete, without {len(wanted - set(found))} and with {len(set(found) - wanted)} others")
    if len(found) != len(set(found)):
        raise Wrong("somebody came twice")


def looked_up(answer: dict[str, Any], wanted: set[str]) -> None:
    """Hold a look-up to the truth."""
    users = [answer["user"], *answer.get("others", [])] if answer["found"] else []
    found = {user["id"] for user in users}
    if found - wanted:
        raise Wrong(f"somebody else: {found - wanted}")
    if answer["complete"] and found != wanted:
        raise Wrong(f"complete, and found {found} of {wanted}")


def unpaced(configuration: str) -> str:
    """The configuration of one directory, without a pace."""
    return f"{configuration}requests_per_second = 0\n"


async def is_under_way(ask: Asker, world: World) -> bool:
    """Give an API its habits and its fault; return whether it can have such a fault."""
    known = (await ask._control.get(f"{ask.name}/behaviour")).json()
    await ask.tell("behaviour", **{each: value for each, value in world.habits.items() if each in known})
    orders = [await ask._control.post(f"{ask.name}/{action}", json=sent) for action, sent in world.orders]
    return all(answer.status_code == 200 for answer in orders)


async def problem_in(name: str, world: World, question: str, place: int) -> str | None:
    """Ask a question in a world; return what is certain and wrong, None if nothing is."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        async with opened(name, Path(folder), patch, USERS, unpaced) as ask:
            gone = (await ask.tell("delete", count=1))["ids"][0]
            ask.records = [each for each in ask.records if ask.facts.id(each) != gone]
            if world.warm:
                await answered(ask, "list_users", directory=name, limit=100)
                await answered(ask, "get_user", directory=name, id=ask.facts.id(ask.records[0]))
                await answered(ask, "get_user_count", directory=name)
            if await is_under_way(ask, world):
                try:
                    await QUESTIONS[question](ask, place, gone)
                except Wrong as wrong:
                    return str(wrong)
                except Failed:
                    return None
    return None


@pytest.fixture(scope="module", autouse=True)
def at_once():
    """Try again at once."""
    with without_pauses():
        yield


@pytest.mark.parametrize("name", preset_names())
@settings(max_examples=examples(2))
@given(world=WORLDS, question=st.sampled_from(list(QUESTIONS)), place=st.integers(0, USERS - 2))
async def test_no_answer_is_certain_and_wrong(name, world, question, place):
    assert await problem_in(name, world, question, place) is None
