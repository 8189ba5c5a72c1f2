"""Numbered rows while rows come and go: who stays comes exactly once, or the walk says that it cannot tell."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from user_directories import Budget
from user_directories.directory.walk import Walk
from user_directories.directory.walk_state import WalkState
from user_directories.manifest import ListEndpoint, UserMapping
from user_directories.planning.plan import Leg, Plan
from user_directories.records.mapping import UserReader
from user_directory_pagination import Habits
from user_directory_pagination.page import RawPage

READ = UserReader(UserMapping(id="id"))
EVERYONE = Plan((Leg(),), None, "provider")
PAGINATION = {
    "page": {"strategy": "page", "parameter": "at"},
    "offset": {"strategy": "offset", "parameter": "at"},
}


class Changing:
    """A list of ids that `changes`, one a request, insert into and delete from; afterwards it rests."""

    def __init__(self, kind, count, maximum, changes=(), total=False):
        self.kind = kind
        self.ids = [f"u{number:03}" for number in range(count)]
        self.maximum = maximum
        self.changes = iter(changes)
        self.total = total
        self.requests = self.new = 0
        self.endpoint = ListEndpoint.model_validate(
            {
                "path": "/users",
                "items": "@",
                "page_size": {"parameter": "size", "maximum": maximum},
                "pagination": PAGINATION[kind],
            }
        )

    def change(self):
        inserts, deletes = next(self.changes, ((), ()))
        for place in deletes:
            if self.ids:
                del self.ids[place % len(self.ids)]
        for place in inserts:
            self.new += 1
            self.ids.insert(place % (len(self.ids) + 1), f"new-{self.new}")

    async def fetch(self, parameters):
        self.requests += 1
        self.change()
        given = dict(parameters)
        size, at = int(given["size"]), int(given["at"])
        assert 1 <= size <= self.maximum
        start = (at - 1) * size if self.kind == "page" else at
        rows = [{"id": identity} for identity in self.ids[start : start + size]]
        return RawPage(rows, total=len(self.ids) if self.total else None)

    async def walked(self, limits):
        """The ids that came, whether the walk says that it may have missed some, and who was there throughout."""
        before, found, state, progress, calls = set(self.ids), [], None, None, 0
        while progress is None or not progress.ended:
            limit = limits[calls % len(limits)]
            calls += 1
            walk = Walk(EVERYONE, self.endpoint, READ, self.fetch, state)
            progress = await walk.take(limit, limit + 1, Budget(requests=10_000))
            found += [user.id for user in progress.users]
            state = WalkState.load(json.loads(json.dumps(walk.stored())))
            assert calls < 500
            assert progress.stopped is None
        return found, state.drifted, before & set(self.ids)


PLACES = st.lists(st.integers(0, 300), max_size=6)
CHANGES = st.lists(st.tuples(PLACES, PLACES), max_size=40)
LIMITS = st.lists(st.integers(1, 25), min_size=1, max_size=3)


@given(st.sampled_from(sorted(PAGINATION)), st.integers(0, 80), st.integers(7, 30), CHANGES, LIMITS, st.booleans())
@example("page", 60, 20, [((), (0,))] * 30, [5], False)
@example("page", 60, 20, [((0,), ())] * 30, [5], False)
@example("offset", 60, 20, [((0, 0, 0), (0, 1, 2))] * 30, [10], False)
@example("page", 80, 10, [((), ())] * 4 + [((), tuple(range(40)))], [10], True)
async def test_whatever_comes_and_goes_nobody_who_stays_is_missed_or_comes_twice(
    kind, count, maximum, changes, limits, total
):
    found, drifted, stayed = await Changing(kind, count, maximum, changes, total).walked(limits)
    assert len(found) == len(set(found))
    assert stayed <= set(found) or drifted


@pytest.mark.parametrize("kind", PAGINATION)
@pytest.mark.parametrize("rate", [1, 5])
@pytest.mark.parametrize("what", ["inserts", "deletes", "both"])
async def test_changes_at_the_top_before_each_request_lose_nobody_and_cost_a_few_requests(kind, rate, what):
    places = tuple(range(rate))
    change = (places if what != "deletes" else (), places if what != "inserts" else ())
    changing = Changing(kind, 400, 50, [change] * 60)
    found, _, stayed = await changing.walked([25])
    assert stayed <= set(found)
    assert len(found) == len(set(found))
    assert changing.requests < 100


@pytest.mark.parametrize(
    ("kind", "count", "first", "later"),
    [
        ("page", 0, 3, 2),
        ("page", 1, 5, 4),
        ("page", 99, 5, 2),
        ("page", 100, 5, 2),
        ("page", 237, 7, 4),
        ("page", 1000, 14, 14),
        ("offset", 0, 3, 2),
        ("offset", 1, 5, 4),
        ("offset", 99, 4, 2),
        ("offset", 100, 4, 2),
        ("offset", 237, 7, 4),
        ("offset", 1000, 14, 14),
    ],
)
async def test_a_list_at_rest_costs_little_more_than_its_pages_and_the_first_walk_vouches_for_its_end(
    kind, count, first, later
):
    changing, habits = Changing(kind, count, 100), Habits()
    for requests in (first, later):
        changing.requests = 0
        walk = Walk(EVERYONE, changing.endpoint, READ, changing.fetch, habits=habits)
        progress = await walk.take(None, 100, Budget(requests=100))
        assert (progress.found, progress.ended, walk.evidence(ended=True).is_whole) == (count, True, True)
        assert changing.requests <= requests


@pytest.mark.parametrize("kind", PAGINATION)
async def test_a_provider_that_ignores_the_page_number_is_found_out(kind):
    changing = Changing(kind, 50, 10)

    async def fetch(parameters):
        changing.requests += 1
        return RawPage([{"id": identity} for identity in changing.ids[:10]])

    walk = Walk(EVERYONE, changing.endpoint, READ, fetch)
    progress = await walk.take(None, 10, Budget(requests=1000))
    assert not progress.ended
    assert "the same page" in progress.stopped
    assert changing.requests < 20


@pytest.mark.parametrize("kind", PAGINATION)
@pytest.mark.parametrize("total", [37, None])
async def test_who_is_in_each_answer_is_everybody_only_if_the_provider_states_as_many(kind, total):
    changing = Changing(kind, 37, 50)

    async def fetch(parameters):
        changing.requests += 1
        return RawPage([{"id": identity} for identity in changing.ids], total=total, total_exact=total is not None)

    walk = Walk(EVERYONE, changing.endpoint, READ, fetch)
    progress = await walk.take(None, 50, Budget())
    evidence = walk.evidence(ended=progress.ended)
    assert (progress.found, progress.ended, evidence.is_whole) == (37, True, total is not None)
    assert changing.requests <= 4


@pytest.mark.parametrize("kind", PAGINATION)
async def test_one_empty_page_by_mistake_hides_nobody(kind):
    for mistaken in range(1, 7):
        changing = Changing(kind, 40, 10)

        async def fetch(parameters, changing=changing, mistaken=mistaken):
            page = await changing.fetch(parameters)
            return RawPage([]) if changing.requests == mistaken else page

        walk = Walk(EVERYONE, changing.endpoint, READ, fetch)
        progress = await walk.take(100, 10, Budget(requests=100))
        assert [user.id for user in progress.users] == changing.ids
        assert progress.ended


@pytest.mark.parametrize("kind", PAGINATION)
@given(count=st.integers(1, 60), copies=st.lists(st.tuples(st.integers(0, 59), st.integers(0, 60)), max_size=5))
async def test_records_that_repeat_an_id_hide_nobody(kind, count, copies):
    changing = Changing(kind, count, 20)
    for original, place in copies:
        changing.ids.insert(place, changing.ids[original % count])
    found, drifted, _ = await changing.walked([7])
    assert len(found) == len(set(found))
    assert set(found) == set(changing.ids) or drifted


async def test_an_id_twice_on_a_page_is_counted():
    changing = Changing("offset", 10, 20)
    changing.ids[5] = changing.ids[3]
    walk = Walk(EVERYONE, changing.endpoint, READ, changing.fetch)
    progress = await walk.take(None, 20, Budget())
    assert (progress.found, progress.ended, walk.state.repeated) == (9, True, 1)


async def test_a_wrong_idea_of_the_server_is_given_up_when_the_pages_contradict_it():
    changing = Changing("page", 60, 20)
    clamp = 5

    async def fetch(parameters):
        given = dict(parameters)
        return await changing.fetch((("size", str(min(int(given["size"]), clamp))), ("at", given["at"])))

    walk = Walk(EVERYONE, changing.endpoint, READ, fetch)
    first = await walk.take(5, 6, Budget())
    clamp, state = 4, WalkState.load(json.loads(json.dumps(walk.stored())))
    found = [user.id for user in first.users]
    for _ in range(5):
        walk = Walk(EVERYONE, changing.endpoint, READ, fetch, state)
        progress = await walk.take(100, 20, Budget())
        found += [user.id for user in progress.users]
        state = WalkState.load(json.loads(json.dumps(walk.stored())))
        if progress.ended:
            break
    assert progress.ended
    assert found == changing.ids or state.drifted
