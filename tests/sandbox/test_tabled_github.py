"""The table of GitHub: what its documents say of pages, of members and outsiders, and of limits."""

import re
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from user_directory_sandbox import Sandbox

MEMBERS = "/orgs/acme/members"
KEY = {"Authorization": "Bearer sandbox-github-key"}
USERS = 237


class Asker:
    """Asks a sandbox for the paths of the table."""

    def __init__(self, sandbox: Sandbox, http: httpx2.AsyncClient) -> None:
        self.sandbox = sandbox
        self.http = http
        self.records = list(sandbox.records("github"))

    async def __call__(self, path, *, headers=KEY, **params):
        return await self.http.get(self.sandbox.base_url("github") + path, params=params or None, headers=headers)

    async def control(self, action, **sent):
        return (await self.http.post(f"{self.sandbox.url}/_control/github/{action}", json=sent)).json()


@pytest.fixture
async def ask():
    async with Sandbox(users=USERS, providers=["github"]) as sandbox, httpx2.AsyncClient() as http:
        yield Asker(sandbox, http)


def links(answer):
    found = re.findall(r'<([^>]*)>; rel="([a-z]+)"', answer.headers.get("link", ""))
    return {relation: dict(parse_qsl(urlsplit(url).query)).get("page") for url, relation in found}


async def test_pages_are_linked_to_the_next_the_one_before_the_first_and_the_last(ask):
    assert links(await ask(MEMBERS, per_page=50)) == {"next": "2", "last": "5"}
    assert links(await ask(MEMBERS, per_page=50, page=3)) == {"prev": "2", "next": "4", "last": "5", "first": "1"}
    assert links(await ask(MEMBERS, per_page=50, page=5)) == {"prev": "4", "first": "1"}
    assert links(await ask(MEMBERS, role="admin")) == {}


@pytest.mark.parametrize(("asked", "given"), [(None, 30), (7, 7), (100, 100), (1000, 100)])
async def test_a_page_has_thirty_rows_or_what_is_asked_for_and_a_hundred_at_most(ask, asked, given):
    answer = await ask(MEMBERS, **({} if asked is None else {"per_page": asked}))
    assert answer.json() == ask.records[:given]


async def test_behind_the_last_page_is_nobody(ask):
    answer = await ask(MEMBERS, per_page=100, page=4)
    assert (answer.json(), "next" in links(answer)) == ([], False)


async def test_a_list_has_no_names_and_one_user_has_what_the_profile_shows(ask):
    row = ask.records[0]
    assert not {"name", "email", "company", "created_at"} & row.keys()
    one = (await ask(f"/users/{row['login'].upper()}")).json()
    assert {**one, **row} == one
    assert (await ask(f"/user/{row['id']}")).json() == one
    addresses = [(await ask(f"/user/{each['id']}")).json()["email"] for each in ask.records[:40]]
    assert 0 < addresses.count(None) < 40


async def test_roles_divide_the_members_and_another_word_is_refused(ask):
    found = {role: (await ask(MEMBERS, role=role, per_page=100)).json() for role in ("admin", "member")}
    membership = (await ask(f"/orgs/acme/memberships/{found['admin'][0]['login']}")).json()
    assert (membership["state"], membership["role"], membership["user"]) == ("active", "admin", found["admin"][0])
    assert not {each["id"] for each in found["admin"]} & {each["id"] for each in found["member"]}
    assert (await ask(MEMBERS, role="owner")).status_code == 422


async def test_who_has_left_still_has_an_account_and_no_membership_unless_invited(ask):
    gone = ask.records[:20]
    await ask.control("delete", ids=[str(each["id"]) for each in gone])
    memberships = [await ask(f"/orgs/acme/memberships/{each['login']}") for each in gone]
    assert {answer.status_code for answer in memberships} == {200, 404}
    assert {answer.json()["state"] for answer in memberships if answer.status_code == 200} == {"pending"}
    assert (await ask(f"/users/{gone[0]['login']}")).json()["id"] == gone[0]["id"]
    assert (await ask(f"/user/{gone[0]['id']}")).json()["login"] == gone[0]["login"]
    assert (await ask("/user/4294967295")).status_code == 404


async def test_somebody_who_is_no_member_sees_public_members_and_no_membership(ask):
    await ask.control("behaviour", asked_by="stranger")
    seen = (await ask(MEMBERS, per_page=100)).json()
    behind = (await ask(MEMBERS, per_page=100, page=2)).json()
    assert 50 < len(seen + behind) < 150
    assert all(each in ask.records for each in seen + behind)
    assert (await ask(f"/orgs/acme/memberships/{seen[0]['login']}")).status_code == 403


async def test_a_limit_is_a_403_that_tells_when_it_ends(ask):
    await ask.control("behaviour", rate_limit=0.001, retry_after=False)
    assert (await ask(MEMBERS)).status_code == 200
    answer = await ask(MEMBERS)
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (403, "0")
    assert int(answer.headers["x-ratelimit-reset"]) > 1e9
    assert answer.json()["message"].startswith("API rate limit exceeded")


async def test_a_key_and_a_user_agent_are_needed_and_another_organization_is_not_found(ask):
    answer = await ask(MEMBERS, headers={"Authorization": "Bearer wrong"})
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")
    url = ask.sandbox.base_url("github") + MEMBERS
    bare = ask.http.build_request("GET", url, headers=KEY)
    del bare.headers["user-agent"]
    assert (await ask.http.send(bare)).status_code == 403
    answer = await ask("/orgs/other/members")
    assert (answer.status_code, answer.json()["message"]) == (404, "Not found")


async def test_another_user_is_given_for_a_handle_when_a_test_orders_it(ask):
    await ask.control("faults", kind="another_user", next=2)
    one, other = ask.records[3], ask.records[4]
    for path in (f"/user/{one['id']}", f"/users/{one['login']}"):
        assert (await ask(path)).json()["id"] not in (one["id"], other["id"])
