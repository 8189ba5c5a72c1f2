"""One certainty: what stands in the evidence makes the same of a list, a search, a look-up and a count."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories.calls.certainty import of_total, of_walk
from user_directory_pagination import Evidence
from user_directory_tools import toolset

PAGE = """
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"
auth = {{ environment = "ACME_KEY" }}
list.path = "/people"
list.items = "people"
list.page_size = {{ parameter = "n", maximum = 50 }}
list.pagination = {pagination}
{total}
user = {{ id = "id", name = "name", email = "email" }}
"""
PAGINATIONS = {
    "page": '{ strategy = "page", parameter = "page" }',
    "offset": '{ strategy = "offset", parameter = "from" }',
    "keyset": '{ strategy = "keyset", parameter = "after" }',
    "token": '{ strategy = "token", parameter = "token", next = "next", stable = true }',
    "link": '{ strategy = "link", parameters = ["token"], next = "next", stable = true }',
}
ADA = {"id": "1", "name": "Ada Lovelace", "email": "ada@acme.example"}
NAMELESS = {"name": "Grace Hopper", "email": "grace@acme.example"}
WHOLE = Evidence(ended=True, rows=7)

evidences = st.builds(
    Evidence,
    ended=st.booleans(),
    rows=st.integers(0, 9),
    nameless=st.integers(0, 2),
    moved=st.booleans(),
    may_have_missed=st.booleans(),
    total=st.none() | st.integers(0, 9),
    total_exact=st.booleans(),
)


@pytest.fixture
def opened(provider, answering, open_own):
    """The tools over one page of records, whatever is asked for behind it."""

    async def tools(records: list[Any], pagination: str, total: int | None = None) -> dict[str, Any]:
        def answer(asked):
            is_first = not {"after", "token"} & set(asked.query) and asked.query.get("page", "1") == "1"
            is_first = is_first and asked.query.get("from", "0") == "0"
            return answering({"people": records if is_first else [], "total": total, "next": None})

        provider.answer = answer
        rule = "" if total is None else 'list.total = { path = "total" }'
        directories = await open_own(PAGE.format(pagination=PAGINATIONS[pagination], total=rule))
        return {tool.name: tool for tool in toolset(directories)}

    return tools


async def verdicts(tools: dict[str, Any]) -> dict[str, bool]:
    """What each tool calls certain of a directory in which nobody was asked for who is there."""
    count = await tools["get_user_count"].run({"directory": "acme"})
    return {
        "list": (await tools["list_users"].run({"directory": "acme"}))["complete"],
        "search": (await tools["search_users"].run({"query": "nobody"}))["complete"],
        "look-up": (await tools["get_user"].run({"directory": "acme", "email": "no@acme.example"}))["complete"],
        "count": count["exactness"] == "exact",
    }


@pytest.mark.parametrize("pagination", PAGINATIONS)
@pytest.mark.parametrize(
    ("records", "is_certain"), [([ADA], True), ([ADA, NAMELESS], False)], ids=["whole", "nameless"]
)
async def test_all_tools_are_as_certain_of_the_same_records(opened, pagination, records, is_certain):
    found = await verdicts(await opened(records, pagination))
    assert found == dict.fromkeys(("list", "search", "look-up", "count"), is_certain)


@pytest.mark.parametrize("pagination", PAGINATIONS)
@pytest.mark.parametrize(("records", "total", "is_certain"), [([ADA], 1, True), ([ADA, NAMELESS], 2, False)])
async def test_a_total_does_not_vouch_for_records_without_an_id(opened, pagination, records, total, is_certain):
    found = await verdicts(await opened(records, pagination, total))
    assert found == dict.fromkeys(("list", "search", "look-up", "count"), is_certain)


@pytest.mark.parametrize("pagination", ["keyset", "token", "link"])
async def test_a_list_that_ends_below_its_own_total_is_not_complete(opened, pagination):
    tools = await opened([ADA], pagination, total=417)
    page = await tools["list_users"].run({"directory": "acme"})
    assert (page["returned"], page["complete"], page.get("cursor")) == (1, False, None)
    assert (page["total"], page["total_exactness"]) == (417, "estimate")
    assert "The provider counts 417 here, but its list ended after 1 user" in page["notes"][0]
    nobody = await tools["get_user"].run({"directory": "acme", "email": "grace@acme.example"})
    assert nobody["complete"] is False


@given(evidences)
def test_only_a_whole_walk_is_complete_and_only_a_complete_one_exact(evidence):
    complete, exactness = of_walk(evidence, sure=True)
    assert complete == evidence.is_whole
    assert complete or exactness != "exact"
    assert not of_walk(evidence, sure=False).complete


@given(evidences)
def test_more_doubt_never_makes_an_answer_more_certain(evidence):
    ranks = {"at_least": 0, "estimate": 0, "exact": 1}
    worse = [
        Evidence(**{**vars(evidence), **change})
        for change in (
            {"ended": False},
            {"nameless": 1 + evidence.nameless},
            {"moved": True},
            {"may_have_missed": True},
        )
        if change != {"moved": True} or not evidence.exceeds  # a list that changed explains its total
    ]
    for sure, other in itertools.product((True, False), worse):
        before, after = of_walk(evidence, sure=sure), of_walk(other, sure=sure)
        assert after.complete <= before.complete
        assert ranks[after.exactness] <= ranks[before.exactness]


@given(evidences)
def test_a_total_is_never_exact_that_the_rows_refute(evidence):
    stated = of_total(evidence, vouched=True)
    if stated is not None:
        assert stated.number >= evidence.rows
        assert stated.exactness != "exact" or (evidence.total_exact and not evidence.nameless)


def test_rows_that_moved_leave_a_list_whole_and_make_its_number_an_estimate():
    moved = Evidence(**{**vars(WHOLE), "moved": True})
    assert (of_walk(WHOLE, sure=True), of_walk(moved, sure=True)) == ((True, "exact"), (True, "estimate"))


@pytest.mark.parametrize("pagination", ["page", "offset"])
async def test_rows_that_are_hidden_after_paging_leave_no_list_complete_below_its_total(
    provider, answering, open_own, pagination
):
    users = [{"id": str(n), "name": f"User {n}", "email": f"u{n}@acme.example"} for n in range(450)]

    def answer(asked):
        size = int(asked.query["n"])
        first = int(asked.query.get("from", 0)) or (int(asked.query.get("page", 1)) - 1) * size
        shown = [user for user in users[first : first + size] if int(user["id"]) % 2]
        return answering({"people": shown, "total": len(users)})

    provider.answer = answer
    rule = 'list.total = { path = "total" }'
    directories = await open_own(PAGE.format(pagination=PAGINATIONS[pagination], total=rule))
    tools = {tool.name: tool for tool in toolset(directories)}
    page = await tools["list_users"].run({"directory": "acme", "limit": 100})
    found = page["returned"]
    while "cursor" in page:
        page = await tools["list_users"].run({"cursor": page["cursor"], "limit": 100})
        found += page["returned"]
    assert (found == 225) or not page["complete"]
    assert not (page["complete"] and page.get("total_exactness") == "exact")
    there = await tools["get_user"].run({"directory": "acme", "email": "u401@acme.example"})
    assert there["found"] or not there["complete"]


async def test_a_total_counts_a_record_without_an_id_wherever_it_stands(opened):
    tools = await opened([ADA, NAMELESS], "offset", 2)
    for arguments in ({}, {"exhaustive": True}):
        counted = await tools["get_user_count"].run({"directory": "acme", **arguments})
        assert counted["exactness"] != "exact"


async def test_a_time_that_no_list_sends_is_left_to_the_provider_and_said(provider, answering, open_own):
    provider.answer = lambda asked: answering({"people": [ADA] if "page" not in asked.query else [], "next": None})
    rule = 'filters.created_at.after = { parameter = "since", match = "unknown" }'
    directories = await open_own(PAGE.format(pagination=PAGINATIONS["token"], total=rule))
    tools = {tool.name: tool for tool in toolset(directories)}
    counted = await tools["get_user_count"].run({"directory": "acme", "filters": {"created_after": "2026-01-01"}})
    assert (counted["count"], counted["exactness"]) == (1, "at_least")
    assert "Only the provider can compare" in counted["notes"][0]


@pytest.mark.parametrize(("rows", "complete"), [(100, False), (1000, False), (137, True)])
def test_a_round_total_does_not_confirm_that_a_bound_is_the_end(rows, complete):
    """Elasticsearch refuses what is behind row 10,000, and counts no further than that."""
    evidence = Evidence(ended=True, rows=rows, bound=rows, total=rows, total_exact=True)
    assert of_walk(evidence, sure=True).complete is complete


async def test_nobody_on_a_list_whose_users_are_counted_is_no_proof_after_a_search_either(house):
    """In MonoCloud everybody is looked at after its own search."""
    await house.tell("monocloud", "faults", kind="empty_page", every=1)
    tools = {tool.name: tool for tool in toolset(await house.open("monocloud"))}
    found = await tools["search_users"].run({"directory": "monocloud", "query": "Ada Lovelace"})
    while "cursor" in found:
        found = await tools["search_users"].run({"cursor": found["cursor"]})
    assert (found["returned"], found["complete"]) == (0, False)
    assert any("its list ended after 0 users" in note for note in found["notes"])


async def test_a_look_at_everybody_after_a_search_is_held_to_the_exact_total(house):
    await house.tell("monocloud", "behaviour", total_off=5)
    tools = {tool.name: tool for tool in toolset(await house.open("monocloud"))}
    found = await tools["search_users"].run({"directory": "monocloud", "query": "zzqx nobody"})
    while "cursor" in found:
        found = await tools["search_users"].run({"cursor": found["cursor"]})
    assert (found["returned"], found["complete"]) == (0, False)
    assert any("The provider counts 242 here, but its list ended after 237" in note for note in found["notes"])
