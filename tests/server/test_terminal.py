"""What a person sees: terminals of any width, with and without colour, and none at all."""

import io
import os
import pty
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from user_directory_server.commands import printing
from user_directory_server.commands.progress import progress_bar
from user_directory_server.commands.shown_answer import print_answer
from user_directory_server.setup.asking import Terminal
from user_directory_server.setup.launching import Launch, note_on_environment

from .in_process import Terminal as Looked
from .in_process import run_command

WORDS = st.lists(st.text("abcß世é-.", min_size=1, max_size=30), max_size=12)
NOBODYS = {"returned": 3, "complete": True, "columns": ["directory", "id"]}


@contextmanager
def terminal(width: int, **options):
    """Print into a terminal of so many columns; without one if `force_terminal` is false."""
    with pytest.MonkeyPatch.context() as patch:
        shown = Console(
            file=io.StringIO(), width=width, highlight=False, **{"force_terminal": True, "color_system": None} | options
        )
        patch.setattr(printing, "console", shown)
        yield shown.file


@given(WORDS, st.integers(1, 200), st.sampled_from(["", "  ", "\n    "]))
def test_a_line_is_shown_between_the_edges_of_a_terminal_and_no_word_is_broken(words, width, beginning):
    with terminal(width) as shown:
        printing.say(beginning + " ".join(words))
    lines = shown.getvalue().splitlines()
    assert " ".join(lines).split() == words
    for line in lines:
        assert cell_len(line) <= max(width, 20 + len(beginning)) or len(line.split()) == 1 or not line.isascii()


@given(WORDS.filter(bool), st.integers(1, 200))
def test_a_value_of_a_block_is_shown_beside_its_name_and_no_word_is_broken(words, width):
    with terminal(width) as shown:
        printing.print_block([("name", " ".join(words)), ("id", "1")])
    first, *_, last = lines = shown.getvalue().splitlines()
    assert first.startswith("name  ")
    assert last == "id    1"
    assert " ".join(line[6:] for line in lines[:-1]).split() == words


@given(WORDS)
def test_without_a_terminal_a_line_is_a_line(words):
    with terminal(20, force_terminal=False) as shown:
        printing.say("    " + " ".join(words))
    assert shown.getvalue() == "    " + " ".join(words) + "\n"


@pytest.mark.parametrize("width", [40, 80])
def test_the_demo_breaks_no_word_in_a_terminal(clean_environment, width):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "new_console", lambda: Console(force_terminal=True, highlight=False, color_system=None))
        done = run_command(clean_environment | {"COLUMNS": str(width)}, "demo", "--users", "70")
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        assert cell_len(line) <= width or len(line.split()) <= 2, line
    for word in ("joan.mccarthy@acme.example", "provider+checked;", "configured?"):
        assert word in done.stdout.split()


def test_the_demo_shows_one_person_of_several_directories_together(clean_environment):
    done = run_command(clean_environment | {"COLUMNS": "80"}, "demo", "--users", "70")
    _, _, after = done.stdout.partition("\nperson 1: same email\n")
    rows = [line.split()[0] for line in after.partition("\n\n")[0].splitlines() if "joan.mccarthy@acme.example" in line]
    assert rows == ["braintrust", "delay", "klavis", "openphone", "quo"]


def test_rows_of_one_person_stand_together_and_those_of_nobody_last():
    rows = [["quo", None, "1"], ["quo", 2, "2"], ["delay", 1, "3"], ["delay", 2, "4"]]
    people = {"1": "same id (earlier: quo 9)", "2": "same email", "3": "same as 1"}
    with terminal(80) as shown:
        print_answer({"columns": ["directory", "person", "id"], "rows": rows, "people": people, "returned": 4})
    lines = [line.split() for line in shown.getvalue().splitlines() if line and "─" not in line]
    assert [" ".join(line) for line in lines] == [
        "person 2: same email",
        "directory id",
        "quo 2",
        "delay 4",
        "person 1: same id (earlier: quo 9)",
        "delay 3",
        "linked to nobody",
        "quo 1",
        "returned: 4",
        "people: 3: same as 1",
    ]


def test_a_row_is_one_line_where_no_terminal_is_however_long(clean_environment):
    environment = {name: value for name, value in clean_environment.items() if name != "COLUMNS"}
    done = run_command(environment, "call", "list_users", "directory=delay", "limit=3", "detail=full", "--sandbox")
    found = [line for line in done.stdout.splitlines() if ".example" in line]
    assert len(found) == 3
    assert all(len(line) > 120 for line in found)
    assert "\x1b" not in done.stdout


def test_a_page_of_objects_is_the_same_table(clean_environment):
    asked = ("call", "search_users", "query=joan mccarthy acme", "limit=5", "--sandbox")
    arrays, objects = (run_command(clean_environment, *asked, *rows) for rows in ((), ("--rows", "objects")))
    tables = [
        [line.split() for line in done.stdout.splitlines() if ".example" in line or "directory" in line]
        for done in (arrays, objects)
    ]
    assert [set(row) for row in tables[0]] == [set(row) for row in tables[1]]
    assert len(tables[0]) > 1


@pytest.mark.parametrize("width", [20, 40, 80])
def test_setup_breaks_no_word_in_a_terminal(width):
    shown = io.StringIO()
    console = Console(file=shown, width=width, force_terminal=True, color_system=None, highlight=False)
    said = note_on_environment(Launch("/projects/acme/.venv/bin/user-directory-mcp"), "/projects/acme/.venv", "/usr")
    Terminal(console, is_there=True).say(f"  {said[0]}")
    lines = shown.getvalue().splitlines()
    assert " ".join(lines).split() == said[0].split()
    assert all(len(line) <= max(width, 22) or len(line.split()) == 1 for line in lines)


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("call", ("list_users", "directory=delay", "--sandbox")),
        ("demo", ("--users", "70")),
        ("doctor", ("--quick", "--sandbox")),
    ],
)
def test_what_takes_long_has_a_bar_on_the_terminal_of_stderr_and_nothing_of_it_on_stdout(
    clean_environment, command, given
):
    done = run_command(clean_environment, command, *given, stderr=Looked)
    assert done.returncode == 0, done.stderr
    assert "━" in done.stderr
    assert "━" not in done.stdout
    quiet = run_command(clean_environment, command, *given)
    assert "━" not in quiet.stderr


def test_a_bar_says_nothing_where_nobody_looks(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_bar("counting") as bar:
        bar.show(1, 2, "half")
    assert sys.stderr.getvalue() == ""


def test_a_terminal_without_colour_gets_none(command: str, clean_environment: dict[str, str]) -> None:
    """In a real terminal, which only a process has."""
    ours, its = pty.openpty()
    environment = clean_environment | {"TERM": "dumb"}
    done = subprocess.Popen([command, "tools", "--sandbox"], env=environment, stdin=its, stdout=its, stderr=its)
    os.close(its)
    seen = b""
    with os.fdopen(ours, "rb", buffering=0) as output:
        try:
            while chunk := output.read(65_536):
                seen += chunk
        except OSError:  # Linux says so when the other side is closed
            pass
    assert done.wait(60) == 0
    assert b"search_users" in seen
    assert b"\x1b" not in seen
    assert all(len(line) <= 80 for line in seen.decode().splitlines())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh", "powershell"])
def test_a_shell_is_told_every_command(run_here, shell: str) -> None:
    done = run_here("completion", shell)
    assert done.returncode == 0, done.stderr
    for word in ("serve", "doctor", "completion", "per-directory"):
        assert word in done.stdout


def test_bash_completes_a_command_and_an_option(run_here, tmp_path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash on this machine")
    (tmp_path / "completion").write_text(run_here("completion", "bash").stdout)
    asked = """source completion; name=$(complete -p user-directory-mcp | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    COMP_WORDS=(user-directory-mcp "$@"); COMP_CWORD=$#; $name user-directory-mcp "${!#}"; echo "${COMPREPLY[*]}" """
    for words, found in (("doc", "doctor"), ("serve --trans", "--transport"), ("serve --transport ss", "sse")):
        shell = [bash, "-c", asked, "bash", *words.split()]
        done = subprocess.run(shell, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [found]


@pytest.fixture
def run_here(clean_environment: dict[str, str]):
    def ran(*arguments: str):
        return run_command(clean_environment, *arguments)

    return ran
