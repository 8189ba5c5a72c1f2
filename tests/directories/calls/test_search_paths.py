"""A search with a path of its own, and texts that are whole addresses where an address can be looked up."""

import pytest

from user_directories import ConfigurationError, Query, Request, UpstreamError, conditions
from user_directories.planning.query import read_order

from ..acme import ACME

PAGE = (
    ACME
    + """\
[list]
path = "/people"
items = "people"
page_size = { parameter = "n", maximum = 20 }
pagination = { strategy = "page", parameter = "p" }
parameters = { view = "all" }
[user]
id = "id"
email = "mail"
name = "name"
status = "status"
[filters]
status = { parameter = "status", match = "exact" }
[sort]
name.ascending = { sort = "name" }
"""
)
SEARCH = '[search]\npath = "/people/search"\nitems = "hits[].person"\nparameter = "q"\nmatch = "contains"\n'
PEOPLE = [
    {
        "id": f"u{number}",
        "mail": f"p{number}@acme.example",
        "name": f"Ada {number}",
        "status": ("on", "off")[number % 2],
    }
    for number in range(70)
]


@pytest.fixture
def acme(provider, answering, open_own):
    """The search finds all of the first sixty who have the text in the name."""

    async def opened(more=SEARCH):
        def answer(asked):
            query = asked.query
            size, start = int(query.get("n", "1")), (int(query.get("p", "1")) - 1) * int(query.get("n", "1"))
            if asked.path == "/people/search":
                assert set(query) <= {"q", "n", "p"}
                found = [each for each in PEOPLE[:60] if query["q"].lower() in each["name"].lower()]
                return answering({"hits": [{"person": each} for each in found[start : start + size]]})
            if asked.path == "/by-mail":
                return answering([each for each in PEOPLE if each["mail"] == query["mail"].lower()])
            assert query["view"] == "all"
            kept = [each for each in PEOPLE if each["status"] == query.get("status", each["status"])]
            return answering({"people": kept[start : start + size]})

        provider.answer = answer
        return await open_own(PAGE + more)

    return opened


def paths(provider):
    return [asked.path for asked in provider.asked]


async def searched(directories, text, limit=25, cursor=None, **more):
    query = Query(conditions(more.pop("filters", {})), text, **more) if cursor is None else Query()
    return await directories.users(Request("search", "acme", query, limit, cursor))


async def test_a_search_is_asked_at_its_own_path_and_its_rows_are_found_there(acme, provider):
    page = await searched(await acme(), "ada 59")
    assert [each.user.id for each in page.users] == ["u59"]
    assert page.searched == {"acme": "provider+checked"}
    assert set(paths(provider)) == {"/people/search"}
    assert provider.asked[0].query["q"] == "ada 59"


@pytest.mark.parametrize("limit", [7, 25, 100])
async def test_it_is_read_page_by_page_and_then_everybody_else_is_looked_at(acme, ids_of, limit):
    directories = await acme()
    pages = [await searched(directories, "ada", limit)]
    while pages[-1].cursor is not None:
        pages.append(await searched(directories, "ada", limit, pages[-1].cursor))
    assert ids_of(pages) == [person["id"] for person in PEOPLE]
    assert pages[-1].complete


async def test_a_search_that_is_promised_to_be_whole_is_all_that_is_asked(acme, provider, ids_of):
    page = await searched(await acme(SEARCH + "whole = true\n"), "ada 69")
    assert (page.users, page.complete, set(paths(provider))) == ((), True, {"/people/search"})


async def test_filters_are_checked_here_and_an_order_is_left_to_the_list(acme, provider):
    directories = await acme(SEARCH + "whole = true\n")
    page = await searched(directories, "ada 4", filters={"status": "off"})
    assert [each.user.id for each in page.users] == ["u41", "u43", "u45", "u47", "u49"]
    assert set(paths(provider)) == {"/people/search"}
    page = await searched(directories, "ada 4", order=read_order("name:asc"))
    assert len(page.users) == 16  # words are found here as fragments, too
    assert "/people" in paths(provider)


async def test_a_text_that_is_a_whole_address_is_looked_up(acme, provider):
    directories = await acme('[get.email]\npath = "/by-mail"\nparameters = { mail = "{value}" }\n')
    page = await searched(directories, "P69@acme.example")
    assert ([each.user.id for each in page.users], paths(provider)) == (["u69"], ["/by-mail"])
    assert not page.complete  # somebody else may have it in another field
    rest = await searched(directories, "", cursor=page.cursor)
    assert (rest.users, rest.complete) == ((), True)


async def test_where_the_search_gives_no_list_it_is_not_taken_for_nobody(acme, provider, answering):
    directories = await acme(SEARCH + "whole = true\n")
    provider.answer = lambda asked: answering({"error": "later"} if "search" in asked.path else {"people": PEOPLE[:3]})
    with pytest.raises(UpstreamError) as error:
        await searched(directories, "ada")
    assert error.value.kind == "error_in_body"


async def test_rows_of_a_search_without_a_path_are_those_of_the_list(open_own):
    with pytest.raises(ConfigurationError, match="`items` is for a search with a `path` of its own"):
        await open_own(PAGE + SEARCH.replace('path = "/people/search"\n', ""))
