"""MonoCloud, as https://www.monocloud.com/docs documents it and as its official SDKs read it."""

import pytest

from user_directories import Query, Request, built_in, read_order
from user_directories.records.mapping import UserReader
from user_directory_sandbox import Sandbox

from .timestamps import shown

MONOCLOUD = built_in("monocloud")
NEVER_SHOWN = ("private_data", "public_data", "passkeys", "public_key", "passkey_id", "aa_guid", "user_agent",
               "provider_user_id", "credit_limit", "customer_reference")  # fmt: skip


def read(record):
    return UserReader(MONOCLOUD.user, MONOCLOUD.words())({"user_id": "u1"} | record)


def test_the_page_says_how_and_that_every_tenant_has_its_own_domain():
    assert (MONOCLOUD.base_url, MONOCLOUD.domain_environment) == (None, "MONOCLOUD_DOMAIN")
    assert (MONOCLOUD.auth.header, MONOCLOUD.auth.scheme) == ("X-API-KEY", "")
    assert MONOCLOUD.auth.environment == "MONOCLOUD_API_KEY"


def test_the_list_is_a_bare_array_in_numbered_pages_with_the_total_in_a_header():
    endpoint = MONOCLOUD.list
    assert (endpoint.path, endpoint.items, endpoint.order) == ("/api/users", "@", None)
    size, pages = endpoint.page_size, endpoint.pagination
    assert (size.parameter, size.maximum, size.largest()) == ("size", None, 100)  # no document gives the maximum
    assert (pages.strategy, pages.parameter, pages.first) == ("page", "page", 1)
    assert (endpoint.total.header, endpoint.total.path, endpoint.total.exact) == ("X-Pagination", "total_count", True)


def test_it_sorts_by_two_times_and_searches_by_a_text_of_unknown_grammar():
    assert {key: (dict(sort.ascending or {}), dict(sort.descending or {})) for key, sort in MONOCLOUD.sort.items()} == {
        "created_at": ({"sort": "creation_time:1"}, {"sort": "creation_time:-1"}),
        "updated_at": ({"sort": "last_updated:1"}, {"sort": "last_updated:-1"}),
    }
    search = MONOCLOUD.search
    assert (search.parameter, search.match, search.escape) == ("filter", "unknown", "lucene")
    assert dict(MONOCLOUD.filters) == {}


def test_every_record_of_every_generation_becomes_a_user():
    records = list(Sandbox(users=300).records("monocloud"))
    assert {key for record in records for key in record} >= {"username", "usernames", "idps", "connections"}
    for record in records:
        user = read(record)
        primary = next(email for email in record["emails"] if email["primary"])
        names = record.get("usernames") or [record.get("username")]
        expected = {
            "id": record["user_id"],
            "name": record["claims"].get("name"),
            "given_name": record["claims"].get("given_name"),
            "family_name": record["claims"].get("family_name"),
            "email": primary["email"],
            "email_verified": primary["verified"],
            "username": names[0]["username"] if names[0] else None,
            "status": "disabled" if record["disabled"] else "active",
            "created_at": shown(record["creation_time"]),
            "updated_at": shown(record["last_updated"]),
        }
        assert {name: user.value(name) for name in expected} == expected
        assert user.emails == tuple(email["email"] for email in record["emails"])


def test_the_primary_address_need_not_be_the_first():
    emails = [
        {"email": "old@x.example", "verified": False},
        {"email": "a@x.example", "primary": True, "verified": True},
    ]
    assert (read({"emails": emails}).email, read({"emails": emails}).email_verified) == ("a@x.example", True)


@pytest.mark.parametrize(
    ("record", "email"),
    [
        ({"emails": [{"email": "a@x.example"}, {"email": "b@x.example"}]}, "a@x.example"),
        ({"emails": [{"email": "a@x.example", "primary": False}]}, "a@x.example"),
        ({"emails": [None, {"email": "b@x.example", "primary": True}]}, "b@x.example"),
        ({"emails": []}, None),
        ({"emails": None}, None),
        ({"emails": "a@x.example"}, None),
        ({"emails": [{}]}, None),
        ({}, None),
    ],
)
def test_a_list_of_addresses_may_be_any_list(record, email):
    assert read(record).email == email


@pytest.mark.parametrize(
    ("record", "username"),
    [
        ({"username": {"username": "ada"}}, "ada"),
        ({"usernames": [{"username": "ada"}]}, "ada"),
        ({"username": None, "usernames": [{"username": "ada"}]}, "ada"),
        ({"username": None}, None),
        ({"usernames": []}, None),
        ({"username": "ada"}, None),
        ({}, None),
    ],
)
def test_a_username_is_read_from_each_generation(record, username):
    assert read(record).username == username


@pytest.mark.parametrize(
    ("record", "status"),
    [({"disabled": True}, "disabled"), ({"disabled": False}, "active"), ({}, None), ({"disabled": 0}, None)],
)
def test_a_status_is_told_only_where_the_record_tells_it(record, status):
    assert read(record).status == status


async def test_what_is_sensitive_is_never_shown(house):
    directories = await house.open("monocloud")
    records = {record["user_id"]: record for record in house.sandbox.records("monocloud")}
    with_passkey = next(identity for identity, record in records.items() if record["passkeys"])
    user = (await directories.user_by_id("monocloud", with_passkey)).user
    shown = repr(user)
    passkey = records[with_passkey]["passkeys"][0]
    assert not [word for word in (*NEVER_SHOWN, passkey["public_key"], passkey["user_agent"]) if word in shown]


@pytest.mark.parametrize("header", [True, False])
async def test_the_total_comes_from_the_header_or_else_from_counting(house, header):
    await house.tell("monocloud", "behaviour", x_pagination=header)
    directories = await house.open("monocloud")
    (count,), _, _ = await directories.count(Request("count", "monocloud", Query()))
    assert (count.count, count.exactness, count.method) == (237, "exact", "total" if header else "probes")


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("limit", [7, 100])
async def test_everybody_is_listed_with_and_without_the_header(house, turn_pages, ids_of, header, limit):
    await house.tell("monocloud", "behaviour", x_pagination=header)
    directories = await house.open("monocloud")
    pages = await turn_pages(directories, "monocloud", limit)
    assert ids_of(pages) == await house.ids("monocloud")
    assert all(page.users for page in pages)


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("key", ["created_at", "updated_at"])
async def test_users_come_in_the_order_that_was_asked_for(house, turn_pages, key, direction):
    directories = await house.open("monocloud")
    pages = await turn_pages(directories, "monocloud", 80, Query(order=read_order(f"{key}:{direction}")))
    values = [found.user.value(key) for page in pages for found in page.users]
    assert values == sorted(values, reverse=direction == "desc")
    assert len(values) == 237


@pytest.mark.parametrize("syntax", ["text", "lucene"])
@pytest.mark.parametrize("words", ["all", "any"])
async def test_a_person_is_found_whatever_the_grammar_of_the_filter_is(house, syntax, words):
    await house.tell("monocloud", "behaviour", filter_syntax=syntax, filter_words=words)
    record = next(record for record in house.sandbox.records("monocloud") if record["claims"])
    directories = await house.open("monocloud")
    for text in (record["emails"][0]["email"], record["claims"]["name"], record["user_id"]):
        page = await directories.users(Request("search", "monocloud", Query(text=text), 50))
        assert record["user_id"] in [found.user.id for found in page.users]


@pytest.mark.parametrize(
    "text", ['a"b', "(ada", "ada:*", "[x TO y]", "a/b\\", "!ada && (b || c)", "+ada -king", "NOT ada"]
)
async def test_a_text_is_escaped_so_that_a_grammar_never_refuses_it(house, turn_pages, ids_of, text):
    await house.tell("monocloud", "behaviour", filter_syntax="lucene")
    directories = await house.open("monocloud")
    found = await turn_pages(directories, "monocloud", 100, Query(text=text))
    everyone = await turn_pages(directories, "monocloud", 100, Query(text=text, exhaustive=True))
    assert set(ids_of(found)) <= set(ids_of(everyone))
    assert {request["status"] for request in await house.requests("monocloud")} == {200}
