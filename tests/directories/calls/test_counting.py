"""How many users match, and how far that number can be trusted."""

import re
from dataclasses import replace
from types import MappingProxyType

import pytest

from user_directories import Budget, Count, Query, Request, built_in, built_in_names, conditions
from user_directories.errors import UpstreamError, UpstreamUnauthorized
from user_directories.manifest import FilterRule


@pytest.mark.parametrize(
    ("name", "count", "exactness", "method", "requests"),
    [
        ("klavis", 237, "exact", "total", 2),  # the first total of a process is looked behind
        ("monocloud", 237, "exact", "total", 2),
        ("openphone", 260, "estimate", "total", 1),
        ("quo", 237, "exact", "walk", 10),  # four boundaries are looked at again, and the top
        ("delay", 237, "exact", "probes", 10),
        ("braintrust", 237, "exact", "walk", 5),
    ],
)
async def test_a_count_costs_as_little_as_the_provider_allows(house, name, count, exactness, method, requests):
    directories = await house.open(name)
    (counted,), cursor, notes = await directories.count(Request("count", name, Query()))
    assert (counted.directory, counted.count, counted.exactness, counted.method) == (name, count, exactness, method)
    assert (cursor, notes) == (None, ())
    assert len(await house.requests(name)) <= requests
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", counted.as_of)


@pytest.mark.parametrize("name", built_in_names())
async def test_an_exhaustive_count_is_exact_everywhere(house, name):
    directories = await house.open(name)
    (counted,), _, _ = await directories.count(Request("count", name, Query(exhaustive=True)))
    assert (counted.count, counted.exactness) == (237, "exact")


@pytest.mark.parametrize("name", built_in_names())
async def test_nobody_is_counted_as_none_and_not_as_unknown(house, name):
    await house.tell(name, "delete", count=237)
    directories = await house.open(name)
    (counted,), _, _ = await directories.count(Request("count", name, Query(exhaustive=True)))
    assert (counted.count, counted.exactness) == (0, "exact")


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("delay", {"status": "active"}),
        ("delay", {"status": ["active", "risky"], "role": ["saas_user", "saas_admin"]}),
        ("delay", {"created_after": "2023-01-01"}),
        ("openphone", {"role": "admin"}),
        ("klavis", {"created_before": "2020-01-01"}),
        ("monocloud", {"status": "active"}),
    ],
)
async def test_a_count_with_filters_is_the_length_of_the_list(house, turn_pages, ids_of, name, filters):
    directories = await house.open(name)
    query = Query(filters=conditions(filters))
    (counted,), _, _ = await directories.count(Request("count", name, query))
    listed = ids_of(await turn_pages(directories, name, 100, query))
    assert (counted.count, counted.exactness) == (len(listed), "exact")


async def test_a_text_is_counted_among_everybody_though_the_provider_chose_first(house, turn_pages, ids_of):
    directories = await house.open("monocloud")
    counts, cursor, _ = await directories.count(Request("count", "monocloud", Query(text="an")))
    while cursor is not None:
        assert counts[0].exactness == "at_least"
        counts, cursor, _ = await directories.count(Request("count", "monocloud", Query(), cursor=cursor))
    everybody = await turn_pages(directories, "monocloud", 100, Query(text="an", exhaustive=True))
    assert (counts[0].count, counts[0].exactness) == (len(ids_of(everybody)), "exact")


async def test_bounds_that_exclude_each_other_count_nobody_and_ask_nothing(house):
    directories = await house.open("delay")
    query = Query(filters=conditions({"created_after": "2024-01-01", "created_before": "2023-01-01"}))
    (counted,), cursor, _ = await directories.count(Request("count", "delay", query))
    assert (counted.count, counted.exactness, cursor) == (0, "exact", None)
    assert await house.requests("delay") == []


async def test_a_budget_counts_at_least_so_many_and_the_cursor_counts_on(house, requests_of):
    directories = await house.open("quo", budget=requests_of(2))
    numbers, cursor = [], None
    while True:
        (counted,), cursor, _ = await directories.count(Request("count", "quo", Query(), cursor=cursor))
        numbers.append((counted.count, counted.exactness))
        if cursor is None:
            break
    pages = [(100, "at_least"), (150, "at_least"), (200, "at_least"), (237, "at_least"), (237, "exact")]
    assert numbers == pages  # every second request looks at a page again


@pytest.mark.parametrize("name", ["delay", "monocloud", "klavis"])
@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize(("inserts", "deletes"), [(2, 0), (0, 2), (3, 3)])
async def test_a_count_that_is_called_exact_was_true_at_some_moment_of_the_call(
    house, requests_of, name, order, inserts, deletes
):
    await house.tell(name, "behaviour", order=order)
    await house.tell(name, "churn", inserts_per_request=inserts, deletes_per_request=deletes)
    directories = await house.open(name, budget=requests_of(100))  # a list that grows faster than it is read has no end
    for query in (Query(), Query(exhaustive=True)):
        before = len(await house.ids(name))
        (counted,), _, _ = await directories.count(Request("count", name, query))
        low, high = sorted((before, len(await house.ids(name))))
        assert low <= counted.count <= high or counted.exactness != "exact"


async def test_records_without_an_id_are_not_counted_and_make_no_count_exact(house):
    await house.tell("quo", "faults", kind="odd_records")
    directories = await house.open("quo")
    (counted,), _, _ = await directories.count(Request("count", "quo", Query()))
    assert (counted.count, counted.exactness) == (237, "at_least")
    assert str(counted.notes[0]) == "5 records have no usable id and were left out."


async def test_a_total_that_does_not_come_is_counted(house):
    await house.tell("monocloud", "behaviour", x_pagination=False)
    directories = await house.open("monocloud")
    (counted,), _, _ = await directories.count(Request("count", "monocloud", Query()))
    assert (counted.count, counted.exactness, counted.method) == (237, "exact", "probes")


@pytest.mark.parametrize("name", ["klavis", "quo"])
async def test_a_count_that_can_not_begin_is_an_error(house, name):
    await house.tell(name, "faults", kind="status", status=401)
    directories = await house.open(name)
    with pytest.raises(UpstreamUnauthorized):
        await directories.count(Request("count", name, Query()))


async def test_a_fault_in_the_middle_counts_at_least_so_many_and_the_cursor_counts_on(house, requests_of):
    directories = await house.open("quo", budget=requests_of(3))
    (counted,), cursor, _ = await directories.count(Request("count", "quo", Query()))
    await house.tell("quo", "faults", kind="null_records")
    await house.tell("quo", "faults", kind="status", status=500)
    (counted,), cursor, _ = await directories.count(Request("count", "quo", Query(), cursor=cursor))
    assert (counted.count, counted.exactness) == (150, "at_least")
    assert any("(500)" in str(note) for note in counted.notes)
    while cursor is not None:
        (counted,), cursor, _ = await directories.count(Request("count", "quo", Query(), cursor=cursor))
    assert counted.count == 237


async def test_all_directories_are_counted_each_for_itself_and_one_failure_hides_no_number(house):
    await house.tell("delay", "faults", kind="status", status=401, next=9)
    directories = await house.open(*built_in_names())
    counts, cursor, _ = await directories.count(Request("count", None, Query()))
    numbers = {counted.directory: counted.count for counted in counts}
    assert numbers == {"klavis": 237, "braintrust": 237, "delay": None, "openphone": 260, "quo": 237, "monocloud": 237}
    failed = next(counted for counted in counts if counted.directory == "delay")
    assert (failed.exactness, "(401)" in str(failed.notes[0])) == (None, True)
    await house.tell("delay", "faults", kind=None)
    counts, cursor, _ = await directories.count(Request("count", None, Query(), cursor=cursor))
    assert [(counted.directory, counted.count, cursor) for counted in counts] == [("delay", 237, None)]


async def test_a_total_of_a_filter_that_the_provider_ignores_is_not_believed(house):
    ignored = FilterRule(parameter="no_such_parameter", match="exact")
    manifest = built_in("monocloud").model_copy(update={"filters": {"status": {"is": ignored}}})
    directories = await house.open(house.settings("monocloud", manifest=manifest))
    query = Query(filters=conditions({"status": ["disabled"]}))
    (count,) = (await directories.count(Request("count", "monocloud", query))).counts
    assert count.count == sum(record["disabled"] for record in house.sandbox.records("monocloud")) > 0
    assert (count.exactness, count.method) == ("exact", "walk")
    assert "filter_ignored" in [note.kind for note in count.notes]
    listed = await directories.users(Request("list", "monocloud", query, 5))
    assert (listed.total, len(listed.users)) == (None, 5)


NUMBERED = """
version = 1
name = "acme"
title = "Acme"
docs = "https://acme.example/docs"
base_url = "https://acme.example"
[auth]
environment = "ACME_KEY"
[list]
path = "/users"
items = "users"
page_size = { parameter = "size", maximum = 100 }
pagination = { strategy = "page", parameter = "page" }
[user]
id = "id"
status = "status"
[filters.status]
is = { parameter = "status", match = "exact" }
"""


def people(count):
    """So many users, of whom every third is gone."""
    return [{"id": f"u{number}", "status": "active" if number % 3 else "gone"} for number in range(count)]


@pytest.fixture
def numbered(provider, answering, open_own):
    """Open a directory on numbered pages. `statuses` are those of requests by their number; `beyond` answers a page
    behind the end: a status, or None for an answer without a list.
    """

    async def opened(users, statuses=MappingProxyType({}), beyond=200, **options):
        def answer(asked):
            size, page = int(asked.query["size"]), int(asked.query["page"])
            rows = users[(page - 1) * size : page * size]
            status = statuses.get(len(provider.asked), 200 if rows else beyond)
            return answering({"users": None}) if status is None else answering({"users": rows}, status)

        provider.answer = answer
        return await open_own(NUMBERED, **options)

    return opened


async def count_on(directories, cursor=None):
    """The counts of all calls to the end."""
    counts: list[Count] = []
    while not counts or cursor is not None:
        (counted,), cursor, _ = await directories.count(Request("count", "acme", Query(), cursor=cursor))
        counts.append(counted)
        assert len(counts) < 100
    return counts


@pytest.mark.parametrize("beyond", [200, 400, 404, 500, None])
async def test_an_answer_behind_the_end_is_no_fault_of_a_count(numbered, beyond):
    (counted,) = await count_on(await numbered(people(1_020), beyond=beyond))
    assert (counted.count, counted.exactness, counted.method) == (1_020, "exact", "probes")
    assert counted.notes == ()


async def test_a_list_that_fits_on_a_page_is_read_and_not_probed(numbered, provider):
    (counted,) = await count_on(await numbered(people(60)))
    assert (counted.count, counted.exactness, counted.method) == (60, "exact", "walk")
    assert len(provider.asked) <= 7  # the first end of a process is looked behind


@pytest.mark.parametrize("status", [401, 429, 503])
@pytest.mark.parametrize("request_number", [2, 4, 6])
async def test_a_fault_while_probing_keeps_what_is_known_and_the_cursor_walks_on(
    numbered, no_pauses, status, request_number
):
    faults = dict.fromkeys(range(request_number, 100), status)
    directories = await numbered(people(2_500), faults, budget=lambda: Budget(seconds=3.0))
    (first,), cursor, _ = await directories.count(Request("count", "acme", Query()))
    assert (first.exactness, first.method) == ("at_least", "probes")
    assert 100 <= first.count <= 2_500
    assert f"({status})" in str(first.notes[0])
    with pytest.raises(UpstreamError):  # nothing more is learned
        await directories.count(Request("count", "acme", Query(), cursor=cursor))
    faults.clear()
    last = (await count_on(directories, cursor))[-1]
    assert (last.count, last.exactness, last.method) == (2_500, "exact", "walk")


async def test_a_fault_before_anything_is_known_is_an_error(numbered):
    directories = await numbered(people(500), statuses={1: 401})
    with pytest.raises(UpstreamUnauthorized):
        await directories.count(Request("count", "acme", Query()))


async def test_a_slow_directory_has_at_least_what_one_page_shows_and_the_cursor_walks_on(numbered, provider):
    directories = await numbered(people(250), budget=lambda: Budget(seconds=0.0))  # which is time for one request
    first, *rest = await count_on(directories)
    assert (first.count, first.exactness, first.method) == (100, "at_least", "probes")
    assert [note.kind for note in first.notes] == ["out_of_seconds"]
    assert len(provider.asked) == 1 + len(rest)
    assert [counted.exactness for counted in rest] == ["at_least"] * (len(rest) - 1) + ["exact"]
    assert (rest[-1].count, rest[-1].method) == (250, "walk")


async def test_a_count_over_a_directory_that_answers_slowly_says_at_least_and_has_a_cursor_until_it_is_exact(house):
    await house.tell("delay", "behaviour", latency=0.3)
    directories = await house.open("delay", budget=lambda: Budget(seconds=0.4))  # time for one answer, not for two
    request, cursor = Request("count", "delay", Query()), None
    counts: list[Count] = []
    while cursor is not None or not counts:
        (counted,), cursor, _ = await directories.count(replace(request, cursor=cursor))
        counts.append(counted)
        assert [note.kind for note in counted.notes] == ([] if cursor is None else ["out_of_seconds"])
        assert len(counts) < 30
    assert [counted.exactness for counted in counts] == ["at_least"] * (len(counts) - 1) + ["exact"]
    assert (counts[0].count, counts[-1].count) == (100, len(await house.ids("delay")))


@pytest.mark.parametrize("name", ["delay", "monocloud"])
async def test_a_search_over_a_slow_directory_gets_somewhere_in_every_call(house, name):
    """An empty answer is asked for again at once, so a call with time for one answer would learn nothing."""
    await house.tell(name, "behaviour", latency=0.1)
    directories = await house.open(name, budget=lambda: Budget(seconds=0.05))
    request, pages, cursor = Request("search", name, Query(text="zzyzx"), 100), 0, None
    while cursor is not None or not pages:
        page = await directories.users(replace(request, cursor=cursor))
        cursor, pages = page.cursor, pages + 1
        assert pages < 30
    assert (page.users, page.complete) == ((), True)


async def test_no_count_says_less_than_an_earlier_one_of_the_same_walk(numbered, requests_of):
    counts = await count_on(await numbered(people(5_000), budget=requests_of(7)))
    assert [counted.method for counted in counts[:2]] == ["probes", "walk"]
    assert counts[0].count >= 1_600
    assert [counted.count for counted in counts] == sorted(counted.count for counted in counts)
    assert (counts[-1].count, counts[-1].exactness) == (5_000, "exact")


async def test_the_end_of_a_walk_is_right_and_not_what_was_known_before(numbered, requests_of):
    directories = await numbered(users := people(5_000), budget=requests_of(7))
    (first,), cursor, _ = await directories.count(Request("count", "acme", Query()))
    del users[150:]
    last = (await count_on(directories, cursor))[-1]
    assert (first.count > 150, last.count, last.exactness) == (True, 150, "exact")


async def test_no_request_is_sent_after_the_budget_for_requests(numbered, provider, requests_of):
    directories = await numbered(people(5_000), budget=requests_of(6))
    await directories.count(Request("count", "acme", Query()))
    assert len(provider.asked) == 6


async def test_a_walk_after_probing_has_the_rest_of_the_budget(numbered, provider, requests_of):
    directories = await numbered(
        people(300), beyond=404, budget=requests_of(8)
    )  # a full last page, and refusals behind it
    (counted,), cursor, _ = await directories.count(Request("count", "acme", Query()))
    assert (counted.method, counted.exactness, len(provider.asked)) == ("walk", "at_least", 8)
    assert cursor is not None


async def test_rows_that_do_not_match_a_filter_are_not_counted_by_probes(numbered):
    directories = await numbered(people(250))  # it ignores the filter
    query = Query(filters=conditions({"status": ["active"]}))
    (counted,), _, _ = await directories.count(Request("count", "acme", query))
    assert (counted.count, counted.method) == (sum(number % 3 != 0 for number in range(250)), "walk")


@pytest.mark.parametrize(("stated", "users", "exactness"), [(100, 150, "estimate"), (150, 150, "exact")])
async def test_a_total_is_believed_once_nothing_was_found_behind_it(
    provider, answering, open_own, stated, users, exactness
):
    rows = people(users)

    def answer(asked):
        size, page = int(asked.query["size"]), int(asked.query.get("page", "1"))
        return answering({"users": rows[(page - 1) * size : page * size], "total": stated})

    provider.answer = answer
    directories = await open_own(NUMBERED.replace("[user]", 'total = { path = "total" }\n[user]', 1))
    first, again = await count_on(directories), await count_on(directories)
    assert [counted.exactness for (counted,) in (first, again)] == [exactness] * 2
    assert len(provider.asked) == 3
