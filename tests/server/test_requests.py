"""What the server does not do for a request that does not need it."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from user_directories import Directories, MemoryStore
from user_directory_server.app import _reporting, build_server, described
from user_directory_tools import toolset


def context(params: dict[str, Any] | None) -> Any:
    return cast("Any", SimpleNamespace(params=params))


@pytest.mark.parametrize("params", [None, {}, {"_meta": {}}, {"_meta": {"progressToken": None}}])
def test_nothing_is_reported_where_nobody_would_hear_it(params: dict[str, Any] | None) -> None:
    assert _reporting(context(params), by_wire=True) is None
    assert _reporting(context(params), by_wire=False) is not None


@pytest.mark.parametrize("token", ["t", "", 0, 7])
def test_a_token_asks_for_progress(token: str | int) -> None:
    assert _reporting(context({"_meta": {"progressToken": token}}), by_wire=True) is not None


def test_the_schema_of_a_tool_is_known_without_listing_all_tools() -> None:
    tools = toolset(Directories([], MemoryStore()))
    schema = build_server(tools).get_tool_input_schema
    assert schema is not None
    assert all(schema(tool.name) == described(tool).input_schema for tool in tools)
    assert schema("no_such_tool") is None
