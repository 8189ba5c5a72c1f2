"""The bounded memory of what went by."""

from hypothesis import given
from hypothesis import strategies as st

from user_directories.pagination import Seen

IDS = st.lists(st.text(st.characters()))


@given(IDS)
def test_an_id_is_new_once(ids):
    seen = Seen()
    assert [seen.add(identity) for identity in ids] == [ids.index(identity) == n for n, identity in enumerate(ids)]
    assert all(identity in seen for identity in ids)
    assert len(seen) == len(set(ids))


@given(IDS, st.integers(1, 5))
def test_only_the_latest_ids_are_kept(ids, capacity):
    seen = Seen(capacity=capacity)
    for identity in ids:
        seen.add(identity)
    latest = list(dict.fromkeys(reversed(ids)))[:capacity]
    assert len(seen) == len(latest)
    assert all(identity in seen for identity in latest)
    assert not latest or seen.is_latest(latest[0])
    assert not any(seen.is_latest(identity) for identity in latest[1:])


@given(IDS, st.integers(1, 5))
def test_a_memory_survives_storage(ids, capacity):
    seen = Seen(capacity=capacity)
    for identity in ids:
        seen.add(identity)
    again = Seen.load(seen.dump(), capacity=capacity)
    assert again.dump() == seen.dump()
    again.add("one more")
    seen.add("one more")
    assert again.dump() == seen.dump()


def test_a_full_memory_takes_22_kilobytes():
    seen = Seen()
    for number in range(10_000):
        seen.add(str(number))
    assert len(seen) == 2048
    assert len(seen.dump()) < 22 * 1024


def test_an_empty_memory_knows_nothing():
    assert "" not in Seen()
    assert not Seen().is_latest("")
    assert len(Seen.load("")) == 0
