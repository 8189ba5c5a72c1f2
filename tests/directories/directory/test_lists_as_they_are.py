"""Numbered lists as they are, at rest: everybody who is listed is found, or the answer says that it cannot tell.

What the API does is told to the sandbox; what it lists is computed here from the ids that the sandbox has.
"""

import re
from typing import Any

import pytest

from user_directories import Query, Request, built_in
from user_directories.errors import UpstreamUnreadable
from user_directory_tools import toolset

from ...thoroughness import some

USERS = 237
ID = {"klavis": "userId", "delay": "id", "monocloud": "user_id"}
LIMITS = (7, 30, 100)
BEHAVIOURS: dict[str, dict[str, Any]] = {
    "every 2nd left out": {"thinned": 2},
    "every 7th left out": {"thinned": 7},
    "every 40th left out": {"thinned": 40},
    "every 50th left out": {"thinned": 50},
    "pages of 9": {"fixed_size": 9},
    "pages of 40": {"fixed_size": 40},
    "404 behind the end": {"behind": "404"},
    "400 behind the end": {"behind": "400"},
    "500 behind the end": {"behind": "500"},
    "the last page behind the end": {"behind": "last"},
    "the first page behind the end": {"behind": "first"},
    "a bound": {"bound": 100},
    "an odd bound": {"bound": 230},
    "a bound behind the end": {"bound": 300},
    "a total too high": {"total_off": 5},
    "a total too low": {"total_off": -5},
}
BOUNDED = [name for name, told in BEHAVIOURS.items() if told.get("bound", USERS) < USERS]
UNBOUNDED = [name for name in BEHAVIOURS if name not in BOUNDED]
DOUBTS = {"bound", "may_have_missed", "thinned", "total_disagrees", "total_too_low"}
LOOKED_THROUGH = {"get": None, "search": None}
"""What a manifest lacks, so that the list is all there is to ask."""


def cases(behaviours, *axes, one_of):
    """Some of all combinations with a directory; a total can be wrong only where there is one."""
    return [case for case in some(ID, behaviours, *axes, one_of=one_of) if is_possible(*case[:2])]


def is_possible(name, behaviour):
    return name != "delay" or "total_off" not in BEHAVIOURS[behaviour]


@pytest.fixture
def open_list(house, no_pauses):
    """Open a directory that behaves so, with pages of up to 100 users; `changes` are made to its manifest."""

    async def opened(name, behaviour, **changes):
        await house.tell(name, "behaviour", **BEHAVIOURS[behaviour])
        size = built_in(name).list.page_size.model_copy(update={"maximum": 100})
        changes["list"] = built_in(name).list.model_copy(update={"page_size": size})
        return await house.open(house.settings(name, manifest=built_in(name).model_copy(update=changes)))

    return opened


@pytest.fixture
def ids_listed(house):
    """The ids that the list would show if it could be read to its end."""

    async def listed(name, behaviour):
        thinned = BEHAVIOURS[behaviour].get("thinned", USERS + 1)
        return [identity for place, identity in enumerate(await house.ids(name), 1) if place % thinned]

    return listed


def email_of(record):
    """The address in a record of any of these directories, if it has one."""
    primary = next((each["email"] for each in record.get("emails", ()) if each["primary"]), None)
    return primary or record.get("email") or record.get("userId")


def assert_ended_honestly(answer, *, found_all):
    """Nothing is left to follow; it is complete only if everybody was found, and says why if it is not."""
    assert answer.cursor is None
    assert answer.complete <= found_all
    assert answer.complete or {note.kind for note in answer.notes} & DOUBTS


@pytest.mark.parametrize(("name", "behaviour", "limit"), cases(UNBOUNDED, LIMITS, one_of=5))
async def test_a_list_shows_everybody_once(open_list, ids_listed, turn_pages, ids_of, name, behaviour, limit):
    pages = await turn_pages(await open_list(name, behaviour), name, limit)
    assert ids_of(pages) == await ids_listed(name, behaviour)
    assert not any(page.complete for page in pages[:-1])
    assert_ended_honestly(pages[-1], found_all=True)


@pytest.mark.parametrize(("name", "behaviour", "limit"), cases(BOUNDED, LIMITS, one_of=3))
async def test_a_bound_says_how_many_can_be_read_and_does_not_advise_to_try_again(
    open_list, ids_listed, turn_pages, ids_of, name, behaviour, limit
):
    pages = await turn_pages(await open_list(name, behaviour), name, limit)
    found, bound = ids_of(pages), BEHAVIOURS[behaviour]["bound"]
    assert found == (await ids_listed(name, behaviour))[: len(found)]
    assert bound - 2 <= len(found) <= bound  # a page of one user can not overlap the one before
    (note,) = pages[-1].notes
    assert note.kind == "bound"
    assert str(note).startswith(f"Only the first {len(found)} users can be read")
    assert not re.search("cursor|again|start", str(note))
    assert_ended_honestly(pages[-1], found_all=False)


@pytest.mark.parametrize(("name", "behaviour"), cases(BEHAVIOURS, one_of=3))
async def test_that_nobody_matches_is_certain_only_if_everybody_was_looked_at(
    open_list, ids_listed, turn_pages, ids_of, name, behaviour
):
    pages = await turn_pages(await open_list(name, behaviour), name, 25, Query((), "nobody at all"))
    assert ids_of(pages) == []
    scanned = sum(page.scanned for page in pages)
    assert_ended_honestly(pages[-1], found_all=scanned >= len(await ids_listed(name, behaviour)))


@pytest.mark.parametrize(("name", "behaviour"), cases(BEHAVIOURS, one_of=3))
async def test_somebody_far_down_is_found_by_id_and_by_email_unless_a_bound_says_that_they_may_follow(
    house, open_list, ids_listed, name, behaviour
):
    directories = await open_list(name, behaviour, **LOOKED_THROUGH)
    listed = await ids_listed(name, behaviour)
    records = {record[ID[name]]: record for record in house.sandbox.records(name)}
    far = next(each for each in reversed(listed) if "@" in (email_of(records[each]) or ""))
    answers = [
        await directories.user_by_id(name, far),
        await directories.user_by_email(name, email_of(records[far])),
    ]
    for answer in answers:
        if behaviour in BOUNDED:
            assert answer.user is None
            assert_ended_honestly(answer, found_all=False)
        else:
            assert answer.user.id == far


@pytest.mark.parametrize(("name", "behaviour", "exhaustive"), cases(BEHAVIOURS, (False, True), one_of=4))
async def test_a_count_is_exact_only_if_nobody_is_left_out_of_it(open_list, ids_listed, name, behaviour, exhaustive):
    directories = await open_list(name, behaviour)
    (counted,), cursor, _ = await directories.count(Request("count", name, Query(exhaustive=exhaustive)))
    listed = len(await ids_listed(name, behaviour))
    assert cursor is None
    if counted.method == "total":  # its manifest vouches for the provider's own number
        assert counted.count == USERS + BEHAVIOURS[behaviour].get("total_off", 0)
    else:
        assert counted.count <= listed
        assert counted.exactness != "exact" or counted.count == listed


@pytest.mark.parametrize(
    ("name", "behaviour", "said"),
    [
        ("klavis", "every 40th left out", "It leaves users out of its pages"),
        ("monocloud", "every 40th left out", "It leaves users out of its pages"),
        ("delay", "every 7th left out", "It decides how many users a page has"),  # 86 of 100 each time
        ("klavis", "pages of 9", "It decides how many users a page has"),
        ("klavis", "a bound", "Only the first 100 users of a list can be read"),
    ],
)
async def test_what_a_walk_saw_of_a_directory_is_said_of_the_directory(open_list, turn_pages, name, behaviour, said):
    directories = await open_list(name, behaviour)
    assert not any(said in note for note in directories.described()[0].notes)
    await turn_pages(directories, name, 100)
    assert any(said in note for note in directories.described()[0].notes)


@pytest.mark.parametrize("name", ["klavis", "monocloud"])
async def test_a_count_does_not_believe_a_total_that_a_list_refuted(house, open_list, turn_pages, name):
    directories = await open_list(name, "a total too high")
    await turn_pages(directories, name, 100)
    before = len(await house.requests(name))
    (after,), _, _ = await directories.count(Request("count", name, Query()))
    assert (after.count, after.exactness) == (USERS + 5, "estimate")
    assert [note.kind for note in after.notes] == ["total_refuted"]
    assert len(await house.requests(name)) == before + 1  # and does not look again


@pytest.mark.parametrize("name", ID)
@pytest.mark.parametrize(
    ("tool", "asked"),
    [
        ("list_users", {"limit": 20}),
        ("search_users", {"query": "Ada Lovelace"}),
        ("get_user", {"email": "ada@acme.example"}),
        ("get_user_count", {"exhaustive": True}),
    ],
)
async def test_a_list_without_ids_is_given_up_after_some_pages(house, name, tool, asked):
    """Its pages look the same wherever they are; it was read on for 1,000 requests and more."""
    await house.tell(name, "faults", kind="nameless_records", every=1)
    tools = {tool.name: tool for tool in toolset(await house.open(name))}
    with pytest.raises(UpstreamUnreadable, match="no id where the manifest looks"):
        await tools[tool].run({"directory": name, **asked})
    assert len(await house.requests(name)) < 60
