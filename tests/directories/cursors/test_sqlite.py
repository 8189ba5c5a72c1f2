"""Cursor states in one SQLite file that only its owner can read."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from user_directories import Query, Request
from user_directories.cursors.sqlite import SqliteStore

LATER = time.time() + 3600


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "cursors.sqlite3"


@pytest.fixture
def open_store(path):
    stores = []

    def opened():
        stores.append(SqliteStore(path))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


def test_a_state_is_kept_with_its_expiry(open_store):
    store = open_store()
    store.put("c1", '{"ä": "\\ud800 \\u0000"}', LATER)
    assert store.get("c1") == ('{"ä": "\\ud800 \\u0000"}', LATER)
    assert store.get("c2") is None


def test_it_survives_being_closed_and_opened(open_store):
    first = open_store()
    first.put("c1", "state", LATER)
    first.close()
    assert open_store().get("c1") == ("state", LATER)


def test_only_the_owner_can_read_the_files_and_the_directory(open_store, path):
    open_store().put("c1", "state", LATER)
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
    assert path.name in modes
    assert set(modes.values()) == {"0o600"}
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_every_folder_that_is_made_is_the_owner_s_alone_whatever_the_umask_is(tmp_path, umask):
    path = tmp_path / "of" / "many" / "folders" / "cursors.sqlite3"
    before = os.umask(umask)
    try:
        SqliteStore(path).close()
    finally:
        os.umask(before)
    folders = [each for each in path.parents if tmp_path in each.parents]
    assert len(folders) == 3
    assert {each.stat().st_mode & 0o777 for each in folders} == {0o700}
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["cursors.sqlite3", "cursors.sqlite3-wal", "cursors.sqlite3-shm", "cursors.key"])
def test_no_symbolic_link_is_followed(open_store, path, tmp_path, name):
    target = tmp_path / "of another"
    target.write_bytes(b"untouched")
    target.chmod(0o644)
    path.parent.mkdir(mode=0o700)
    path.with_name(name).symlink_to(target)
    with pytest.raises(OSError, match="is a symbolic link"):
        open_store()
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"untouched", 0o644)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir], ids=["pipe", "folder"])
def test_only_a_regular_file_is_opened(open_store, path, make):
    path.parent.mkdir(mode=0o700)
    make(path)
    with pytest.raises(OSError, match=r"is no regular file|Is a directory"):
        open_store()


def test_a_folder_in_which_others_may_change_files_is_not_used(open_store, path):
    path.parent.mkdir()
    path.parent.chmod(0o777)
    with pytest.raises(OSError, match=r"other users can write to the folder .*: chmod go-w it"):
        open_store()
    path.parent.chmod(0o1777)  # as /tmp: nobody can replace the file of another there
    assert open_store().get("c1") is None


def test_a_state_that_was_exchanged_or_changed_or_sealed_by_another_key_is_empty(open_store, path):
    store = open_store()
    store.put("c1", "state", LATER)
    store.put("c2", "other", LATER)
    with sqlite3.connect(path) as other:
        other.execute("UPDATE cursors SET state = (SELECT state FROM cursors WHERE handle = 'c1') WHERE handle = 'c2'")
    other.close()
    assert (store.get("c1"), store.get("c2")) == (("state", LATER), ("{}", LATER))
    store.close()
    path.with_suffix(".key").unlink()
    assert open_store().get("c1") == ("{}", LATER)


def test_a_key_that_is_cut_is_named(open_store, path):
    open_store().close()
    path.with_suffix(".key").write_bytes(b"cut")
    with pytest.raises(OSError, match=r"cursors\.key does not hold a key: delete it"):
        open_store()


def test_the_same_state_never_looks_the_same(open_store, path):
    store = open_store()
    for handle in ("c1", "c2", "c1"):
        store.put(handle, "state", LATER)
    with sqlite3.connect(path) as other:
        sealed = [state for (state,) in other.execute("SELECT state FROM cursors")]
    other.close()
    assert len(set(sealed)) == 2


def test_the_file_is_bounded_and_the_oldest_cursors_make_room(path):
    bound = 1_000_000
    store = SqliteStore(path, most_bytes=bound)
    for number in range(1000):
        store.put(f"c{number}", "x" * 10_000, LATER + number)
        assert path.stat().st_size <= bound
    kept = [number for number in range(1000) if store.get(f"c{number}") is not None]
    assert kept == list(range(kept[0], 1000))
    assert len(kept) > 50
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.put("c-huge", "x" * 2 * bound, LATER)
    store.close()


def test_a_larger_file_of_before_is_made_small(path):
    store = SqliteStore(path)
    for number in range(300):
        store.put(f"c{number}", "x" * 10_000, time.time() - 25 * 3600)
    store.close()
    assert path.stat().st_size > 1_000_000
    SqliteStore(path, most_bytes=1_000_000).close()
    assert path.stat().st_size < 1_000_000


def test_a_file_that_others_could_read_is_closed_to_them(open_store, path):
    path.parent.mkdir()
    path.touch(0o644)
    open_store()
    assert path.stat().st_mode & 0o777 == 0o600


def test_two_connections_see_each_others_states(open_store):
    one, other = open_store(), open_store()
    one.put("c1", "first", LATER)
    other.put("c2", "second", LATER)
    assert (other.get("c1"), one.get("c2")) == (("first", LATER), ("second", LATER))


def test_another_process_sees_them_too(open_store, path):
    store = open_store()
    store.put("c1", "from here", LATER)
    program = (
        "import sys; from pathlib import Path; from user_directories.cursors.sqlite import SqliteStore;"
        "store = SqliteStore(Path(sys.argv[1])); print(store.get('c1')[0]); store.put('c2', 'from there', 9e9)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "from here"
    assert store.get("c2") == ("from there", 9e9)


def test_many_threads_and_connections_lose_nothing(open_store):
    stores = [open_store() for _ in range(4)]
    problems = []

    def work(which):
        try:
            for number in range(120):
                stores[which % 4].put(f"c{which}-{number}", "state", LATER)
                assert stores[(which + 1) % 4].get(f"c{which}-{number}") == ("state", LATER)
        except Exception as problem:  # noqa: BLE001 - told by the test, not by the thread
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(which,)) for which in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert all(stores[0].get(f"c{which}-{number}") for which in range(8) for number in range(120))


def test_stores_that_open_a_new_file_at_once_all_get_it(path):
    problems, stores, start = [], [], threading.Barrier(8)

    def work():
        start.wait()
        try:
            stores.append(SqliteStore(path))
        except Exception as problem:  # noqa: BLE001 - told by the test, not by the thread
            problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert problems == []


def test_what_has_expired_is_emptied_and_after_a_day_forgotten(open_store):
    store, now = open_store(), time.time()
    store.put("c-live", "state", now + 60)
    store.put("c-hour", "state with names", now - 3600)
    store.put("c-day", "state with names", now - 25 * 3600)
    store.purge()
    assert store.get("c-live") == ("state", now + 60)
    assert store.get("c-hour") == ("{}", now - 3600)
    assert store.get("c-day") is None


def test_every_hundredth_state_and_every_opening_purges(open_store):
    store, now = open_store(), time.time()
    store.put("c-day", "state", now - 25 * 3600)
    for number in range(98):
        store.put(f"c{number}", "state", LATER)
    assert store.get("c-day") is not None
    store.put("c-hundredth", "state", LATER)
    assert store.get("c-day") is None
    store.put("c-day", "state", now - 25 * 3600)
    assert open_store().get("c-day") is None


def test_a_place_that_can_not_be_used_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        SqliteStore(tmp_path / "file" / "cursors.sqlite3")
    (tmp_path / "text.sqlite3").write_text("this is not a database, whatever its name says" * 50)
    with pytest.raises(sqlite3.DatabaseError):
        SqliteStore(tmp_path / "text.sqlite3")


async def test_a_list_goes_on_from_the_file_after_a_restart(house, open_store, ids_of):
    directories = await house.open("quo", store=open_store())
    first = await directories.users(Request("list", "quo", Query(), 30))
    await directories.__aexit__(None, None, None)
    again = await house.open("quo", store=open_store())
    second = await again.users(Request("list", "quo", Query(), 30, first.cursor))
    assert ids_of([first, second]) == (await house.ids("quo"))[:60]


async def test_no_key_name_or_address_of_a_user_is_ever_on_disk(house, path, open_store, turn_pages):
    directories = await house.open("monocloud", "delay", store=open_store())
    for name in ("monocloud", "delay"):
        await turn_pages(directories, name, 40)
    stored = b"".join(file.read_bytes() for file in path.parent.iterdir())
    emails = [record["email"] for record in house.sandbox.records("delay")]
    names = [record["claims"]["name"] for record in house.sandbox.records("monocloud") if record["claims"]]
    assert not [
        text for text in ('"operation":"list"', *emails, *names, "sandbox-delay-key") if text.encode() in stored
    ]


def test_a_state_that_is_put_at_once_is_in_the_file_for_every_process(open_store, path):
    store = open_store()
    assert store.put_at_once("c1", "first", LATER)
    assert store.put_at_once("c1", "second", LATER)
    assert store.get("c1") == open_store().get("c1") == ("second", LATER)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as other:
        assert other.execute("SELECT handle FROM cursors").fetchall() == [("c1",)]


def test_nothing_is_put_at_once_while_others_write_and_the_answer_comes_at_once(open_store, path):
    store = open_store()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    assert not store.put_at_once("c1", "state", LATER)
    assert time.monotonic() - began < 1
    other.execute("ROLLBACK")
    other.close()
    with store._lock:
        assert not store.put_at_once("c1", "state", LATER)
    assert store.get("c1") is None
    assert store.put_at_once("c1", "state", LATER)


def test_a_purge_that_is_due_is_left_to_put(open_store):
    store = open_store()
    assert sum(store.put_at_once(f"c{number}", "state", LATER) for number in range(99)) == 99
    assert not store.put_at_once("c-hundredth", "state", LATER)
    store.put("c-hundredth", "state", LATER)
    assert store.put_at_once("c-next", "state", LATER)


def test_ten_minutes_after_a_purge_the_next_is_due(open_store, monkeypatch):
    store = open_store()
    store.put("c-hour", "state with names", time.time() - 3600)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 599)
    assert store.put_at_once("c1", "state", LATER)
    assert store.get("c-hour")[0] == "state with names"
    monkeypatch.setattr(time, "monotonic", lambda: now + 601)
    assert not store.put_at_once("c2", "state", LATER)
    store.put("c2", "state", LATER)
    assert store.get("c-hour")[0] == "{}"


def test_what_was_put_at_once_survives_a_process_that_is_killed(open_store, path):
    program = (
        "import os, sys; from pathlib import Path; from user_directories.cursors.sqlite import SqliteStore;"
        "store = SqliteStore(Path(sys.argv[1])); done = [store.put_at_once(f'c{n}', 'state', 9e9) for n in range(90)];"
        "print(all(done), flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("True", -9)
    assert all(open_store().get(f"c{number}") == ("state", 9e9) for number in range(90))
