"""Each preset, over a client, against the simulation of its API: what is there is found, in few requests."""

import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from user_directories import built_in, preset_names

from ..thoroughness import sample
from .facts import FACTS, Facts, Record
from .opening import Asker, opened

NAMES = preset_names()

UNDECOMPOSED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "’": "'"})
"""Letters with a stroke or without their dot, which Unicode does not take apart, and the other apostrophe."""


@pytest.fixture(params=NAMES)
async def ask(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asker]:
    async with opened(request.param, tmp_path, monkeypatch) as asker:
        yield asker


async def test_a_whole_walk_gives_everybody_once(ask):
    found, page = await ask.everybody("list_users", directory=ask.name, limit=100)
    order = ask.facts.order
    listed = ask.records if order is None else sorted(ask.records, key=order)
    assert found == [ask.facts.id(record) for record in listed]
    assert page["complete"] is True


def can_be_looked_up(facts: Facts, record: Record) -> bool:
    """Return whether a user has an address, and is one whom a look-up by it is documented to find."""
    has_one = facts.email is None or facts.email(record) is not None
    return has_one and (facts.looked_up is None or facts.looked_up(record))


def somebody_of(ask):
    """The last of those who can be looked up."""
    return next(each for each in reversed(ask.records) if can_be_looked_up(ask.facts, each))


async def looks_up(ask, **asked):
    """Look somebody up, and return how many requests it took."""
    before, somebody = await ask.requests(), somebody_of(ask)
    answer = await ask("get_user", directory=ask.name, **asked)
    assert answer["user"]["id"] == ask.facts.id(somebody)
    return await ask.requests() - before


async def test_a_look_up_by_id_takes_the_requests_that_the_api_needs(ask):
    assert await looks_up(ask, id=ask.facts.id(somebody_of(ask))) == ask.facts.requests_by_id


async def test_a_look_up_by_address_is_one_request_or_refused_where_no_list_has_addresses(ask):
    if ask.facts.email is not None:
        assert await looks_up(ask, email=ask.facts.email(somebody_of(ask))) == 1
        return
    assert "email" in built_in(ask.name).get.only
    problem = await ask.refused("get_user", directory=ask.name, email="ada@acme.example")
    assert problem.startswith(f"email: {ask.name} gives it only for a user who is looked up by id.")
    assert await ask.requests() == 0


async def test_a_count_is_exact(ask):
    answer = await ask("get_user_count", directory=ask.name, exhaustive=True)
    assert (answer["count"], answer["exactness"]) == (len(ask.records), "exact")


FILTERS = [
    (name, field, operator)
    for name in NAMES
    for field, table in {**built_in(name).filters, **dict.fromkeys(built_in(name).lookups(), ("is",))}.items()
    for operator in table
    if field in FACTS[name].fields
]


def texts(value: str | list[str] | None) -> list[str]:
    """What a fact says of a record: one text or several, without those that it does not have."""
    return [each for each in ([value] if isinstance(value, str) else value or []) if each is not None]


def plain(text: str) -> str:
    """Without letter case and accents, which filters ignore."""
    spread = unicodedata.normalize("NFKD", text.casefold()).translate(UNDECOMPOSED)
    return "".join(each for each in spread if not unicodedata.combining(each))


@pytest.mark.parametrize("place", sample([7, 21], 2))
@pytest.mark.parametrize(("ask", "field", "operator"), sample(FILTERS, 2), indirect=["ask"])
async def test_each_filter_finds_whom_the_records_say(ask, field, operator, place):
    value_of = ask.facts.fields[field]
    asked = texts(value_of(ask.records[place]))[0]
    asked = asked if operator == "is" else asked[:2]
    filters = {field: {operator: asked}}
    found, page = await ask.everybody("search_users", directory=ask.name, filters=filters, limit=100)
    fits = {"is": str.__eq__, "starts_with": str.startswith}[operator]
    wanted = [
        ask.facts.id(record)
        for record in ask.records
        if any(fits(plain(held), plain(asked)) for held in texts(value_of(record)))
    ]
    assert sorted(found) == sorted(wanted)
    assert page["complete"] is True


@pytest.mark.parametrize("operator", ["after", "before"])
async def test_a_time_of_creation_finds_whom_the_records_say(ask, operator):
    if ask.facts.created is None:
        asked = {"created_at": {operator: "2024-01-01"}}
        assert "created_at" in await ask.refused("search_users", directory=ask.name, filters=asked)
        return
    moment = ask.facts.created(ask.records[100])
    filters = {"created_at": {operator: moment}}
    found, page = await ask.everybody("search_users", directory=ask.name, filters=filters, limit=100)
    wanted = [
        ask.facts.id(record) for record in ask.records if (ask.facts.created(record) >= moment) is (operator == "after")
    ]
    assert (sorted(found), page["complete"]) == (sorted(wanted), True)


@pytest.mark.parametrize("state", ["active", "inactive", "pending"])
async def test_a_state_finds_and_counts_whom_the_records_say(ask, state):
    if ask.facts.state is None:
        assert "state" in await ask.refused("search_users", directory=ask.name, filters={"state": state})
        return
    wanted = [ask.facts.id(record) for record in ask.records if ask.facts.state(record) == state]
    if not wanted:
        pytest.skip("nobody can have this state here")
    found, page = await ask.everybody("search_users", directory=ask.name, filters={"state": state}, limit=100)
    assert (sorted(found), page["complete"]) == (sorted(wanted), True)
    counted = await ask("get_user_count", directory=ask.name, filters={"state": state}, exhaustive=True)
    assert (counted["count"], counted["exactness"]) == (len(wanted), "exact")


ORDERS = [(name, key, order) for name in NAMES for key in built_in(name).sort for order in ("asc", "desc")]


@pytest.mark.parametrize(("ask", "key", "order"), sample(ORDERS, 3), indirect=["ask"])
async def test_each_order_gives_everybody_in_that_order(ask, key, order):
    found, page = await ask.everybody("list_users", directory=ask.name, sort=f"{key}:{order}", limit=100)
    value_of = ask.facts.created if key == "created_at" else ask.facts.fields.get(key)
    assert (sorted(found), page["complete"]) == (sorted(map(ask.facts.id, ask.records)), True)
    if value_of is not None:
        by_id = {ask.facts.id(record): texts(value_of(record))[0].casefold() for record in ask.records}
        values = [by_id[each] for each in found]
        assert values == sorted(values, reverse=order == "desc")
