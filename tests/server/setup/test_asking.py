"""The person at the terminal: short questions with defaults, and a summary before anything is written."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import anyio.to_thread
import pytest

from user_directory_sandbox import Sandbox

from ..conftest import COMMAND
from .conftest import Person


def test_who_presses_only_return_gets_the_simulated_directories_in_the_client_that_is_there(
    person: Person, typed
) -> None:
    (person.home / ".cursor").mkdir()
    assert person.runs(answers=typed("", "", "")) == 0
    assert "Which clients shall use it?" in person.seen
    assert "Cursor (found)" in person.seen
    assert person.seen.count("(found)") == 1
    assert "Which directories?" in person.seen
    assert "Write this? (y/n) [y]" in person.seen
    assert person.files().keys() == {".cursor/mcp.json"}
    assert b'"--sandbox"' in person.files()[".cursor/mcp.json"]
    assert "Restart Cursor" in person.seen


def test_what_is_seen_before_it_is_written_can_be_refused(person: Person, typed) -> None:
    assert person.runs("--client", "cursor", answers=typed("simulated", "n")) == 0
    assert "+++" in person.seen
    assert "Nothing was written." in person.seen
    assert person.files() == {}


def test_an_answer_that_is_none_is_asked_for_again(person: Person, typed) -> None:
    person.runs(answers=typed("99", "emacs", "3 5", "simulated", "perhaps", "y"))
    assert person.seen.count("Write numbers or names of the list.") == 2
    assert "Write y or n." in person.seen
    assert person.files().keys() == {".cursor/mcp.json", ".codeium/windsurf/mcp_config.json"}


async def test_a_whole_conversation_ends_with_a_directory_that_works(person: Person, sandbox: Sandbox, typed) -> None:
    person.environment = {"DELAY_BASE_URL": sandbox.environment()["DELAY_BASE_URL"]}
    key = sandbox.environment()["DELAY_ACCESS_TOKEN"]
    answers = typed("claude-desktop", "delay", "file", key, "y")
    assert await anyio.to_thread.run_sync(lambda: person.runs(answers=answers)) == 0
    assert "Where shall the keys be kept?" in person.seen
    assert "delay: it answers, and takes the key" in person.seen
    assert key not in person.seen
    assert person.files().keys() == {
        ".config/Claude/claude_desktop_config.json",
        ".config/user-directory-mcp/config.toml",
        ".config/user-directory-mcp/keys/delay",
    }


def test_of_what_is_one_thing_only_one_can_be_chosen(person: Person, typed) -> None:
    answers = typed("file keyring", "variable", "", "y")
    person.runs("--client", "cursor", "--directory", "klavis", answers=answers)
    assert "Choose one of them." in person.seen
    assert "Set KLAVIS_API_KEY where your client is started." in person.seen


def test_settings_are_asked_for_by_their_names(person: Person, typed) -> None:
    answers = typed("", "acme.okta.com", "token", "y")
    person.runs(
        "--client", "cursor", "--directory", "okta", "--keys", "file", "--unchecked", answers=answers.removeprefix("\n")
    )
    assert "Okta: domain:" in person.seen
    assert b'settings = { domain = "acme.okta.com" }' in person.files()[".config/user-directory-mcp/config.toml"]


def test_of_a_mistake_in_an_answer_it_says_what_to_change_and_asks_again(person: Person, typed) -> None:
    answers = typed("two words", "again", "", "leave")
    error = person.fails(
        "--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked", answers=answers
    )
    assert "the API key contains a character that no key has. Copy it again." in person.seen
    assert "the API key is empty" in person.seen
    assert "no directory is left" in error
    assert person.files() == {}


def test_who_goes_away_leaves_nothing_behind(person: Person, typed) -> None:
    with pytest.raises(EOFError):
        person.runs("--client", "cursor", answers=typed("simulated"))
    assert person.files() == {}


def test_on_forty_columns_no_path_and_no_entry_is_broken(person: Person, typed) -> None:
    person.width = 40
    person.runs(answers=typed("cursor", "simulated", "y"))
    assert str(person.home / ".cursor" / "mcp.json") in person.seen
    assert '+    "user-directories-sandbox": {' in person.seen
    assert "\x1b" not in person.seen


def started(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "dumb", "COLUMNS": "40"}
    return subprocess.run(
        [COMMAND, "setup", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_a_terminal_what_is_missing_is_one_line_and_exit_status_2(person: Person) -> None:
    done = started(person.home)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("user-directory-mcp: --client: it is not given, and there is no terminal to ask on.")
    assert done.stderr.count("\n") == 1


def read_until(terminal: int, is_seen: Callable[[bytes], bool]) -> bytes:
    """What a pseudo-terminal shows until something is seen, within a minute."""
    seen, end = b"", time.monotonic() + 60
    while not is_seen(seen):
        assert time.monotonic() < end, seen
        ready, _, _ = select.select([terminal], [], [], 0.05)
        seen += os.read(terminal, 1024) if ready else b""
    return seen


def shows_nothing(terminal: int) -> bool:
    """Whether what is typed is not shown; what was typed before that is thrown away."""
    import termios

    return not termios.tcgetattr(terminal)[3] & termios.ECHO


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is one of POSIX")
def test_a_key_that_is_typed_is_not_shown_on_the_terminal(person: Person) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {"HOME": str(person.home), "PATH": os.environ["PATH"], "TERM": "xterm"}
    options = ["--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked"]
    with subprocess.Popen(
        [COMMAND, "setup", *options],
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        try:
            seen = read_until(ours, lambda seen: b"(not shown)" in seen and shows_nothing(ours))
            os.write(ours, b"canary-key\n")
            seen += read_until(ours, lambda seen: b"Write this?" in seen)
            os.write(ours, b"y\n")
            seen += read_until(ours, lambda seen: b"if it does not connect" in seen)
            assert process.wait(60) == 0
        finally:
            process.kill()
            os.close(ours)
            os.close(theirs)
    assert b"canary-key" not in seen
    assert person.files()[".config/user-directory-mcp/keys/klavis"] == b"canary-key\n"
