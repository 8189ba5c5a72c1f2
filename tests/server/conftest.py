"""A sandbox, and the installed command, for tests of the server."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from user_directory_sandbox import DIRECTORIES, Sandbox

COMMAND = str(Path(sys.executable).parent / "user-directory-mcp")


@pytest.fixture
def command() -> str:
    """The installed command, as a client's configuration names it."""
    return COMMAND


@pytest.fixture
def clean_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine on which nothing is configured."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "SYSTEMROOT")}
    return kept | {"USER_DIRECTORY_STATE": str(tmp_path / "state"), "COLUMNS": "200"}


@pytest.fixture
def child_environment(clean_environment: dict[str, str], sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    """The environment that points a child process at the sandbox, which limits nobody."""
    unpaced = "".join(f'[directories.{name}]\nprovider = "{name}"\nrequests_per_second = 0\n' for name in DIRECTORIES)
    (tmp_path / "unpaced.toml").write_text(unpaced)
    return clean_environment | sandbox.environment() | {"USER_DIRECTORY_CONFIG": str(tmp_path / "unpaced.toml")}


@pytest.fixture
def as_table() -> Callable[[dict], list[dict]]:
    """A columnar answer as one mapping a row."""
    return lambda answer: [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
