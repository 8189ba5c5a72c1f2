"""A cursor that is followed again gives the same page again; where it cannot, after a restart, it says so."""

import json
import time

import anyio
import pytest

from user_directories import Budget, MemoryStore, Query, Request
from user_directories.cursors import Replays, replay_key
from user_directories.errors import CursorError, CursorExpired, CursorMismatch, UpstreamUnavailable

ALL = ("klavis", "braintrust", "delay", "openphone", "quo", "monocloud")
CHANGED = "changed_since"
LATER = time.time() + 3600

every = pytest.mark.parametrize("name", ALL)


class Maker:
    """Makes answers: 1, 2, 3 …"""

    def __init__(self):
        self.made = 0

    async def answer(self, replays, key):
        """The answer to a call, made where there is none yet."""
        async with replays.of(key) as replay:
            if replay.answer is None:
                await anyio.lowlevel.checkpoint()
                self.made += 1
                replay.answer = self.made
            return replay.answer


@pytest.fixture
def maker():
    return Maker()


async def test_a_call_is_answered_once(maker):
    replays = Replays[int]()
    assert [await maker.answer(replays, key) for key in "aabab"] == [1, 1, 2, 1, 2]


async def test_who_asks_while_an_answer_is_made_waits_for_it(maker):
    replays, answers = Replays[int](), []

    async def ask():
        answers.append(await maker.answer(replays, "a"))

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(ask)
    assert answers == [1] * 5


async def test_calls_that_differ_do_not_wait_for_one_another(maker):
    replays = Replays[int]()
    async with replays.of("a"):
        with anyio.fail_after(5):
            assert await maker.answer(replays, "b") == 1


async def test_an_answer_that_failed_is_made_anew(maker):
    replays = Replays[int]()

    async def fail():
        async with replays.of("a"):
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await maker.answer(replays, "a") == 1


async def test_the_64_answers_that_were_asked_for_last_are_kept(maker):
    replays = Replays[int]()
    for key in range(64):
        await maker.answer(replays, str(key))
    assert await maker.answer(replays, "0") == 1
    assert await maker.answer(replays, "64") == 65
    assert [await maker.answer(replays, key) for key in ("0", "2", "64", "1")] == [1, 3, 65, 66]


def test_calls_are_the_same_whose_arguments_are():
    assert replay_key(limit=5, view={"a": 1, "b": [2]}) == replay_key(view={"b": [2], "a": 1}, limit=5)
    assert len({replay_key(limit=5), replay_key(limit="5"), replay_key(limit=None), replay_key(name=5)}) == 4


async def asked(house, *names):
    """How many requests were sent to these directories."""
    return sum([len(await house.requests(name)) for name in names])


async def followed(directories, name, cursor, limit=100, times=2):
    """The pages that a cursor gives when it is followed so often, one after another."""
    return [await directories.users(Request("list", name, Query(), limit, cursor)) for _ in range(times)]


@every
async def test_a_cursor_that_is_followed_twice_gives_the_same_page_and_asks_the_provider_once(house, ids_of, name):
    directories = await house.open(name)
    first = await directories.users(Request("list", name, Query(), 30))
    (page,) = await followed(directories, name, first.cursor, times=1)
    before = await asked(house, name)
    assert await followed(directories, name, first.cursor) == [page, page]
    assert await asked(house, name) == before
    (rest,) = await followed(directories, name, page.cursor, 237, times=1)
    assert ids_of([first, page, rest]) == await house.ids(name)


@every
async def test_a_cursor_that_is_followed_by_several_at_once_asks_the_provider_as_often_as_for_one(house, name):
    async def cost(followers):
        directories, pages = await house.open(name), []
        first = await directories.users(Request("list", name, Query(), 30))
        before = await asked(house, name)

        async def follow():
            pages.extend(await followed(directories, name, first.cursor, times=1))

        async with anyio.create_task_group() as tasks:
            for _ in range(followers):
                tasks.start_soon(follow)
        assert pages == [pages[0]] * followers
        assert len(pages[0].users) == 100
        return await asked(house, name) - before

    assert await cost(5) == await cost(1) >= 1


async def test_a_search_of_all_directories_can_be_gone_on_with_twice(house):
    directories = await house.open(*ALL)
    query = Query(text="maria", exhaustive=True)
    first = await directories.users(Request("search", None, query, 6))
    page = await directories.users(Request("search", None, Query(), 3, first.cursor))
    before = await asked(house, *ALL)
    assert await directories.users(Request("search", None, Query(), 3, first.cursor)) == page
    assert await asked(house, *ALL) == before
    assert len(page.users) == 3


async def test_who_waits_for_a_page_gets_it_also_if_who_asked_first_gives_up(house, ids_of):
    directories, pages = await house.open("quo"), []
    first = await directories.users(Request("list", "quo", Query(), 30))
    await house.tell("quo", "behaviour", latency=0.05)

    async def follow(scope):
        with scope:
            pages.extend(await followed(directories, "quo", first.cursor, times=1))

    scopes = [anyio.CancelScope() for _ in range(2)]
    async with anyio.create_task_group() as tasks:
        for scope in scopes:
            tasks.start_soon(follow, scope)
        while await asked(house, "quo") < 2:
            await anyio.lowlevel.checkpoint()
        scopes[0].cancel()
    assert [ids_of(page) for page in pages] == [(await house.ids("quo"))[30:130]]


async def test_a_page_stays_as_it_was_given_also_if_its_users_are_gone(house, ids_of):
    directories = await house.open("delay")
    first = await directories.users(Request("list", "delay", Query(), 30))
    (page,) = await followed(directories, "delay", first.cursor, times=1)
    await house.tell("delay", "delete", ids=ids_of(page)[:5])
    assert await followed(directories, "delay", first.cursor) == [page, page]


async def test_another_limit_or_view_is_another_page_of_the_same_users(house, ids_of):
    directories = await house.open("delay")
    first = await directories.users(Request("list", "delay", Query(), 30))
    for limit, view in ((20, {}), (50, {}), (10, {}), (20, {"detail": "full"}), (20, {"detail": "concise"})):
        page = await directories.users(Request("list", "delay", Query(), limit, first.cursor, view=view))
        assert ids_of(page) == (await house.ids("delay"))[30 : 30 + limit]
        assert page.notes == ()


async def test_a_page_that_was_given_before_ends_with_its_cursor(house):
    store = MemoryStore()
    directories = await house.open("quo", store=store)
    first = await directories.users(Request("list", "quo", Query(), 30))
    await followed(directories, "quo", first.cursor)
    with pytest.raises(CursorMismatch, match="belongs to list"):
        await directories.users(Request("search", "quo", Query(), 100, first.cursor))
    store.put(first.cursor, store.get(first.cursor)[0], time.time() - 1)
    with pytest.raises(CursorExpired):
        await followed(directories, "quo", first.cursor)


@pytest.fixture
def budgets():
    """A budget for each call, of so many requests; there is none for any further call."""

    def of(*requests):
        left = iter(requests)
        return lambda: Budget(requests=next(left))

    return of


async def test_a_count_can_be_gone_on_with_twice_and_costs_once(house, budgets):
    directories = await house.open("quo", budget=budgets(1, 2000))
    first = await directories.count(Request("count", "quo", Query()))
    assert (first.counts[0].count, first.counts[0].exactness) == (50, "at_least")
    rest = await directories.count(Request("count", "quo", Query(), cursor=first.cursor))
    assert (rest.counts[0].count, rest.counts[0].exactness) == (237, "exact")
    assert await directories.count(Request("count", "quo", Query(), cursor=first.cursor)) == rest


async def test_a_count_that_is_gone_on_with_by_several_at_once_costs_once(house, budgets):
    directories, counts = await house.open("quo", budget=budgets(1, 2000)), []
    first = await directories.count(Request("count", "quo", Query()))

    async def follow():
        counts.append(await directories.count(Request("count", "quo", Query(), cursor=first.cursor)))

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(follow)
    assert counts == [counts[0]] * 5
    assert counts[0].counts[0].count == 237


async def test_a_count_that_ran_out_of_its_budget_is_gone_on_with_anew(house, budgets):
    directories = await house.open("quo", budget=budgets(1, 1, 2000))
    first = await directories.count(Request("count", "quo", Query()))
    counted = [
        (await directories.count(Request("count", "quo", Query(), cursor=first.cursor))).counts[0] for _ in range(2)
    ]
    assert [count.exactness for count in counted] == ["at_least", "exact"]
    assert counted[1].count == 237


async def test_a_count_that_is_kept_ends_with_its_cursor(house, budgets):
    store = MemoryStore()
    directories = await house.open("quo", store=store, budget=budgets(1, 2000))
    first = await directories.count(Request("count", "quo", Query()))
    await directories.count(Request("count", "quo", Query(), cursor=first.cursor))
    store.put(first.cursor, store.get(first.cursor)[0], time.time() - 1)
    with pytest.raises(CursorExpired):
        await directories.count(Request("count", "quo", Query(), cursor=first.cursor))


class Restarted:
    """A list of which one page was given; and the same server, started again over the same store."""

    def __init__(self, house, name, store, first, page):
        self._house = house
        self._name = name
        self.store = store
        self.first = first
        self.page = page

    @classmethod
    async def after(cls, house, name, skipped=30, limit=100):
        store = MemoryStore()
        directories = await house.open(name, store=store)
        first = await directories.users(Request("list", name, Query(), skipped))
        (page,) = await followed(directories, name, first.cursor, limit, times=1)
        return cls(house, name, store, first, page)

    async def again(self, limit=100, **options):
        """The page that the cursor gives now."""
        directories = await self._house.open(self._name, store=self.store)
        return await directories.users(Request("list", self._name, Query(), limit, self.first.cursor, **options))


@every
async def test_after_a_restart_a_page_is_fetched_again_and_is_the_same(house, ids_of, name):
    restarted = await Restarted.after(house, name)
    before = await asked(house, name)
    again = await restarted.again()
    assert await asked(house, name) > before
    assert ids_of(again) == ids_of(restarted.page)
    assert again.notes == restarted.page.notes == ()


@every
async def test_after_a_restart_users_that_are_gone_are_told_first(house, ids_of, name):
    restarted = await Restarted.after(house, name)
    ids = ids_of(restarted.page)
    await house.tell(name, "delete", ids=[ids[7], ids[60]])
    again = await restarted.again()
    assert again.notes[0].kind == CHANGED
    assert [identity for identity in ids_of(again) if identity in ids] == ids[:7] + ids[8:60] + ids[61:]


@every
async def test_after_a_restart_users_that_have_come_between_are_told_first(house, ids_of, name):
    await house.tell(name, "behaviour", order="arbitrary")
    restarted = await Restarted.after(house, name)
    await house.tell(name, "insert", count=100)
    again = await restarted.again()
    assert again.notes[0].kind == CHANGED
    assert set(ids_of(again)) - set(ids_of(restarted.page))
    assert len(again.users) == 100


@every
async def test_after_a_restart_users_that_have_come_at_the_end_of_a_last_page_are_told_first(house, ids_of, name):
    await house.tell(name, "behaviour", order="oldest")
    restarted = await Restarted.after(house, name, skipped=200)
    new = (await house.tell(name, "insert", count=3))["ids"]
    again = await restarted.again()
    assert ids_of(again) == ids_of(restarted.page) + new
    assert again.notes[0].kind == CHANGED


@every
async def test_what_changed_elsewhere_is_not_told_of_a_page(house, ids_of, name):
    restarted = await Restarted.after(house, name)
    await house.tell(name, "delete", ids=(await house.ids(name))[-3:])
    again = await restarted.again()
    assert ids_of(again) == ids_of(restarted.page)
    assert CHANGED not in [note.kind for note in again.notes]


async def test_a_change_before_the_cursor_is_followed_at_all_is_not_told(house, ids_of):
    store = MemoryStore()
    first = await (await house.open("delay", store=store)).users(Request("list", "delay", Query(), 30))
    await house.tell("delay", "delete", ids=(await house.ids("delay"))[40:42])
    (page,) = await followed(await house.open("delay", store=store), "delay", first.cursor, times=1)
    assert len(page.users) == 100
    assert CHANGED not in [note.kind for note in page.notes]


async def test_a_change_is_told_with_each_replay_and_no_more_after_the_next_restart(house, ids_of):
    restarted = await Restarted.after(house, "delay")
    await house.tell("delay", "delete", ids=ids_of(restarted.page)[:2])
    directories = await house.open("delay", store=restarted.store)
    pages = await followed(directories, "delay", restarted.first.cursor)
    assert pages[0] == pages[1]
    assert pages[0].notes[0].kind == CHANGED
    again = await restarted.again()
    assert ids_of(again) == ids_of(pages[0])
    assert CHANGED not in [note.kind for note in again.notes]


@pytest.mark.parametrize("limit", [1, 20, 99, 101, 237])
async def test_a_page_of_another_size_after_a_restart_is_no_change(house, ids_of, limit):
    restarted = await Restarted.after(house, "delay")
    again = await restarted.again(limit)
    assert ids_of(again) == (await house.ids("delay"))[30 : 30 + limit]
    assert again.notes == ()


async def test_a_page_of_another_size_after_a_restart_tells_of_a_change_too(house, ids_of):
    restarted = await Restarted.after(house, "delay")
    await house.tell("delay", "delete", ids=ids_of(restarted.page)[:2])
    assert (await restarted.again(20)).notes[0].kind == CHANGED


async def test_a_page_that_has_less_room_after_a_restart_is_no_change(house, ids_of):
    restarted = await Restarted.after(house, "delay")
    fitting = set(ids_of(restarted.page)[:40])
    again = await restarted.again(fits=lambda found: found.user.id in fitting, view={"detail": "full"})
    assert set(ids_of(again)) == fitting
    assert again.notes == ()


async def test_what_a_page_was_is_kept_as_digests_for_as_long_as_a_cursor(house, ids_of):
    restarted = await Restarted.after(house, "delay")
    text, expires_at = restarted.store.get(restarted.first.cursor + ":page")
    assert len(json.loads(text)["users"]["delay"]) == 100
    assert not [identity for identity in ids_of(restarted.page) if identity in text]
    assert 3500 < expires_at - time.time() <= 3600


@pytest.mark.parametrize("text", ["", '{"owner":"local","us', "[]", "null", "{}"])
async def test_what_a_page_was_is_not_known_where_the_store_has_damaged_it(house, ids_of, text):
    restarted = await Restarted.after(house, "delay")
    await house.tell("delay", "delete", ids=ids_of(restarted.page)[:2])
    restarted.store.put(restarted.first.cursor + ":page", text, LATER)
    again = await restarted.again()
    assert len(again.users) == 100
    assert CHANGED not in [note.kind for note in again.notes]


@pytest.mark.parametrize("text", ["", '{"format":2,"own', "[]", "null", "7", "{}", '{"format":1}', '{"format":"2"}'])
async def test_a_state_that_is_damaged_or_of_another_format_is_refused_with_the_way_out(house, text):
    store = MemoryStore()
    directories = await house.open("quo", store=store)
    first = await directories.users(Request("list", "quo", Query(), 30))
    store.put(first.cursor, text, LATER)
    before = await asked(house, "quo")
    for ask in (followed, lambda *_: directories.follow("list", first.cursor)):
        with pytest.raises(CursorExpired, match=r"another version of the server. Call list without a cursor"):
            await ask(directories, "quo", first.cursor)
    with pytest.raises(CursorExpired, match="Call count without a cursor"):
        await directories.count(Request("count", "quo", Query(), cursor=first.cursor))
    assert await asked(house, "quo") == before


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "token_loop"}, {"kind": "content_type"}])
async def test_a_page_that_ended_by_a_fault_is_not_kept(house, ids_of, fault):
    store = MemoryStore()
    directories = await house.open("quo", store=store)
    first = await directories.users(Request("list", "quo", Query(), 30))
    await house.tell("quo", "faults", every=1, **fault)
    (part,) = await followed(directories, "quo", first.cursor, times=1)
    assert 0 < len(part.users) < 100
    assert part.notes
    await house.tell("quo", "faults", kind=None)
    page, again = await followed(directories, "quo", first.cursor)
    assert ids_of(page) == (await house.ids("quo"))[30:130]
    assert page.notes == ()
    assert again == page


async def test_a_cursor_that_met_nothing_but_a_fault_gives_its_page_once_the_fault_is_gone(house, ids_of):
    restarted = await Restarted.after(house, "quo")
    directories = await house.open("quo", store=restarted.store)
    await house.tell("quo", "faults", kind="status", status=500, every=1)
    for _ in range(2):
        with pytest.raises(UpstreamUnavailable):
            await followed(directories, "quo", restarted.first.cursor)
    await house.tell("quo", "faults", kind=None)
    (page,) = await followed(directories, "quo", restarted.first.cursor, times=1)
    assert ids_of(page) == ids_of(restarted.page)
    assert CHANGED not in [note.kind for note in page.notes]


async def test_a_page_that_ran_out_of_its_budget_is_not_kept(house, ids_of, budgets):
    directories = await house.open("quo", budget=budgets(2000, 1, 2000))
    first = await directories.users(Request("list", "quo", Query(), 30))
    part, page, again = await followed(directories, "quo", first.cursor, 200, times=3)
    assert 0 < len(part.users) < 200
    assert ids_of(page) == (await house.ids("quo"))[30:230]
    assert again == page


@pytest.mark.parametrize("part", ["arguments", "states", "view", "directories", "people"])
@pytest.mark.parametrize(
    "form", [None, 7, [], {"filters": [["status", "is"]]}, {"quo": {"reader": 7}}, {"users": [[9]], "directories": []}]
)
async def test_a_state_of_another_form_is_expired_and_no_fault(house, part, form):
    store = MemoryStore()
    directories = await house.open("quo", store=store)
    first = await directories.users(Request("list", "quo", Query(), 30))
    state = json.loads(store.get(first.cursor)[0])
    store.put(first.cursor, json.dumps(state | {part: form}), LATER)
    try:
        page = await directories.users(Request("list", "quo", Query(), 30, first.cursor))
    except CursorError:
        return
    assert part == "view"  # what is shown is the caller's affair
    assert page.users
