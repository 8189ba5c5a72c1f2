"""Each preset from an installed server over stdio and over HTTP, from an API that limits requests."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import product
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from user_directories import preset_names

from ..server.conftest import COMMAND
from ..server.in_process import serving
from ..thoroughness import sample
from .opening import Asker, configured

LIMIT = 10
"""Requests a second; the limits that are documented are higher, but for those of Slack and of Auth0's free plan."""


@pytest.fixture
async def open_client(tmp_path: Path) -> AsyncIterator:
    exits = AsyncExitStack()

    async def opened(name: str, transport: str) -> Asker:
        found = await exits.enter_async_context(configured(name, tmp_path))
        await found.control.post(f"{name}/behaviour", json={"rate_limit": LIMIT})
        kept = {each: os.environ[each] for each in ("PATH", "HOME", "SSL_CERT_FILE") if each in os.environ}
        own = {**found.sandbox.environment(), "USER_DIRECTORY_STATE": str(tmp_path / "state")}
        environment = kept | own | {"USER_DIRECTORY_CONFIG": str(found.config)}
        if transport == "stdio":
            client = Client(StdioServerParameters(command=COMMAND, env=environment))
        else:
            client = Client(await exits.enter_async_context(serving(environment, "--transport", "http")))
        return Asker(name, await exits.enter_async_context(client), found.sandbox, found.control)

    async with exits:
        yield opened


@pytest.mark.parametrize(("name", "transport"), sample(product(preset_names(), ["stdio", "http"]), one_of=3))
async def test_everybody_one_user_and_the_count_are_right(open_client, name, transport):
    ask = await open_client(name, transport)
    everybody = sorted(map(ask.facts.id, ask.records))
    found, page = await ask.everybody("list_users", directory=name, limit=100)
    assert (sorted(found), page["complete"]) == (everybody, True)
    answer = await ask("get_user", directory=name, id=everybody[7])
    assert answer["user"]["id"] == everybody[7]
    counted = await ask("get_user_count", directory=name, exhaustive=True)
    assert (counted["count"], counted["exactness"]) == (len(everybody), "exact")
