"""From nothing to a first answer: what an entry says is started as a client starts it."""

import json
from pathlib import Path

import anyio.to_thread
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from user_directory_sandbox import Sandbox

from .conftest import Person


async def test_the_entry_starts_a_server_that_answers_with_the_directory(person: Person, sandbox: Sandbox) -> None:
    variables = sandbox.environment()
    person.environment = {name: variables[name] for name in ("KLAVIS_API_KEY", "KLAVIS_BASE_URL")}
    options = ("--client", "claude-desktop", "--directory", "klavis", "--keys", "file")
    await anyio.to_thread.run_sync(lambda: person.runs(*options))
    file = person.home / ".config/Claude/claude_desktop_config.json"
    entry = json.loads(file.read_text())["mcpServers"]["user-directories"]
    assert "env" not in entry
    started = StdioServerParameters(
        command=entry["command"],
        args=entry["args"],
        env={"HOME": str(person.home), "USER_DIRECTORY_STATE": str(person.folder / "state")},
        cwd=Path("/"),
    )
    with anyio.fail_after(60):
        async with Client(stdio_client(started)) as client:
            answer = (await client.call_tool("list_directories", {})).structured_content
            page = (await client.call_tool("list_users", {"directory": "klavis", "limit": 3})).structured_content
    assert [each["name"] for each in answer["directories"]] == ["klavis"]
    assert page["returned"] == 3
