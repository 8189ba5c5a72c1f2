"""How many users match, and how far that number can be trusted."""

import re

import pytest

from user_directories import Query, Request, built_in, built_in_names, conditions
from user_directories.errors import UpstreamUnauthorized
from user_directories.manifest import FilterRule


@pytest.mark.parametrize(
    ("name", "count", "exactness", "method", "requests"),
    [
        ("klavis", 237, "exact", "total", 1),
        ("monocloud", 237, "exact", "total", 1),
        ("openphone", 260, "estimate", "total", 1),
        ("quo", 237, "exact", "walk", 9),  # four boundaries are looked at again
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
