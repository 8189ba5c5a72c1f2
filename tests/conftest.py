"""Shared by every room's tests: how thorough they are, and a sandbox and its control."""

import os
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from hypothesis import HealthCheck, settings

from user_directory_sandbox import Sandbox

from .thoroughness import EXAMPLES

for profile, number in EXAMPLES.items():  # a busy machine makes no law false
    settings.register_profile(profile, max_examples=number, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Uvicorn, and with it two of the three transports, runs on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True, scope="session")
def no_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing here speaks TLS, and to read all of a machine's certificates takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", str(tmp_path_factory.getbasetemp()))
        yield


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
