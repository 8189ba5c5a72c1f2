"""A page of a search with a text begins with those whom the text names in whole words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import DirectoryUser, MemoryStore, Query, Request, User, read_order
from user_directories.users.linking import Linking
from user_directories.users.ranking import rank_by_text

NAMES = ["Nevada Smith", "Adam Poe", "Ada King", "Canada Bill", "Eve Ada", "Adah Menken", "Bob Roe"]
RANKED = ["Ada King", "Eve Ada", "Adam Poe", "Adah Menken", "Nevada Smith", "Canada Bill"]
ADA = Query(text="ada")
MANIFEST = """
    name = "acme"
    title = "Acme HR"
    docs = "https://hr.acme.example/docs"
    auth = { environment = "ACME_KEY" }
    list.path = "/p"
    list.items = "@"
    list.page_size = { parameter = "n" }
    list.pagination = { strategy = "offset", parameter = "o" }
    sort.created_at = { ascending = { by = "created" } }
    user.id = "id"
    user.name = "name"
    user.username = "login"
    user.created_at = "made"
"""


@pytest.fixture
def named(provider, answering):
    """A provider of these names, in order, by offset and number."""

    def serve(names, others=""):
        people = [{"id": f"p{place}{others[:place]}", "name": name} for place, name in enumerate(names)]

        def answer(asked):
            start = int(asked.query.get("o", 0))
            return answering(people[start : start + int(asked.query["n"])])

        provider.answer = answer

    return serve


def names_on(page):
    return [found.user.name for found in page.users]


async def test_whole_words_come_first_and_equals_stay_in_the_order_of_the_directory(named, open_own):
    named(NAMES)
    page = await (await open_own(MANIFEST)).users(Request("search", "acme", ADA, 25))
    assert names_on(page) == RANKED


async def test_a_list_without_a_text_and_a_sorted_one_keep_their_order(named, open_own):
    named(NAMES)
    directories = await open_own(MANIFEST)
    assert names_on(await directories.users(Request("list", "acme", Query(), 25))) == NAMES
    in_time = Query(text="ada", order=read_order("created_at"))
    page = await directories.users(Request("search", "acme", in_time, 25))
    assert names_on(page) == [name for name in NAMES if name in RANKED]


@pytest.mark.parametrize("shown", [None, {"id"}, {"id", "created_at"}, {"id", "name"}])
async def test_the_order_does_not_depend_on_the_columns(named, open_own, shown):
    named(NAMES)
    page = await (await open_own(MANIFEST)).users(Request("search", "acme", ADA, 25, shown=shown))
    assert [found.user.id for found in page.users] == [f"p{NAMES.index(name)}" for name in RANKED]


async def test_what_is_on_a_page_is_decided_before_it_is_ranked(named, open_own):
    named(NAMES)
    directories = await open_own(MANIFEST)
    first = await directories.users(Request("search", "acme", ADA, 3))
    rest = await directories.users(Request("search", "acme", Query(), 25, first.cursor))
    assert names_on(first) == ["Ada King", "Adam Poe", "Nevada Smith"]
    assert names_on(rest) == ["Eve Ada", "Adah Menken", "Canada Bill"]
    fits = iter([True, True, False])
    cut = await directories.users(Request("search", "acme", ADA, 25, fits=lambda _: next(fits)))
    assert names_on(cut) == ["Adam Poe", "Nevada Smith"]


@pytest.mark.parametrize("limit", [1, 2, 3, 25])
async def test_a_page_of_another_size_after_a_restart_is_no_change_though_it_is_ranked_anew(named, open_own, limit):
    named(NAMES * 2)
    store = MemoryStore()
    first = await (await open_own(MANIFEST, store=store)).users(Request("search", "acme", ADA, 1))

    async def after_a_restart(limit):
        directories = await open_own(MANIFEST, store=store)
        page = await directories.users(Request("search", "acme", Query(), limit, first.cursor))
        return [note.kind for note in page.notes]

    assert "changed_since" not in [*await after_a_restart(4), *await after_a_restart(limit)]
    named(NAMES * 2, others="x")  # all but the first, who was read before
    assert "changed_since" in await after_a_restart(limit)


@pytest.mark.parametrize(("level", "order"), [("full", ["p1", "p0"]), ("masked", ["p0", "p1"]), ("none", ["p0", "p1"])])
async def test_what_is_not_shown_does_not_move_its_user(provider, answering, open_own, level, order):
    people = [{"id": "p0", "name": "Nevada", "login": "zoe"}, {"id": "p1", "name": "Nevada", "login": "ada"}]
    provider.answer = lambda asked: answering(people if asked.query.get("o", "0") == "0" else [])
    directories = await open_own(MANIFEST + f'user.show = {{ username = "{level}" }}')
    page = await directories.users(Request("search", "acme", ADA, 25))
    assert [found.user.id for found in page.users] == order


ADDRESSES = st.sampled_from([None, "ada@x.example"])
USERS = st.builds(
    DirectoryUser,
    st.sampled_from("ab"),
    st.builds(User, st.sampled_from("12345"), st.sampled_from(NAMES), ADDRESSES, extra=st.just({})),
)


@given(st.lists(USERS, max_size=10))
def test_ranking_moves_users_and_neither_loses_one_nor_parts_a_person(users):
    rank = rank_by_text("ada")
    ranked, people = Linking().link(sorted(users, key=lambda found: rank(found.user)))
    assert sorted(map(repr, ranked)) == sorted(map(repr, users))
    for person in people:
        assert list(person.rows) == list(range(person.rows[0], person.rows[-1] + 1))
