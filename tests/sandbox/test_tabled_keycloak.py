"""Keycloak as a table: what its document, and the source that it links to, say of lists and counts."""

import pytest

from user_directory_sandbox.expressions import Rules
from user_directory_sandbox.expressions.terms import predicate

from .tabled import opened

USERS = "/admin/realms/acme/users"
NUMBER = 237


@pytest.fixture
async def ask():
    async with opened("keycloak", NUMBER) as asker:
        yield asker


def is_service(record):
    return record["username"].startswith("service-account-")


async def test_without_a_maximum_a_page_has_a_hundred(ask):
    assert len((await ask(USERS)).json()) == 100
    assert (await ask(USERS, first=100, max=7)).json() == (await ask(USERS, max=1000)).json()[100:107]


async def test_service_accounts_are_left_out_unless_there_is_a_condition(ask):
    people = [each for each in ask.records if not is_service(each)]
    assert 0 < len(people) < NUMBER
    assert (await ask(USERS, max=1000)).json() == people
    assert (await ask(f"{USERS}/count")).json() == len(people)
    assert (await ask(USERS, max=1000, exact="true")).json() == ask.records
    assert (await ask(f"{USERS}/count", exact="true")).json() == NUMBER
    assert (await ask(USERS, search="service-account", exact="true")).json() == []


async def test_a_text_is_contained_unless_it_has_to_be_exact(ask):
    somebody = next(each for each in ask.records if each.get("firstName"))
    part = somebody["username"][1:6].upper()
    holding = [each for each in ask.records if part.lower() in each["username"]]
    assert (await ask(USERS, max=1000, username=part)).json() == holding
    assert (await ask(USERS, username=part, exact="true")).json() == []
    assert (await ask(USERS, username=somebody["username"].upper(), exact="true")).json() == [somebody]


async def test_all_conditions_hold_and_are_counted(ask):
    conditions = {"enabled": "false", "firstName": "a"}
    found = [each for each in ask.records if not each["enabled"] and "a" in each.get("firstName", "").casefold()]
    assert found
    assert (await ask(USERS, max=1000, **conditions)).json() == found
    assert (await ask(f"{USERS}/count", **conditions)).json() == len(found)


async def test_a_brief_user_has_no_attributes(ask):
    (whole,) = (await ask(USERS, max=1)).json()
    (brief,) = (await ask(USERS, max=1, briefRepresentation="true")).json()
    assert "attributes" in whole
    assert brief.items() < whole.items()
    assert "attributes" not in brief


async def test_nobody_is_an_error_with_its_words(ask):
    answer = await ask(f"{USERS}/nobody")
    assert (answer.status_code, answer.json()) == (404, {"error": "User not found"})


async def test_a_token_is_given_where_its_document_has_the_endpoint_and_lives_for_a_minute(ask):
    client = {"client_id": "sandbox-keycloak-client", "client_secret": "sandbox-keycloak-secret"}
    answer = await ask.token("/realms/acme/protocol/openid-connect/token", client)
    assert (answer.status_code, answer.json()["expires_in"]) == (200, 60)
    assert (await ask(USERS, key=answer.json()["access_token"])).status_code == 200
    assert (await ask(USERS, key="another")).status_code == 401


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("ad", True),
        ("da", False),
        ("*da*", True),
        ('"ada"', True),
        ('"ad"', False),
        ("A lovelace", True),
        ("a x", False),
    ],
)
def test_a_word_begins_a_value_is_in_it_between_stars_or_is_all_of_it_in_quotes(text, finds):
    test = predicate(text, Rules({"firstName": (), "lastName": ()}))
    assert test({"firstName": "Ada", "lastName": "Lovelace"}) is finds
