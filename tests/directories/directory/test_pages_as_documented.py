"""Lists that page in ways of their own, as TOML says: not at all, by fixed sizes, first tokens, tokens in headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import ConfigurationError, MemoryStore, Query, Request
from user_directories.directory.walk import Walk
from user_directories.manifest import ListEndpoint, UserMapping
from user_directories.planning.plan import Leg, Plan
from user_directories.records.mapping import UserReader
from user_directories.sources.budget import Budget
from user_directory_pagination import RawPage

from ..acme import ACME

PAGE = (
    ACME
    + """\
user = { id = "id" }
[list]
path = "/people"
items = "people"
"""
)
PEOPLE = [{"id": f"u{number:03}"} for number in range(1200)]
IDS = [person["id"] for person in PEOPLE]


async def counted(directories, **options):
    (count,) = (await directories.count(Request("count", "acme", Query(**options)))).counts
    return count.count, count.exactness


# No pages


WHOLE = PAGE + 'pagination = { strategy = "none" }\n'


@pytest.mark.parametrize("size", [1, 30, 100, 137])
@pytest.mark.parametrize("limit", [10, 100])
async def test_a_list_without_pages_is_one_request_without_parameters(
    provider, answering, open_own, turn_pages, ids_of, size, limit
):
    provider.answer = lambda _: answering({"people": PEOPLE[:size]})
    pages = await turn_pages(await open_own(WHOLE), "acme", limit)
    assert ids_of(pages) == IDS[:size]
    assert (pages[-1].complete, pages[-1].notes, pages[-1].total_exactness) == (True, (), "exact")
    assert [asked.target for asked in provider.asked] == ["/people"]


async def test_a_list_without_pages_and_without_anybody_is_asked_for_twice(provider, answering, open_own):
    provider.answer = lambda _: answering({"people": []})
    directories = await open_own(WHOLE)
    page = await directories.users(Request("list", "acme", Query()))
    assert (page.users, page.complete, len(provider.asked)) == ((), True, 2)
    assert await counted(directories) == (0, "exact")


@pytest.mark.parametrize(("total", "answer"), [(30, (30, "exact")), (31, (30, "at_least")), (29, (30, "at_least"))])
async def test_a_list_without_pages_is_exact_only_if_its_total_agrees(provider, answering, open_own, total, answer):
    provider.answer = lambda _: answering({"people": PEOPLE[:30], "count": total})
    directories = await open_own(WHOLE + 'total = { path = "count" }\n')
    page = await directories.users(Request("list", "acme", Query(), 100))
    assert (len(page.users), page.complete) == (30, total == 30)
    assert await counted(directories) == answer


async def test_a_list_without_pages_that_names_a_next_one_is_not_called_complete(provider, answering, open_own):
    provider.answer = lambda _: answering(
        {"people": PEOPLE[:30]}, link='<https://hr.acme.example/people?page=2>; rel="next"'
    )
    directories = await open_own(WHOLE)
    page = await directories.users(Request("list", "acme", Query(), 100))
    assert (len(page.users), page.complete, bool(page.notes)) == (30, False, True)
    assert (await counted(directories))[1] != "exact"


async def test_a_list_without_pages_is_read_again_after_a_restart_and_nobody_comes_twice(
    provider, answering, open_own, ids_of
):
    people = PEOPLE[:50]
    provider.answer = lambda _: answering({"people": people})
    store = MemoryStore()
    first = await (await open_own(WHOLE, store=store)).users(Request("list", "acme", Query(), 20))
    people = [{"id": "new"}, *PEOPLE[:10], *PEOPLE[11:50]]
    rest = await (await open_own(WHOLE, store=store)).users(Request("list", "acme", Query(), 100, first.cursor))
    assert ids_of([first, rest]) == [*IDS[:20], "new", *IDS[20:50]]
    assert rest.complete


@given(st.integers(0, 40), st.lists(st.integers(0, 39), max_size=6), st.integers(1, 12))
async def test_of_a_list_without_pages_who_stays_comes_once_whenever_it_changes(count, goes, want):
    endpoint = ListEndpoint.model_validate({"path": "/p", "items": "@", "pagination": {"strategy": "none"}})
    ids, stayed, found, state = IDS[:count], set(IDS[:count]), list[str](), None
    changes = iter(goes)

    async def fetch(parameters):
        assert parameters == ()
        if (place := next(changes, None)) is not None:
            ids.insert(0, f"t{place}-{len(found)}-{len(ids)}")
            stayed.discard(ids.pop(place % len(ids)))
        return RawPage([{"id": each} for each in ids])

    for _ in range(200):
        walk = Walk(Plan((Leg(),), None, "provider"), endpoint, UserReader(UserMapping(id="id")), fetch, state)
        progress = await walk.take(want, 10, Budget(requests=1000))
        found += [user.id for user in progress.users]
        if progress.ended:
            break
        state = type(walk.state).load(walk.stored())  # as after a restart, without the rows that were kept
    assert progress.ended
    assert stayed <= set(found)
    assert len(found) == len(set(found))


async def test_a_long_list_that_changed_before_it_was_read_again_may_have_missed_somebody():
    endpoint = ListEndpoint.model_validate({"path": "/p", "items": "@", "pagination": {"strategy": "none"}})
    ids = [f"u{number:05}" for number in range(5000)]

    async def fetch(parameters):
        return RawPage([{"id": each} for each in ids])

    def walk(state):
        return Walk(Plan((Leg(),), None, "provider"), endpoint, UserReader(UserMapping(id="id")), fetch, state)

    first = walk(None)
    assert len((await first.take(3000, 10, Budget())).users) == 3000
    same = walk(type(first.state).load(first.stored()))
    rest = await same.take(5000, 10, Budget())
    assert (len(rest.users), rest.ended, same.state.drifted) == (2000, True, False)
    ids.insert(
        0, ids.pop()
    )  # the last one, whom nobody was shown, moves to where it cannot be told from forgotten ones
    other = walk(type(first.state).load(first.stored()))
    rest = await other.take(5000, 10, Budget())
    assert (len(rest.users), rest.ended, other.state.drifted) == (1999, True, True)


# Pages of a fixed size


FIXED = PAGE + "page_size = { fixed = 10 }\n"
FIXED_LISTS = {
    "page": ('{ strategy = "page", parameter = "at" }', lambda at: (int(at or 1) - 1) * 10),
    "page from 0": ('{ strategy = "page", parameter = "at", first = 0 }', lambda at: int(at or 0) * 10),
    "offset": ('{ strategy = "offset", parameter = "at" }', lambda at: int(at or 0)),
    "keyset": ('{ strategy = "keyset", parameter = "at" }', lambda at: IDS.index(at) + 1 if at else 0),
    "token": ('{ strategy = "token", parameter = "at", next = "next" }', lambda at: int(at[1:]) if at else 0),
}


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 47])
@pytest.mark.parametrize("kind", FIXED_LISTS)
@pytest.mark.parametrize("limit", [7, 25, 100])
async def test_no_size_is_asked_for_where_all_pages_have_one(
    provider, answering, open_own, turn_pages, ids_of, kind, count, limit
):
    pagination, start_of = FIXED_LISTS[kind]

    def answer(asked):
        assert set(asked.query) <= {"at"}
        start = start_of(asked.query.get("at"))
        more = {"next": f"t{start + 10}"} if start + 10 < count else {}
        return answering({"people": PEOPLE[:count][start : start + 10], **more})

    provider.answer = answer
    directories = await open_own(f"{FIXED}pagination = {pagination}\n")
    pages = await turn_pages(directories, "acme", limit)
    assert ids_of(pages) == IDS[:count]
    if (kind, count) == ("token", 10):  # one full page, and nothing has shown where a next one would be named
        assert [note.kind for note in pages[-1].notes] == ["may_have_missed"]
        assert await counted(directories) == (count, "estimate")
        return
    assert (pages[-1].complete, pages[-1].notes) == (True, ())
    assert await counted(directories) == (count, "exact")


# As many as can be paged


def bounded(provider, answering, count, behind):
    """A list of which nobody behind the first 200 is given."""

    def answer(asked):
        size, start = int(asked.query["n"]), (int(asked.query.get("p", "1")) - 1) * int(asked.query["n"])
        if start >= 200 and behind == 400:
            return answering({}, 400)
        return answering({"people": PEOPLE[:count][start : min(start + size, 200)], "count": count})

    provider.answer = answer


MOST = (
    PAGE
    + 'most = 200\npage_size = { parameter = "n", maximum = 50 }\npagination = { strategy = "page", parameter = "p" }\n'
)


@pytest.mark.parametrize("total", ["", 'total = { path = "count" }\n'])
@pytest.mark.parametrize("behind", [200, 400])
async def test_a_list_that_can_be_read_only_so_far_is_never_complete_there(
    provider, answering, open_own, turn_pages, ids_of, behind, total
):
    bounded(provider, answering, 260, behind)
    directories = await open_own(MOST + total)
    assert "Only the first 200 users of a list can be read." in directories.described()[0].notes
    number, exactness = await counted(directories)
    assert (number, exactness) == ((260, "estimate") if total else (200, "at_least"))
    pages = await turn_pages(directories, "acme", 100)
    assert ids_of(pages) == IDS[:200]
    assert not pages[-1].complete
    assert [note.kind for note in pages[-1].notes] == ["bound"]
    assert pages[-1].total_exactness != "exact"


async def test_what_is_documented_and_was_refused_once_is_not_asked_for_again(
    provider, answering, open_own, turn_pages, ids_of
):
    bounded(provider, answering, 260, 400)
    directories = await open_own(MOST)
    before = []
    for _ in range(2):
        pages = await turn_pages(directories, "acme", 100)
        assert (ids_of(pages), pages[-1].complete) == (IDS[:200], False)
        assert [note.kind for note in pages[-1].notes] == ["bound"]
        before.append(len(provider.asked))
    starts = [(int(each.query.get("p", "1")) - 1) * int(each.query["n"]) for each in provider.asked]
    first, again = starts[: before[0]], starts[before[0] :]
    assert max(first) >= 200 > max(again)


async def test_a_list_that_ends_before_is_complete(provider, answering, open_own, turn_pages, ids_of):
    bounded(provider, answering, 199, 400)
    directories = await open_own(MOST)
    pages = await turn_pages(directories, "acme", 100)
    assert (ids_of(pages), pages[-1].complete, pages[-1].notes) == (IDS[:199], True, ())
    assert await counted(directories) == (199, "exact")


# Tokens


async def test_the_first_token_is_sent_and_gives_way_to_the_next(provider, answering, open_own, turn_pages, ids_of):
    """As in RFC 9865, where `cursor=` asks for the first page."""

    def answer(asked):
        assert asked.target.count("cursor=") == 1
        start = int(asked.query.get("cursor", "c0")[1:])
        rest = {"next": f"c{start + 10}"} if start < 20 else {}
        return answering({"people": PEOPLE[start : start + 10], **rest})

    provider.answer = answer
    page = PAGE + 'page_size = { parameter = "n", maximum = 10 }\n'
    page += 'pagination = { strategy = "token", parameter = "cursor", first = "", next = "next", stable = true }\n'
    directories = await open_own(page)
    assert ids_of(await turn_pages(directories, "acme", 30)) == IDS[:30]
    assert provider.asked[0].target == "/people?cursor=&n=10"
    assert await counted(directories) == (30, "exact")


async def test_the_next_token_may_stand_in_a_header(provider, answering, open_own, turn_pages, ids_of):
    """As at OneLogin: https://developers.onelogin.com/api-docs/2/getting-started/using-query-parameters."""

    def answer(asked):
        start = int(asked.query.get("cursor", "c0")[1:])
        rest = {"after_cursor": f"c{start + 10}"} if start < 20 else {}
        return answering({"people": PEOPLE[start : start + 10]}, **rest)

    provider.answer = answer
    page = PAGE + 'page_size = { parameter = "n", maximum = 10 }\n'
    page += 'pagination = { strategy = "token", parameter = "cursor", next_header = "After-Cursor", stable = true }\n'
    pages = await turn_pages(await open_own(page), "acme", 30)
    assert (ids_of(pages), pages[-1].complete) == (IDS[:30], True)


@pytest.mark.parametrize("form", ["/people?at={}&n=1", "?at={}", "people?n=9&at={}", "//x.example/?at={}", "&at={}"])
async def test_of_a_relative_link_the_parameters_are_taken_too(provider, answering, open_own, turn_pages, ids_of, form):
    def answer(asked):
        start = int(asked.query.get("at", "0"))
        rest = {"next": form.format(start + 10)} if start < 20 else {}
        return answering({"people": PEOPLE[start : start + 10], **rest})

    provider.answer = answer
    page = PAGE + 'page_size = { parameter = "n", maximum = 10 }\n'
    page += 'pagination = { strategy = "link", parameters = ["at"], next = "next", stable = true }\n'
    pages = await turn_pages(await open_own(page), "acme", 30)
    is_link = "?" in form
    assert (ids_of(pages), pages[-1].complete) == ((IDS[:30], True) if is_link else (IDS[:10], False))


async def test_a_position_takes_the_place_of_a_fixed_parameter_and_of_the_size(
    provider, answering, open_own, turn_pages, ids_of
):
    def answer(asked):
        assert [asked.target.count(name) for name in ("at=", "n=", "all=")] == [1, 1, 1]
        start = int(asked.query["at"])
        rest = {"next": f"/people?at={start + 10}&n=10&all=no"} if start < 20 else {}
        return answering({"people": PEOPLE[start : start + 10], **rest})

    provider.answer = answer
    page = PAGE + 'parameters = { at = "0", all = "yes" }\npage_size = { parameter = "n", maximum = 10 }\n'
    page += 'pagination = { strategy = "link", parameters = ["at", "n"], next = "next", stable = true }\n'
    assert ids_of(await turn_pages(await open_own(page), "acme", 30)) == IDS[:30]
    assert {asked.query["all"] for asked in provider.asked} == {"yes"}


# Mistakes


@pytest.mark.parametrize(
    ("list_", "problem"),
    [
        (
            'pagination = { strategy = "none" }\npage_size = { parameter = "n" }',
            '`list.page_size`: there are no pages (strategy = "none"): leave it out',
        ),
        ('pagination = { strategy = "page", parameter = "p" }', "the key `list.page_size` is missing"),
        (
            'pagination = { strategy = "page", parameter = "p" }\npage_size = { parameter = "n", fixed = 9 }',
            "`list.page_size`: needs `parameter` (which asks for a number of rows) or `fixed`",
        ),
        (
            'pagination = { strategy = "page", parameter = "p" }\npage_size = {}',
            "`list.page_size`: needs `parameter` (which asks for a number of rows) or `fixed`",
        ),
        (
            'pagination = { strategy = "page", parameter = "p" }\npage_size = { fixed = 9, maximum = 9 }',
            "`list.page_size`: `maximum` says nothing beside `fixed`",
        ),
        (
            'pagination = { strategy = "none", parameter = "p" }',
            "unknown key `list.pagination.none.parameter`. Valid keys there: strategy.",
        ),
        (
            'pagination = { strategy = "token", parameter = "t", next = "n", next_header = "N" }\npage_size.fixed = 9',
            "`list.pagination.token`: needs `next` (where the token is in the body) or `next_header`",
        ),
        ('pagination = { strategy = "none" }\nmost = 0', "`list.most`: Input should be greater than or equal to 1"),
    ],
)
async def test_a_wrong_form_is_one_clear_error(open_own, list_, problem):
    with pytest.raises(ConfigurationError) as error:
        await open_own(PAGE + list_)
    assert problem in str(error.value)
