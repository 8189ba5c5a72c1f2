"""Auth0's own client takes the table for the real thing, and has every parameter that we send.

https://github.com/auth0/auth0-python, generated from the description of the Management API
"""

import inspect
from urllib.parse import unquote

import pytest

from user_directory_sandbox import Sandbox

from ..presets.opening import opened

management = pytest.importorskip("auth0.management")
httpx = pytest.importorskip("httpx")
errors = pytest.importorskip("auth0.management.core.api_error")

USERS = 237
KEY = "sandbox-auth0-key"


@pytest.fixture
async def sandbox():
    async with Sandbox(users=USERS, providers=["auth0"]) as opened_sandbox:
        yield opened_sandbox


@pytest.fixture
async def client(sandbox):
    async with httpx.AsyncClient() as http:
        base_url = sandbox.base_url("auth0") + "/api/v2"
        yield lambda key: management.AsyncAuth0(base_url=base_url, token=key, max_retries=0, httpx_client=http)


async def test_it_lists_every_user_page_by_page(sandbox, client):
    found = [each async for each in await client(KEY).users.list(per_page=50, search_engine="v3")]
    assert [each.user_id for each in found] == [each["user_id"] for each in sandbox.records("auth0")]
    assert [each.email for each in found] == [each["email"] for each in sandbox.records("auth0")]


async def test_it_finds_users_by_id_by_address_and_by_a_query(sandbox, client):
    users, somebody = client(KEY).users, next(sandbox.records("auth0"))
    assert (await users.get(somebody["user_id"])).user_id == somebody["user_id"]
    holders = [each["user_id"] for each in sandbox.records("auth0") if each["email"] == somebody["email"]]
    assert [each.user_id for each in await users.list_users_by_email(email=somebody["email"])] == holders
    query = f'email:"{somebody["email"]}" AND NOT blocked:true'
    assert [each.user_id async for each in await users.list(q=query, search_engine="v3")] == holders


@pytest.mark.parametrize(
    ("key", "asked", "status", "code"),
    [
        ("wrong", {}, 401, "invalid_token"),
        (KEY, {"page": 10, "per_page": 100}, 400, "invalid_paging"),
        (KEY, {"q": "email:"}, 400, "invalid_query_string"),
    ],
)
async def test_it_reads_the_errors(client, key, asked, status, code):
    with pytest.raises(errors.ApiError) as problem:
        await client(key).users.list(**asked)
    body = problem.value.body
    found = body["errorCode"] if isinstance(body, dict) else body.error_code
    assert (problem.value.status_code, found) == (status, code)


def parameters(method):
    """The query parameters that a method of the client takes."""
    return {name for name in inspect.signature(method).parameters if name not in ("self", "id", "request_options")}


async def test_what_the_preset_sends_is_in_the_client(tmp_path, monkeypatch):
    methods = management.users.client.AsyncUsersClient
    known = {
        "/users": parameters(methods.list),
        "/users/{id}": parameters(methods.get),
    }
    async with opened("auth0", tmp_path, monkeypatch) as ask:
        somebody = ask.records[5]
        await ask("search_users", directory="auth0", filters={"state": "inactive"})
        await ask("list_users", directory="auth0", sort="created_at:desc")
        await ask("search_users", directory="auth0", query=somebody["given_name"])
        await ask("get_user", directory="auth0", email=somebody["email"])
        await ask("get_user", directory="auth0", id=somebody["user_id"])
        ids = {each["user_id"] for each in ask.records}
        sent = [(unquote(path).removeprefix("/api/v2"), names) for path, names in await ask.asked()]
    shapes = [("/users/{id}" if path.removeprefix("/users/") in ids else path, names) for path, names in sent]
    assert {path for path, _ in shapes} == set(known)
    assert {name for path, names in shapes for name in names if name not in known[path]} == set()
