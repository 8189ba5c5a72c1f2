"""People of a search over several directories have one number on all of its pages, also after a restart."""

import json
from itertools import pairwise

import pytest

from user_directories import MemoryStore, Query, Request

ALL = ("klavis", "braintrust", "delay", "openphone", "quo", "monocloud")
EVERYBODY = Query(text="acme", exhaustive=True)


async def pages_of(house, limit, store=None, *, restarted=False):
    """All pages of one search; `restarted`: each from a server of its own."""
    store = store or MemoryStore()
    directories = await house.open(*ALL, store=store)
    pages = [await directories.users(Request("search", None, EVERYBODY, limit))]
    while pages[-1].cursor is not None:
        if restarted:
            directories = await house.open(*ALL, store=store)
        pages.append(await directories.users(Request("search", None, Query(), limit, pages[-1].cursor)))
    return pages


def people_in(pages):
    """The groups of users whom a reader of all pages takes for one person."""
    groups: list[set] = []
    for page in pages:
        for person in page.people:
            here = [(page.users[row].directory, page.users[row].user.id) for row in person.rows]
            named = [(seen.directory, seen.id) for seen in person.earlier if seen.id is not None]
            link = {person.number, *person.also, *here, *named}
            touched = [group for group in groups if group & link]
            groups = [group for group in groups if not group & link] + [link.union(*touched)]
    return {frozenset(each for each in group if isinstance(each, tuple)) for group in groups}


@pytest.mark.parametrize("limit", [6, 25])
async def test_pages_tell_the_same_people_as_one_page_for_all(house, limit):
    for name in ALL:
        await house.tell(name, "delete", count=150)
    (whole,) = await pages_of(house, 10_000)
    assert len(whole.people) > 3
    pages = await pages_of(house, limit)
    assert len(pages) > 3
    assert people_in(pages) == people_in([whole])
    assert [page.people for page in await pages_of(house, limit, restarted=True)] == [page.people for page in pages]


async def test_a_cursor_that_is_followed_again_gives_the_same_people(house):
    store = MemoryStore()
    pages = await pages_of(house, 25, store)
    cursor, people = next((page.cursor, after.people) for page, after in pairwise(pages) if after.people)
    for _ in range(2):
        directories = await house.open(*ALL, store=store)
        assert (await directories.users(Request("search", None, Query(), 25, cursor))).people == people


async def test_a_cursor_of_one_directory_keeps_nothing_of_people(house):
    store = MemoryStore()
    directories = await house.open("delay", store=store)
    page = await directories.users(Request("search", "delay", EVERYBODY, 10))
    assert json.loads(store.get(page.cursor)[0])["people"] == {}


async def test_a_cursor_keeps_no_address(house):
    store = MemoryStore()
    pages = await pages_of(house, 25, store)
    kept = "".join(store.get(page.cursor)[0] for page in pages if page.cursor)
    addresses = {found.user.email for page in pages for found in page.users if found.user.email}
    assert addresses
    assert not [address for address in addresses if address in kept]


async def test_a_masked_address_links_nobody_over_pages(house):
    settings = [house.settings(name, fields={"email": "masked"}) for name in ("delay", "openphone")]
    directories = await house.open(*settings)
    page = await directories.users(Request("search", None, Query(text="a", exhaustive=True), 10))
    pages = [page]
    while page.cursor is not None:
        page = await directories.users(Request("search", None, Query(), 10, page.cursor))
        pages.append(page)
    assert len(pages) > 2
    assert not [page for page in pages if page.people]
