"""One user by id or by email address, or the proof that there is none."""

import pytest

from user_directories import InvalidArgument, Query, Request, built_in, built_in_names, conditions
from user_directories.errors import UpstreamError, UpstreamUnauthorized

ABSENT = {
    "klavis": "nobody@nowhere.example",
    "braintrust": "00000000-0000-4000-8000-000000000000",
    "delay": "00000000-0000-4000-8000-000000000000",
    "openphone": "US0000000000",
    "quo": "US0000000000",
    "monocloud": "AAAAAAAAAAAAAAAAAAAAA",
}


def addressed(house, name):
    """The ids and addresses of those who have an address."""
    for record in house.sandbox.records(name):
        if name == "klavis":
            identity = email = record["userId"]
        elif name == "monocloud":
            identity, email = record["user_id"], next(each["email"] for each in record["emails"] if each["primary"])
        else:
            identity, email = record["id"], record["email"]
        if email and "@" in email:
            yield identity, email


@pytest.mark.parametrize("name", built_in_names())
async def test_a_user_is_got_by_id_in_one_request(house, name):
    directories = await house.open(name)
    for identity in (await house.ids(name))[::60]:
        lookup = await directories.user_by_id(name, identity)
        assert (lookup.user.id, lookup.complete, lookup.cursor) == (identity, True, None)
    assert len(await house.requests(name)) == 4


@pytest.mark.parametrize("name", built_in_names())
async def test_what_is_got_by_id_is_what_was_listed(house, name):
    directories = await house.open(name)
    listed = (await directories.users(Request("list", name, Query(), 3))).users
    for found in listed:
        got = (await directories.user_by_id(name, found.user.id)).user
        assert got._replace(last_active_at=None) == found.user


@pytest.mark.parametrize("name", built_in_names())
async def test_an_id_that_nobody_has_is_proven_to_be_nobodys(house, name):
    directories = await house.open(name)
    lookup = await directories.user_by_id(name, ABSENT[name])
    assert (lookup.user, lookup.complete, lookup.cursor) == (None, True, None)
    looked = len(await house.requests(name))
    assert looked == 3 if built_in(name).get.documented else looked > 1  # it first has to find somebody
    if built_in(name).get.documented:  # and from then on somebody who is known
        await directories.user_by_id(name, ABSENT[name])
        assert len(await house.requests(name)) == looked + 2


@pytest.mark.parametrize("name", ["braintrust", "delay", "openphone", "quo", "monocloud"])
@pytest.mark.parametrize("identity", ["ada@acme.example", "../users", "x y", "", "a\nb", "\ud800"])
async def test_a_text_that_is_no_id_of_the_directory_is_not_sent_and_one_page_shows_what_ids_are(house, name, identity):
    directories = await house.open(name)
    for _ in range(2):
        lookup = await directories.user_by_id(name, identity)
        assert (lookup.user, lookup.complete) == (None, True)
        assert lookup.notes[0].kind == "other_ids_here"
    (asked,) = await house.requests(name)
    assert asked["path"].endswith(built_in(name).list.path)


UUIDS = [f"0000000{n}-aaaa-4bbb-8ccc-1234567890ab" for n in range(4)]
ACME = """
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"
auth = {{ environment = "ACME_KEY" }}
list.path = "/p"
list.items = "@"
list.page_size = {{ parameter = "n" }}
list.pagination = {{ strategy = "page", parameter = "p" }}
user = {{ id = "id" }}
{more}
"""


@pytest.fixture
def acme(provider, answering, open_own):
    """A directory of these ids; its endpoint for one user finds an id as `form` writes it, and compares case."""

    async def directory(ids, more="", form=str):
        def answer(asked):
            if asked.path != "/p":
                found = [{"id": each} for each in ids if asked.path == f"/p/{form(each)}"]
                return answering(found[0]) if found else answering({}, 404)
            kept = [{"id": each} for each in ids if asked.query.get("id", each) == each]
            size, page = int(asked.query["n"]), int(asked.query.get("p", "1"))
            return answering(kept[size * (page - 1) : size * page])

        provider.answer = answer
        return await open_own(ACME.format(more=more))

    return directory


async def count_of_id(directories, identifier):
    found = await directories.count(Request("count", "acme", Query(conditions({"id": identifier}))))
    return found.counts[0].count, found.counts[0].exactness


async def test_a_form_of_ids_that_those_of_the_list_do_not_have_proves_nothing(acme):
    directories = await acme(["p1", "p2", "p3"], 'get = { path = "/p/{id}", ids = "[0-9]+" }')
    for _ in range(2):
        found = await directories.user_by_id("acme", "p3")
        assert (found.user.id, found.complete, found.notes) == ("p3", True, ())
    absent = await directories.user_by_id("acme", "p9")
    assert (absent.user, absent.complete, absent.scanned) == (None, True, 3)


async def test_a_form_of_ids_proves_nothing_while_the_list_cannot_be_read(acme, provider, answering):
    directories = await acme(["1"], 'get = { path = "/p/{id}", ids = "[0-9]+" }')
    before, provider.answer = provider.answer, lambda _: answering({}, 403)
    with pytest.raises(UpstreamError):
        await directories.user_by_id("acme", "p3")
    provider.answer = before
    assert (await directories.user_by_id("acme", "p3")).notes[0].kind == "other_ids_here"


@pytest.mark.parametrize("write", [str.lower, str.upper])
@pytest.mark.parametrize("ask", [str.lower, str.upper])
@pytest.mark.parametrize(
    "more",
    [
        "",
        'get = { path = "/p/{id}" }',
        'get = { path = "/p/{id}", lower = true }',
        '[filters]\nid = { parameter = "id", match = "exact" }',
    ],
)
async def test_a_uuid_is_the_same_in_either_letter_case_wherever_it_is_compared(acme, more, write, ask):
    directories = await acme(list(map(write, UUIDS)), more)
    found = await directories.user_by_id("acme", ask(UUIDS[2]))
    assert (found.user.id, found.complete) == (write(UUIDS[2]), True)
    assert await count_of_id(directories, ask(UUIDS[2])) == (1, "exact")
    assert await count_of_id(directories, {"not": ask(UUIDS[2])}) == (3, "exact")
    absent = await directories.user_by_id("acme", ask(UUIDS[2].replace("b", "c")))
    assert (absent.user, absent.complete) == (None, True)


@pytest.mark.parametrize("asked", ["AB1", "ab1", "Ab1"])
async def test_an_id_whose_case_does_not_matter_is_found_in_a_list_that_has_it_in_capitals(acme, asked):
    directories = await acme(["AB0", "AB1"], 'get = { path = "/p/{id}", lower = true }')
    assert (await directories.user_by_id("acme", asked)).user.id == "AB1"
    assert await count_of_id(directories, asked) == (1, "exact")
    assert await count_of_id(directories, {"not": asked}) == (1, "exact")


async def test_other_ids_are_compared_as_they_are(acme):
    directories = await acme(["AB0", "ab0"], 'get = { path = "/p/{id}" }')
    assert (await directories.user_by_id("acme", "ab0")).user.id == "ab0"
    assert await count_of_id(directories, "ab0") == (1, "exact")
    assert await count_of_id(directories, "Ab0") == (0, "exact")


@pytest.mark.parametrize("name", ["braintrust", "delay"])
async def test_a_uuid_is_the_same_in_capitals(house, name):
    identity = (await house.ids(name))[7]
    directories = await house.open(name)
    assert (await directories.user_by_id(name, identity.upper())).user.id == identity


async def test_an_endpoint_that_no_document_names_may_be_missing(house):
    await house.tell("delay", "behaviour", get_one=False)
    directories = await house.open("delay")
    identity = (await house.ids("delay"))[200]
    assert (await directories.user_by_id("delay", identity)).user.id == identity
    absent = await directories.user_by_id("delay", ABSENT["delay"])
    assert (absent.user, absent.complete, absent.scanned) == (None, True, 237)


@pytest.mark.parametrize("name", built_in_names())
async def test_a_user_is_got_by_address_whatever_the_letter_case(house, name):
    directories = await house.open(name)
    for identity, email in list(addressed(house, name))[::70]:
        assert (await directories.user_by_email(name, email)).user.id == identity
        assert (await directories.user_by_email(name, email.upper())).user.id == identity


@pytest.mark.parametrize("name", built_in_names())
@pytest.mark.parametrize("email", ["nobody@nowhere.example", "a b@c.example"])
async def test_an_address_that_nobody_has_is_proven_by_a_look_at_everybody(house, name, email):
    directories = await house.open(name)
    lookup = await directories.user_by_email(name, email)
    assert (lookup.user, lookup.complete, lookup.cursor, lookup.scanned) == (None, True, None, 237)


@pytest.mark.parametrize("email", ["ada", "@", "@acme.example", "ada@", "a@b\nc"])
async def test_a_part_of_an_address_is_refused(house, email):
    with pytest.raises(InvalidArgument, match="not a whole address"):
        await (await house.open("delay")).user_by_email("delay", email)
    assert await house.requests("delay") == []


ALL_SHOWN = dict.fromkeys(("phone_numbers", "public_data", "private_data", "provider_ids"), "full")
"""What MonoCloud hides by default, and its search may look at."""


@pytest.mark.parametrize(
    ("name", "fields", "most"),
    [("klavis", {}, 1), ("braintrust", {}, 1), ("delay", {}, 1), ("monocloud", ALL_SHOWN, 2)],
)
async def test_an_address_is_asked_for_in_the_most_direct_way(house, name, fields, most):
    directories = await house.open(house.settings(name, fields=fields))
    _, email = list(addressed(house, name))[150]
    assert (await directories.user_by_email(name, email)).user
    assert len(await house.requests(name)) <= most  # private data, if it is shown, comes with a single user only


async def test_a_search_that_may_look_at_what_is_hidden_is_not_asked_for_an_address(house):
    directories = await house.open("monocloud")
    _, email = list(addressed(house, "monocloud"))[150]
    assert (await directories.user_by_email("monocloud", email)).user
    assert not [query for query in await house.queries("monocloud") if "filter=" in query]


async def test_not_found_so_far_is_not_the_same_as_nobody(house, requests_of):
    directories = await house.open("quo", budget=requests_of(2))
    *_, (identity, email) = addressed(house, "quo")
    lookup = await directories.user_by_email("quo", email)
    assert (lookup.user, lookup.complete, lookup.scanned) == (None, False, 100)
    found = None
    while found is None:
        page = await directories.users(Request("search", "quo", Query(), 1, lookup.cursor if found is None else None))
        lookup = page
        found = page.users[0].user.id if page.users else None
    assert found == identity


async def test_an_address_in_a_directory_without_addresses_is_refused(provider, open_own):
    directories = await open_own("""
        name = "acme"
        title = "Acme HR"
        docs = "https://hr.acme.example/docs"
        auth = { environment = "ACME_KEY" }
        list.path = "/p"
        list.items = "@"
        list.page_size = { parameter = "n" }
        list.pagination = { strategy = "page", parameter = "p" }
        user = { id = "id" }
    """)
    with pytest.raises(InvalidArgument, match="users in acme have no email address"):
        await directories.user_by_email("acme", "a@b.example")


async def test_without_an_endpoint_for_one_user_everybody_is_looked_at(provider, answering, open_own):
    people = [{"id": f"p{n}"} for n in range(7)]
    provider.answer = lambda asked: answering(people if asked.query["p"] == "1" else [])
    directories = await open_own("""
        name = "acme"
        title = "Acme HR"
        docs = "https://hr.acme.example/docs"
        auth = { environment = "ACME_KEY" }
        list.path = "/p"
        list.items = "@"
        list.page_size = { parameter = "n" }
        list.pagination = { strategy = "page", parameter = "p" }
        user = { id = "id" }
    """)
    found = await directories.user_by_id("acme", "p5")
    assert (found.user.id, found.complete) == ("p5", True)
    absent = await directories.user_by_id("acme", "p9")
    assert (absent.user, absent.complete, absent.scanned) == (None, True, 7)


@pytest.mark.parametrize("name", built_in_names())
async def test_a_fault_is_never_taken_for_nobody(house, name):
    await house.tell(name, "faults", kind="status", status=401, next=9)
    directories = await house.open(name)
    with pytest.raises(UpstreamUnauthorized):
        await directories.user_by_id(name, (await house.ids(name))[0])
    with pytest.raises(UpstreamUnauthorized):
        await directories.user_by_email(name, "nobody@nowhere.example")


async def test_a_user_who_came_for_an_address_and_has_another_is_not_taken_for_the_one(provider, answering, open_own):
    people = [{"id": "eve@acme.example"}, {"id": "ada@acme.example"}]
    provider.answer = lambda asked: answering(people if asked.path == "/p" else people[0])
    directories = await open_own("""
        name = "acme"
        title = "Acme HR"
        docs = "https://hr.acme.example/docs"
        auth = { environment = "ACME_KEY" }
        get = { path = "/p/{id}", email_is_id = true }
        list.path = "/p"
        list.items = "@"
        list.total = { header = "X-Total" }
        list.page_size = { parameter = "n" }
        list.pagination = { strategy = "token", parameter = "t", next = "next" }
        user = { id = "id", email = "id" }
    """)
    assert (await directories.user_by_email("acme", "ada@acme.example")).user.id == "ada@acme.example"
    assert (await directories.user_by_email("acme", "eve@acme.example")).user.id == "eve@acme.example"
    assert (await directories.user_by_email("acme", "bob@acme.example")).user is None
