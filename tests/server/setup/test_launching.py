"""The command of an entry: absolute, and one that stays."""

import sys
from pathlib import Path

import pytest

from user_directories import ConfigurationError
from user_directory_server.setup.launching import Launch, is_ours, launch_of, note_on_environment


def program(folder: Path, name: str = "user-directory-mcp") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("command", "base", "is_told"),
    [
        ("/projects/acme/.venv/bin/user-directory-mcp", "/usr", True),
        ("/projects/acme/.venv/bin/user-directory-mcp", "/projects/acme/.venv", False),
        ("/home/ada/.local/bin/user-directory-mcp", "/usr", False),
    ],
)
def test_a_command_in_the_active_environment_is_told_with_what_to_do(command: str, base: str, is_told: bool) -> None:
    said = note_on_environment(Launch(command), "/projects/acme/.venv", base)
    assert bool(said) is is_told
    assert not is_told or ("/projects/acme/.venv," in said[0] and "deactivate" in said[0])


def test_a_command_that_was_found_on_the_path_is_written_whole(tmp_path: Path) -> None:
    path = program(tmp_path / "bin")
    found = launch_of("user-directory-mcp", sys.executable, {"PATH": str(path.parent)})
    assert (found.command, found.arguments) == (str(path), ())
    assert launch_of(str(path), sys.executable, {}).command == str(path)


def test_a_link_to_the_command_stays_one_because_it_outlives_a_new_version(tmp_path: Path) -> None:
    link = tmp_path / "bin" / "user-directory-mcp"
    link.parent.mkdir()
    link.symlink_to(program(tmp_path / "tools" / "v1"))
    assert launch_of(str(link), sys.executable, {}).command == str(link)


def test_a_module_that_was_started_by_python_is_started_by_the_script_beside_it() -> None:
    found = launch_of("/x/user_directory_server/__main__.py", sys.executable, {})
    assert Path(found.command).name.startswith("user-directory-mcp")


@pytest.mark.parametrize(
    "folder",
    [
        ".cache/uv/archive-v0/abc/bin",
        ".cache/uv/environments-v2/x/bin",
        ".cache/pipx/abc/bin",
        ".local/pipx/.cache/abc/bin",
    ],
)
def test_a_temporary_environment_is_refused_with_what_to_do(tmp_path: Path, folder: str) -> None:
    path = program(tmp_path / folder)
    for started_as, executable in ((str(path), sys.executable), ("x", str(path.with_name("python")))):
        with pytest.raises(ConfigurationError) as failed:
            launch_of(started_as, executable, {})
        assert "it runs in a temporary environment" in str(failed.value)
        assert "uv tool install user-directory-mcp" in str(failed.value)
        assert "--command" in str(failed.value)
    stays = program(tmp_path / "bin")
    assert launch_of(str(path), sys.executable, {}, str(stays)).command == str(stays)


@pytest.mark.parametrize(
    ("command", "arguments", "expected"),
    [
        ("/opt/bin/user-directory-mcp", [], True),
        ("C:\\bin\\user-directory-mcp.exe", ["serve"], True),
        ("uvx", ["user-directory-mcp"], True),
        ("python3", ["-m", "user_directory_server"], True),
        ("npx", ["-y", "other"], False),
        ("user-directory-mcp-proxy", [], False),
    ],
)
def test_an_entry_of_ours_is_known_by_its_command(command: str, arguments: list[str], expected: bool) -> None:
    assert is_ours(command, arguments) is expected
