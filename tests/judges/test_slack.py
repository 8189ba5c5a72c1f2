"""Slack's own client reads the table, and asks for the same methods with the same arguments as the preset.

https://docs.slack.dev/tools/python-slack-sdk
"""

import inspect
from functools import partial

import anyio
import pytest

from user_directory_sandbox import Sandbox

from ..presets.opening import opened

slack_sdk = pytest.importorskip("slack_sdk")
errors = pytest.importorskip("slack_sdk.errors")

NAME = "slack"
METHODS = {"users.list": "users_list", "users.info": "users_info", "users.lookupByEmail": "users_lookupByEmail"}


@pytest.fixture
async def sandbox():
    async with Sandbox(users=237, providers=[NAME]) as opened_sandbox:
        yield opened_sandbox


@pytest.fixture
def client(sandbox):
    url = f"{sandbox.base_url(NAME)}/api/"
    return lambda token=f"sandbox-{NAME}-key": slack_sdk.WebClient(token=token, base_url=url)


async def in_thread(call, *arguments, **more):
    return await anyio.to_thread.run_sync(partial(call, *arguments, **more))


async def test_it_lists_every_member_page_by_page(sandbox, client):
    def everybody():
        return [member for page in client().users_list(limit=20) for member in page["members"]]

    assert await in_thread(everybody) == list(sandbox.records(NAME))


async def test_it_finds_one_member_by_id_and_by_address(sandbox, client):
    somebody = next(each for each in sandbox.records(NAME) if not each["deleted"] and not each["is_bot"])
    assert (await in_thread(client().users_info, user=somebody["id"]))["user"] == somebody
    found = await in_thread(client().users_lookupByEmail, email=somebody["profile"]["email"])
    assert found["user"] == somebody


@pytest.mark.parametrize(
    ("token", "method", "asked", "code"),
    [
        ("wrong", "users_list", {}, "invalid_auth"),
        (f"sandbox-{NAME}-key", "users_info", {"user": "U0"}, "user_not_found"),
        (f"sandbox-{NAME}-key", "users_lookupByEmail", {"email": "nobody@northwind.example"}, "users_not_found"),
    ],
)
async def test_it_reads_the_errors(client, token, method, asked, code):
    with pytest.raises(errors.SlackApiError) as refused:
        await in_thread(getattr(client(token), method), **asked)
    assert refused.value.response["error"] == code


async def test_it_has_each_method_and_argument_of_the_preset(tmp_path, monkeypatch):
    async with opened(NAME, tmp_path, monkeypatch) as ask:
        somebody = next(each for each in ask.records if not each["deleted"] and not each["is_bot"])
        await ask.everybody("list_users", directory=NAME, limit=100)
        await ask("get_user", directory=NAME, id=somebody["id"])
        await ask("get_user", directory=NAME, email=somebody["profile"]["email"])
        asked = await ask.asked()
    assert {path.rpartition("/")[2] for path, _ in asked} == set(METHODS)
    for path, sent in asked:
        method = getattr(slack_sdk.WebClient, METHODS[path.rpartition("/")[2]])
        assert set(sent) <= set(inspect.signature(method).parameters), path


def test_the_host_is_that_of_the_client():
    assert slack_sdk.WebClient.BASE_URL.rstrip("/").endswith("slack.com/api")
