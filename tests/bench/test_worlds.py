"""The simulated APIs of the benchmark do what their worlds say, and a loop that knows it reads everybody."""

import random
from typing import Any

import pytest

from habits import PARAMETERS, Habits
from live_list import LiveList, deletes_around, exchanges
from readers import bare_requests, rows_at_rest
from settings import Setting
from simulated import SimulatedApi
from user_directories.errors import UpstreamNotFound, UpstreamRefused, UpstreamUnavailable
from user_directory_pagination.page import RawPage
from worlds import WORLDS

SEEDS = range(8)


def at_rest(name: str, seed: int) -> tuple[SimulatedApi, Setting]:
    """A world in which nothing changes and no single answer is wrong."""
    draw = WORLDS[name].draws(seed)
    setting = WORLDS[name].setting(draw)
    setting.changes = []
    setting.habits.faults, setting.habits.drops, setting.habits.lags = 0.0, 0, 0
    return setting.open(draw), setting


def knowing(api: SimulatedApi, value: dict[str, str], rows: int) -> list[str]:
    """Read so many rows, knowing how many an answer has and where the next one begins."""
    parameter, size, found = PARAMETERS[api.strategy], api.maximum, []
    served = max(1, rows) if api.habits.everybody else api.habits.served(size, size)
    position: dict[str, str] = {}
    for start in range(0, rows, served):
        if parameter in ("page", "offset"):
            position = {parameter: str(start // served + 1 if parameter == "page" else start)}
        asked, forgetful = {"size": str(size), **value, **position}, api.habits.forgets
        page = api.page(asked)
        if forgetful and not api.habits.forgets:
            page = api.page(asked)
        found += [item["id"] for item in page.items]
        if parameter == "after":
            position = {"after": page.items[-1].get("place", page.items[-1]["id"])}
        elif parameter == "token":
            position = {"token": following(page)}
    return found


def following(page: RawPage) -> str:
    """Return the token of the next page."""
    return page.headers.get("link", "").partition("token=")[2].partition(">")[0] or str(page.body.get("next"))


@pytest.mark.parametrize("name", WORLDS)
def test_a_loop_that_knows_the_habit_reads_everybody_at_rest(name):
    for seed in SEEDS:
        api, setting = at_rest(name, seed)
        visible = [each for each in api.users.ids if each not in api.users.hidden]
        everybody, forgetful = set(visible) & api.users.stayed, setting.habits.forgets
        rows = rows_at_rest(api, setting.asked)
        values = [{"value": each} for each in setting.asked] or [{}]
        found = [each for value, count in zip(values, rows, strict=True) for each in knowing(api, value, count)]
        those, asked_again = set(found), forgetful and not setting.habits.forgets
        assert found == [each for each in visible if each in those] or setting.asked
        assert len(found) == len(those)
        assert those == everybody or (those < everybody and setting.habits.bound == sum(rows))
        assert api.requests - asked_again == (bare_requests(api, rows, [], scans=True) if sum(rows) else 0)


def plain(strategy: str, users: int, **habits: Any) -> SimulatedApi:
    """An API over a list at rest."""
    draw = random.Random(0)
    return SimulatedApi(LiveList(users, "oldest", draw), strategy, 100, Habits(**habits), draw)


def ids(page: RawPage) -> list[int]:
    return [int(item["id"]) for item in page.items]


@pytest.mark.parametrize(("behind", "rows"), [("nothing", []), ("last", [*range(20, 25)]), ("first", [*range(10)])])
def test_behind_the_end_there_is_a_page(behind, rows):
    assert ids(plain("page", 25, behind=behind).page({"size": "10", "page": "4"})) == rows


@pytest.mark.parametrize(
    ("behind", "error"), [("404", UpstreamNotFound), ("400", UpstreamRefused), ("500", UpstreamUnavailable)]
)
@pytest.mark.parametrize(("strategy", "inside", "outside"), [("page", "3", "4"), ("offset", "24", "25")])
def test_behind_the_end_there_is_an_error(behind, error, strategy, inside, outside):
    api = plain(strategy, 25, behind=behind)
    assert api.page({"size": "10", strategy: inside}).items
    with pytest.raises(error):
        api.page({"size": "10", strategy: outside})


@pytest.mark.parametrize(("bounds_end", "refused"), [(False, "100"), (True, "91")])
def test_a_bound_refuses_what_begins_or_ends_behind_it(bounds_end, refused):
    api = plain("offset", 150, bound=100, bounds_end=bounds_end)
    assert len(ids(api.page({"size": "10", "offset": "90"}))) == 10
    with pytest.raises(UpstreamRefused):
        api.page({"size": "10", "offset": refused})


@pytest.mark.parametrize(
    ("habits", "sizes"),
    [
        ({"clamp": 30}, {10: 10, 30: 30, 60: 30}),
        ({"cap": 50, "default": 20}, {10: 10, 50: 50, 60: 20}),
        ({"steps": (10, 25, 50)}, {3: 10, 10: 10, 24: 10, 60: 50}),
        ({"fixed": 25}, {3: 25, 60: 25}),
        ({"extra": 2}, {3: 5, 60: 62}),
    ],
)
@pytest.mark.parametrize("strategy", ["page", "offset", "keyset", "token"])
def test_an_api_decides_the_size(habits, sizes, strategy):
    for asked, got in sizes.items():
        assert len(ids(plain(strategy, 200, **habits).page({"size": str(asked)} | first(strategy)))) == got


def first(strategy: str) -> dict[str, str]:
    return {"page": {"page": "1"}, "offset": {"offset": "0"}}.get(strategy, {})


def test_page_0_is_page_1():
    api = plain("page", 25, first=0)
    assert [ids(api.page({"size": "10", "page": page}))[:1] for page in "0123"] == [[0], [0], [10], [20]]


@pytest.mark.parametrize(
    ("end", "leads_to"),
    [("false", False), ("zero", 0), ("minus_one", -1), ("empty", ""), ("repeats", "9.0"), (None, None)],
)
def test_the_last_page_of_tokens(end, leads_to):
    api = plain("token", 15, end=end)
    assert api.page({"size": "10"}).body["next"] == "9.0"
    assert api.page({"size": "10", "token": "9.0"}).body["next"] == leads_to


def test_an_empty_page_leads_to_itself():
    api = plain("offset_token", 15, end="itself")
    assert [api.page({"size": "10", "token": token}).body["next"] for token in ("10", "15")] == ["15", "15"]
    assert not api.page({"size": "10", "token": "15"}).items


def test_a_token_is_bound_to_a_size():
    api = plain("token", 15, binds_size=True)
    token = api.page({"size": "10"}).body["next"]
    assert len(api.page({"size": "10", "token": token}).items) == 5
    with pytest.raises(UpstreamRefused):
        api.page({"size": "11", "token": token})


@pytest.mark.parametrize(
    ("gone", "rows"), [("compares", [15, 16]), ("nothing", []), ("start", [0, 1]), ("refuses", None)]
)
def test_the_key_of_a_deleted_user(gone, rows):
    api = plain("keyset", 20, gone=gone)
    api.page({"size": "10"})
    api.users.delete(5, 15)
    if rows is None:
        with pytest.raises(UpstreamRefused):
            api.page({"size": "2", "after": "9"})
    else:
        assert ids(api.page({"size": "2", "after": "9"})) == rows
    assert ids(api.page({"size": "2", "after": "4"})) == [15, 16]


def test_many_who_were_shown_last_are_deleted():
    api = plain("keyset", 200)
    api.users.changes = [deletes_around((40, 40), (5, 5), share=1.0, times=1)]
    shown = ids(api.page({"size": "100"}))
    assert ids(api.page({"size": "100", "after": "99"})) == [*range(105, 200)]
    assert api.users.stayed == {str(each) for each in (*shown[:60], *range(105, 200))}


def test_users_who_do_not_match_at_every_moment_do_not_stay():
    users = LiveList(100, "oldest", random.Random(0))
    users.give_values(("a", "b", "c"), ("a", "b"))
    before = {user for user, value in users.value_of.items() if value != "c"}
    assert users.stayed == before
    users.changes = [exchanges(5.0, ("a", "b", "c"), ("a", "b"))]
    out = set[str]()
    for _ in range(20):
        users.change()
        out |= {user for user, value in users.value_of.items() if value == "c"}
    assert users.stayed == before - out
    assert users.stayed
