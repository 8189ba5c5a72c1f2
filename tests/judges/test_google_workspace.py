"""Google's own client reads the table, and its bundled description knows each request of the preset.

https://github.com/googleapis/google-api-python-client, whose `discovery_cache` has the description.
"""

import json
from functools import partial
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import anyio
import pytest

from user_directories import built_in
from user_directory_sandbox import Sandbox

from ..presets.opening import opened

discovery = pytest.importorskip("googleapiclient.discovery")
errors = pytest.importorskip("googleapiclient.errors")
service_account = pytest.importorskip("google.oauth2.service_account")

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

NAME = "google-workspace"


@pytest.fixture
async def sandbox():
    async with Sandbox(users=237, providers=[NAME]) as opened_sandbox:
        yield opened_sandbox


@pytest.fixture
def users(sandbox):
    """The client's users, asked for in another thread by a service account for an administrator."""
    scope = built_in(NAME).auth.token.claims["scope"]
    account = service_account.Credentials.from_service_account_info(
        sandbox.service_account(NAME), scopes=[scope], subject="admin@northwind.example"
    )
    build = partial(discovery.build, "admin", "directory_v1", credentials=account, static_discovery=True)
    with build(client_options={"api_endpoint": sandbox.base_url(NAME)}) as service, service.users() as resource:
        yield resource


async def answered(request: Any) -> Any:
    return await anyio.to_thread.run_sync(request.execute)


async def walked(users, **asked):
    found, request = [], users.list(**asked)
    while request is not None:
        page = await answered(request)
        found += page.get("users", [])
        request = users.list_next(request, page)
    return found


async def test_it_lists_every_user_page_by_page(sandbox, users):
    assert await walked(users, customer="my_customer", maxResults=50) == list(sandbox.records(NAME))


async def test_it_finds_one_user_by_id_by_address_and_by_alias(sandbox, users):
    somebody = next(each for each in sandbox.records(NAME) if "aliases" in each)
    for key in (somebody["id"], somebody["primaryEmail"], somebody["aliases"][0]):
        assert await answered(users.get(userKey=key)) == somebody


async def test_it_searches_and_orders(sandbox, users):
    records = list(sandbox.records(NAME))
    asked = partial(walked, users, customer="my_customer")
    suspended = sorted((each for each in records if each["suspended"]), key=lambda each: each["primaryEmail"])
    found = await asked(query="isSuspended=true", orderBy="email", sortOrder="DESCENDING")
    assert found == suspended[::-1]
    assert await asked(query="email=nobody@northwind.example") == []


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [({}, 400, "invalid"), ({"customer": "my_customer", "query": "nickName='x'"}, 400, "invalid")],
)
async def test_it_reads_the_errors(users, asked, status, reason):
    with pytest.raises(errors.HttpError) as refused:
        await answered(users.list(**asked))
    assert (refused.value.status_code, refused.value.error_details[0]["reason"]) == (status, reason)


async def test_the_description_knows_each_request_of_the_preset(tmp_path, monkeypatch):
    async with opened(NAME, tmp_path, monkeypatch) as ask:
        somebody = ask.records[7]
        await ask.everybody("list_users", directory=NAME, sort="email:desc", limit=100)
        await ask("get_user", directory=NAME, id=somebody["id"])
        await ask("get_user", directory=NAME, email=somebody["primaryEmail"])
        for filters in ({"state": "inactive"}, {"department": "Sales", "title": "Analyst"}):
            await ask("search_users", directory=NAME, filters=filters)
        asked = await ask.asked()
    methods = description()["resources"]["users"]["methods"]
    assert {method_of(path) for path, _ in asked} == {"get", "list"}
    for path, sent in asked:
        assert faults(methods[method_of(path)], path, sent) == [], (path, sent)


def test_the_scope_and_the_host_are_those_of_the_description():
    manifest = built_in(NAME)
    assert manifest.base_url == description()["rootUrl"].rstrip("/")
    for method in ("get", "list"):
        assert manifest.auth.token.claims["scope"] in description()["resources"]["users"]["methods"][method]["scopes"]


def description() -> dict[str, Any]:
    folder = files("googleapiclient.discovery_cache.documents")
    document: dict[str, Any] = json.loads(folder.joinpath("admin.directory_v1.json").read_text(encoding="utf-8"))
    return document


def method_of(path: str) -> str:
    return "list" if path.endswith("/users") else "get"


def faults(method: dict[str, Any], path: str, sent: dict[str, str]) -> list[str]:
    """What of a request the description of a method does not have."""
    known = {name: each for name, each in method["parameters"].items() if each["location"] == "query"}
    parts, written = urlsplit(path).path.strip("/").split("/"), method["flatPath"].split("/")
    is_there = len(parts) == len(written) and all(
        each == part or each.startswith("{") for each, part in zip(written, parts, strict=True)
    )
    wrong = [] if is_there else [path]
    wrong += [name for name in sent if name not in known]
    wrong += [name for name, value in sent.items() if value not in known.get(name, {}).get("enum", [value])]
    sizes = [int(value) for name, value in sent.items() if known.get(name, {}).get("type") == "integer"]
    return wrong + [str(size) for size in sizes if not 1 <= size <= int(known["maxResults"]["maximum"])]
