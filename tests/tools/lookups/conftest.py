"""One sandbox for all questions of a module: opening it takes longer than most answers."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from user_directories import Directories, DirectorySettings, MemoryStore, built_in
from user_directory_sandbox import DIRECTORIES, Sandbox


@pytest.fixture(scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(users=230) as running:
        yield running


@pytest.fixture(scope="module")
async def directories(sandbox: Sandbox) -> AsyncIterator[Directories]:
    keys = {name: SecretStr(f"sandbox-{name}-key") for name in DIRECTORIES}
    settings = [DirectorySettings(name, built_in(name), sandbox.base_url(name), keys[name]) for name in DIRECTORIES]
    async with Directories(settings, MemoryStore()) as opened:
        yield opened
