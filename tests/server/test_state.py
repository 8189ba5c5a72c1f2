"""Where cursors are kept: a file, and memory for as long as the file cannot be used."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from mcp import Client

from user_directories import CursorUnavailable
from user_directories.cursors import sqlite
from user_directory_server.runtime import open_runtime
from user_directory_server.state import StateStore, default_path

LATER = time.time() + 3600
REST = 30
Breakage = Callable[[Path], AbstractContextManager[None]]


class Clock:
    """Time that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def a_directory(path: Path) -> Iterator[None]:
    path.mkdir(parents=True)
    yield
    path.rmdir()


@contextmanager
def in_no_folder(path: Path) -> Iterator[None]:
    path.parent.touch()
    yield
    path.parent.unlink()


@contextmanager
def no_database(path: Path) -> Iterator[None]:
    path.parent.mkdir()
    path.write_text("this is not a database, whatever its name says" * 50)
    yield
    path.unlink()


@contextmanager
def cut_short(path: Path) -> Iterator[None]:
    store = StateStore(path)
    for number in range(100):
        store.put(f"c{number}", "state" * 100, LATER)
    store.close()
    path.write_bytes(path.read_bytes()[:5000])
    yield
    path.unlink()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.close()


BREAKAGES = [
    pytest.param(a_directory, "Is a directory", id="a directory"),
    pytest.param(in_no_folder, "Not a directory", id="in no folder"),
    pytest.param(no_database, "file is not a database", id="no database"),
    pytest.param(cut_short, "database disk image is malformed", id="cut short"),
    pytest.param(locked, "database is locked", id="locked"),
]
broken = pytest.mark.parametrize(("breakage", "problem"), BREAKAGES)


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_SECONDS", 0.01)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "cursors.sqlite3"


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[StateStore]:
    store = StateStore(path, clock)
    yield store
    store.close()


def in_the_file(path: Path, handle: str) -> tuple[str, float] | None:
    """What another server process would find."""
    other = StateStore(path)
    found = other.get(handle)
    other.close()
    return found


def test_while_all_is_well_states_are_in_the_file_and_there_is_nothing_to_say(store, path, caplog) -> None:
    assert not path.exists()
    store.put("c1", "state", LATER)
    assert store.get("c1") == ("state", LATER) == in_the_file(path, "c1")
    assert store.get("c2") is None
    assert store.notes() == ()
    assert caplog.records == []


@broken
def test_what_the_file_can_not_take_is_kept_in_memory_and_a_note_names_the_problem(
    store, path, breakage: Breakage, problem: str
) -> None:
    with breakage(path):
        for number in range(3):
            store.put(f"c{number}", f"state {number}", LATER)
        assert [store.get(f"c{number}") for number in range(3)] == [(f"state {number}", LATER) for number in range(3)]
        (note,) = store.notes()
    assert str(note) == f"Cursors are kept in memory and are lost when this server stops: {problem}."
    assert str(path) not in str(note)


@broken
def test_the_operator_is_told_once_what_is_wrong_where_and_how_to_mend_it(
    store, path, clock, caplog, breakage: Breakage, problem: str
) -> None:
    with breakage(path):
        for number in range(3):
            store.put(f"c{number}", "state", LATER)
            clock.now += REST
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    for part in (problem, "lost when this server stops", str(path), "name another folder in USER_DIRECTORY_STATE"):
        assert part in record.getMessage()


@broken
def test_a_cursor_that_may_be_in_the_file_is_not_called_unknown(store, path, breakage: Breakage, problem: str) -> None:
    with breakage(path):
        for _ in range(2):
            with pytest.raises(CursorUnavailable, match="Call without a cursor to start over"):
                store.get("c1")
        assert problem in str(store.notes()[0])
        store.put("c2", "state", LATER)
        with pytest.raises(CursorUnavailable):
            store.get("c1")


@broken
def test_a_file_that_failed_is_left_alone_for_half_a_minute_and_then_used_again(
    store, path, clock, breakage: Breakage, problem: str
) -> None:
    with breakage(path):
        store.put("c1", "in memory", LATER)
    clock.now += REST - 1
    store.put("c2", "in memory too", LATER)
    with pytest.raises(CursorUnavailable):
        store.get("c4")
    clock.now += 1
    store.put("c3", "in the file", LATER)
    assert [in_the_file(path, handle) for handle in ("c1", "c2", "c3")] == [None, None, ("in the file", LATER)]
    assert [store.get(handle)[0] for handle in ("c1", "c2", "c3")] == ["in memory", "in memory too", "in the file"]
    assert store.get("c4") is None


def test_a_file_that_still_fails_after_half_a_minute_is_left_alone_for_another(store, path, clock) -> None:
    with no_database(path):
        store.put("c1", "state", LATER)
        clock.now += REST
        store.put("c2", "state", LATER)
    clock.now += REST - 1
    store.put("c3", "state", LATER)
    assert not path.exists()
    clock.now += 1
    store.put("c4", "state", LATER)
    assert in_the_file(path, "c4") == ("state", LATER)


def test_a_disk_that_is_full_costs_nothing_of_what_is_on_it(store, path, clock) -> None:
    store.put("c1", "on the disk", LATER)
    store._store._database.execute("PRAGMA max_page_count = 1")
    store.put("c2", "x" * 100_000, LATER)
    assert [str(note) for note in store.notes()] == [
        "Cursors are kept in memory and are lost when this server stops: database or disk is full."
    ]
    assert store.get("c2") == ("x" * 100_000, LATER)
    clock.now += REST
    assert store.get("c1") == ("on the disk", LATER)
    assert in_the_file(path, "c2") is None


def test_a_file_that_somebody_locks_meanwhile_can_still_be_read(store, path, clock) -> None:
    store.put("c1", "in the file", LATER)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    store.put("c2", "in memory", LATER)
    assert "database is locked" in str(store.notes()[0])
    clock.now += REST
    assert [store.get(handle) for handle in ("c1", "c2", "c3")] == [("in the file", LATER), ("in memory", LATER), None]
    other.close()


def test_once_the_file_works_again_there_is_nothing_to_say_any_more(store, path, clock) -> None:
    with no_database(path):
        store.put("c1", "state", LATER)
    clock.now += REST
    store.put("c2", "state", LATER)
    assert store.get("c2") == in_the_file(path, "c2") == ("state", LATER)
    assert store.notes() == ()


def test_a_state_that_was_put_again_is_the_later_one_wherever_each_is_kept(store, path, clock) -> None:
    with no_database(path):
        store.put("c1", "before", LATER)
    clock.now += REST
    store.put("c1", "after", LATER)
    assert store.get("c1") == ("after", LATER)


def test_a_file_that_was_damaged_while_it_was_open_is_opened_anew_once_it_is_mended(store, path, clock) -> None:
    store.put("c1", "state", LATER)
    for file in path.parent.iterdir():
        file.write_bytes(b"damaged" * 3000)
    store.put("c2", "state", LATER)
    assert "file is not a database" in str(store.notes()[0])
    for file in list(path.parent.iterdir()):
        file.unlink()
    clock.now += REST
    store.put("c3", "state", LATER)
    assert path.exists()
    assert in_the_file(path, "c3") == ("state", LATER)


def test_the_variable_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("USER_DIRECTORY_STATE", str(tmp_path / "mine"))
    assert default_path() == tmp_path / "mine" / "cursors.sqlite3"
    monkeypatch.setenv("USER_DIRECTORY_STATE", "")
    assert default_path().parent.name == "user-directory-mcp"


@broken
async def test_pages_follow_one_another_although_their_cursors_can_only_be_kept_in_memory(
    monkeypatch: pytest.MonkeyPatch, path, breakage: Breakage, problem: str
) -> None:
    monkeypatch.setenv("USER_DIRECTORY_STATE", str(path.parent))
    async with open_runtime(sandbox=True, users=40) as runtime, Client(runtime.server) as client:
        with breakage(path):
            results = [await client.call_tool("list_users", {"directory": "quo", "limit": 15})]
            while (results[-1].structured_content or {}).get("cursor"):
                cursor = results[-1].structured_content["cursor"]
                results.append(await client.call_tool("list_users", {"cursor": cursor}))
            told = (await client.call_tool("list_directories")).structured_content["notes"]
    assert told == [f"Cursors are kept in memory and are lost when this server stops: {problem}."]
    assert [result.content[0].text for result in results if result.is_error] == []
    found = [row[0] for result in results for row in result.structured_content["rows"]]
    assert len(found) == len(set(found)) == 40


def test_first_cursors_that_come_at_once_open_the_file_once(store, path) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda number: store.put(f"c{number}", "state", LATER), range(64)))
    assert store.notes() == ()
    assert all(in_the_file(path, f"c{number}") == ("state", LATER) for number in range(64))


def test_only_an_open_file_that_is_well_takes_a_state_at_once(store, path, clock) -> None:
    assert not store.put_at_once("c1", "state", LATER)
    assert not path.exists()
    store.put("c1", "state", LATER)
    assert store.put_at_once("c2", "state", LATER)
    assert in_the_file(path, "c2") == ("state", LATER)
    store._memory.put("c3", "older", LATER)
    assert store.put_at_once("c3", "state", LATER)
    assert store.get("c3") == ("state", LATER)
    store._problem = "the disk is full"
    assert not store.put_at_once("c4", "state", LATER)


def test_a_file_that_fails_is_left_to_put(store, monkeypatch) -> None:
    def failing(*_: object) -> bool:
        raise sqlite3.DatabaseError

    store.put("c1", "state", LATER)
    monkeypatch.setattr(sqlite.SqliteStore, "put_at_once", failing)
    assert not store.put_at_once("c2", "state", LATER)
    assert store.notes() == ()
