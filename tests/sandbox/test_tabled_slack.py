"""The simulated Slack: 200 for every answer but a limit, cursors that end with "", and pages without members."""

import httpx2
import pytest

from user_directory_sandbox import Sandbox

NAME = "slack"


@pytest.fixture
async def sandbox():
    async with Sandbox(users=237, providers=[NAME]) as opened:
        yield opened


@pytest.fixture
async def ask(sandbox):
    async with httpx2.AsyncClient(base_url=f"{sandbox.base_url(NAME)}/api/") as http:

        async def answered(method, key=f"sandbox-{NAME}-key", **params):
            return await http.get(method, params=params or None, headers={"Authorization": f"Bearer {key}"})

        yield answered


@pytest.mark.parametrize("first", [{}, {"cursor": ""}])
async def test_its_pages_end_with_an_empty_cursor_and_some_have_nobody(sandbox, ask, first):
    found, sizes, sent = [], [], {"limit": 20, **first}
    while sent:
        page = (await ask("users.list", **sent)).json()
        assert page["ok"] is True
        found += page["members"]
        sizes.append(len(page["members"]))
        cursor = page["response_metadata"]["next_cursor"]
        sent = {"limit": 20, "cursor": cursor} if cursor else {}
    assert found == list(sandbox.records(NAME))
    assert 0 in sizes[1:-1]


async def test_a_look_up_by_address_finds_no_deactivated_member_and_one_by_id_does(sandbox, ask):
    somebody = next(each for each in sandbox.records(NAME) if not each["deleted"] and each["profile"]["email"])
    gone = next(each for each in sandbox.records(NAME) if each["deleted"])
    for method, sent, user in (
        ("users.info", {"user": somebody["id"]}, somebody),
        ("users.info", {"user": gone["id"]}, gone),
        ("users.lookupByEmail", {"email": somebody["profile"]["email"]}, somebody),
    ):
        assert (await ask(method, **sent)).json() == {"ok": True, "user": user}
    for method, sent, code in (
        ("users.lookupByEmail", {"email": gone["profile"]["email"]}, "users_not_found"),
        ("users.lookupByEmail", {"email": somebody["id"]}, "users_not_found"),
        ("users.info", {"user": "U0"}, "user_not_found"),
        ("users.info", {}, "user_not_found"),
        ("users.none", {}, "unknown_method"),
        ("users.list", {"limit": 1001}, "invalid_arguments"),
        ("users.list", {"cursor": "x"}, "invalid_arguments"),
        ("users.list", {"key": "wrong"}, "invalid_auth"),
    ):
        answer = await ask(method, **sent)
        assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": code}), sent


async def test_too_many_requests_are_429_and_say_when_to_go_on(sandbox, ask):
    async with httpx2.AsyncClient() as http:
        await http.post(f"{sandbox.url}/_control/{NAME}/behaviour", json={"rate_limit": 0.3})
    assert (await ask("users.list")).status_code == 200
    answer = await ask("users.list")
    assert (answer.status_code, answer.json()["error"]) == (429, "ratelimited")
    assert int(answer.headers["retry-after"]) > 0


async def test_a_form_is_as_good_as_a_query(sandbox, ask):
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer sandbox-{NAME}-key"}) as http:
        answer = await http.post(f"{sandbox.base_url(NAME)}/api/users.list", data={"limit": "7"})
    assert answer.json() == (await ask("users.list", limit=7)).json()


async def test_bots_have_no_address(sandbox):
    assert {each["is_bot"]: each["profile"]["email"] is None for each in sandbox.records(NAME)} == {
        True: True,
        False: False,
    }
