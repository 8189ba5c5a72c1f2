"""SCIM 2.0: a service provider says what it supports, and is asked so, as far as it keeps to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from .opening import Asker, opened

USERS = 237
SAID = "/scim/v2/ServiceProviderConfig"
LISTED = "/scim/v2/Users"

Opens = Callable[..., AbstractAsyncContextManager[Asker]]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opens:
    @asynccontextmanager
    async def open_scim(**behaviour: Any) -> AsyncIterator[Asker]:
        async with opened("scim", tmp_path, monkeypatch, USERS) as asker:
            await asker.tell("behaviour", **behaviour)
            yield asker

    return open_scim


async def test_what_it_supports_is_asked_once_and_not_by_a_look_up(service):
    async with service() as ask:
        address = ask.facts.email(ask.records[7])
        assert (await ask("get_user", directory="scim", email=address))["found"]
        assert [path for path, _ in await ask.asked()] == [LISTED]
        for _ in range(2):
            await ask.everybody("list_users", directory="scim", limit=100)
        assert (await ask("get_user", directory="scim", email=address))["found"]
        assert [path for path, _ in await ask.asked()].count(SAID) == 1


@pytest.mark.parametrize("variant", ["usual", "cursors", "cursors-alone"])
async def test_a_list_in_no_order_is_read_whole_by_sorting_it(service, variant):
    async with service(variant=variant, steady=False) as ask:
        found, page = await ask.everybody("list_users", directory="scim", limit=100)
        assert (found, page["complete"]) == (sorted(each["id"] for each in ask.records), True)
        asked = [query for path, query in await ask.asked() if path == LISTED]
        assert all(("cursor" in each) is (variant != "usual") for each in asked)
        assert {each["sortBy"] for each in asked} == {"id"}


async def test_a_list_in_no_order_that_cannot_be_sorted_is_not_complete(service):
    async with service(variant="bare", steady=False) as ask:
        found, page = await ask.everybody("list_users", directory="scim", limit=100)
        assert page["complete"] or len(set(found)) < USERS or page["notes"]
        assert page["complete"] is (len(set(found)) == USERS and not page.get("notes"))
        counted = await ask("get_user_count", directory="scim", exhaustive=True)
        assert counted["exactness"] != "exact" or counted["count"] == USERS


@pytest.mark.parametrize("variant", ["cursors", "cursors-alone", "bare"])
async def test_every_question_is_answered_in_each_variant(service, variant):
    async with service(variant=variant) as ask:
        somebody = ask.records[11]
        for arguments in ({"id": somebody["id"]}, {"email": ask.facts.email(somebody)}):
            answer = await ask("get_user", directory="scim", **arguments)
            assert (answer["user"]["id"], answer["complete"]) == (somebody["id"], True)
        found, page = await ask.everybody("search_users", directory="scim", filters={"state": "inactive"})
        assert set(found) == {each["id"] for each in ask.records if not each["active"]}
        assert page["complete"] is True
        counted = await ask("get_user_count", directory="scim", exhaustive=True)
        assert (counted["count"], counted["exactness"]) == (USERS, "exact")


async def test_a_provider_that_does_not_sort_says_so_to_agents(service):
    async with service(variant="bare") as ask:
        await ask("list_users", directory="scim")
        (told,) = (await ask("list_directories"))["directories"]
        assert "sort" not in told
        assert any("does not say that it can sort" in note for note in await ask.notes())
