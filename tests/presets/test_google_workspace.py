"""Google Workspace: what its document says, and what an agent is told of it."""

import pytest

from user_directories import built_in
from user_directories.manifest.expressions import getter

from .opening import ids, opened

NAME = "google-workspace"
USERS = "/admin/directory/v1/users"


@pytest.fixture
async def ask(tmp_path, monkeypatch):
    async with opened(NAME, tmp_path, monkeypatch) as asker:
        yield asker


async def test_an_alias_finds_its_user_in_one_request(ask):
    somebody = next(each for each in ask.records if "aliases" in each)
    answer = await ask("get_user", directory=NAME, email=somebody["aliases"][0])
    assert (answer["user"]["id"], answer["complete"]) == (somebody["id"], True)
    assert await ask.asked() == [(f"{USERS}/{somebody['aliases'][0].replace('@', '%40')}", {})]


async def test_all_domains_are_asked_for_in_pages_of_five_hundred(ask):
    await ask("get_user_count", directory=NAME, exhaustive=True)
    assert {path for path, _ in await ask.asked()} == {USERS}
    assert (await ask.asked())[0] == (USERS, {"customer": "my_customer", "maxResults": "500"})
    assert all(sent["customer"] == "my_customer" for _, sent in await ask.asked())


async def test_conditions_are_joined_into_one_query_with_blanks_and_each_value_keeps_its_quotes(ask):
    filters = {"status": "active", "department": "Vice President's", "given_name": {"starts_with": "lay"}}
    page = await ask("search_users", directory=NAME, filters=filters)
    assert ids(page) == []
    queries = [sent.get("query") for _, sent in await ask.asked()]
    assert "isSuspended=false isArchived=false orgDepartment='Vice President\\'s' givenName:lay*" in queries


async def test_an_answer_without_users_is_an_empty_list(tmp_path, monkeypatch):
    async with opened(NAME, tmp_path, monkeypatch, users=0) as ask:
        page = await ask("list_users", directory=NAME)
        assert (page["rows"], page["complete"]) == ([], True)


@pytest.mark.parametrize(
    ("body", "items"),
    [
        ({"kind": "admin#directory#users"}, []),
        ({"kind": "admin#directory#users", "users": [1]}, [1]),
        ({"kind": "admin#directory#user", "users": [1]}, False),
        ({}, False),
        (None, False),
    ],
)
def test_only_what_says_that_it_is_a_list_of_users_is_one(body, items):
    assert getter(built_in(NAME).list.items)(body) == items


async def test_throttling_is_a_403_that_passes(ask):
    await ask.tell("faults", kind="status", status=429)
    found, page = await ask.everybody("list_users", directory=NAME, limit=100)
    assert (len(found), page["complete"]) == (len(ask.records), True)


async def test_any_other_403_says_that_the_account_may_not_read_users(ask):
    await ask.tell("faults", kind="status", status=403, every=1)
    refusal = await ask.refused("list_users", directory=NAME)
    assert "may not read users (403)" in refusal
    assert await ask.requests() == 1


@pytest.mark.parametrize("changed", [{"subject": "somebody@northwind.example"}, {"scope": "another"}])
async def test_a_service_account_without_delegation_gets_no_token(ask, changed):
    await ask.tell("tokens", **changed)
    assert "token" in await ask.refused("list_users", directory=NAME)


async def test_a_deleted_user_is_found_no_more_and_agents_are_told_so(ask):
    somebody = ask.records[0]
    await ask.tell("delete", ids=[somebody["id"]])
    for asked in ({"id": somebody["id"]}, {"email": somebody["primaryEmail"]}):
        answer = await ask("get_user", directory=NAME, **asked)
        assert (answer["found"], answer["complete"]) == (False, True)
    assert "Deleted users are not in this list." in await ask.notes()


async def test_agents_are_told_how_old_an_index_may_be(ask):
    assert any("36 hours" in note for note in await ask.notes())


async def test_that_an_index_has_nobody_is_not_certain_until_the_list_was_read(tmp_path, monkeypatch):
    async with opened(NAME, tmp_path, monkeypatch, users=3) as ask:
        assert not any(each["archived"] for each in ask.records)
        asked = {"directory": NAME, "filters": {"status": "archived"}}
        page = await ask("search_users", **asked)
        assert (page["rows"], page["complete"]) == ([], False)
        assert any("may be behind" in note for note in page["notes"])
        page = await ask("search_users", **asked, exhaustive=True)
        assert (page["rows"], page["complete"]) == ([], True)


async def test_an_archived_user_is_inactive(ask):
    somebody = next(each for each in ask.records if each["archived"])
    user = (await ask("get_user", directory=NAME, id=somebody["id"]))["user"]
    assert (user["status"], user["state"]) == ("archived", "inactive")
