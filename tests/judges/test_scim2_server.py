"""A real service provider of SCIM 2.0, paging by row numbers and by cursors. https://scim2-server.readthedocs.io"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx2
import pytest
from mcp import Client

from user_directory_server.runtime import open_runtime

server = pytest.importorskip("scim2_server.testserver.cli")
models = pytest.importorskip("scim2_models")

USERS = 237
SORTS, NO_SORT = {"sort": {"supported": True}}, {"sort": {"supported": False}}
BOTH = {"pagination": {"cursor": True, "index": True, "defaultPaginationMethod": "index"}}
CURSORS = {"pagination": {"cursor": True, "index": False, "defaultPaginationMethod": "cursor", "maxPageSize": 60}}
FILTERS, NO_FILTER = {"filter": {"supported": True, "maxResults": 100}}, {"filter": {"supported": False}}


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def application(config: dict[str, Any]) -> Any:
    """The application of the command `scim2-server`, with a configuration of our own."""
    usual = server.load_default_service_provider_config().model_dump()
    provider = models.ScimProvider.from_discovery(
        server.load_default_schemas().values(),
        server.load_default_resource_types().values(),
        config=models.ServiceProviderConfig.model_validate(usual | config),
    )
    service = server.ScimService(provider, secret="a secret of its own")
    return server.BearerTokenApplication(server.InMemoryStorage(), provider, service=service, bearer_tokens=["a-token"])


@contextmanager
def serving(config: dict[str, Any]) -> Iterator[str]:
    """The base URL of a service provider."""
    with make_server("127.0.0.1", 0, application(config), server.ThreadingWSGIServer, Quiet) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}/v2"
        finally:
            running.shutdown()
            thread.join()


def person(number: int) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": f"Person{number * 7919 % 10007:05}",
        "displayName": f"Person {number} of Acme",
        "name": {"givenName": f"Given{number % 9}", "familyName": f"Family{number}"},
        "emails": [{"value": f"person.{number}@acme.example", "primary": True}],
        "active": number % 4 > 0,
    }


def filled(url: str) -> list[dict[str, Any]]:
    """Create everybody; return the records as they came back."""
    with httpx2.Client(headers={"Authorization": "Bearer a-token"}) as http:
        answers = [http.post(f"{url}/Users", json=person(number)) for number in range(USERS)]
    assert {each.status_code for each in answers} == {201}
    return [each.json() for each in answers]


class Asker:
    def __init__(self, client: Client, records: list[dict[str, Any]]) -> None:
        self._client = client
        self.records = records

    async def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = await self._client.call_tool(tool, {"directory": "staff"} | arguments)
        assert not answer.is_error, answer.content
        assert answer.structured_content is not None
        return answer.structured_content

    async def everybody(self, tool: str, **arguments: Any) -> tuple[list[str], dict[str, Any]]:
        """The ids on all pages, and the last page."""
        page = await self(tool, **arguments)
        found = [row[page["columns"].index("id")] for row in page["rows"]]
        while page.get("cursor"):
            page = await self(tool, cursor=page["cursor"])
            found += [row[page["columns"].index("id")] for row in page["rows"]]
        return found, page


@pytest.fixture(
    scope="module",
    params=[
        SORTS | FILTERS,
        SORTS | FILTERS | BOTH,
        SORTS | FILTERS | CURSORS,
        NO_SORT | FILTERS,
        NO_SORT | FILTERS | CURSORS,
        NO_SORT | NO_FILTER,
        NO_SORT | NO_FILTER | CURSORS,
    ],
    ids=["index", "both", "cursors", "unsorted", "unsorted cursors", "bare", "bare cursors"],
)
def staff(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A service provider and its users."""
    with serving(request.param) as url:
        yield url, filled(url)


@pytest.fixture
async def ask(staff, tmp_path, monkeypatch):
    url, records = staff
    monkeypatch.setenv("USER_DIRECTORY_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("A_KEY", "a-token")
    file = tmp_path / "config.toml"
    table = f'provider = "scim"\nbase_url = "{url}"\napi_key = {{ env = "A_KEY" }}\n'
    file.write_text(f"[directories.staff]\n{table}")
    async with open_runtime(config=file) as runtime, Client(runtime.server) as client:
        yield Asker(client, records)


async def test_everybody_is_listed_once(ask):
    found, page = await ask.everybody("list_users", limit=100)
    assert sorted(found) == sorted(each["id"] for each in ask.records)
    assert page["complete"] is True


async def test_everybody_is_counted(ask):
    answer = await ask("get_user_count", exhaustive=True)
    assert (answer["count"], answer["exactness"]) == (USERS, "exact")


async def test_one_user_is_found_by_id_and_by_address(ask):
    somebody = ask.records[123]
    for arguments in ({"id": somebody["id"]}, {"email": somebody["emails"][0]["value"]}):
        answer = await ask("get_user", **arguments)
        assert (answer["user"]["id"], answer["user"]["username"]) == (somebody["id"], somebody["userName"])


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"username": person(7)["userName"].upper()}, lambda each: each["userName"] == person(7)["userName"]),
        ({"username": {"starts_with": "person00"}}, lambda each: each["userName"].startswith("Person00")),
        ({"email": {"starts_with": "person.12"}}, lambda each: each["emails"][0]["value"].startswith("person.12")),
        ({"given_name": "Given3"}, lambda each: each["name"]["givenName"] == "Given3"),
        ({"state": "inactive"}, lambda each: not each["active"]),
        ({"family_name": "Family7", "state": "active"}, lambda each: each["name"]["familyName"] == "Family7"),
    ],
    ids=["username", "beginning of a username", "beginning of an address", "given name", "state", "two together"],
)
async def test_each_filter_finds_those_who_fit(ask, filters, fits):
    found, page = await ask.everybody("search_users", filters=filters, limit=100)
    assert sorted(found) == sorted(each["id"] for each in ask.records if fits(each))
    assert page["complete"] is True


async def test_a_text_is_found(ask):
    found, page = await ask.everybody("search_users", query="family236", exhaustive=True, limit=50)
    assert found == [ask.records[236]["id"]]
    assert page["complete"] is True
