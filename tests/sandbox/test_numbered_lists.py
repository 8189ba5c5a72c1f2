"""Numbered lists that are not as tidy as their documents: each behaviour in each directory that has numbered pages."""

import json
from math import ceil

import pytest

NUMBERED = {
    "klavis": ("/user/", "page_number", "page_size"),
    "delay": ("/users", "page", "page_size"),
    "monocloud": ("/api/users", "page", "size"),
}
OTHERS = ("braintrust", "openphone", "quo")
STATES_TOTAL = ("klavis", "monocloud")
ID = {"klavis": "userId", "delay": "id", "monocloud": "user_id"}
USERS = 237

each_list = pytest.mark.parametrize("name", NUMBERED)


async def ask_page(ask, name, page, size):
    path, number, most = NUMBERED[name]
    return await ask.get(name, path, **{number: page, most: size})


async def ids_on(ask, name, page, size):
    answer = await ask_page(ask, name, page, size)
    assert answer.status_code == 200, answer.text
    rows = answer.json()["users"] if name == "klavis" else answer.json()
    return [row[ID[name]] for row in rows]


def stated(name, answer):
    """What the API says of its list: the page, its size, how many users, and whether more follow."""
    if name == "klavis":
        said = answer.json()
        return said["page"], said["pageSize"], said["totalCount"], said["page"] < said["totalPages"]
    said = json.loads(answer.headers["x-pagination"])
    return said["current_page"], said["page_size"], said["total_count"], said["has_next"]


@each_list
@pytest.mark.parametrize("size", [10, 100])
async def test_every_nth_user_is_left_out_after_pages_were_cut_whatever_their_size(ask, name, size):
    await ask.set(name, "behaviour", thinned=7)
    ids = await ask.ids(name)
    pages = [await ids_on(ask, name, page, size) for page in range(1, ceil(USERS / size) + 1)]
    shown = [identity for place, identity in enumerate(ids, 1) if place % 7]
    assert [identity for page in pages for identity in page] == shown
    assert {size - len(page) for page in pages[:-1]} <= {size // 7, size // 7 + 1}


async def test_the_same_users_are_left_out_in_another_order_and_are_still_counted_and_found(ask):
    await ask.set("monocloud", "behaviour", thinned=2)
    path, *_ = NUMBERED["monocloud"]
    oldest, newest = [
        [
            user["user_id"]
            for page in (1, 2, 3)
            for user in await ask.rows("monocloud", path, page=page, size=100, sort=s)
        ]
        for s in ("creation_time:1", "creation_time:-1")
    ]
    assert oldest == newest[::-1]
    assert stated("monocloud", await ask_page(ask, "monocloud", 1, 10))[2] == USERS
    hidden = (await ask.ids("monocloud"))[1]
    assert hidden not in oldest
    assert (await ask.rows("monocloud", f"{path}/{hidden}"))["user_id"] == hidden


@each_list
@pytest.mark.parametrize(("page", "size", "status"), [(10, 10, 200), (11, 10, 400), (1, 100, 200), (2, 90, 400)])
async def test_a_page_that_reaches_beyond_the_bound_is_refused(ask, name, page, size, status):
    await ask.set(name, "behaviour", bound=100)
    answer = await ask_page(ask, name, page, size)
    assert answer.status_code == status
    assert status == 200 or "Only the first 100 users" in answer.text


@each_list
@pytest.mark.parametrize("status", [400, 404, 500])
async def test_a_page_behind_the_end_may_be_refused_in_the_providers_envelope(ask, name, status):
    await ask.set(name, "behaviour", behind=str(status))
    assert len(await ids_on(ask, name, 24, 10)) == 7
    for page in (25, 4000):
        answer = await ask_page(ask, name, page, 10)
        assert answer.status_code == status
        assert answer.headers["content-type"] == (await ask.sandbox_error(name)).headers["content-type"]


@each_list
@pytest.mark.parametrize(("behind", "number"), [("last", 24), ("first", 1)])
async def test_a_page_behind_the_end_may_be_the_last_or_the_first_once_more_and_says_which_it_is(
    ask, name, behind, number
):
    await ask.set(name, "behaviour", behind=behind)
    wanted = await ids_on(ask, name, number, 10)
    for page in (25, 4000):
        assert await ids_on(ask, name, page, 10) == wanted
        if name in STATES_TOTAL:
            assert stated(name, await ask_page(ask, name, page, 10)) == (number, 10, USERS, behind == "first")


@each_list
@pytest.mark.parametrize("behind", ["empty", "last", "first", "400", "404", "500"])
async def test_the_first_page_of_nobody_is_a_page(ask, name, behind):
    await ask.set(name, "behaviour", behind=behind)
    await ask.set(name, "delete", count=USERS)
    assert await ids_on(ask, name, 1, 10) == []


@each_list
@pytest.mark.parametrize("asked", [3, 100])
async def test_pages_may_have_one_size_whatever_is_asked_for(ask, name, asked):
    await ask.set(name, "behaviour", fixed_size=30)
    ids = await ask.ids(name)
    assert [await ids_on(ask, name, page, asked) for page in (1, 2, 8)] == [ids[:30], ids[30:60], ids[210:]]
    if name in STATES_TOTAL:
        assert stated(name, await ask_page(ask, name, 8, asked)) == (8, 30, USERS, False)


async def test_a_clamp_also_holds_for_pages_of_one_size(ask):
    await ask.set("delay", "behaviour", fixed_size=30, page_clamp=20)
    assert len(await ids_on(ask, "delay", 1, 100)) == 20


@pytest.mark.parametrize("name", STATES_TOTAL)
@pytest.mark.parametrize(("off", "total"), [(4, 241), (-7, 230), (-1000, 0)])
async def test_the_total_may_be_too_high_or_too_low_and_so_is_what_follows_from_it(ask, name, off, total):
    await ask.set(name, "behaviour", total_off=off)
    assert stated(name, await ask_page(ask, name, 24, 10)) == (24, 10, total, total > 240)
    assert len(await ids_on(ask, name, 24, 10)) == 7


async def test_links_lead_on_from_the_page_that_was_sent(ask):
    await ask.set("delay", "behaviour", link_header=True, behind="first", fixed_size=100)
    assert 'page=2>; rel="next"' in (await ask_page(ask, "delay", 9, 10)).headers["link"]


@pytest.mark.parametrize(
    ("name", "sent", "says"),
    [
        ("klavis", {"thinned": 1}, "a whole number of at least 2 or null, not 1"),
        ("klavis", {"bound": 0}, "a whole number of at least 1 or null, not 0"),
        ("klavis", {"behind": 404}, "'empty' or 'last' or 'first' or '400' or '404' or '500', not 404"),
        ("klavis", {"total_off": 0.5}, "is a whole number, not 0.5"),
        ("delay", {"total_off": 1}, "Unknown behaviour 'total_off'"),
        *((name, {"thinned": 2}, "Unknown behaviour 'thinned'") for name in OTHERS),
    ],
)
async def test_only_numbered_lists_have_these_behaviours_and_only_stated_totals_can_be_wrong(ask, name, sent, says):
    answer = await ask.control(name, "behaviour", sent)
    assert (answer.status_code, says in answer.json()["error"]) == (400, True)


async def test_a_reset_makes_the_list_tidy_again(ask):
    await ask.set("delay", "behaviour", thinned=2, bound=100, behind="last", fixed_size=5)
    await ask.set("delay", "reset")
    assert len(await ids_on(ask, "delay", 2, 100)) == 100
    assert await ids_on(ask, "delay", 4, 100) == []
