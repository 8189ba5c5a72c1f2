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


def test_the_oldest_go_where_there_are_too_many_characters():
    store = MemoryStore(most_characters=100)
    for number in range(3):
        store.put(f"c{number}", "x" * 40, 7.0)
    assert [store.get(f"c{number}") is None for number in range(3)] == [True, False, False]
    store.drop("c1")
    store.put("c2", "y" * 60, 7.0)
    store.put("c3", "z" * 40, 7.0)
    assert (store.get("c2"), store.get("c3")) == (("y" * 60, 7.0), ("z" * 40, 7.0))
    store.put("c4", "x" * 101, 7.0)
    assert [store.get(f"c{number}") for number in range(5)] == [None] * 5
