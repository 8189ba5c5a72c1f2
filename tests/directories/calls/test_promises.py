"""A search that is promised to be whole: one request is enough, until it is seen to miss somebody."""

import pytest

from user_directories import Query, Request

PAGE = """
version = 1
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"
auth = {{ environment = "ACME_KEY" }}
search = {{ parameter = "q", match = "contains"{promise} }}
list.path = "/p"
list.items = "@"
list.page_size = {{ parameter = "n" }}
list.pagination = {{ strategy = "page", parameter = "p" }}
user = {{ id = "id", name = "name" }}
"""
WHOLE = ", whole = true"
PEOPLE = [{"id": "1", "name": "Ada King"}, {"id": "2", "name": "Ada Lovelace"}, {"id": "3", "name": "Grace Hopper"}]


@pytest.fixture
def opened(provider, answering, open_own):
    """A directory of three, whose search finds only the users that are `indexed`."""

    async def directory(promise, indexed=("1", "2", "3")):
        def answer(asked):
            text = asked.query.get("q", "").lower()
            found = [each for each in PEOPLE if text in each["name"].lower() and (not text or each["id"] in indexed)]
            return answering(found if asked.query.get("p", "1") == "1" else [])

        provider.answer = answer
        return await open_own(PAGE.format(promise=promise))

    return directory


async def search(directories, text, *, exhaustive=False):
    return await directories.users(Request("search", "acme", Query(text=text, exhaustive=exhaustive), 10))


async def count(directories, text):
    return (await directories.count(Request("count", "acme", Query(text=text)))).counts[0]


def ids(page):
    return [found.user.id for found in page.users]


def kinds(notes):
    return {note.kind for note in notes}


async def test_without_a_promise_everybody_else_is_looked_at(opened, provider):
    page = await search(await opened(""), "ada")
    assert (ids(page), page.complete, kinds(page.notes)) == (["1", "2"], False, {"own_matches_first"})
    assert page.cursor


@pytest.mark.parametrize("text", ["ada", "nobody"])
async def test_what_is_promised_to_be_whole_is_complete(opened, provider, text):
    directories = await opened(WHOLE)
    page = await search(directories, text)
    assert (page.complete, page.cursor) == (True, None)
    assert all("q" in asked.query for asked in provider.asked)
    counted = await count(directories, text)
    assert (counted.count, counted.exactness) == (len(page.users), "exact")


async def test_nobody_in_an_index_that_may_be_behind_is_not_nobody(opened):
    directories = await opened(WHOLE + ", eventual = true", indexed=("1",))
    page = await search(directories, "grace")
    assert (ids(page), page.complete, kinds(page.notes)) == ([], False, {"not_in_index_yet"})
    counted = await count(directories, "grace")
    assert (counted.count, counted.exactness) == (0, "at_least")
    assert ids(await search(directories, "grace", exhaustive=True)) == ["3"]


async def test_a_promise_that_was_seen_broken_is_not_believed_again(opened):
    directories = await opened(WHOLE, indexed=("1",))
    assert (await search(directories, "ada")).complete  # nothing shows yet that it is not so
    everybody = await search(directories, "ada", exhaustive=True)
    assert (sorted(ids(everybody)), everybody.complete) == (["1", "2"], True)
    page = await search(directories, "ada")
    assert (ids(page), page.complete) == (["1"], False)
    rest = await directories.users(Request("search", "acme", Query(), 10, page.cursor))
    assert (ids(rest), rest.complete) == (["2"], True)


async def test_a_promise_that_is_kept_stays(opened):
    directories = await opened(WHOLE)
    assert (await search(directories, "ada", exhaustive=True)).complete
    assert (await search(directories, "ada")).complete
