"""Shared by every room's tests: a sandbox and its control."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from user_directory_sandbox import Sandbox


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Uvicorn, and with it two of the three transports, runs on asyncio."""
    return "asyncio"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(users=230) as running:
        yield running


@pytest.fixture
async def control(sandbox: Sandbox) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=f"{sandbox.url}/_control/") as client:
        yield client


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes the reviewed tool definitions anew; the difference is then read in review."""
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots of the tools anew")
