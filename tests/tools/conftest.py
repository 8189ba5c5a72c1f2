"""The tools over a sandbox, without MCP."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pydantic import SecretStr

from user_directories import Directories, DirectorySettings, MemoryStore, built_in
from user_directory_sandbox import DIRECTORIES, Sandbox
from user_directory_tools import toolset

Ask = Callable[..., Awaitable[dict]]


@pytest.fixture
async def directories(sandbox: Sandbox) -> AsyncIterator[Directories]:
    settings = [
        DirectorySettings(name, built_in(name), sandbox.base_url(name), SecretStr(f"sandbox-{name}-key"))
        for name in DIRECTORIES
    ]
    async with Directories(settings, MemoryStore()) as opened:
        yield opened


@pytest.fixture
def ask(directories: Directories) -> Ask:
    """Run a tool by name with the arguments that a client would send."""
    tools = {tool.name: tool for tool in toolset(directories)}

    async def run(tool: str, **arguments: object) -> dict:
        return await tools[tool].run(arguments)

    return run


@pytest.fixture
def as_rows() -> Callable[[dict], list[dict]]:
    """A columnar answer as one mapping a row."""
    return lambda answer: [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
