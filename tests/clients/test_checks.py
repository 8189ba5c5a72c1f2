"""Each check fails for a client that does what the check is there for."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from types import SimpleNamespace
from typing import Any, cast

import mcp
import pytest

from answers import Failed
from calling import reference
from checks import CHECKS, HTTP_ONLY, Trial
from serving import Served, served

Change = Callable[[dict], Any]


class Changing:
    """A client that shows each answer of the server in its own way, and errors as they are."""

    def __init__(self, client: mcp.Client, tools: list[str], change: Change) -> None:
        self.tools = tools
        self._client, self._change = client, change

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        result = await self._client.call_tool(tool, dict(arguments))
        text = result.content[0].text
        return {"text": text if result.is_error else json.dumps(self._change(json.loads(text)))}


@pytest.fixture(scope="module")
async def changing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Callable[[Change], Trial]]:
    """A trial of a client that changes answers so."""
    async with (
        reference(tmp_path_factory.mktemp("reference")) as known,
        served("stdio", tmp_path_factory.mktemp("own")) as server,
        mcp.Client(mcp.StdioServerParameters(**server.target)) as client,
    ):
        yield lambda change: Trial(cast("Any", Changing(client, list(known.tools), change)), known, server)


QUICK = [name for name in CHECKS if name not in {"slow", *HTTP_ONLY}]


async def test_a_client_that_shows_all_passes(changing):
    for name in QUICK:
        await CHECKS[name](changing(lambda answer: answer))


def without(*keys: str) -> Change:
    return lambda answer: {key: value for key, value in answer.items() if key not in keys}


DROPS: dict[str, tuple[str, Change]] = {
    "notes": ("keys", without("notes")),
    "whose users are one person": ("keys", without("people")),
    "columns": ("list", lambda answer: answer | {"columns": answer.get("columns", [])[1:]}),
    "whether it is complete": ("list", lambda answer: answer | {"complete": True}),
    "how exact a number is": ("count", lambda answer: answer | {"exactness": "estimate"}),
    "where to go on": ("page", lambda answer: answer | {"rows": [["the same", "again"]]}),
}


@pytest.mark.parametrize("dropped", DROPS)
async def test_a_client_that_drops_something_fails(changing, dropped):
    name, change = DROPS[dropped]
    with pytest.raises(Failed):
        await CHECKS[name](changing(change))


class Excusing:
    """A client that says one sentence, whatever happens."""

    tools: tuple[str, ...] = ()

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        del tool, arguments
        return {"text": "An error occurred while running the tool. Please try again."}


@pytest.mark.parametrize("name", CHECKS)
async def test_a_client_that_only_excuses_itself_fails_everywhere(name):
    async def error(*_):
        return "Use: active, suspended."

    async def answer(*_):
        return {"columns": [], "rows": []}

    async def nothing(*_):
        return None

    known = SimpleNamespace(tools=["get_user"], error=error, answer=answer)
    server = SimpleNamespace(delay=nothing, restart=nothing)
    with pytest.raises(Failed):
        await CHECKS[name](Trial(cast("Any", Excusing()), cast("Any", known), cast("Served", server)))
