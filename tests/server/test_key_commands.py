"""A key that a program prints: run without a shell, within its time, once for all who wait, and never shown."""

import json
import sys
from pathlib import Path

import anyio
import pytest

from user_directories import Directories, MemoryStore, Query, Request
from user_directories.errors import UpstreamError, UpstreamUnauthorized
from user_directory_sandbox import Sandbox
from user_directory_server import key_commands
from user_directory_server.settings import read_settings

RIGHT = "sandbox-quo-key"
CANARY = "canary-of-a-command"


@pytest.fixture
def open_quo(sandbox: Sandbox, tmp_path: Path):
    """The facade over Quo, whose key a Python program prints; each run adds a line to the file `runs`."""

    def opened(program: str, more: str = "") -> Directories:
        counted = f"open({str(tmp_path / 'runs')!r}, 'a').write('x\\n')\n{program}"
        words = json.dumps([sys.executable, "-c", counted])
        page = f'[directories.quo]\nprovider = "quo"\nbase_url = "{sandbox.base_url("quo")}"\n'
        (tmp_path / "mine.toml").write_text(f"{page}api_key = {{ command = {words}{more} }}\n")
        settings = read_settings({}, tmp_path / "mine.toml")
        assert not settings.all_faults()
        return Directories(settings.directories, MemoryStore())

    return opened


@pytest.fixture
def runs(tmp_path: Path):
    file = tmp_path / "runs"
    return lambda: len(file.read_text().splitlines()) if file.exists() else 0


async def first_page(directories: Directories) -> int:
    return len((await directories.users(Request("list", "quo", Query(), 5))).users)


async def test_the_program_runs_at_the_first_request_and_once_for_all(open_quo, runs) -> None:
    async with open_quo(f"print({RIGHT!r})") as directories:
        assert runs() == 0
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(first_page, directories)
        assert await first_page(directories) == 5
    assert runs() == 1


async def test_it_runs_again_before_its_time_ends(open_quo, runs) -> None:
    async with open_quo(f"print({RIGHT!r})", ", ttl = 0.000001") as directories:
        assert await first_page(directories) == 5
        assert await first_page(directories) == 5
    assert runs() >= 2


async def test_it_runs_again_once_when_the_key_is_refused(open_quo, runs, tmp_path: Path) -> None:
    marker = tmp_path / "rotated"
    program = f"import os; print({RIGHT!r} if os.path.exists({str(marker)!r}) else 'old'); open({str(marker)!r}, 'w')"
    async with open_quo(program) as directories:
        assert await first_page(directories) == 5
    assert runs() == 2


async def test_a_key_that_stays_wrong_is_asked_for_twice_and_sent_once(open_quo, runs, control) -> None:
    before = (await control.get("quo/stats")).json()["requests"]
    async with open_quo("print('wrong')") as directories:
        with pytest.raises(UpstreamUnauthorized, match="does not accept the API key"):
            await first_page(directories)
    assert runs() == 2
    assert (await control.get("quo/stats")).json()["requests"] == before + 1


FAULTS = {
    "it fails": (f"import sys; print({CANARY!r}); sys.exit({CANARY!r})", "ended with the exit status 1"),
    "it prints nothing": ("", "printed nothing"),
    "it prints an empty line": ("print()", "printed nothing"),
    "it prints two lines": (f"print({CANARY!r}); print({CANARY!r})", "printed more than one line"),
    "it prints words": (f"print('token:', {CANARY!r})", "printed no key (the API key contains a character"),
    "it prints a placeholder": ("print('<key>')", "printed no key (there is a placeholder"),
    "it prints without end": (f"\nwhile True: print({CANARY!r} * 999, end='')", "printed more than 65536 bytes"),
    "it hangs": (f"print({CANARY!r}, flush=True); import time; time.sleep(600)", "did not end within 0.5 s"),
    "it waits for its input": ("print(input())", "ended with the exit status 1"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_of_the_program_is_told_with_its_place_and_without_its_words(
    open_quo, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, says = FAULTS[name]
    monkeypatch.setattr(key_commands, "COMMAND_SECONDS", 0.5 if name == "it hangs" else 30.0)
    async with open_quo(program) as directories:
        with pytest.raises(UpstreamError) as error:
            await first_page(directories)
    told = str(error.value)
    assert told.startswith("quo: the program that gives its key ")
    assert says in told
    assert "(command in directories.quo.api_key)" in told
    assert "Tell the operator: " in told
    assert CANARY not in told + repr(vars(error.value)) + repr(error.value.__cause__)


async def test_a_program_that_there_is_not_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    page = '[directories.quo]\nprovider = "quo"\napi_key = { command = ["no-such-program-7431", "--token=canary"] }\n'
    (tmp_path / "mine.toml").write_text(page)
    async with Directories(read_settings({}, tmp_path / "mine.toml").directories, MemoryStore()) as directories:
        with pytest.raises(UpstreamError, match=r"could not be started \(No such file") as error:
            await first_page(directories)
    assert "canary" not in str(error.value)


async def test_no_shell_reads_the_words(sandbox: Sandbox, tmp_path: Path) -> None:
    words = json.dumps([sys.executable, "-c", "import sys; print(sys.argv[1][:0] + 'sandbox-quo-key')", "$(exit 1); *"])
    page = f'[directories.quo]\nprovider = "quo"\nbase_url = "{sandbox.base_url("quo")}"\n'
    (tmp_path / "mine.toml").write_text(f"{page}api_key = {{ command = {words} }}\n")
    async with Directories(read_settings({}, tmp_path / "mine.toml").directories, MemoryStore()) as directories:
        assert await first_page(directories) == 5


async def test_others_have_their_turn_while_a_program_runs(open_quo) -> None:
    async with open_quo(f"import time; time.sleep(0.3); print({RIGHT!r})") as directories:
        turns, done = 0, anyio.Event()

        async def take_turns() -> None:
            nonlocal turns
            while not done.is_set():
                turns += 1
                await anyio.lowlevel.checkpoint()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(take_turns)
            assert await first_page(directories) == 5
            done.set()
    assert turns > 1000
