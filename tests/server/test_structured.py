"""`--structured`: an answer in one form or in both, for clients that show the model everything that they get."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp_types import Implementation

from user_directory_server.known_clients import TWICE_SHOWING_CLIENTS
from user_directory_server.runtime import open_runtime
from user_directory_tools import ToolStyle

from .in_process import run_command, serving
from .test_transports import CONNECTIONS

OFF = ("--structured", "off")


@asynccontextmanager
async def connected(
    connection: str, command: str, environment: dict[str, str], *options: str, name: str = "mcp"
) -> AsyncIterator[Client]:
    """A client over a transport and in an era such as `http-legacy`; a child process where that is stdio."""
    transport, mode = connection.split("-")
    said: dict[str, Any] = {"mode": mode, "client_info": Implementation(name=name, version="1")}
    if transport == "stdio":
        server = StdioServerParameters(command=command, args=["serve", *options], env=environment)
        async with Client(server, **said) as client:
            yield client
        return
    async with (
        serving(environment, "--transport", transport, *options) as url,
        Client(url if transport == "http" else sse_client(url), **said) as client,
    ):
        yield client


@pytest.mark.parametrize("connection", CONNECTIONS)
async def test_off_answers_by_text_alone_and_declares_no_schema(
    command: str, child_environment: dict[str, str], connection: str
) -> None:
    async with connected(connection, command, child_environment, *OFF) as client:
        assert [tool.output_schema for tool in (await client.list_tools()).tools] == [None] * 5
        for tool, arguments in (
            ("list_directories", {}),
            ("list_users", {"directory": "delay", "limit": 3}),
            ("search_users", {"query": "a", "directory": "delay"}),
            ("get_user", {"directory": "delay", "email": "nobody@acme.example"}),
            ("get_user_count", {"directory": "klavis"}),
        ):
            answer = await client.call_tool(tool, arguments)
            assert not answer.is_error, answer.content
            assert answer.structured_content is None
            assert len(answer.content) == 1
            assert json.loads(answer.content[0].text)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("name", "choice", "has_both"),
    [
        *((name, None, False) for name in TWICE_SHOWING_CLIENTS),
        *((name, True, True) for name in TWICE_SHOWING_CLIENTS),
        ("mcp", None, True),
        ("mcp", False, False),
    ],
)
async def test_who_is_known_to_show_both_gets_one_unless_it_is_said_otherwise(mode, name, choice, has_both) -> None:
    async with (
        open_runtime(sandbox=True, users=5, structured=choice) as runtime,
        Client(runtime.server, mode=mode, client_info=Implementation(name=name, version="1")) as client,
    ):
        assert {tool.output_schema is not None for tool in (await client.list_tools()).tools} == {has_both}
        answer = await client.call_tool("list_users", {"directory": "delay"})
        assert (answer.structured_content is not None) is has_both
        assert json.loads(answer.content[0].text)["returned"] == 5


@pytest.mark.parametrize("connection", CONNECTIONS)
async def test_a_name_is_heard_over_every_transport_that_brings_it(command, child_environment, connection) -> None:
    name = next(iter(TWICE_SHOWING_CLIENTS))
    async with connected(connection, command, child_environment, name=name) as client:
        answer = await client.call_tool("list_directories", {})
        declares = {tool.output_schema is not None for tool in (await client.list_tools()).tools}
        is_known = connection != "http-legacy"
        assert (answer.structured_content is None, declares) == (is_known, {not is_known})


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("style", ["shared", "per-directory"])
async def test_both_forms_have_the_same_tools_and_the_same_text(style: ToolStyle, mode: str) -> None:
    seen = []
    for structured in (True, False):
        async with (
            open_runtime(sandbox=True, users=5, style=style, structured=structured) as runtime,
            Client(runtime.server, mode=mode) as client,
        ):
            tools = (await client.list_tools()).tools
            assert all((tool.output_schema is not None) is structured for tool in tools)
            answer = await client.call_tool("list_directories", {})
            assert answer.structured_content == (json.loads(answer.content[0].text) if structured else None)
            seen.append(([tool.model_copy(update={"output_schema": None}) for tool in tools], answer.content))
    assert seen[0] == seen[1]


async def test_an_error_is_text_alone_in_both_forms() -> None:
    for structured in (True, False):
        async with open_runtime(sandbox=True, users=5, structured=structured) as runtime, Client(runtime.server) as one:
            answer = await one.call_tool("list_users", {"directory": "nowhere"})
            assert (answer.is_error, answer.structured_content) == (True, None)


@pytest.fixture
def run(clean_environment: dict[str, str]):
    return partial(run_command, clean_environment)


def test_tools_shows_the_definitions_of_the_form_that_is_chosen(run) -> None:
    for options, declared in ((OFF, False), (("--structured", "on"), True), ((), True)):
        shown = json.loads(run("tools", "--json", "--sandbox", *options).stdout)
        assert [("outputSchema" in tool) for tool in shown] == [declared] * 5


def test_call_prints_the_same_in_both_forms(run) -> None:
    for shown in ((), ("--json",)):
        both, text = (run("call", "list_directories", "--sandbox", *shown, *options) for options in ((), OFF))
        assert (text.returncode, text.stderr) == (0, "")
        assert text.stdout == both.stdout
        assert "klavis" in text.stdout


def test_any_other_form_is_refused_with_those_that_there_are(run) -> None:
    for command in ("serve", "tools"):
        refused = run(command, "--structured", "maybe")
        assert refused.returncode == 2
        assert "'maybe' is neither on nor off" in refused.stderr
