"""SCIM 2.0: a service provider says what it supports, and is asked so, as far as it keeps to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from mcp import Client

from user_directory_sandbox import Sandbox
from user_directory_server.runtime import open_runtime

from .test_presets import Asker, table_of

USERS = 237
SAID = "/scim/v2/ServiceProviderConfig"
LISTED = "/scim/v2/Users"

Opened = Callable[..., AbstractAsyncContextManager["Scim"]]


class Scim(Asker):
    """A client of a server that has one service provider, and what that provider was asked."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__("scim", *arguments)

    async def asked(self) -> list[dict[str, Any]]:
        """The requests so far."""
        answer = await self._control.get("scim/requests")
        return answer.json()["requests"]

    async def lists(self) -> list[dict[str, str]]:
        """The query parameters of the lists so far."""
        queries = [each["query"] for each in await self.asked() if each["path"] == LISTED]
        return [dict(parse_qsl(query, keep_blank_values=True)) for query in queries]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("USER_DIRECTORY_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("A_KEY", "sandbox-scim-key")

    @asynccontextmanager
    async def open_scim(**behaviour: Any) -> AsyncIterator[Scim]:
        async with Sandbox(users=USERS, providers=["scim"]) as sandbox:
            config = tmp_path / "config.toml"
            config.write_text(table_of("scim", sandbox))
            control = httpx2.AsyncClient(base_url=f"{sandbox.url}/_control/")
            async with open_runtime(config=config) as runtime, Client(runtime.server) as client, control:
                answer = await control.post("scim/behaviour", json=behaviour)
                assert answer.status_code == 200, answer.text
                yield Scim(client, sandbox, control)

    return open_scim


async def test_what_it_supports_is_asked_once_and_not_by_a_look_up(opened):
    async with opened() as ask:
        address = ask.facts.email(ask.records[7])
        assert (await ask("get_user", directory="scim", email=address))["found"]
        assert [each["path"] for each in await ask.asked()] == [LISTED]
        for _ in range(2):
            await ask.everybody("list_users", directory="scim", limit=100)
        assert (await ask("get_user", directory="scim", email=address))["found"]
        assert [each["path"] for each in await ask.asked()].count(SAID) == 1


@pytest.mark.parametrize("variant", ["usual", "cursors", "cursors-alone"])
async def test_a_list_in_no_order_is_read_whole_by_sorting_it(opened, variant):
    async with opened(variant=variant, steady=False) as ask:
        found, page = await ask.everybody("list_users", directory="scim", limit=100)
        assert (found, page["complete"]) == (sorted(each["id"] for each in ask.records), True)
        asked = await ask.lists()
        assert all(("cursor" in each) is (variant != "usual") for each in asked)
        assert {each["sortBy"] for each in asked} == {"id"}


async def test_a_list_in_no_order_that_cannot_be_sorted_is_not_complete(opened):
    async with opened(variant="bare", steady=False) as ask:
        found, page = await ask.everybody("list_users", directory="scim", limit=100)
        assert page["complete"] or len(set(found)) < USERS or page["notes"]
        assert page["complete"] is (len(set(found)) == USERS and not page.get("notes"))
        counted = await ask("get_user_count", directory="scim", exhaustive=True)
        assert counted["exactness"] != "exact" or counted["count"] == USERS


@pytest.mark.parametrize("variant", ["cursors", "cursors-alone", "bare"])
async def test_every_question_is_answered_in_each_variant(opened, variant):
    async with opened(variant=variant) as ask:
        somebody = ask.records[11]
        for arguments in ({"id": somebody["id"]}, {"email": ask.facts.email(somebody)}):
            answer = await ask("get_user", directory="scim", **arguments)
            assert (answer["user"]["id"], answer["complete"]) == (somebody["id"], True)
        found, page = await ask.everybody("search_users", directory="scim", filters={"state": "inactive"})
        assert set(found) == {each["id"] for each in ask.records if not each["active"]}
        assert page["complete"] is True
        counted = await ask("get_user_count", directory="scim", exhaustive=True)
        assert (counted["count"], counted["exactness"]) == (USERS, "exact")


async def test_a_provider_that_does_not_sort_says_so_to_agents(opened):
    async with opened(variant="bare") as ask:
        await ask("list_users", directory="scim")
        (told,) = (await ask("list_directories"))["directories"]
        assert "sort" not in told
        assert any("does not say that it can sort" in note for note in told["notes"])
