"""A client of Keycloak takes the table for the real thing, and its description knows what we ask for.

https://python-keycloak.readthedocs.io, https://pypi.org/project/keycloak-api (generated from the OpenAPI of version 17)
"""

from contextlib import asynccontextmanager

import pytest

from user_directory_sandbox import Sandbox

from ..presets.opening import opened

keycloak = pytest.importorskip("keycloak")
described = pytest.importorskip("keycloak_api.api.users_api")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:keycloak")

USERS = "/admin/realms/acme/users"
NEWER = {("/users/count", "enabled"), ("/users/count", "exact")}
"""What later versions take as well: https://www.keycloak.org/docs-api/latest/rest-api/index.html#_users"""


@pytest.fixture
async def sandbox():
    async with Sandbox(users=237, providers=["keycloak"]) as opened_sandbox:
        yield opened_sandbox


@asynccontextmanager
async def signed_in(sandbox, *, right=True):
    connection = keycloak.KeycloakOpenIDConnection(
        server_url=sandbox.base_url("keycloak") + "/",
        realm_name="acme",
        client_id="sandbox-keycloak-client",
        client_secret_key="sandbox-keycloak-secret" if right else "wrong",
    )
    try:
        yield keycloak.KeycloakAdmin(connection=connection)
    finally:
        await connection.keycloak_openid.connection.aclose()
        await connection.aclose()


async def test_it_signs_in_and_lists_every_user_page_by_page(sandbox):
    listed = [each for each in sandbox.records("keycloak") if not each["username"].startswith("service-account-")]
    async with signed_in(sandbox) as client:
        assert await client.a_get_users({}) == listed
        assert await client.a_get_users({"first": 100, "max": 7}) == listed[100:107]
        assert await client.a_users_count({}) == len(listed)


async def test_it_finds_one_user_by_id_by_name_and_by_address(sandbox):
    somebody = next(sandbox.records("keycloak"))
    async with signed_in(sandbox) as client:
        assert await client.a_get_user(somebody["id"]) == somebody
        assert await client.a_get_user_id(somebody["username"].upper()) == somebody["id"]
        assert await client.a_get_users({"email": somebody["email"], "exact": True}) == [somebody]


async def test_it_reads_the_errors(sandbox):
    async with signed_in(sandbox) as client:
        with pytest.raises(keycloak.KeycloakGetError) as problem:
            await client.a_get_user("nobody")
    assert (problem.value.response_code, problem.value.error_message) == (404, b'{"error":"User not found"}')
    async with signed_in(sandbox, right=False) as client:
        with pytest.raises(keycloak.KeycloakAuthenticationError):
            await client.a_get_users({})


def parameters():
    """Every path of the description that gives users, with the query parameters that it takes."""
    api = described.UsersApi()
    endpoints = (api.realm_users_get_endpoint, api.realm_users_count_get_endpoint, api.realm_users_id_get_endpoint)
    for endpoint in endpoints:
        names = {name for name, place in endpoint.location_map.items() if place == "query"}
        yield endpoint.settings["endpoint_path"].removeprefix("/{realm}"), {endpoint.attribute_map[n] for n in names}


async def test_what_the_preset_sends_is_in_the_description(tmp_path, monkeypatch):
    async with opened("keycloak", tmp_path, monkeypatch) as ask:
        somebody = next(each for each in ask.records if each.get("lastName") and each["enabled"])
        filters = {"state": "active", "given_name": somebody["firstName"], "family_name": somebody["lastName"]}
        await ask("search_users", directory="keycloak", filters=filters | {"username": somebody["username"]})
        await ask("search_users", directory="keycloak", query=somebody["firstName"])
        await ask("get_user", directory="keycloak", email=somebody["email"])
        await ask("get_user", directory="keycloak", id=somebody["id"])
        await ask("get_user_count", directory="keycloak", filters={"state": "active"})
        known, sent = dict(parameters()), await ask.asked()
        ids = {each["id"] for each in ask.records}
    shapes = [("/" + path.split("/", 4)[-1], names) for path, names in sent]
    shapes = [("/users/{id}" if path.rpartition("/")[2] in ids else path, names) for path, names in shapes]
    assert {path for path, _ in shapes} == set(known)
    assert {(path, name) for path, names in shapes for name in names if name not in known[path]} == NEWER
