"""A walk over a provider's list: every user once, in as many calls as it takes, whatever the provider does."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from user_directories import Budget, MemoryStore, Query, Request
from user_directories.directory.walk import Walk
from user_directories.directory.walk_state import WalkState
from user_directories.manifest import ListEndpoint, Total, UserMapping
from user_directories.planning.plan import Leg, Plan
from user_directories.records.mapping import UserReader
from user_directories.users.matching import Check
from user_directory_pagination.page import RawPage

ALL = ("klavis", "braintrust", "delay", "openphone", "quo", "monocloud")
READ = UserReader(UserMapping(id="id"))
CHANGED = "may_have_missed"
PAGINATION = {
    "page": {"strategy": "page", "parameter": "page"},
    "offset": {"strategy": "offset", "parameter": "start"},
    "keyset": {"strategy": "keyset", "parameter": "after"},
    "token": {"strategy": "token", "parameter": "token", "next": "next"},
}
MOST_REQUESTS = 20_000
EVERYONE = Plan((Leg(),), None, "provider")


def endpoint(kind, maximum=1000):
    return ListEndpoint.model_validate(
        {
            "path": "/users",
            "items": "@",
            "page_size": {"parameter": "size", "maximum": maximum},
            "pagination": PAGINATION[kind],
        }
    )


class Listed:
    """A list in memory that pages in one way; `clamp` is the most rows it gives."""

    def __init__(self, kind, rows, clamp=1000, total=False):
        self.kind = kind
        self.rows = rows
        self.clamp = clamp
        self.total = len(rows) if total else None
        self.fetched = 0

    async def fetch(self, parameters):
        self.fetched += 1
        assert self.fetched < MOST_REQUESTS
        given = dict(parameters)
        size = min(int(given["size"]), self.clamp)
        match self.kind:
            case "page":
                start = (int(given.get("page", "1")) - 1) * size
            case "offset":
                start = int(given.get("start", "0"))
            case "keyset":
                keys = [row["id"] if row else None for row in self.rows]
                start = keys.index(given["after"]) + 1 if "after" in given else 0
            case _:
                start = int(given.get("token", "0"))
        following = str(start + size) if start + size < len(self.rows) else None
        return RawPage(self.rows[start : start + size], {"next": following}, {}, self.total)

    def walk(self, plan=EVERYONE, state=None, held=None, maximum=1000, budget=None):
        async def fetch(parameters):
            if budget is not None:
                budget.spend()
            return await self.fetch(parameters)

        return Walk(plan, endpoint(self.kind, maximum), READ, fetch, state, held)


def rows_of(count, odd=frozenset()):
    return [None if number in odd else {"id": f"u{number:04}"} for number in range(count)]


def ids_in(rows):
    return [row["id"] for row in rows if row]


KINDS = st.sampled_from(sorted(PAGINATION))
CLAMPS = st.integers(7, 40)
"""Row 60 begins a page of every size up to six: pages so small cannot always overlap, and say so."""
CALLS = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1)
"""A page's limit, and whether it is still in memory when the next is asked for."""


async def walked(listed, calls):
    """The ids on each page, and the state behind the last one; a walk that gets nowhere is given up."""
    pages: list[list[str]] = []
    state, held, progress = None, None, None
    while progress is None or not (progress.ended or progress.stopped or progress.out_of):
        budget = Budget(requests=100)
        walk = listed.walk(state=state, held=held, budget=budget)
        limit, kept = calls[len(pages) % len(calls)]
        progress = await walk.take(limit, limit + 1, budget)
        pages.append([user.id for user in progress.users])
        state = WalkState.load(json.loads(json.dumps(walk.stored())))
        held = walk.held if kept else None
    return pages, state, progress


@given(KINDS, st.integers(0, 90), CLAMPS, st.booleans(), CALLS)
@example("page", 36, 7, False, [(2, False), (2, True)])
async def test_every_user_comes_once_and_in_order_however_the_walk_is_cut(kind, count, clamp, total, calls):
    listed = Listed(kind, rows_of(count), clamp, total)
    pages, state, progress = await walked(listed, calls)
    assert (progress.ended, progress.fault, state.drifted) == (True, None, False)
    assert [identity for page in pages for identity in page] == ids_in(listed.rows)
    assert all(len(page) == calls[place % len(calls)][0] for place, page in enumerate(pages[:-1]))
    assert pages == [[]] or pages[-1]


@given(KINDS, st.integers(0, 60), st.frozensets(st.integers(0, 60)), st.integers(1, 40), st.booleans(), CALLS)
async def test_nobody_comes_twice_and_nobody_is_missing_unsaid_among_odd_rows_and_on_small_pages(
    kind, count, odd, clamp, total, calls
):
    listed = Listed(kind, rows_of(count, odd), clamp, total)
    pages, state, progress = await walked(listed, calls)
    found = [identity for page in pages for identity in page]
    expected = ids_in(listed.rows)
    assert found == [identity for identity in expected if identity in found]
    has_pages_without_ids = clamp == 1 and not odd.isdisjoint(range(count))  # which look like one another, and an end
    is_said = state.drifted or has_pages_without_ids
    assert found == expected or is_said or not progress.ended


@given(KINDS, st.integers(0, 90), st.integers(1, 40), st.integers(1, 12), st.integers(2, 7))
async def test_only_whom_was_asked_for_comes_and_the_last_page_is_not_empty(kind, count, clamp, limit, each):
    rows = rows_of(count)
    wanted = [identity for identity in ids_in(rows) if int(identity[1:]) % each == 0]
    plan = Plan((Leg(),), Check(lambda user: int(user.id[1:]) % each == 0), "scan")
    listed = Listed(kind, rows, clamp)
    pages: list[list[str]] = []
    state, held, progress = None, None, None
    while progress is None or not progress.ended:
        walk = listed.walk(plan, state, held)
        progress = await walk.take(limit, 20, Budget())
        pages.append([user.id for user in progress.users])
        state, held = WalkState.load(walk.stored()), walk.held
    assert [identity for page in pages for identity in page] == wanted
    assert pages == [[]] or all(pages)
    assert state.scanned == count


@given(KINDS, st.integers(0, 60), st.integers(1, 12), st.integers(5, 9))
async def test_a_budget_ends_a_call_and_loses_nobody(kind, count, limit, requests):
    listed = Listed(kind, rows_of(count), clamp=7)
    found, state, progress = [], None, None
    for _ in range(200):
        if progress is not None and progress.ended:
            break
        budget = Budget(requests=requests)

        async def fetch(parameters, budget=budget):
            budget.spend()
            return await listed.fetch(parameters)

        walk = Walk(EVERYONE, endpoint(kind), READ, fetch, state)
        progress = await walk.take(limit, limit + 1, budget)
        assert budget.spent <= requests
        found += [user.id for user in progress.users]
        state = WalkState.load(walk.stored())
    assert progress.ended
    assert found == ids_in(rows_of(count))


@given(KINDS, st.integers(0, 60), st.integers(1, 10))
async def test_counting_is_walking_without_keeping(kind, count, need):
    walk = Listed(kind, rows_of(count)).walk()
    progress = await walk.take(None, need, Budget())
    assert (progress.found, progress.users, progress.ended, walk.state.found) == (count, [], True, count)


async def test_the_union_of_several_requests_has_everyone_once():
    rows = rows_of(10)
    legs = (Leg((("half", "first"),)), Leg((("half", "second"),)))

    async def fetch(parameters):
        given = dict(parameters)
        return RawPage({"first": rows[:6], "second": rows[3:]}[given["half"]] if given["page"] == "1" else [])

    progress = await Walk(Plan(legs, None, "provider"), endpoint("page"), READ, fetch).take(50, 50, Budget())
    assert [user.id for user in progress.users] == ids_in(rows)
    assert progress.ended


@pytest.mark.parametrize("matching", [3, 0])
async def test_everybody_is_looked_at_at_once_if_nobody_was_found_and_else_in_the_next_call(matching):
    asked = []

    async def fetch(parameters):
        asked.append(dict(parameters).get("q"))
        count = 5 if asked[-1] is None else matching
        return RawPage(rows_of(count), total=count)

    walk = Walk(Plan((Leg((("q", "ada"),)), Leg(everybody=True)), None, "provider"), endpoint("page"), READ, fetch)
    progress = await walk.take(50, 50, Budget())
    assert (len(progress.users), progress.ended, progress.deferred) == (
        (3, False, True) if matching else (5, True, False)
    )
    again = await walk.take(50, 50, Budget())
    assert (len(again.users), again.ended) == ((2, True) if matching else (0, True))
    assert set(asked) == {"ada", None}


async def test_a_leg_through_everybody_that_has_begun_is_not_put_off_when_it_finds_somebody():
    async def fetch(parameters):
        given = dict(parameters)
        start = (int(given["page"]) - 1) * int(given["size"])
        return RawPage([] if "q" in given else rows_of(50)[start : start + int(given["size"])])

    plan = Plan((Leg((("q", "ada"),)), Leg(everybody=True)), Check(lambda user: user.id in ("u0003", "u0041")), "scan")
    progress = await Walk(plan, endpoint("page", 10), READ, fetch).take(5, 10, Budget())
    assert ([user.id for user in progress.users], progress.ended) == (["u0003", "u0041"], True)
    assert progress.scanned == 50


async def test_a_plan_without_requests_ends_at_once():
    progress = await Listed("page", rows_of(5)).walk(Plan((), None, "provider")).take(5, 5, Budget())
    assert (progress.ended, progress.users) == (True, [])


@pytest.mark.parametrize(
    ("fits", "found", "cut"),
    [
        (lambda user: user.id != "u0003", ["u0000", "u0001", "u0002"], True),
        (lambda _: False, [], True),
        (lambda _: True, [f"u{number:04}" for number in range(8)], False),
    ],
)
async def test_a_page_ends_before_a_user_who_does_not_fit(fits, found, cut):
    progress = await Listed("page", rows_of(10)).walk().take(8, 9, Budget(), fits)
    assert ([user.id for user in progress.users], progress.cut) == (found, cut)


@pytest.mark.parametrize("kind", PAGINATION)
@pytest.mark.parametrize("legs", [1, 2])
async def test_a_state_takes_at_most_64_kilobytes_however_long_the_walk(kind, legs):
    plan = Plan((Leg(),) * legs, None, "provider")
    walk = Listed(kind, rows_of(3300)).walk(plan, maximum=3)
    for _ in range(legs):
        await walk.take(3000, 3, Budget(requests=10_000))
    stored = json.dumps(walk.stored(), separators=(",", ":"))
    assert 20_000 < len(stored) <= 64 * 1024


async def test_a_state_survives_storage():
    walk = Listed("token", rows_of(30)).walk()
    await walk.take(7, 8, Budget())
    stored = walk.stored()
    assert WalkState.load(json.loads(json.dumps(stored))).dump() == stored


def fresh(house, name, store):
    """A new facade over the same store: what a restart leaves."""
    return house.open(name, store=store)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("limit", [7, 100])
async def test_after_a_restart_the_same_cursor_gives_the_same_page(house, ids_of, name, limit):
    store = MemoryStore()
    first = await house.open(name, store=store)
    page = await first.users(Request("list", name, Query(), limit))
    followed = await first.users(Request("list", name, Query(), limit, page.cursor))
    again = await first.users(Request("list", name, Query(), limit, page.cursor))
    restarted = await (await fresh(house, name, store)).users(Request("list", name, Query(), limit, page.cursor))
    assert ids_of(page) + ids_of(followed) == (await house.ids(name))[: 2 * limit]
    assert again.users == followed.users == restarted.users
    assert again.total == followed.total == restarted.total
    assert {page.complete, again.complete, restarted.complete} == {False}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("fault", ["null_records", "odd_records"])
async def test_odd_records_are_left_out_and_counted_and_a_restart_among_them_is_no_drift(house, ids_of, name, fault):
    await house.tell(name, "faults", kind=fault, every=1)
    store, found, skipped, cursor = MemoryStore(), [], [], None
    for limit in (1, 2, 1, 3, 100, 100, 100):
        page = await (await fresh(house, name, store)).users(Request("list", name, Query(), limit, cursor))
        found += ids_of(page)
        skipped += [note for note in page.notes if note.kind == "nameless"]
        assert [note for note in page.notes if note.kind == CHANGED] == []
        cursor = page.cursor
        if cursor is None:
            break
    assert found == await house.ids(name)
    assert skipped
    assert not page.complete  # some that may be users could not be read


@pytest.mark.parametrize("name", ["klavis", "monocloud", "delay", "braintrust"])
@pytest.mark.parametrize("limit", [25, 60])
async def test_an_empty_page_in_the_middle_is_not_taken_for_the_end(house, turn_pages, ids_of, name, limit):
    directories = await house.open(name)
    page = await directories.users(Request("list", name, Query(), limit))
    await house.tell(name, "faults", kind="empty_page")
    rest = await directories.users(Request("list", name, Query(), 237, page.cursor))
    assert ids_of([page, rest]) == await house.ids(name)
    assert (rest.complete, rest.notes) == (True, ())


@pytest.mark.parametrize("name", ["openphone", "quo"])
async def test_an_empty_page_with_a_token_is_asked_for_again_and_followed(house, turn_pages, ids_of, name):
    await house.tell(name, "faults", kind="empty_page", next=2)
    directories = await house.open(name)
    pages = await turn_pages(directories, name, 50)
    ids = await house.ids(name)
    assert ids_of(pages) == ids[50:] + ids[:50]  # twice empty; the top is looked at again behind the end
    assert pages[-1].complete


@pytest.mark.parametrize("name", ["klavis", "monocloud"])
async def test_empty_pages_that_contradict_the_total_end_the_call_and_not_the_list(house, ids_of, name):
    directories = await house.open(name)
    first = await directories.users(Request("list", name, Query(), 30))
    await house.tell(name, "faults", kind="empty_page", every=1)
    page = await directories.users(Request("list", name, Query(), 30, first.cursor))
    assert (page.complete, page.cursor is None) == (False, False)
    assert "an empty page although its own total says that more users follow" in str(page.notes[0])
    await house.tell(name, "faults", kind=None)
    rest = await directories.users(Request("list", name, Query(), 237, page.cursor))
    assert ids_of([first, page, rest]) == await house.ids(name)


@pytest.mark.parametrize("name", ALL)
async def test_a_page_that_comes_twice_is_asked_for_again(house, ids_of, name):
    directories = await house.open(name)
    first = await directories.users(Request("list", name, Query(), 30))
    await house.tell(name, "faults", kind="repeated_page")
    rest = await directories.users(Request("list", name, Query(), 237, first.cursor))
    assert ids_of([first, rest]) == await house.ids(name)
    assert (rest.complete, rest.notes) == (True, ())


@pytest.mark.parametrize("name", ALL)
async def test_a_page_that_comes_for_ever_ends_the_call_with_what_was_found(house, ids_of, name):
    directories = await house.open(name)
    first = await directories.users(Request("list", name, Query(), 30))
    await house.tell(name, "faults", kind="repeated_page", every=1)
    page = await directories.users(Request("list", name, Query(), 30, first.cursor))
    assert not page.complete
    assert "contradiction" in [note.kind for note in page.notes]
    await house.tell(name, "faults", kind=None)
    rest = await directories.users(Request("list", name, Query(), 237, page.cursor))
    assert ids_of([first, page, rest]) == await house.ids(name)
    assert len(await house.requests(name)) < 25


@pytest.mark.parametrize("name", ["braintrust", "openphone", "quo"])
async def test_a_token_that_leads_back_is_asked_for_again(house, ids_of, name):
    directories = await house.open(name)
    first = await directories.users(Request("list", name, Query(), 30))
    await house.tell(name, "faults", kind="token_loop")
    rest = await directories.users(Request("list", name, Query(), 237, first.cursor))
    assert ids_of([first, rest]) == await house.ids(name)
    assert rest.complete


@pytest.mark.parametrize("name", ["braintrust", "openphone", "quo"])
async def test_tokens_that_lead_round_for_ever_end_the_call(house, name):
    await house.tell(name, "faults", kind="token_loop", every=1)
    directories = await house.open(name)
    page = await directories.users(Request("list", name, Query(), 100))
    assert not page.complete
    assert page.cursor
    assert len(await house.requests(name)) < 10


@pytest.mark.parametrize("circle", [1, 2, 3, 50, 500])
async def test_a_circle_of_tokens_is_recognised(circle):
    async def fetch(parameters):
        at = int(dict(parameters).get("token", "0"))
        return RawPage([{"id": f"{at}-{dict(parameters)['size']}"}], {"next": str((at + 1) % circle)})

    walk = Walk(EVERYONE, endpoint("token"), READ, fetch)
    progress = await walk.take(None, 5, Budget())
    assert progress.stopped in (
        "The provider sent the same page twice.",
        "The provider's pages go in a circle: a position came up again.",
    )
    assert not progress.ended


@pytest.mark.parametrize("name", ALL)
async def test_a_budget_keeps_the_rows_and_the_cursor_goes_on(house, ids_of, requests_of, name):
    directories = await house.open(name, budget=requests_of(1))
    page = await directories.users(Request("list", name, Query(), 120 if name in ("openphone", "quo") else 110))
    if not page.complete and "out_of_requests" not in [note.kind for note in page.notes]:
        page = await directories.users(Request("list", name, Query(), 110, page.cursor))
    pages = [page]
    while pages[-1].cursor:
        assert not pages[-1].complete
        pages.append(await directories.users(Request("list", name, Query(), 110, pages[-1].cursor)))
    assert pages[-1].complete
    assert ids_of(pages) == (await house.ids(name))[-len(ids_of(pages)) :]


@pytest.mark.parametrize("name", ["openphone", "quo", "delay"])
async def test_a_budget_that_ends_a_call_is_told(house, ids_of, requests_of, name):
    directories = await house.open(name, budget=requests_of(1))
    page = await directories.users(Request("list", name, Query(), 200))
    size = 100 if name == "delay" else 50
    assert ids_of(page) == (await house.ids(name))[:size]
    assert [note.kind for note in page.notes] == ["out_of_requests"]
    assert (page.complete, page.scanned) == (False, size)


@pytest.mark.parametrize("name", ["openphone", "quo", "delay"])
@pytest.mark.parametrize("status", [401, 404, 429, 500])
async def test_a_fault_in_the_middle_keeps_the_rows_and_the_cursor_goes_on(house, ids_of, no_pauses, name, status):
    directories = await house.open(name)
    first = await directories.users(Request("list", name, Query(), 20))
    for fault in ({"kind": "null_records"}, *[{"kind": "status", "status": status}] * 3):
        await house.tell(name, "faults", **fault)
    page = await directories.users(Request("list", name, Query(), 200, first.cursor))
    assert 20 < len(page.users) < 200
    assert not page.complete
    goes_on = "Continue with the cursor in a minute." if status == 429 else "The cursor continues from there."
    assert any(f"({status})" in str(note) and str(note).endswith(goes_on) for note in page.notes)
    await house.tell(name, "faults", kind=None)
    rest = await directories.users(Request("list", name, Query(), 237, page.cursor))
    assert ids_of([first, page, rest]) == await house.ids(name)
    assert rest.cursor is None


@pytest.mark.parametrize("name", ["braintrust", "openphone", "quo"])
@pytest.mark.parametrize(("inserts", "deletes"), [(0.5, 0), (0, 0.5), (2, 2)])
async def test_who_is_there_throughout_comes_exactly_once_where_positions_are_users(
    house, turn_pages, ids_of, name, inserts, deletes
):
    before = set(await house.ids(name))
    if name == "braintrust":
        await house.tell(name, "behaviour", order="newest")
    await house.tell(name, "churn", inserts_per_request=inserts, deletes_per_request=deletes)
    directories = await house.open(name)
    found = ids_of(await turn_pages(directories, name, 10))
    assert before & set(await house.ids(name)) <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", ["klavis", "delay", "monocloud"])
async def test_who_moves_to_a_later_page_comes_once(house, turn_pages, ids_of, name):
    await house.tell(name, "behaviour", order="newest")
    before = await house.ids(name)
    await house.tell(name, "churn", inserts_per_request=1.5)
    directories = await house.open(name)
    found = ids_of(await turn_pages(directories, name, 20))
    assert [identity for identity in found if identity in before] == before
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", ["klavis", "monocloud"])
async def test_the_total_of_rows_that_moved_is_the_provider_s_last_one(house, turn_pages, name):
    directories = await house.open(name)
    first = await directories.users(Request("list", name, Query(), 50))
    await house.tell(name, "delete", ids=(await house.ids(name))[:3])
    page = await directories.users(Request("list", name, Query(), 237, first.cursor))
    assert page.complete
    assert page.total_exactness is None or page.total == 234


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("change", ["insert", "delete"])
async def test_a_page_that_moved_during_a_restart_loses_nobody_on_it(house, ids_of, name, change):
    await house.tell(name, "behaviour", order="newest")
    store = MemoryStore()
    directories = await house.open(name, store=store)
    first = await directories.users(Request("list", name, Query(), 10))
    second = await directories.users(Request("list", name, Query(), 5, first.cursor))
    before = await house.ids(name)
    await house.tell(name, change, **({"count": 2} if change == "insert" else {"ids": before[13:15]}))
    after = set(await house.ids(name))
    present = [identity for identity in before if identity in after]
    third = await (await fresh(house, name, store)).users(Request("list", name, Query(), 237, second.cursor))
    found = ids_of([first, second, third])
    assert [identity for identity in found if identity in present] == present
    assert len(found) == len(set(found))


async def test_who_moves_to_a_list_that_was_read_is_found_because_it_is_read_again():
    """Ten users are listed as invited or active. Number 7 becomes active when the active ones were read."""
    active, invited = [f"u{number}" for number in range(5)], [f"u{number}" for number in range(5, 10)]
    asked = []

    async def fetch(parameters):
        value = dict(parameters)["value"]
        if value == "invited" and "invited" not in asked:
            active.append(invited.pop(2))
        asked.append(value)
        rows = active if value == "active" else invited
        start = (int(dict(parameters).get("page", "1")) - 1) * int(dict(parameters)["size"])
        return RawPage([{"id": each} for each in rows[start : start + int(dict(parameters)["size"])]], total=len(rows))

    legs = (Leg((("value", "active"),)), Leg((("value", "invited"),)))
    table = endpoint("page").model_copy(update={"total": Total(path="total")})
    for rereads, found in ((True, 10), (False, 9)):
        walk = Walk(Plan(legs, None, "provider", rereads=rereads), table, READ, fetch)
        progress = await walk.take(50, 50, Budget())
        assert (progress.ended, len(progress.users), len({user.id for user in progress.users})) == (True, found, found)
        assert walk.evidence(ended=True).total is None  # that of one list says nothing about both
        active[:], invited[:] = [f"u{number}" for number in range(5)], [f"u{number}" for number in range(5, 10)]
        asked.clear()
