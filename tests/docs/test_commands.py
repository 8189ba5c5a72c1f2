"""Every command in a block of the README, of its neighbours and of `docs/` can be run as it is printed."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from user_directory_server import cli

from ..server.in_process import run_command
from .pages import PAGES, ROOT, blocks, indented, inline

PROGRAM = "user-directory-mcp"
HERE = f'"$(command -v {PROGRAM})"'
KLAVIS = f"{PROGRAM} setup --client claude-desktop --directory klavis --keys file"
OKTA = f"{PROGRAM} setup --client codex,zed --directory okta --set okta.domain=acme.okta.com --keys keyring"
ELSEWHERE = {
    "pip install . && user-directory-mcp demo": "installs into the environment; the demo itself: test_cli.py",
    "pip install -e '.[test]' && pytest": ".ci/run does this",
    "pip install -e '.[test,dev]'": ".ci/run does this",
    "pytest": ".ci/run does this",
    "./check": ".ci/run does this",
    "python3 -m venv .venv && . .venv/bin/activate": ".ci/run does this, with another folder",
    "uv tool install .": "needs uv, and a folder of the user's",
    "command -v user-directory-mcp": "is of the shell",
    f"claude mcp add user-directories -- {HERE}": "needs Claude Code",
    f"claude mcp add user-directories-sandbox -- {HERE} serve --sandbox": "needs Claude Code",
    "docker build -t user-directory-mcp .": "needs a registry of images; distribution/image.py carries out its steps",
    "user-directory-mcp doctor": "needs keys; test_checkup.py tries it with a sandbox",
    "user-directory-mcp setup": "asks; tests/server/setup/test_asking.py answers",
    KLAVIS: "needs a key; tests/server/setup/test_keys.py",
    OKTA: "needs a key; tests/server/setup/test_keys.py",
    "user-directory-mcp serve --transport http": "does not end; test_transports.py tries it",
}
"""What is not run here, with the reason."""
PLACEHOLDERS = {"[serve]": "serve", "COMMAND": "call", "SHELL": "bash"}
SCRIPTS = {
    "bench/correctness.py": "takes long; .ci/long runs it",
    "bench/reliability.py": "takes long; .ci/long runs it, and test_reliability.py a part",
}
"""What is run with many options, with the reason why not here: only its options are looked up."""


def commands() -> Iterator[tuple[str, str]]:
    """Each command of a block, and its page; a line ends in no comment and may go on in the next."""
    for page in PAGES:
        for block in [*blocks(page, "bash"), *blocks(page, "shell"), *indented(page)]:
            for line in block.replace("\\\n", " ").splitlines():
                if command := re.sub(r"\s+# .*|^# .*", "", line).strip():
                    yield page, command


COMMANDS = [*commands()]
OWN = [*dict.fromkeys(command for _, command in COMMANDS if command.startswith(PROGRAM) and command not in ELSEWHERE)]
RUN = [command for command in OWN if "--sandbox" in command]
"""They need nothing that a machine does not have."""


def is_read(arguments: list[str]) -> bool:
    """Whether the command line is read; `--help` and `--version` end there."""
    try:
        cli._parse(arguments or ["serve"])
    except SystemExit as leaving:
        return leaving.code == 0
    return True


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_every_command_is_run_or_has_a_reason(page: str, command: str) -> None:
    words = shlex.split(command)
    if words[0] == "python":
        assert words[1] in SCRIPTS
        script = (ROOT / words[1]).read_text(encoding="utf-8")
        assert all(f'"{word}"' in script for word in words[2:] if word.startswith("--"))
    elif words[:2] == ["docker", "run"]:  # distribution/image.py starts the image so
        assert is_read(words[words.index(PROGRAM) + 1 :])
    else:
        assert command in ELSEWHERE or command in RUN
    if words[0] == PROGRAM:
        assert is_read(words[1:])


@pytest.mark.parametrize("command", RUN)
def test_a_command_does_what_it_says(clean_environment: dict[str, str], tmp_path: Path, command: str) -> None:
    at_home = clean_environment | {"HOME": str(tmp_path)}
    done = run_command(at_home, *shlex.split(command)[1:])
    assert (done.returncode, done.stderr) == (0, "")
    assert ("returned" if " call " in command else "") in done.stdout
    assert done.stdout


def test_each_reason_is_about_a_command_that_is_there() -> None:
    printed = {command for _, command in COMMANDS}
    assert printed >= ELSEWHERE.keys()
    assert {command.split()[1] for command in printed if command.startswith("python ")} == SCRIPTS.keys()


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_command_in_a_sentence_is_one(page: str) -> None:
    for code in inline(page):
        command = re.sub(r"^… ", f"{PROGRAM} ", code)
        for placeholder, word in PLACEHOLDERS.items():
            command = command.replace(placeholder, word)
        command = re.sub(r" (?:key=value )?…$", "", command)
        if command.startswith(f"{PROGRAM} "):
            assert is_read(shlex.split(command)[1:]), code
        elif found := re.match(r"python ((?:bench|clients|distribution|docs|\.ci)/\S+\.py)", command):
            assert Path(ROOT / found[1]).is_file(), code
