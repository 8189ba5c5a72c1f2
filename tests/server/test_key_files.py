"""A key in a file is read again: when the file changes, and when a provider refuses the key."""

import logging
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from user_directories import Directories, MemoryStore, Query, Request
from user_directories.errors import UpstreamUnauthorized
from user_directory_sandbox import Sandbox
from user_directory_server.keys import KeyFile
from user_directory_server.settings import read_settings

RIGHT = "sandbox-quo-key"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "key"
    file.write_text(f"{RIGHT}\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def open_quo(sandbox: Sandbox, tmp_path: Path, file: Path):
    config = tmp_path / "directories.toml"
    page = (
        f'[directories.quo]\nprovider = "quo"\nbase_url = "{sandbox.base_url("quo")}"\napi_key = {{ file = "key" }}\n'
    )
    config.write_text(page)
    assert file.exists()
    return lambda: Directories(read_settings({}, config).directories, MemoryStore())


def put(file: Path, text: str, written_at: int | None = None) -> int:
    """Write a file, perhaps as if that had been at another time, and return when it was written."""
    file.write_text(text)
    if written_at is not None:
        os.utime(file, ns=(written_at, written_at))
    return file.stat().st_mtime_ns


def remove(file: Path) -> None:
    file.unlink()


async def first_page(directories: Directories) -> int:
    return len((await directories.users(Request("list", "quo", Query(), 5))).users)


async def test_a_key_that_is_replaced_in_its_file_is_used_from_then_on(open_quo, file: Path) -> None:
    put(file, "an-old-key")
    async with open_quo() as directories:
        with pytest.raises(UpstreamUnauthorized):
            await first_page(directories)
        put(file, RIGHT)
        assert await first_page(directories) == 5


async def test_a_key_that_is_refused_is_read_again_though_its_file_seems_to_be_the_same(open_quo, file: Path) -> None:
    before = put(file, "sandbox-quo-kex")
    async with open_quo() as directories:
        with pytest.raises(UpstreamUnauthorized):
            await first_page(directories)
        put(file, RIGHT, written_at=before)
        assert await first_page(directories) == 5


async def test_a_refused_key_that_is_still_the_same_is_sent_once(open_quo, file: Path, control) -> None:
    put(file, "a-wrong-key")
    before = (await control.get("quo/stats")).json()["requests"]
    async with open_quo() as directories:
        with pytest.raises(UpstreamUnauthorized):
            await first_page(directories)
    assert (await control.get("quo/stats")).json()["requests"] == before + 1


@pytest.mark.parametrize("text", ["", "<key>", "two lines\nof text", "\x00"])
async def test_while_the_file_holds_no_key_the_last_one_is_used(open_quo, file: Path, text: str) -> None:
    async with open_quo() as directories:
        assert await first_page(directories) == 5
        put(file, text)
        assert await first_page(directories) == 5
        remove(file)
        assert await first_page(directories) == 5


def test_a_file_that_is_being_written_is_looked_at_again(file: Path) -> None:
    kept = KeyFile(file, "place", file)
    assert kept.changed() is None
    file.write_text("")
    assert kept.changed() is None
    file.write_text("the-new-key")
    assert kept.changed() == SecretStr("the-new-key")
    assert kept.changed() is None


@pytest.mark.skipif(os.name != "posix", reason="the rights of files are those of POSIX")
@pytest.mark.parametrize(
    ("mode", "told"),
    [
        (0o600, None),
        (0o400, None),
        (0o640, None),
        (0o604, "read"),
        (0o660, "write"),
        (0o666, "write"),
        (0o602, "write"),
    ],
)
def test_rights_that_are_too_loose_are_told_once_without_the_key(
    file: Path, caplog: pytest.LogCaptureFixture, mode: int, told: str | None
) -> None:
    file.chmod(mode)
    with caplog.at_level(logging.WARNING):
        kept = KeyFile(file, "directories.hr.api_key", file)
        kept.first()
        kept.read()
    said = [f"directories.hr.api_key: other users can {told} the key file. Use chmod 600."] if told else []
    assert [record.getMessage() for record in caplog.records] == said
