"""All directories at once: what one cannot give, the others do, and what is missing is named."""

import pytest

from user_directories import (
    Directories,
    MemoryStore,
    Query,
    Request,
    UnknownDirectory,
    UserDirectoryError,
    built_in_names,
    conditions,
    read_order,
)

ALL = ("klavis", "braintrust", "delay", "openphone", "quo", "monocloud")


async def everybody(house, names=ALL):
    return {(name, identity) for name in names for identity in await house.ids(name)}


def found_on(pages):
    return [(found.directory, found.user.id) for page in pages for found in page.users]


@pytest.mark.parametrize("limit", [4, 25, 100])
async def test_a_list_of_all_directories_has_every_user_of_each_once(house, turn_pages, limit):
    if limit == 4:
        for name in ALL:
            await house.tell(name, "delete", count=225)
    directories = await house.open(*ALL)
    pages = await turn_pages(directories, None, limit)
    found = found_on(pages)
    assert len(found) == len(set(found))
    assert set(found) == await everybody(house)
    assert {len(page.users) for page in pages[:-1]} == {limit}
    assert pages[-1].complete
    assert pages[-1].users


async def test_each_directory_first_gives_an_equal_share(house):
    directories = await house.open(*ALL)
    page = await directories.users(Request("list", None, Query(), 60))
    counts = {name: sum(found.directory == name for found in page.users) for name in ALL}
    assert counts == dict.fromkeys(ALL, 10)
    assert page.directories == ALL
    assert (page.total, page.total_exactness) == (None, None)


async def test_what_a_small_directory_can_not_fill_the_others_do(house):
    await house.tell("klavis", "delete", count=235)
    await house.tell("quo", "delete", count=237)
    directories = await house.open("klavis", "quo", "delay")
    page = await directories.users(Request("list", None, Query(), 30))
    counts = {name: sum(found.directory == name for found in page.users) for name in page.directories}
    assert counts == {"klavis": 2, "quo": 0, "delay": 28}


async def test_directories_are_asked_at_the_same_time(house):
    for name in ALL:
        await house.tell(name, "behaviour", latency=0.1)
    directories = await house.open(*ALL)
    await directories.users(Request("list", None, Query(), 12))
    began = [(await house.requests(name))[0]["t"] for name in ALL]
    assert max(began) - min(began) < 0.1


@pytest.mark.parametrize(("broken", "status"), [*((name, 401) for name in ALL), ("quo", 500)])
async def test_one_that_fails_is_named_and_hides_nobody_of_the_others(house, broken, status):
    for name in ALL:
        await house.tell(name, "delete", count=200)
    await house.tell(broken, "faults", kind="status", status=status, next=50)
    directories = await house.open(*ALL)
    page = await directories.users(Request("list", None, Query(), 60))
    assert len(page.users) == 60
    assert {found.directory for found in page.users} == set(ALL) - {broken}
    assert not page.complete
    assert [note.directories for note in page.notes] == [(broken,)]
    assert f"({status})" in str(page.notes[0])
    await house.tell(broken, "faults", kind=None)
    pages = [page]
    while pages[-1].cursor:
        pages.append(await directories.users(Request("list", None, Query(), 100, pages[-1].cursor)))
    found = found_on(pages)
    assert len(found) == len(set(found))
    assert set(found) == await everybody(house)
    assert pages[-1].complete


async def test_when_all_fail_it_is_an_error_that_names_each(house):
    for name in ALL:
        await house.tell(name, "faults", kind="status", status=401, next=9)
    directories = await house.open(*ALL)
    with pytest.raises(UserDirectoryError) as error:
        await directories.users(Request("list", None, Query(), 10))
    assert f"{', '.join(ALL)}: it does not accept the API key (401)" in str(error.value)


async def test_a_filter_that_some_lack_is_answered_by_the_others_and_the_lacking_are_named_to_the_end(
    house, turn_pages
):
    directories = await house.open(*ALL)
    pages = await turn_pages(directories, None, 100, Query(filters=conditions({"status": ["active"]})))
    assert {found.directory for page in pages for found in page.users} == {"delay", "monocloud"}
    for page in pages:
        assert not page.complete
        named = [name for note in page.notes if note.kind == "not_searched" for name in note.directories]
        assert named == ["klavis", "braintrust", "openphone", "quo"]


async def test_a_filter_that_all_lack_is_an_error(house):
    directories = await house.open("klavis", "quo")
    with pytest.raises(UserDirectoryError, match="this directory has no such field"):
        await directories.users(Request("list", None, Query(filters=conditions({"username": ["ada"]})), 10))
    with pytest.raises(UserDirectoryError, match="cannot sort by"):
        await directories.users(Request("list", None, Query(order=read_order("name")), 10))


async def test_a_person_is_found_in_every_directory_that_knows_them(house, turn_pages):
    addresses = {name: {user_email(name, record) for record in house.sandbox.records(name)} for name in ALL}
    shared = next(
        email
        for email in sorted(filter(None, addresses["delay"]))
        if sum(email in known for known in addresses.values()) >= 3
    )
    directories = await house.open(*ALL)
    pages = await turn_pages(directories, None, 25, Query(text=shared, exhaustive=True))
    assert {found.directory for page in pages for found in page.users} == {
        name for name, known in addresses.items() if shared in known
    }
    assert pages[-1].complete


def user_email(name, record):
    match name:
        case "klavis":
            return record["userId"]
        case "monocloud":
            return next(email["email"] for email in record["emails"] if email["primary"])
        case _:
            return record["email"]


async def test_two_tenants_of_one_provider_are_two_directories(house, ids_of):
    directories = await house.open(house.settings("quo", name="quo-eu"), house.settings("quo"))
    assert directories.names == ("quo-eu", "quo")
    page = await directories.users(Request("list", None, Query(), 10))
    assert [found.directory for found in page.users] == ["quo-eu", "quo"] * 5  # the same people, side by side
    first = (await house.ids("quo"))[:5]
    assert ids_of(page) == [identifier for identifier in first for _ in page.directories]


async def test_an_unknown_directory_is_told_the_known_ones(house):
    directories = await house.open("quo", "delay")
    for ask in (
        directories.users(Request("list", "hr", Query(), 5)),
        directories.count(Request("count", "hr", Query())),
        directories.user_by_id("hr", "1"),
        directories.user_by_email("hr", "a@b.example"),
    ):
        with pytest.raises(UnknownDirectory, match="There is no directory 'hr'"):
            await ask


async def test_without_any_directory_every_question_says_what_to_do():
    async with Directories([], MemoryStore()) as directories:
        assert directories.names == ()
        assert directories.capabilities() == ()
        for ask in (
            directories.users(Request("list", None, Query(), 5)),
            directories.count(Request("count", None, Query())),
        ):
            with pytest.raises(UserDirectoryError, match="Call describe to see what"):
                await ask


async def test_capabilities_come_in_the_order_of_the_configuration(house):
    directories = await house.open("quo", "delay", "klavis")
    assert [able.directory for able in directories.capabilities()] == ["quo", "delay", "klavis"]
    assert set(built_in_names()) == set(ALL)


async def test_a_budget_is_shared_by_all_directories_of_a_call(house, requests_of):
    directories = await house.open("quo", "openphone", "delay", budget=requests_of(4))
    await directories.users(Request("list", None, Query(), 600))
    spent = [len(await house.requests(name)) for name in ("quo", "openphone", "delay")]
    assert sum(spent) <= 6  # each is asked once at least
    assert min(spent) >= 1


async def test_nothing_is_left_open_behind_the_context(house):
    directories = await house.open("quo")
    await directories.users(Request("list", "quo", Query(), 5))
    await directories.__aexit__(None, None, None)
    await directories.__aexit__(None, None, None)
