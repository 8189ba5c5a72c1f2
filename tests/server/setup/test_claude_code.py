"""Claude Code: its own command writes its own file, which is only read here."""

import json
import shlex
from pathlib import Path

import pytest

from user_directory_server.setup.clients import CLIENTS

from .conftest import Person

OPTIONS = ("--client", "claude-code", "--sandbox")
OF_OURS = {"mcpServers": {"user-directories-sandbox": {"command": "/old/user-directory-mcp", "args": ["serve"]}}}


@pytest.fixture
def claude(person: Person) -> Path:
    """A program that writes down how it was called; it fails if there is a file `refuses` beside it."""
    folder = person.folder / "bin"
    folder.mkdir()
    program = folder / "claude"
    program.write_text(
        '#!/bin/sh\n[ -e "$0.refuses" ] && exit 3\nfor each; do printf "%s\\n" "$each"; done >> "$0.calls"\n'
    )
    program.chmod(0o755)
    person.environment = {"PATH": f"{folder}:/usr/bin:/bin"}
    return program


def calls(claude: Path) -> list[str]:
    written = claude.with_name("claude.calls")
    return written.read_text().splitlines() if written.exists() else []


def test_its_command_adds_the_entry_for_all_projects(person: Person, claude: Path) -> None:
    person.runs(*OPTIONS)
    *words, entry = calls(claude)
    assert words == ["mcp", "add-json", "--scope", "user", "user-directories-sandbox"]
    assert json.loads(entry)["args"] == ["serve", "--sandbox"]
    assert json.loads(entry)["type"] == "stdio"
    assert person.files() == {}


def test_a_dry_run_calls_nothing_and_shows_the_command(person: Person, claude: Path) -> None:
    person.runs(*OPTIONS, "--dry-run")
    assert calls(claude) == []
    (line,) = [line for line in person.seen.splitlines() if line.startswith("claude ")]
    assert shlex.split(line)[:3] == ["claude", "mcp", "add-json"]


def test_without_its_command_the_person_is_told_what_to_run(person: Person) -> None:
    assert person.runs(*OPTIONS) == 0
    assert "its command `claude` cannot be run from here. Run it yourself:" in person.seen
    assert "claude mcp add-json --scope user user-directories-sandbox '{" in person.seen


def test_an_entry_of_ours_is_replaced_and_can_be_removed(person: Person, claude: Path) -> None:
    (person.home / ".claude.json").write_text(json.dumps(OF_OURS))
    person.runs(*OPTIONS)
    assert calls(claude)[:5] == ["mcp", "remove", "--scope", "user", "user-directories-sandbox"]
    assert calls(claude)[5:7] == ["mcp", "add-json"]
    claude.with_name("claude.calls").unlink()
    person.runs(*OPTIONS, "--remove")
    assert calls(claude) == ["mcp", "remove", "--scope", "user", "user-directories-sandbox"]
    assert json.loads((person.home / ".claude.json").read_text()) == OF_OURS


def test_what_is_not_there_is_not_removed(person: Person, claude: Path) -> None:
    person.runs(*OPTIONS, "--remove")
    assert calls(claude) == []
    assert "there is no entry user-directories" in person.seen
    assert "Next:" not in person.seen


def test_who_removes_an_entry_by_another_name_is_told_the_one_that_is_there(person: Person, claude: Path) -> None:
    (person.home / ".claude.json").write_text(json.dumps(OF_OURS), encoding="utf-8")
    (other,) = OF_OURS["mcpServers"]
    person.runs("--client", "claude-code", "--remove", "--name", "another")
    assert calls(claude) == []
    assert f"there is no entry another (but {other}: name it with --name)" in " ".join(person.seen.split())


def test_an_entry_of_another_program_or_a_broken_file_is_left_alone(person: Person, claude: Path) -> None:
    file = person.home / ".claude.json"
    file.write_text('{"mcpServers": {"user-directories-sandbox": {"command": "npx"}}}')
    assert "it starts another program. Give ours another name" in person.fails(*OPTIONS)
    file.write_text("{")
    assert "it cannot be read: line 1, column 2" in person.fails(*OPTIONS)
    assert calls(claude) == []


def test_its_command_is_printed_whatever_is_in_its_file(person: Person, capsys: pytest.CaptureFixture[str]) -> None:
    (person.home / ".claude.json").write_text("{ broken")
    person.runs(*OPTIONS, "--print")
    assert json.loads(person.seen)["mcpServers"]["user-directories-sandbox"]["args"] == ["serve", "--sandbox"]
    assert "\nclaude mcp add-json --scope user user-directories-sandbox '{" in capsys.readouterr().err


def test_if_its_command_fails_that_is_said(person: Person, claude: Path) -> None:
    claude.with_name("claude.refuses").touch()
    error = person.fails(*OPTIONS)
    assert "claude mcp add-json: it ended with the exit status 3. Run it by hand to see what it says" in error


def test_no_key_stands_on_its_command_line(person: Person, claude: Path) -> None:
    person.environment["KLAVIS_API_KEY"] = "canary"
    options = ("--client", "claude-code", "--directory", "klavis", "--unchecked")
    error = person.fails(*options, "--keys", "client")
    assert "a key would stand on a command line, which other users can see" in error
    old = {"command": "user-directory-mcp", "args": [], "env": {"OTHER_KEY": "canary"}}
    (person.home / ".claude.json").write_text(json.dumps({"mcpServers": {"user-directories": old}}))
    error = person.fails(*options, "--keys", "variable")
    assert "its variables may hold keys, which a command line shows" in error
    assert calls(claude) == []
    person.runs(*options, "--keys", "client", "--project")
    assert "canary" in (person.folder / "project/.mcp.json").read_text()


def test_another_folder_of_its_settings_is_heeded(person: Person) -> None:
    person.environment = {"CLAUDE_CONFIG_DIR": str(person.folder / "other")}
    assert CLIENTS["claude-code"].file(person.system) == person.folder / "other" / ".claude.json"
