"""Pages of a scan that are asked for before they are needed."""

import anyio
import pytest

from user_directories import Budget, Query, Request, conditions
from user_directories.errors import UpstreamUnavailable
from user_directory_pagination.errors import OutOfBudget
from user_directory_pagination.page import RawPage
from user_directory_pagination.prefetch import Prefetch

PAGES = [((("page", str(number)),), 50) for number in range(40)]


class Slow:
    """Pages that come when a test lets them."""

    def __init__(self):
        self.asked = []
        self.given_up = []
        self.gates = {page: anyio.Event() for page in PAGES}
        self.failures = {}

    async def fetch(self, parameters, size):
        page = (parameters, size)
        self.asked.append(page)
        try:
            await self.gates[page].wait()
        except BaseException:
            self.given_up.append(page)
            raise
        if page in self.failures:
            raise self.failures[page]
        return RawPage([parameters])

    def let(self, *pages):
        for page in pages:
            self.gates[page].set()


async def test_a_page_that_was_asked_for_ahead_is_not_asked_for_again():
    slow = Slow()
    async with anyio.create_task_group() as tasks:
        ahead = Prefetch(slow.fetch, tasks)
        ahead.expect(PAGES[:3])
        await anyio.wait_all_tasks_blocked()
        assert slow.asked == PAGES[:3]
        slow.let(*PAGES[:3])
        assert [(await ahead(*page)).items for page in PAGES[:3]] == [[page[0]] for page in PAGES[:3]]
        assert slow.asked == PAGES[:3]


async def test_a_page_that_is_no_longer_expected_is_given_up_and_the_others_go_on():
    slow = Slow()
    async with anyio.create_task_group() as tasks:
        ahead = Prefetch(slow.fetch, tasks)
        ahead.expect(PAGES[:3])
        await anyio.wait_all_tasks_blocked()
        ahead.expect(PAGES[2:4])
        await anyio.wait_all_tasks_blocked()
        assert slow.given_up == PAGES[:2]
        assert slow.asked == PAGES[:4]
        slow.let(*PAGES[2:4])


@pytest.mark.parametrize("failure", [UpstreamUnavailable("hr", "it is gone", "Wait."), OutOfBudget("requests")])
async def test_a_failure_is_met_by_whoever_needs_the_page_and_by_nobody_else(failure):
    slow = Slow()
    slow.failures[PAGES[1]] = failure
    slow.let(*PAGES)
    async with anyio.create_task_group() as tasks:
        ahead = Prefetch(slow.fetch, tasks)
        ahead.expect(PAGES[:3])
        await ahead(*PAGES[0])
        await ahead(*PAGES[2])
        with pytest.raises(type(failure)):
            await ahead(*PAGES[1])


async def test_what_is_asked_for_grows_with_what_came_and_more_carefully_where_the_end_is_not_known():
    slow = Slow()
    slow.let(*PAGES)
    certain, careful = [], []
    async with anyio.create_task_group() as tasks:
        ahead = Prefetch(slow.fetch, tasks)
        for page in PAGES:
            certain.append(ahead.width(certain=True))
            careful.append(ahead.width(certain=False))
            await ahead(*page)
        assert certain[:6] == [1, 2, 4, 8, 16, 16]
        assert careful[:9] == [1, 1, 1, 1, 2, 2, 2, 2, 3]
        ahead.most = 3
        assert ahead.width(certain=True) == 3


@pytest.mark.parametrize("name", ["klavis", "delay", "monocloud"])
async def test_a_scan_asks_for_several_pages_at_once_and_finds_just_who_is_there(house, ids_of, name):
    await house.tell(name, "insert", count=4000)
    await house.tell(name, "behaviour", page_clamp=40, latency=0.02)
    wanted = (await house.ids(name))[-1]
    directories = await house.open(name)
    page = await directories.users(Request("search", name, Query(filters=conditions({"id": [wanted]})), 5))
    assert ids_of(page) == [wanted]
    assert (page.complete, page.scanned) == (True, 4237)
    assert 4 <= (await house.hear(name, "stats"))["concurrent_peak"] <= 17


async def test_a_list_is_read_one_page_at_a_time_and_no_further_than_was_asked_for(house):
    await house.tell("klavis", "behaviour", latency=0.02)
    directories = await house.open("klavis")
    page = await directories.users(Request("list", "klavis", Query(), 25))
    await directories.users(Request("list", "klavis", Query(), 25, page.cursor))
    assert (await house.hear("klavis", "stats"))["concurrent_peak"] == 1
    assert len(await house.requests("klavis")) == 2


async def test_a_scan_sends_no_more_requests_than_its_budget_though_many_are_asked_for_at_once(house):
    await house.tell("klavis", "insert", count=9000)
    await house.tell("klavis", "behaviour", page_clamp=40, latency=0.005)
    directories = await house.open("klavis", budget=lambda: Budget(requests=37))
    page = await directories.users(Request("search", "klavis", Query(text="nobody has this name"), 5))
    assert not page.complete
    assert page.notes[0].kind == "out_of_requests"
    assert len(await house.requests("klavis")) <= 37


async def test_a_budget_of_rows_ends_a_scan_and_the_cursor_goes_on_behind_them(house, ids_of):
    directories = await house.open("openphone", budget=lambda: Budget(rows=100))
    wanted, scanned, cursor = (await house.ids("openphone"))[-1], [], None
    for _ in range(3):
        query = Query(filters=conditions({"id": [wanted]})) if cursor is None else Query()
        page = await directories.users(Request("search", "openphone", query, 5, cursor))
        scanned.append(page.scanned)
        cursor = page.cursor
    assert (scanned, ids_of(page), page.complete) == ([100, 100, 37], [wanted], True)


async def test_a_call_that_is_cancelled_sends_nothing_more(house):
    await house.tell("klavis", "insert", count=9000)
    await house.tell("klavis", "behaviour", page_clamp=40, latency=0.01)
    directories = await house.open("klavis")
    with anyio.move_on_after(0.25):
        await directories.users(Request("search", "klavis", Query(text="nobody has this name"), 5))
        pytest.fail("it was to be cancelled")
    sent = [len(await house.requests("klavis"))]
    while len(sent) < 40:  # what was under way may still arrive
        sent.append(len(await house.requests("klavis")))
    assert len(set(sent[-20:])) == 1
    assert sent[-1] - sent[0] <= 16
    await house.tell("klavis", "behaviour", latency=0)
    assert (await directories.users(Request("list", "klavis", Query(), 5))).users
