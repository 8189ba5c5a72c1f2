"""Resources and their completions, as MCP clients of both eras see them."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import quote

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, ResourceTemplateReference
from pydantic import SecretStr

from user_directories import Directories, DirectorySettings, MemoryStore, built_in
from user_directory_sandbox import DIRECTORIES, Sandbox
from user_directory_server.app import build_server

from .test_stdio import INITIALIZE, INITIALIZED, Server
from .test_structured import connected
from .test_transports import CONNECTIONS

USER = ResourceTemplateReference(type="ref/resource", uri="directory://{name}/users/{id}")
DIRECTORY = ResourceTemplateReference(type="ref/resource", uri="directory://{name}")
NOT_FOUND = {"2025-11-25": -32002, "2026-07-28": INVALID_PARAMS}
"""https://modelcontextprotocol.io/seps/2164-resource-not-found-error"""


@pytest.fixture(params=["auto", "legacy"])
async def client(house, request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    tools, directories = await house.open(*DIRECTORIES)
    server = build_server(list(tools.values()), directories)
    async with Client(server, mode=request.param) as connected:
        yield connected


async def read(client: Client, uri: str) -> dict:
    (content,) = (await client.read_resource(uri)).contents
    assert (content.uri, content.mime_type) == (uri, "application/json")
    return json.loads(content.text)


async def test_each_directory_is_a_resource_that_says_what_it_can_do(client: Client) -> None:
    listed = (await client.list_resources()).resources
    assert [resource.uri for resource in listed] == [f"directory://{name}" for name in DIRECTORIES]
    assert all(resource.title and resource.name in (resource.description or "") for resource in listed)
    assert len({resource.description for resource in listed}) == len(DIRECTORIES)
    answers = json.loads((await client.call_tool("list_directories")).content[0].text)["directories"]
    assert [await read(client, resource.uri) for resource in listed] == answers


async def test_both_forms_of_addresses_are_templates(client: Client) -> None:
    templates = (await client.list_resource_templates()).resource_templates
    assert [template.uri_template for template in templates] == ["directory://{name}", "directory://{name}/users/{id}"]
    assert "untrusted" in templates[1].description


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_user_is_read_by_id_and_is_what_get_user_gives(
    client: Client, sandbox: Sandbox, directory: str
) -> None:
    for record in list(sandbox.records(directory))[:3]:
        identifier = str(record.get("id") or record.get("userId") or record.get("user_id"))
        said = await client.call_tool("get_user", {"directory": directory, "id": identifier})
        found = json.loads(said.content[0].text)
        assert found["found"] is True
        assert await read(client, f"directory://{directory}/users/{quote(identifier, safe='')}") == found
        assert await read(client, f"directory://{directory}/users/{quote(identifier, safe='@/ ')}") == found


@pytest.mark.parametrize("directory", ["klavis", "openphone", "quo"])
@pytest.mark.parametrize("odd", ["/users/a b", "%2F%", "?x=1#y", "+é漢&=", "@x.example/"])
async def test_an_id_may_hold_any_character(
    client: Client, control: httpx2.AsyncClient, as_table: Callable, directory: str, odd: str
) -> None:
    await control.post(f"{directory}/values", json={"text": odd, "mode": "append", "ids": True})
    page = json.loads((await client.call_tool("list_users", {"directory": directory, "limit": 2})).content[0].text)
    for row in as_table(page):
        assert row["id"].endswith(odd)
        found = await read(client, f"directory://{directory}/users/{quote(row['id'], safe='')}")
        assert (found["found"], found["user"]["id"]) == (True, row["id"])


@pytest.mark.parametrize(
    ("uri", "text"),
    [
        ("directory://hr", "There is no resource 'directory://hr'. Resources: directory://NAME and"),
        ("directory://hr/users/1", "one of: klavis, braintrust, delay"),
        ("directory://klavis/groups", "There is no resource"),
        ("https://klavis.example", "There is no resource"),
        ("directory://klavis/users/no%20body", "klavis: no user has the id 'no body'. For a name"),
        ("directory://klavis/users/%00%1b%5B31m", r"no user has the id '\x00\x1b[31m'"),
        ("directory://" + "x" * 5000, "xxx…'. Resources"),
    ],
)
async def test_what_is_not_there_is_an_error_that_teaches(client: Client, uri: str, text: str) -> None:
    with pytest.raises(MCPError) as raised:
        await client.read_resource(uri)
    assert raised.value.code == NOT_FOUND[client.protocol_version]
    assert raised.value.data == {"uri": uri[:512]}
    assert text in raised.value.message
    assert len(raised.value.message) <= 500


async def test_an_id_that_is_too_long_is_a_wrong_argument_in_both_eras(client: Client) -> None:
    with pytest.raises(MCPError, match="at most 512 characters") as raised:
        await client.read_resource("directory://quo/users/" + "x" * 5000)
    assert raised.value.code == INVALID_PARAMS


async def test_an_error_is_as_short_for_very_many_directories(sandbox: Sandbox) -> None:
    delay = (built_in("delay"), sandbox.base_url("delay"), SecretStr("sandbox-delay-key"))
    settings = [DirectorySettings(f"directory-{number}", *delay) for number in range(200)]
    async with Directories(settings, MemoryStore()) as directories, Client(build_server((), directories)) as client:
        with pytest.raises(MCPError) as raised:
            await client.read_resource("directory://hr")
    assert len(raised.value.message) <= 500


async def test_a_fault_of_the_provider_is_the_sentence_that_the_tool_says(
    client: Client, control: httpx2.AsyncClient
) -> None:
    await control.post("klavis/faults", json={"kind": "status", "status": 401, "every": 1})
    said = await client.call_tool("get_user", {"directory": "klavis", "id": "ada"})
    with pytest.raises(MCPError) as raised:
        await client.read_resource("directory://klavis/users/ada")
    assert raised.value.code == INTERNAL_ERROR
    assert raised.value.message == said.content[0].text


async def test_a_directory_s_name_is_completed_by_its_beginning(client: Client) -> None:
    for reference in (DIRECTORY, USER):
        completed = await client.complete(reference, {"name": "name", "value": "o"})
        assert completed.completion.values == ["openphone"]
    assert (await client.complete(USER, {"name": "name", "value": ""})).completion.values == list(DIRECTORIES)


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_an_id_is_completed_by_what_is_known_of_the_user(
    client: Client, sandbox: Sandbox, control: httpx2.AsyncClient, directory: str
) -> None:
    ids = (await control.get(f"{directory}/ids")).json()["ids"]
    context = {"name": directory}
    record = next(sandbox.records(directory))
    email = record.get("email") or record.get("userId") or record["emails"][0]["email"]
    for typed in (ids[0], email):
        completed = (await client.complete(USER, {"name": "id", "value": typed}, context)).completion
        assert ids[0] in completed.values
    first = (await client.complete(USER, {"name": "id", "value": ""}, context)).completion
    assert (first.values, first.has_more) == (ids[:20], True)


async def test_an_id_is_completed_by_its_user_s_name(client: Client) -> None:
    said = await client.call_tool("list_users", {"directory": "delay", "limit": 1})
    found = json.loads(said.content[0].text)
    user = dict(zip(found["columns"], found["rows"][0], strict=True))
    completed = await client.complete(USER, {"name": "id", "value": user["name"]}, {"name": "delay"})
    assert user["id"] in completed.completion.values


async def test_completing_ends_when_its_time_is_up(
    client: Client, control: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("user_directories.directories._SUGGESTION_SECONDS", 0.2)
    await control.post("delay/behaviour", json={"latency": 30})
    with anyio.fail_after(2):
        completed = (await client.complete(USER, {"name": "id", "value": "a"}, {"name": "delay"})).completion
    assert (completed.values, completed.has_more) == ([], True)


async def test_completing_costs_few_requests_however_large_the_directory(
    client: Client, control: httpx2.AsyncClient
) -> None:
    await control.post("openphone/insert", json={"count": 3000})
    before = (await control.get("openphone/stats")).json()["requests"]
    completed = (
        await client.complete(USER, {"name": "id", "value": "nobody at all"}, {"name": "openphone"})
    ).completion
    assert (completed.values, completed.has_more) == ([], True)
    assert (await control.get("openphone/stats")).json()["requests"] - before <= 3


@pytest.mark.parametrize("context", [None, {"name": "hr"}])
async def test_without_a_known_directory_no_id_is_completed(client: Client, context: dict | None) -> None:
    assert (await client.complete(USER, {"name": "id", "value": "a"}, context)).completion.values == []


async def test_masked_ids_are_not_offered(house) -> None:
    for name, policy in (("klavis", {"email": "none"}), ("delay", {"id": "masked"})):
        tools, directories = await house.open(name, fields=policy)
        async with Client(build_server(list(tools.values()), directories)) as client:
            completed = (await client.complete(USER, {"name": "id", "value": ""}, {"name": name})).completion
            assert (completed.values, bool(completed.has_more)) == ([], False)


async def test_a_broken_directory_completes_nothing_and_is_no_error(
    client: Client, control: httpx2.AsyncClient
) -> None:
    await control.post("delay/faults", json={"kind": "status", "status": 500, "every": 1})
    completed = await client.complete(USER, {"name": "id", "value": "a"}, {"name": "delay"})
    assert completed.completion.values == []


async def test_a_fault_of_ours_is_a_sentence_and_the_session_lives(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("user_directory_server.resources.Resources.read", None)
        broken.setattr("user_directory_server.resources.Resources.complete", None)
        with pytest.raises(MCPError, match="this server failed"):
            await client.read_resource("directory://delay")
        assert (await client.complete(USER, {"name": "name", "value": ""})).completion.values == []
    assert "not callable" in caplog.text
    assert await read(client, "directory://delay")


async def test_what_does_not_change_may_be_kept_for_an_hour_and_users_may_not(house, sandbox: Sandbox) -> None:
    tools, directories = await house.open("delay")
    identifier = next(sandbox.records("delay"))["id"]
    async with Client(build_server(list(tools.values()), directories), mode="auto") as client:
        for answer in (
            await client.list_tools(),
            await client.list_resources(),
            await client.list_resource_templates(),
        ):
            assert (answer.ttl_ms, answer.cache_scope) == (3_600_000, "private")
        user = await client.read_resource(f"directory://delay/users/{identifier}")
        assert (user.ttl_ms, user.cache_scope) == (0, "private")


@pytest.mark.parametrize("connection", CONNECTIONS)
async def test_every_transport_lists_reads_completes_and_refuses(
    command: str, child_environment: dict[str, str], sandbox: Sandbox, connection: str
) -> None:
    identifier = next(sandbox.records("delay"))["id"]
    async with connected(connection, command, child_environment) as client:
        assert len((await client.list_resources()).resources) == len(DIRECTORIES)
        assert len((await client.list_resource_templates()).resource_templates) == 2
        assert (await read(client, "directory://delay"))["name"] == "delay"
        assert (await read(client, f"directory://delay/users/{identifier}"))["user"]["id"] == identifier
        completed = await client.complete(USER, {"name": "id", "value": identifier}, {"name": "delay"})
        assert completed.completion.values == [identifier]
        with pytest.raises(MCPError, match="There is no resource") as raised:
            await client.read_resource("directory://hr")
        assert raised.value.code == NOT_FOUND[client.protocol_version]


async def test_what_serves_resources_is_imported_when_they_are_first_asked_for(
    command: str, child_environment: dict[str, str], tmp_path: Path
) -> None:
    environment = child_environment | {"PYTHONVERBOSE": "1"}
    file = tmp_path / "imports"
    with file.open("wb") as log:
        async with await anyio.open_process([command], env=environment, stderr=log) as process:
            server = Server(process)
            await server.send(INITIALIZE, INITIALIZED, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
            while (await server.receive()).get("id") != 1:
                pass
            process.kill()
    imported = file.read_text(errors="replace")
    assert "import 'user_directory_server.app'" in imported
    assert "user_directory_server.resources" not in imported
    assert "user_directory_tools.resources" not in imported
