"""How long a call may take: a few seconds for a client of which nothing is known, longer for one that waits."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.shared.exceptions import MCPError
from mcp_types import Implementation

from user_directories import CallOptions, Lookup
from user_directory_server import app
from user_directory_server.known_clients import HURRIED_SECONDS, PATIENT_CLIENTS

from ..thoroughness import some
from .conftest import House
from .in_process import run_command, serving

HURRIED = 0.15
"""Seconds for an answer to a client that may give up, in place of four; quo needs more than twice as many here."""
LATENCY = 0.05
"""Seconds for each of at least five pages."""
PROGRAM = (
    "from user_directory_server import app; from user_directory_server.cli import main; "
    f"app.HURRIED_SECONDS = {HURRIED}; main()"
)
CONNECTIONS = ["stdio-auto", "stdio-legacy", "http-auto", "http-legacy", "sse-legacy"]
KNOWN = [each for each in CONNECTIONS if each != "http-legacy"]
"""The connections over which a server knows the name of its client."""

Connect = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(params=CONNECTIONS)
async def connect(
    request: Any, child_environment: dict[str, str], control: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> Connect:
    """Connects a client of this name to a server with these options, over a slow directory."""
    await control.post("quo/behaviour", json={"latency": LATENCY})
    transport, mode = request.param.split("-")
    monkeypatch.setattr(app, "HURRIED_SECONDS", HURRIED)

    @asynccontextmanager
    async def connected(*options: str, name: str = "mcp") -> AsyncIterator[Client]:
        said, environment = {"mode": mode, "client_info": Implementation(name=name, version="1")}, child_environment
        if transport == "stdio":
            arguments = ["-c", PROGRAM, "serve", *options]
            server = StdioServerParameters(command=sys.executable, args=arguments, env=environment)
            async with Client(server, **said) as client:
                yield client
            return
        async with (
            serving(environment, "--transport", transport, *options) as url,
            Client(url if transport == "http" else sse_client(url), **said) as client,
        ):
            yield client

    return connected


async def exactness(client: Client, **options: Any) -> str:
    """How exact a count is that takes longer than a client may wait; if it is not, a cursor goes on to the end."""
    answer = (await client.call_tool("get_user_count", {"directory": "quo"}, **options)).structured_content
    first = answer["exactness"]
    assert (first == "exact") is ("cursor" not in answer)
    while "cursor" in answer:
        answer = (await client.call_tool("get_user_count", {"cursor": answer["cursor"]})).structured_content
    assert (answer["count"], answer["exactness"]) == (230, "exact")
    return first


async def hear(*_: Any) -> None:
    """A listener of the progress."""


async def test_who_may_give_up_has_a_part_of_the_answer_in_time_and_who_listens_has_it_all(connect: Connect) -> None:
    async with connect() as client:
        assert await exactness(client) == "at_least"
        assert await exactness(client, progress_callback=hear) == "exact"


@pytest.mark.parametrize(("connect", "name"), some(KNOWN, sorted(PATIENT_CLIENTS), one_of=2), indirect=["connect"])
async def test_who_is_known_to_wait_has_it_all(connect: Connect, name: str) -> None:
    async with connect(name=name) as client:
        assert await exactness(client) == "exact"


@pytest.mark.parametrize("connect", ["http-legacy"], indirect=True)
async def test_over_stateless_http_no_client_has_a_name(connect: Connect) -> None:
    async with connect(name="claude-code") as client:
        assert await exactness(client) == "at_least"


async def test_what_the_operator_says_holds_for_all_calls(connect: Connect) -> None:
    async with connect("--seconds", "9") as client:
        assert await exactness(client) == "exact"


async def test_a_resource_is_read_in_time_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _, directories = await house.open("klavis")
    given: list[CallOptions] = []

    async def user_by_id(name: str, identifier: str, options: CallOptions) -> Lookup:
        given.append(options)
        return Lookup(name, None, complete=True)

    monkeypatch.setattr(directories, "user_by_id", user_by_id)
    for hurries, seconds in ((True, HURRIED_SECONDS), (False, None)):
        server = app.build_server([], directories, by_wire=True, hurries=hurries)
        async with Client(server) as client:
            with pytest.raises(MCPError, match="no user has the id"):
                await client.read_resource("directory://klavis/users/1")
        assert given.pop() == CallOptions(None, seconds)


def test_no_client_is_kept_waiting_as_long_as_the_shortest_time_out() -> None:
    assert HURRIED_SECONDS < 5


@pytest.mark.parametrize("text", ["soon", "", "0", "-4", "26", "inf", "nan", "4s"])
def test_a_wrong_number_of_seconds_is_refused_with_the_right_ones(clean_environment: dict[str, str], text: str) -> None:
    done = run_command(clean_environment, "serve", "--seconds", text)
    assert done.returncode == 2
    assert done.stderr == (
        "user-directory-mcp: --seconds: not a number of seconds from 1 to 25. "
        "Write it like --seconds 25, or leave it out.\n"
    )
