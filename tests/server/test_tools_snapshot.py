"""What clients see of each tool, as reviewed files: `pytest --update-snapshots` writes them anew."""

import json
from pathlib import Path

import pytest
from mcp import Client

from user_directory_server.runtime import open_runtime
from user_directory_tools import ToolStyle

SNAPSHOTS = Path(__file__).parent / "snapshots"
STYLES: list[ToolStyle] = ["shared", "per-directory"]


async def definitions(style: ToolStyle) -> dict[str, dict]:
    async with open_runtime(sandbox=True, users=5, style=style) as runtime, Client(runtime.server) as client:
        tools = (await client.list_tools()).tools
    return {tool.name: tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools}


@pytest.mark.parametrize("style", STYLES)
async def test_every_tool_is_as_its_snapshot_says(style: ToolStyle, request: pytest.FixtureRequest) -> None:
    found = await definitions(style)
    folder = SNAPSHOTS / style
    if request.config.getoption("--update-snapshots"):
        folder.mkdir(exist_ok=True)
        for old in folder.glob("*.json"):
            old.unlink()
        for name, tool in found.items():
            (folder / f"{name}.json").write_text(json.dumps(tool, indent=2, ensure_ascii=False) + "\n")
    kept = {file.stem: json.loads(file.read_text()) for file in folder.glob("*.json")}
    assert found == kept


async def test_the_order_of_the_tools_is_always_the_same() -> None:
    names = list(await definitions("shared"))
    assert names == ["list_directories", "list_users", "search_users", "get_user", "get_user_count"]
    assert list(await definitions("per-directory")) == list(await definitions("per-directory"))


async def test_a_tool_of_one_directory_names_exactly_its_filters_and_their_known_values() -> None:
    tools = await definitions("per-directory")
    klavis, delay = (tools[f"{name}_list_users"]["inputSchema"]["properties"] for name in ("klavis", "delay"))
    assert "directory" not in klavis
    assert list(klavis["filters"]["properties"]) == ["id", "email", "created_at"]
    assert klavis["filters"]["additionalProperties"] is True
    assert "status (active|onboarding|inactive|suspended|risky)" in delay["filters"]["description"]
    count = tools["delay_get_user_count"]["inputSchema"]["properties"]
    assert count["filters"]["description"] == "see delay_list_users"


@pytest.mark.parametrize("style", STYLES)
async def test_the_instructions_name_tools_that_there_are(style: ToolStyle) -> None:
    async with open_runtime(sandbox=True, users=5, style=style) as runtime, Client(runtime.server) as client:
        instructions = client.instructions or ""
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert len(instructions) < 1_650
    for text in ("When unsure, call list_directories first", "never page through", "person", "people", "estimate"):
        assert text in instructions
    prefixed = {word for word in instructions.replace(",", " ").split() if word.endswith("_search_users")}
    assert len(prefixed) == (0 if style == "shared" else 1)
    assert prefixed <= names
