"""GitHub's traps: anybody has an account, few are members, and what a list shows depends on who asks."""

import re

import pytest

from .opening import ids, opened


@pytest.fixture
async def ask(tmp_path, monkeypatch):
    async with opened("github", tmp_path, monkeypatch) as asker:
        yield asker


async def test_who_has_an_account_and_is_no_member_is_not_in_the_directory(ask):
    """/user/{account_id} gives "someone with a GitHub account": here, people who have left, some of them invited."""
    gone = [str(record["id"]) for record in ask.records[:4]]
    await ask.tell("delete", ids=gone)
    for identity in gone:
        answer = await ask("get_user", directory="github", id=identity)
        assert (answer["found"], answer["complete"]) == (False, True)


async def test_who_is_only_invited_is_not_found_by_username_and_everybody_is_looked_at(ask):
    """The state of their membership is "pending"."""
    gone = ask.records[:4]
    await ask.tell("delete", ids=[str(record["id"]) for record in gone])
    for record in gone:
        found, page = await ask.everybody("search_users", directory="github", filters={"username": record["login"]})
        assert (found, page["complete"]) == ([], True)


async def test_a_username_is_looked_up_in_one_request_in_any_letter_case(ask):
    somebody = ask.records[200]
    for spelling in (somebody["login"], somebody["login"].upper()):
        before = await ask.requests()
        page = await ask("search_users", directory="github", filters={"username": spelling})
        assert (ids(page), page["complete"]) == ([str(somebody["id"])], True)
        assert await ask.requests() - before == 1


async def test_a_role_is_the_providers_filter_and_one_user_shows_it(ask):
    counts = {}
    for role in ("admin", "member"):
        found, page = await ask.everybody("search_users", directory="github", filters={"role": role}, limit=100)
        counted = await ask("get_user_count", directory="github", filters={"role": role}, exhaustive=True)
        assert (counted["count"], counted["exactness"], page["complete"]) == (len(found), "exact", True)
        assert (await ask("get_user", directory="github", id=found[-1]))["user"]["role"] == role
        counts[role] = len(found)
    assert counts["admin"]
    assert sum(counts.values()) == len(ask.records)


async def test_a_list_shows_usernames_because_names_and_addresses_are_in_none(ask):
    (able,) = (await ask("list_directories"))["directories"]
    assert {"name", "email", "role", "created_at"} <= {*able["only_by_get_user"]}
    page = await ask("list_users", directory="github", limit=3)
    assert page["columns"] == ["id", "username"]
    assert [row[1] for row in page["rows"]] == [record["login"] for record in ask.records[:3]]


async def test_a_search_finds_usernames_and_says_that_names_were_not_looked_at(ask):
    somebody = ask.records[100]
    found, page = await ask.everybody("search_users", directory="github", query=somebody["login"])
    assert (found, page["complete"]) == ([str(somebody["id"])], False)
    assert "Only a single user has name, email here, no list: not searched." in page["notes"]


async def test_a_token_of_no_member_is_warned_of_before_and_cannot_look_anybody_up(ask):
    """Only public members are listed to it, and nothing in the list says so."""
    warning = "Only members whose membership is public are listed unless the token is that of a member."
    assert warning in await ask.notes()
    await ask.tell("behaviour", asked_by="stranger")
    found, _ = await ask.everybody("list_users", directory="github", limit=100)
    assert 0 < len(found) < len(ask.records)
    for record in ask.records[:5]:
        problem = await ask.refused("get_user", directory="github", id=str(record["id"]))
        assert "403" in problem


@pytest.mark.parametrize(
    ("message", "retry_after", "is_limit"),
    [
        ("You have exceeded a secondary rate limit. Please wait.", None, True),
        ("Abuse detected", 30, True),
        ("Resource protected by organization SAML enforcement.", None, False),
    ],
)
async def test_a_403_is_a_limit_if_it_says_so_and_else_a_lack_of_rights(ask, message, retry_after, is_limit):
    await ask.tell("faults", kind="status", status=403, message=message, retry_after=retry_after, every=1)
    problem = await ask.refused("list_users", directory="github")
    assert problem.startswith("github: it is limiting requests (") is is_limit, problem


async def test_a_spent_limit_is_told_with_its_end_and_not_asked_for_again(ask):
    await ask.tell("behaviour", rate_limit=0.001, retry_after=False)
    await ask("list_users", directory="github", limit=5)
    problem = await ask.refused("list_users", directory="github", limit=5)
    assert re.fullmatch(r"github: it is limiting requests \(403\)\. Call again in 100[01] s\.", problem)
