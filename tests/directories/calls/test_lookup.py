"""One user by id or by email address, or the proof that there is none."""

import pytest

from user_directories import InvalidArgument, Query, Request, built_in, built_in_names
from user_directories.errors import UpstreamUnauthorized

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
    if built_in(name).get.documented:
        await directories.user_by_id(name, ABSENT[name])
        assert len(await house.requests(name)) == looked + 1


@pytest.mark.parametrize("name", ["braintrust", "delay", "openphone", "quo", "monocloud"])
@pytest.mark.parametrize("identity", ["ada@acme.example", "../users", "x y", "", "a\nb", "\ud800"])
async def test_a_text_that_is_no_id_of_the_directory_is_not_even_sent(house, name, identity):
    directories = await house.open(name)
    lookup = await directories.user_by_id(name, identity)
    assert (lookup.user, lookup.complete) == (None, True)
    assert lookup.notes[0].kind == "other_ids_here"
    assert await house.requests(name) == []


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


@pytest.mark.parametrize(("name", "most"), [("klavis", 1), ("braintrust", 1), ("delay", 1), ("monocloud", 1)])
async def test_an_address_is_asked_for_in_the_most_direct_way(house, name, most):
    directories = await house.open(name)
    _, email = list(addressed(house, name))[150]
    assert (await directories.user_by_email(name, email)).user
    assert len(await house.requests(name)) <= most


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
