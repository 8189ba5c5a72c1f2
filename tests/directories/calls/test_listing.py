"""Pages of users: everyone once, in the provider's order, and never more than was asked for."""

import pytest

from user_directories import Query, Request, built_in_names, conditions
from user_directories.users.matching import matches_text


@pytest.mark.parametrize("name", built_in_names())
@pytest.mark.parametrize("limit", [1, 25, 100])
async def test_a_list_to_the_end_is_everybody(house, turn_pages, ids_of, name, limit):
    if limit == 1:
        await house.tell(name, "delete", count=220)
    directories = await house.open(name)
    pages = await turn_pages(directories, name, limit)
    ids = await house.ids(name)
    assert ids_of(pages) == ids
    assert [len(page.users) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
    assert (pages[-1].total, pages[-1].total_exactness, pages[-1].cursor) == (len(ids), "exact", None)
    assert {page.searched[name] for page in pages} == {"provider"}
    assert {found.directory for page in pages for found in page.users} == {name}


@pytest.mark.parametrize("name", built_in_names())
async def test_a_directory_without_users_is_complete_at_once(house, name):
    await house.tell(name, "delete", count=237)
    directories = await house.open(name)
    page = await directories.users(Request("list", name, Query(), 25))
    assert (page.users, page.complete, page.cursor, page.total, page.notes) == ((), True, None, 0, ())


@pytest.mark.parametrize(
    ("name", "total", "exactness"),
    [
        ("klavis", 237, "estimate"),
        ("monocloud", 237, "estimate"),
        ("openphone", 260, "estimate"),
        ("quo", None, None),
        ("delay", None, None),
        ("braintrust", None, None),
    ],
)
async def test_a_first_page_tells_the_total_where_the_provider_does(house, name, total, exactness):
    directories = await house.open(name)
    page = await directories.users(Request("list", name, Query(), 10))
    assert (page.total, page.total_exactness, page.scanned) == (total, exactness, 10)


@pytest.mark.parametrize("name", ["klavis", "monocloud"])
async def test_a_first_page_tells_an_exact_total_after_a_count_saw_where_it_ends(house, name):
    directories = await house.open(name)
    await directories.count(Request("count", name, Query()))
    page = await directories.users(Request("list", name, Query(), 10))
    assert (page.total, page.total_exactness) == (237, "exact")


def shown(name, record):
    """The name, address and id of a record, as far as it has them."""
    match name:
        case "klavis":
            return record["userId"], None, record["userId"]
        case "monocloud":
            return record["user_id"], record["claims"].get("name"), record["emails"][0]["email"]
        case "delay":
            return record["id"], record["name"], record["email"]
        case "braintrust":
            return record["id"], record["given_name"], record["email"]
        case _:
            return record["id"], record["firstName"], record["email"]


@pytest.mark.parametrize("name", built_in_names())
async def test_a_user_is_found_by_id_name_and_address(house, turn_pages, ids_of, name):
    directories = await house.open(name)
    records = [shown(name, record) for record in house.sandbox.records(name)]
    identity, given, email = next(record for record in records[100:] if name == "klavis" or all(record))
    for text in (identity, given, email, email and email.upper()):
        if text:
            pages = await turn_pages(directories, name, 100, Query(text=text))
            assert identity in ids_of(pages)


@pytest.mark.parametrize("name", built_in_names())
@pytest.mark.parametrize("text", ["an", "ö"])
async def test_an_exhaustive_search_finds_all_whom_a_look_at_everybody_finds(house, turn_pages, ids_of, name, text):
    directories = await house.open(name)
    everybody = [found.user for page in await turn_pages(directories, name, 100) for found in page.users]
    found = await turn_pages(directories, name, 100, Query(text=text, exhaustive=True))
    assert sorted(ids_of(found)) == sorted([user.id for user in everybody if matches_text(text)(user)])
    assert found[-1].complete
    assert found[-1].searched == {name: "scan"}
    assert sum(page.scanned for page in found) == 237


@pytest.mark.parametrize("name", ["delay", "monocloud", "braintrust"])
async def test_a_search_followed_to_its_end_finds_no_fewer_than_an_exhaustive_one(house, turn_pages, ids_of, name):
    directories = await house.open(name)
    user = (await directories.users(Request("list", name, Query(), 100))).users[60].user
    text = user.name or user.email
    found = await turn_pages(directories, name, 10, Query(text=text))
    everybody = await turn_pages(directories, name, 100, Query(text=text, exhaustive=True))
    assert set(ids_of(found)) == set(ids_of(everybody)) != set()
    assert len(ids_of(found)) == len(set(ids_of(found)))
    assert found[-1].complete


async def test_a_search_that_the_provider_can_do_does_not_look_at_everybody_first(house):
    shown = dict.fromkeys(("phone_numbers", "public_data", "private_data", "provider_ids"), "full")
    directories = await house.open(house.settings("monocloud", fields=shown))
    email = next(iter(house.sandbox.records("monocloud")))["emails"][0]["email"]
    page = await directories.users(Request("search", "monocloud", Query(text=email), 10))
    assert page.searched == {"monocloud": "provider+checked"}
    assert page.scanned < 10
    assert "filter=" in (await house.queries("monocloud"))[0]


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("delay", {"status": "suspended"}),
        ("delay", {"status": ["suspended", "risky"], "role": "saas_user_client"}),
        ("delay", {"created_after": "2021-01-01", "created_before": "2022-01-01"}),
        ("delay", {"updated_after": "2024-06-01", "status": "active"}),
        ("monocloud", {"status": "disabled"}),
        ("monocloud", {"created_before": "2020-01-01"}),
        ("openphone", {"role": ["admin", "owner"]}),
        ("quo", {"updated_before": "2021-01-01"}),
        ("braintrust", {"created_after": "2024-01-01"}),
        ("klavis", {"created_before": "2019-06-01"}),
    ],
)
async def test_a_filter_finds_whom_it_means(house, turn_pages, ids_of, name, filters):
    directories = await house.open(name)
    everybody = [found.user for page in await turn_pages(directories, name, 100) for found in page.users]
    pages = await turn_pages(directories, name, 7, Query(filters=conditions(filters)))
    assert set(ids_of(pages)) == {user.id for user in everybody if meets(user, filters)} != set()
    assert len(ids_of(pages)) == len(set(ids_of(pages)))
    assert pages[-1].complete
    assert all(page.users for page in pages)


def meets(user, filters):
    for name, wanted in filters.items():
        if name.endswith("_after"):
            met = (user.value(name.removesuffix("_after") + "_at") or "") >= wanted
        elif name.endswith("_before"):
            moment = user.value(name.removesuffix("_before") + "_at")
            met = moment is not None and moment < wanted
        else:
            met = user.value(name) in wanted
        if not met:
            return False
    return True


async def test_names_are_filtered_without_regard_to_case_and_accents(house, ids_of):
    directories = await house.open("quo")
    record = next(
        record for record in house.sandbox.records("quo") if record["firstName"] and "é" in record["firstName"]
    )
    typed = record["firstName"].replace("é", "E")
    page = await directories.users(Request("search", "quo", Query(filters=conditions({"given_name": [typed]})), 100))
    assert record["id"] in ids_of(page)


async def test_a_page_ends_before_the_user_who_does_not_fit_and_the_next_begins_there(house, ids_of):
    directories = await house.open("delay")
    offered = []

    def fits(found):
        offered.append(found.user.id)
        return len(offered) < 10

    page = await directories.users(Request("list", "delay", Query(), 50, None, fits))
    assert 9 <= len(page.users) <= 10
    assert not page.complete
    rest = await directories.users(Request("list", "delay", Query(), 100, page.cursor))
    assert ids_of([page, rest]) == (await house.ids("delay"))[: len(page.users) + 100]


async def test_a_filter_that_the_provider_ignores_is_still_kept_and_told(house, turn_pages, ids_of):
    settings = house.settings("delay")
    rule = settings.manifest.filter_rule("status").model_copy(update={"parameter": "state"})
    filters = dict(settings.manifest.filters) | {"status": {"is": rule}}
    directories = await house.open(
        house.settings("delay", manifest=settings.manifest.model_copy(update={"filters": filters}))
    )
    pages = await turn_pages(directories, "delay", 100, Query(filters=conditions({"status": ["suspended"]})))
    expected = [record["id"] for record in house.sandbox.records("delay") if record["status"] == "suspended"]
    assert ids_of(pages) == expected
    assert "filter_ignored" in [note.kind for note in pages[-1].notes]
