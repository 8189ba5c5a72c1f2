"""Okta's own client takes the table for the real thing. https://github.com/okta/okta-sdk-python"""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from user_directory_sandbox import Sandbox

okta = pytest.importorskip("okta.client")


@pytest.fixture
async def sandbox():
    async with Sandbox(users=237, providers=["okta"]) as opened:
        yield opened


@pytest.fixture
def client(sandbox, monkeypatch):
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
    return lambda key: okta.Client({"orgUrl": sandbox.base_url("okta"), "token": key})


async def users_of(client, **asked):
    """Everybody whom the client lists, page by page."""
    found = []
    while True:
        users, answer, problem = await client.list_users(**asked)
        assert problem is None
        found += users
        following = re.search('<([^>]*)>; rel="next"', answer.headers.get("Link", ""))
        if following is None:
            return found
        asked["after"] = parse_qs(urlsplit(following[1]).query)["after"][0]


async def test_it_lists_every_user_page_by_page(sandbox, client):
    found = await users_of(client("sandbox-okta-key"), limit=50)
    listed = [each for each in sandbox.records("okta") if each["status"] != "DEPROVISIONED"]
    assert [each.id for each in found] == [each["id"] for each in listed]
    assert [each.profile.email for each in found] == [each["profile"]["email"] for each in listed]
    assert [each.status.value for each in found] == [each["status"] for each in listed]


async def test_it_finds_one_user_by_id_by_login_and_by_a_search(sandbox, client):
    somebody = next(sandbox.records("okta"))
    for identity in (somebody["id"], somebody["profile"]["login"]):
        user, _, problem = await client("sandbox-okta-key").get_user(identity)
        assert (problem, user.id) == (None, somebody["id"])
    search = f'profile.email eq "{somebody["profile"]["email"]}"'
    assert [each.id for each in await users_of(client("sandbox-okta-key"), search=search)] == [somebody["id"]]


@pytest.mark.parametrize(
    ("key", "asked", "code"),
    [("wrong", {}, "E0000011"), ("sandbox-okta-key", {"search": 'nickName eq "x"'}, "E0000031")],
)
async def test_it_reads_the_errors(client, key, asked, code):
    _, _, problem = await client(key).list_users(**asked)
    assert problem.error_code == code
