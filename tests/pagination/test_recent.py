"""The bounded memory of who went by."""

from hypothesis import given
from hypothesis import strategies as st

from user_directory_pagination.recent import TOP, Recent, mark

MARKS = st.lists(st.text(st.characters()).map(mark))


@given(MARKS)
def test_a_user_is_new_once(marks):
    seen = Recent()
    assert [seen.add(user) for user in marks] == [marks.index(user) == place for place, user in enumerate(marks)]
    assert all(user in seen for user in marks)
    assert len(seen) == len(set(marks))


@given(MARKS, st.integers(1, 5))
def test_only_the_last_users_are_kept(marks, capacity):
    seen = Recent(capacity=capacity)
    read = list(dict.fromkeys(marks))
    for user in read:
        seen.add(user)
    assert [user for user in read if user in seen] == read[-capacity:]
    assert seen.last == (read[-1] if read else TOP)
    assert seen.is_full is (len(read) >= capacity)


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(1, 50))
def test_it_holds_the_last_stretch_of_the_list_in_whatever_order_it_was_read(places, capacity):
    """Users are put behind those who stand before them, as far as those are remembered."""
    seen, order = Recent(capacity=capacity), [mark(str(number)) for number in range(41)]
    for place in places:
        remembered = [user for user in order[:place] if user in seen]
        seen.add(order[place], remembered[-1] if remembered else TOP)
    kept = [user for user in order if user in seen]
    again = Recent.load(seen.dump(), capacity=capacity)
    assert kept == [order[place] for place in sorted(set(places))][-capacity:] or len(set(places)) > capacity
    assert seen.last == (kept[-1] if kept else TOP) == again.last
    assert [user for user in order if user in again] == kept
    assert again.dump() == seen.dump()


@given(MARKS, st.integers(1, 5))
def test_a_memory_survives_storage(marks, capacity):
    seen = Recent(capacity=capacity)
    for user in marks:
        seen.add(user)
    again = Recent.load(seen.dump(), capacity=capacity)
    assert again.dump() == seen.dump()
    again.add(mark("one more"))
    seen.add(mark("one more"))
    assert again.dump() == seen.dump()


def test_a_full_memory_takes_22_kilobytes():
    seen = Recent()
    for number in range(10_000):
        seen.add(mark(str(number)))
    assert len(seen) == 2048
    assert len(seen.dump()) < 22 * 1024


def test_an_empty_memory_knows_nothing():
    assert TOP not in Recent()
    assert mark("") not in Recent()
    assert len(Recent.load("")) == 0


def test_a_cleared_memory_begins_anew():
    seen = Recent([mark("a"), mark("b")])
    seen.clear()
    assert (len(seen), seen.last) == (0, TOP)
    seen.add(mark("c"), mark("b"))
    assert seen.last == mark("c")


@given(MARKS, MARKS, st.integers(1, 5))
def test_many_rows_are_looked_up_at_once(marks, others, capacity):
    seen = Recent(capacity=capacity)
    for user in marks:
        seen.add(user)
    assert [user in seen.marks for user in (*marks, *others)] == [user in seen for user in (*marks, *others)]
    assert set(seen.marks) - {TOP} == {user for user in marks if user in seen}
