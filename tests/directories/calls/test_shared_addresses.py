"""An address that several users of one directory have: all are given, or the answer says that there may be others."""

import pytest

from user_directories import Query, Request

from ..acme import ACME

ADA = "ada@acme.example"
PAGINATIONS = {
    "page": '{ strategy = "page", parameter = "p" }',
    "offset": '{ strategy = "offset", parameter = "o" }',
    "keyset": '{ strategy = "keyset", parameter = "after", key = "id" }',
    "token": '{ strategy = "token", parameter = "t", next = "next" }',
}
PAGE = (
    ACME
    + """\
list.path = "/p"
list.items = "items"
list.page_size = { parameter = "n", maximum = 50 }
user = { id = "id", email = "mail" }
"""
)
EXACT = 'filters.email = { parameter = "mail", match = "exact" }'
LOOSE = 'filters.email = { parameter = "mail", match = "unknown" }'
SEARCH = 'search = { parameter = "q", match = "fuzzy" }'
TOTAL = 'list.total = { path = "total", exact = true }'

every = pytest.mark.parametrize("pagination", PAGINATIONS)


def people(count, *sharing):
    """So many users; those at the places in `sharing` have one address, in letters of any case."""
    return [
        {"id": f"p{n:03}", "mail": (ADA.upper() if n % 2 else ADA) if n in sharing else f"u{n}@acme.example"}
        for n in range(count)
    ]


@pytest.fixture
def serve(provider, answering):
    """A provider that filters by address, unless it `misses` an id there."""

    def serving(rows, misses=(), total=None, clamp=50):
        def answer(asked):
            query = asked.query
            wanted = (query.get("mail") or query.get("q") or "").lower()
            found = [row for row in rows if not wanted or (row["mail"].lower() == wanted and row["id"] not in misses)]
            size, after = min(int(query["n"]), clamp), query.get("after")
            start = int(query.get("o") or query.get("t") or (int(query.get("p", 1)) - 1) * size)
            if after is not None:
                start = next(place for place, row in enumerate(found) if row["id"] == after) + 1
            end = start + size
            following = {"next": str(end)} if end < len(found) else {}
            return answering({"items": found[start:end], "total": total or len(found)} | following)

        provider.answer = answer

    return serving


@pytest.fixture
def opened(open_own):
    async def opening(pagination, *more, **options):
        return await open_own("\n".join([PAGE, f"list.pagination = {PAGINATIONS[pagination]}", *more]), **options)

    return opening


def ids(lookup):
    return [user.id for user in (lookup.user, *lookup.others)]


def kinds(lookup):
    return [note.kind for note in lookup.notes]


async def followed(directories, cursor):
    """The ids that the search gives which continues a look-up."""
    found = []
    while cursor is not None:
        page = await directories.users(Request("search", "acme", Query(), 25, cursor))
        found += [each.user.id for each in page.users]
        cursor = page.cursor
    return found


@every
async def test_a_look_at_everybody_finds_all_who_have_it(serve, opened, pagination):
    serve(people(120, 3, 70, 119))
    lookup = await (await opened(pagination)).user_by_email("acme", ADA)
    assert (ids(lookup), lookup.complete, lookup.cursor) == (["p003", "p070", "p119"], True, None)
    assert kinds(lookup) == ["same_address"]
    assert str(lookup.notes[0]).startswith("3 users with this address")


@every
async def test_one_user_alone_is_given_without_a_word(serve, opened, pagination):
    serve(people(120, 3))
    lookup = await (await opened(pagination)).user_by_email("acme", ADA)
    assert (ids(lookup), lookup.complete, lookup.cursor, lookup.notes) == (["p003"], True, None, ())


@every
@pytest.mark.parametrize("sharing", [(7,), (7, 90)])
async def test_an_exact_filter_finds_all_who_have_it_in_one_request(serve, opened, provider, pagination, sharing):
    serve(people(120, *sharing))
    directories = await opened(pagination, EXACT)
    lookup = await directories.user_by_email("acme", ADA)
    assert (ids(lookup), lookup.complete, lookup.cursor) == ([f"p{n:03}" for n in sharing], True, None)
    assert len(provider.asked) == 1


async def test_an_exact_total_that_is_not_met_is_believed_more_than_a_short_page(serve, opened):
    serve(people(120, 7), total=2)
    lookup = await (await opened("token", EXACT, TOTAL)).user_by_email("acme", ADA)
    assert (ids(lookup), lookup.complete, kinds(lookup)) == (["p007"], False, ["total_disagrees"])


@every
@pytest.mark.parametrize("way", [LOOSE, SEARCH])
async def test_whom_a_search_of_the_provider_finds_may_not_be_the_only_one(serve, opened, provider, pagination, way):
    serve(people(120, 7, 90), misses=["p090"])
    directories = await opened(pagination, way)
    lookup = await directories.user_by_email("acme", ADA)
    assert (ids(lookup), lookup.complete, kinds(lookup)) == (["p007"], False, ["perhaps_others"])
    assert len(provider.asked) == 1
    assert await followed(directories, lookup.cursor) == ["p090"]


@every
async def test_whom_no_search_of_the_provider_finds_is_found_by_a_look_at_everybody(serve, opened, pagination):
    serve(people(120, 7, 90), misses=["p007", "p090"])
    lookup = await (await opened(pagination, SEARCH)).user_by_email("acme", ADA)
    assert (ids(lookup), lookup.complete, kinds(lookup)) == (["p007", "p090"], True, ["same_address"])


@every
async def test_where_the_requests_ran_out_the_cursor_goes_on_behind_those_who_were_found(
    serve, opened, requests_of, pagination
):
    serve(people(230, 3, 70, 220))
    directories = await opened(pagination, budget=requests_of(2))
    lookup = await directories.user_by_email("acme", ADA)
    assert not lookup.complete
    assert "perhaps_others" in kinds(lookup)
    found = ids(lookup) + await followed(directories, lookup.cursor)
    assert found == ["p003", "p070", "p220"]


@every
@pytest.mark.parametrize("way", ["", EXACT, SEARCH])
@pytest.mark.parametrize("several", [11, 12, 80])
async def test_eleven_are_given_and_the_cursor_gives_the_rest_each_once(serve, opened, pagination, way, several):
    serve(people(120, *range(10, 10 + several)))
    directories = await opened(pagination, way)
    lookup = await directories.user_by_email("acme", ADA)
    assert len(ids(lookup)) == 11
    assert lookup.complete is (several == 11 and way != SEARCH)
    rest = await followed(directories, lookup.cursor)
    assert sorted(ids(lookup) + rest) == [f"p{n:03}" for n in range(10, 10 + several)]


@every
async def test_a_page_as_large_as_a_server_gives_any_is_not_believed_to_be_all(serve, opened, pagination):
    serve(people(120, *range(30, 60)), clamp=10)
    directories = await opened(pagination, EXACT)
    lookup = await directories.user_by_email("acme", ADA)
    assert not lookup.complete
    assert sorted(ids(lookup) + await followed(directories, lookup.cursor)) == [f"p{n:03}" for n in range(30, 60)]


@every
async def test_an_id_is_looked_for_no_further_than_to_its_user(serve, opened, provider, pagination):
    serve(people(500))
    lookup = await (await opened(pagination)).user_by_id("acme", "p004")
    assert (ids(lookup), lookup.complete, lookup.notes) == (["p004"], True, ())
    assert len(provider.asked) == 1
