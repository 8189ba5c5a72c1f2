"""Auth0: only the first thousand can be paged, filters reach everybody, and addresses are shared."""

from urllib.parse import unquote

import pytest

from .opening import ids, opened

NAME = "auth0"
USERS = 1237
BOUND = "Only the first 1000 users of a list can be read."


@pytest.fixture
async def ask(tmp_path, monkeypatch):
    async with opened(NAME, tmp_path, monkeypatch, USERS) as asker:
        yield asker


def user_ids(records):
    return [each["user_id"] for each in records]


async def test_only_the_first_thousand_are_listed_and_the_answer_says_so(ask):
    found, page = await ask.everybody("list_users", directory=NAME, limit=100)
    assert found == user_ids(ask.records[:1000])
    assert page["complete"] is False
    assert page["notes"] == [
        "Only the first 1000 users can be read: the provider refuses to go further. Filters may reach others."
    ]
    assert BOUND in await ask.notes()


@pytest.mark.parametrize(("users", "complete"), [(999, True), (1000, False)])
async def test_a_list_that_ends_before_is_complete(tmp_path, monkeypatch, users, complete):
    async with opened(NAME, tmp_path, monkeypatch, users) as asker:
        found, page = await asker.everybody("list_users", directory=NAME, limit=100)
        assert (found, page["complete"]) == (user_ids(asker.records), complete)
        counted = await asker("get_user_count", directory=NAME)
        assert (counted["count"], counted["exactness"]) == (users, "exact" if complete else "estimate")


async def test_a_text_finds_whom_a_query_finds_first(tmp_path, monkeypatch):
    async with opened(NAME, tmp_path, monkeypatch, 237) as asker:
        somebody = asker.records[9]
        page = await asker("search_users", directory=NAME, query=somebody["name"])
        assert ids(page)[0] == somebody["user_id"]
        assert await asker.requests() <= 2
        _, page = await asker.everybody("search_users", directory=NAME, query=somebody["name"])
        assert page["complete"] is True


async def test_nobody_is_counted_exactly_behind_the_thousandth(ask):
    counted = await ask("get_user_count", directory=NAME)
    assert (counted["count"], counted["exactness"]) == (USERS, "estimate")
    counted = await ask("get_user_count", directory=NAME, exhaustive=True)
    assert (counted["count"], counted["exactness"]) == (1000, "at_least")


async def test_a_filter_reaches_everybody_and_proves_it(ask):
    moment = ask.records[1100]["created_at"]
    late = [each for each in ask.records if each["created_at"] >= moment]
    found, page = await ask.everybody("search_users", directory=NAME, filters={"created_at": {"after": moment}})
    assert (sorted(found), page["complete"]) == (sorted(user_ids(late)), True)
    blocked = [each for each in ask.records if each.get("blocked")]
    found, page = await ask.everybody("search_users", directory=NAME, filters={"state": "inactive"})
    assert (sorted(found), page["complete"]) == (sorted(user_ids(blocked)), True)
    counted = await ask("get_user_count", directory=NAME, filters={"state": "inactive"})
    assert (counted["count"], counted["exactness"]) == (len(blocked), "exact")


async def test_whoever_looks_at_everybody_still_finds_whom_the_filter_reaches(ask):
    blocked = user_ids(each for each in ask.records if each.get("blocked"))
    asked = {"directory": NAME, "filters": {"state": "inactive"}, "exhaustive": True}
    found, page = await ask.everybody("search_users", **asked, limit=100)
    assert (sorted(found), page["complete"]) == (sorted(blocked), False)
    counted = await ask("get_user_count", **asked)
    assert (counted["count"], counted["exactness"]) == (len(blocked), "at_least")


async def test_a_filter_that_finds_more_than_a_thousand_is_never_complete(ask):
    filters = {"created_at": {"after": ask.records[50]["created_at"]}}
    found, page = await ask.everybody("search_users", directory=NAME, filters=filters, limit=100)
    assert (len(set(found)), page["complete"]) == (1000, False)
    counted = await ask("get_user_count", directory=NAME, filters=filters)
    assert counted["exactness"] != "exact"


async def test_no_query_asks_for_those_who_have_no_field_that_says_they_are_blocked(ask):
    page = await ask("search_users", directory=NAME, filters={"state": "active"}, limit=10)
    assert len(ids(page)) == 10
    assert not any("q" in sent for _, sent in await ask.asked())


async def test_all_who_share_an_address_are_found_in_one_request_however_it_is_written(ask):
    twin = next(each["email"] for each in reversed(ask.records) if each["email"] != each["email"].lower())
    holders = [each for each in ask.records if each["email"].lower() == twin.lower()]
    answer = await ask("get_user", directory=NAME, email=twin.upper())
    users = [answer["user"], *answer["others"]]
    assert len({each["email"] for each in holders}) > 1
    assert [each["id"] for each in users] == user_ids(holders)
    assert answer["complete"] is True
    assert await ask.requests() == 1


async def test_an_id_is_sent_with_its_bar_encoded(ask):
    somebody = ask.records[1200]
    answer = await ask("get_user", directory=NAME, id=somebody["user_id"])
    ((path, _),) = await ask.asked()
    assert answer["user"]["id"] == somebody["user_id"]
    assert (path.count("|"), path.count("%7C"), unquote(path)) == (0, 1, f"/api/v2/users/{somebody['user_id']}")


async def test_what_is_no_id_is_not_sent(ask):
    answer = await ask("get_user", directory=NAME, id="6f1f4c4e")
    assert answer["found"] is False
    assert not any("6f1f4c4e" in path for path, _ in await ask.asked())


async def test_a_limit_is_waited_for_as_its_header_says(ask):
    await ask.tell("behaviour", rate_limit=3, retry_after=False)
    found, page = await ask.everybody("search_users", directory=NAME, filters={"state": "inactive"}, limit=100)
    blocked = [each for each in ask.records if each.get("blocked")]
    assert (sorted(found), page["complete"]) == (sorted(user_ids(blocked)), True)


async def test_values_with_the_signs_of_a_query_are_one_phrase(ask):
    page = await ask("search_users", directory=NAME, filters={"given_name": 'a":*) b\\'}, limit=5)
    assert ids(page) == []
    sent = [sent["q"] for _, sent in await ask.asked() if "q" in sent]
    assert set(sent) == {r'given_name:"a\":*) b\\"'}


async def test_what_is_only_eventually_there_is_said(ask):
    assert any(note.startswith("What changed in the last seconds may be missing") for note in await ask.notes())
