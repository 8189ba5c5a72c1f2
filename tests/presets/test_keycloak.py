"""Keycloak: what its document leaves out of a list, and what versions do otherwise."""

import pytest

from user_directory_sandbox.apis.tabled.api import Tabled
from user_directory_sandbox.http import json_reply

from .opening import opened

NAME = "keycloak"
USERS = "/admin/realms/acme/users"


@pytest.fixture
async def ask(tmp_path, monkeypatch):
    async with opened(NAME, tmp_path, monkeypatch) as asker:
        yield asker


def is_service(record):
    return record["username"].startswith("service-account-")


async def test_a_list_and_a_filter_are_about_the_same_users_service_accounts_among_them(ask):
    services = sorted(each["id"] for each in ask.records if is_service(each))
    listed, page = await ask.everybody("list_users", directory=NAME, limit=100)
    assert services
    assert page["complete"] is True
    assert set(services) < set(listed)
    found, page = await ask.everybody("search_users", directory=NAME, filters={"kind": "service"})
    assert (sorted(found), page["complete"]) == (services, True)
    active, _ = await ask.everybody("search_users", directory=NAME, filters={"state": "active"}, limit=100)
    assert set(services) <= set(active)


async def test_whom_the_text_search_leaves_out_is_found_all_the_same(ask):
    somebody = next(each for each in ask.records if is_service(each))
    found, page = await ask.everybody("search_users", directory=NAME, query=somebody["username"])
    assert (found, page["complete"]) == ([somebody["id"]], True)
    assert any("service-account-" in note for note in await ask.notes())


async def test_values_are_compared_whole_and_attributes_never_travel(ask):
    somebody = next(each for each in ask.records if each.get("firstName"))
    await ask("search_users", directory=NAME, filters={"email": somebody["email"]})
    path, sent = (await ask.asked())[0]
    assert path.endswith(USERS)
    assert (sent["email"], sent["exact"]) == (somebody["email"], "true")
    assert all(sent["briefRepresentation"] == "true" for path, sent in await ask.asked() if path.endswith(USERS))


async def test_a_part_of_an_address_is_nobodys(ask):
    whole = next(each["email"] for each in ask.records if each.get("email"))
    answer = await ask("get_user", directory=NAME, email=whole[1:])
    assert (answer["found"], answer["complete"]) == (False, True)


async def test_nobody_has_an_id_after_a_404_with_its_words(ask):
    answer = await ask("get_user", directory=NAME, id="6f1f4c4e-0000-4000-8000-000000000000")
    assert (answer["found"], answer["complete"]) == (False, True)


async def test_a_count_is_one_number_that_is_believed_where_the_list_ends_there(ask):
    counted = await ask("get_user_count", directory=NAME)
    assert (counted["count"], counted["exactness"], counted["method"]) == (len(ask.records), "exact", "total")
    assert any(path.endswith(f"{USERS}/count") for path, _ in await ask.asked())


async def test_a_version_that_counts_without_service_accounts_is_not_believed(ask, monkeypatch):
    people = sum(not is_service(each) for each in ask.records)
    monkeypatch.setattr(Tabled, "count_users", lambda *_: json_reply(people))
    counted = await ask("get_user_count", directory=NAME)
    assert (counted["count"], counted["exactness"]) != (people, "exact")
    counted = await ask("get_user_count", directory=NAME, exhaustive=True)
    assert (counted["count"], counted["exactness"]) == (len(ask.records), "exact")


async def test_a_version_that_counts_without_regard_to_the_state_is_not_believed(ask, monkeypatch):
    monkeypatch.setattr(Tabled, "count_users", lambda *_: json_reply(len(ask.records)))
    counted = await ask("get_user_count", directory=NAME, filters={"state": "inactive"})
    inactive = sum(not each["enabled"] for each in ask.records)
    assert (counted["count"], counted["exactness"]) == (inactive, "exact")


async def test_a_token_that_ends_after_a_minute_is_renewed_in_the_middle_of_a_list(ask):
    await ask.tell("tokens", uses=3)
    found, page = await ask.everybody("list_users", directory=NAME, limit=100)
    assert (len(found), page["complete"]) == (len(ask.records), True)
    assert (await ask.tell("tokens"))["issued"] > 1


async def test_a_token_is_asked_for_at_the_realm(ask):
    await ask("list_users", directory=NAME, limit=1)
    assert (await ask.tell("tokens"))["issued"] == 1
