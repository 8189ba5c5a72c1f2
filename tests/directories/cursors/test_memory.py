"""Cursor states in memory."""

from user_directories import MemoryStore


def test_what_was_put_is_there_until_two_thousand_others_were():
    store = MemoryStore()
    for number in range(2001):
        store.put(f"c{number}", f"state {number}", 7.0 + number)
    assert store.get("c0") is None
    assert store.get("c1") == ("state 1", 8.0)
    assert store.get("c2000") == ("state 2000", 2007.0)
    assert store.get("c2001") is None
    store.close()
