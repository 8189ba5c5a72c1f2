"""Braintrust, as https://www.braintrust.dev/docs/api-reference/users/list-users documents it."""

import pytest

from user_directories import Query, Request, built_in, conditions
from user_directories.records.mapping import UserReader
from user_directory_sandbox import Sandbox

from .timestamps import shown

BRAINTRUST = built_in("braintrust")


def test_the_page_says_where_and_how():
    assert BRAINTRUST.base_url == "https://api.braintrust.dev"
    assert dict(BRAINTRUST.regions) == {"eu": "https://api-eu.braintrust.dev"}
    assert (BRAINTRUST.auth.header, BRAINTRUST.auth.scheme) == ("Authorization", "Bearer")
    assert BRAINTRUST.requests_per_second is None


def test_the_list_goes_on_after_the_last_id_newest_first_and_has_no_total():
    endpoint = BRAINTRUST.list
    assert (endpoint.path, endpoint.items, endpoint.order) == ("/v1/user", "objects", "created_at:desc")
    size, pages = endpoint.page_size, endpoint.pagination
    assert (size.parameter, size.maximum, size.largest()) == ("limit", None, 1000)
    assert (pages.strategy, pages.parameter, pages.key, pages.more) == ("keyset", "starting_after", "id", None)
    assert endpoint.total is None


def test_its_five_filters_take_repeated_values_and_only_ids_are_trusted_for_a_user():
    rules = {field: BRAINTRUST.filter_rule(field) for field in BRAINTRUST.filters}
    sent = {name: (rule.parameter, rule.several) for name, rule in rules.items()}
    assert sent == {
        "id": ("ids", "repeat"),
        "email": ("email", "repeat"),
        "given_name": ("given_name", "repeat"),
        "family_name": ("family_name", "repeat"),
        "organization": ("org_name", "one"),
    }
    assert {name for name, rule in rules.items() if rule.match == "unknown"} == {
        "email",
        "given_name",
        "family_name",
        "organization",
    }
    assert rules["email"].case == "both"  # the vendor's own tool sends it in lower case
    assert BRAINTRUST.search is None


def test_one_user_has_a_documented_endpoint_that_takes_a_uuid():
    assert (BRAINTRUST.get.path, BRAINTRUST.get.documented) == ("/v1/user/{id}", True)


def test_every_record_becomes_a_user_though_all_but_its_id_may_be_null():
    records = list(Sandbox(users=300).records("braintrust"))
    for record in records:
        user = UserReader(BRAINTRUST.user, BRAINTRUST.words())(record)
        names = [part for part in (record["given_name"], record["family_name"]) if part]
        expected = {
            "id": record["id"],
            "name": " ".join(names) or None,
            "given_name": record["given_name"],
            "family_name": record["family_name"],
            "email": record["email"],
            "avatar_url": record["avatar_url"],
            "created_at": record["created"] and shown(record["created"]),
        }
        assert {name: user.value(name) for name in expected} == expected
        assert (user.role, user.status, user.organization) == (None, None, None)
    nullable = ("given_name", "family_name", "email", "avatar_url", "created")
    assert all(any(record[name] is None for record in records) for name in nullable)


def test_a_record_of_an_id_alone_is_a_user():
    assert UserReader(BRAINTRUST.user, BRAINTRUST.words())({"id": "0f0e"}).name is None


async def test_the_list_is_newest_first_and_ends_with_an_empty_page(house, turn_pages, ids_of):
    directories = await house.open("braintrust")
    pages = await turn_pages(directories, "braintrust", 100)
    assert ids_of(pages) == await house.ids("braintrust")
    times = [found.user.created_at for page in pages for found in page.users if found.user.created_at]
    assert times == sorted(times, reverse=True)


async def test_the_documented_order_is_not_asked_for_and_can_be_named(house):
    directories = await house.open("braintrust")
    (able,) = directories.capabilities()
    assert able.sort == ("created_at:desc",)


@pytest.mark.parametrize("organization", ["Northwind", "Acme, Inc."])
async def test_an_organization_is_a_filter_that_no_record_holds(house, organization):
    directories = await house.open("braintrust")
    page = await directories.users(
        Request("list", "braintrust", Query(filters=conditions({"organization": [organization]})), 100)
    )
    assert page.users
    assert page.searched == {"braintrust": "provider"}
    assert (await house.requests("braintrust"))[0]["query"].startswith("org_name=")


@pytest.mark.parametrize("case", ["exact", "insensitive"])
async def test_an_address_is_found_whichever_way_letter_case_is_compared(house, case):
    await house.tell("braintrust", "behaviour", email_case=case)
    email = next(record["email"] for record in house.sandbox.records("braintrust") if record["email"])
    directories = await house.open("braintrust")
    assert (await directories.user_by_email("braintrust", email.title())).user.email == email
    assert (await house.queries("braintrust"))[0].count("email=") == 2
