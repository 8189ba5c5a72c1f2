"""Shared by every room's tests."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Uvicorn, and with it two of the three transports, runs on asyncio."""
    return "asyncio"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes the reviewed tool definitions anew; the difference is then read in review."""
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots of the tools anew")
