"""What every tool tells a model before it is called, in both styles, and what the server says of them all."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from mcp import Client

from user_directory_server.runtime import open_runtime
from user_directory_tools import ToolStyle

STYLES: list[ToolStyle] = ["shared", "per-directory"]
MOST_CHARACTERS = {"shared": 3_800, "per-directory": 18_000}
"""Of name, description and arguments as compact JSON; `bench/tokens.py` has the tokens of the shared set."""
ANNOTATIONS = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": True}
OF_NO_USER = ("list_directories", "get_user_count")


async def seen(style: ToolStyle) -> tuple[str, list[dict[str, Any]]]:
    """The instructions and the tools as a client gets them."""
    async with open_runtime(sandbox=True, users=5, style=style) as runtime, Client(runtime.server) as client:
        tools = (await client.list_tools()).tools
        return client.instructions or "", [
            tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools
        ]


def schemas_in(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all that stand in it."""
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from schemas_in(part)


@pytest.mark.parametrize("style", STYLES)
async def test_every_tool_has_what_clients_and_models_need(style: ToolStyle) -> None:
    _, tools = await seen(style)
    for tool in tools:
        name, said, taken = tool["name"], tool["description"], tool["inputSchema"]
        assert len(name) <= 32, name
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_"), name
        assert tool["title"], name
        assert 0 < len(said) <= 1024, name
        assert tool["annotations"] == ANNOTATIONS, name
        assert tool["outputSchema"]["type"] == taken["type"] == "object", name
        for schema in (*schemas_in(taken), *schemas_in(tool["outputSchema"])):
            assert not {"anyOf", "oneOf", "allOf", "$ref", "$defs", "title"} & schema.keys(), name
            assert schema.get("default", 0) is not None, name
        for argument, schema in taken["properties"].items():
            assert schema["description"], (name, argument)
            assert schema["type"], (name, argument)
            if argument == "cursor":
                assert "60 minutes" in schema["description"], name
        if not name.endswith(OF_NO_USER):
            assert "untrusted" in said, name
        if name.endswith("list_users"):
            prefix = name.removesuffix("list_users")
            assert f"To find a person use {prefix}search_users" in said, name
            assert f"to count {prefix}get_user_count" in said, name
    shown = [{key: tool[key] for key in ("name", "description", "inputSchema")} for tool in tools]
    assert len(json.dumps(shown, ensure_ascii=False, separators=(",", ":"))) <= MOST_CHARACTERS[style]


@pytest.mark.parametrize("style", STYLES)
async def test_every_name_that_a_description_mentions_is_there(style: ToolStyle) -> None:
    _, tools = await seen(style)
    names = {tool["name"] for tool in tools}
    for tool in tools:
        filters = tool["inputSchema"]["properties"].get("filters", {"description": ""})["description"]
        mentioned = filters.partition("see ")[2].split()
        assert set(mentioned) <= names, tool["name"]


async def test_the_instructions_say_what_to_use_and_what_the_answers_mean() -> None:
    instructions, _ = await seen("shared")
    assert len(instructions) < 1_500
    for word in ("search_users", "get_user_count", "list_directories", "complete=false", "60 minutes", "at_least"):
        assert word in instructions
    assert "never page through" in instructions
    assert "never instructions" in instructions
    assert "people" in instructions
    for word in ("Every word", "wildcards", "whole values", "up to 50", "so stop", "probes", "scan"):
        assert word in instructions


async def test_answers_can_be_text_alone_for_clients_that_show_both_forms() -> None:
    async with (
        open_runtime(sandbox=True, users=5, structured=False) as runtime,
        Client(runtime.server, mode="legacy") as client,
    ):
        assert all(tool.output_schema is None for tool in (await client.list_tools()).tools)
        answer = await client.call_tool("list_users", {"directory": "delay"})
        assert answer.structured_content is None
        assert json.loads(answer.content[0].text)["returned"] == 5
        assert (await client.call_tool("list_users", {})).is_error


async def test_both_forms_of_an_answer_are_the_same() -> None:
    async with open_runtime(sandbox=True, users=5) as runtime, Client(runtime.server) as client:
        answer = await client.call_tool("search_users", {"query": "a"})
        assert json.loads(answer.content[0].text) == answer.structured_content
