"""Shared by every room's tests."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Uvicorn, and with it two of the three transports, runs on asyncio."""
    return "asyncio"
