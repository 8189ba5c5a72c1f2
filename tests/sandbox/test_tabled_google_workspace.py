"""The simulated Google Workspace: what its documents say of queries, pages, orders and what is left out."""

import json

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_sandbox import Sandbox
from user_directory_sandbox.expressions import NoExpression, Rules
from user_directory_sandbox.expressions.google import predicate

NAME, USERS = "google-workspace", "/admin/directory/v1/users"
RULES = Rules({"name": ("=", ":", ":*"), "is": ("=",), "givenName": ("=",), "familyName": (), "email": ()})


@pytest.fixture
async def sandbox():
    async with Sandbox(users=237, providers=[NAME]) as opened:
        yield opened


@pytest.fixture
async def ask(sandbox):
    headers = {"Authorization": f"Bearer sandbox-{NAME}-key"}
    async with httpx2.AsyncClient(base_url=sandbox.base_url(NAME), headers=headers) as http:

        async def answered(path=USERS, **params):
            return await http.get(path, params=params or None)

        yield answered


async def test_it_pages_by_tokens_and_has_no_key_for_what_is_empty(sandbox, ask):
    found, params = [], {"customer": "my_customer"}
    while params:
        page = (await ask(**params)).json()
        assert page["kind"] == "admin#directory#users"
        found += page["users"]
        params = {**params, "pageToken": page["nextPageToken"]} if "nextPageToken" in page else {}
    assert found == list(sandbox.records(NAME))
    assert {"aliases" in each for each in found} == {True, False}
    nobody = (await ask(customer="my_customer", query="email=nobody@northwind.example")).json()
    assert set(nobody) == {"kind", "etag"}


@pytest.mark.parametrize("params", [{}, {"customer": "my_customer", "maxResults": 501}, {"domain": "x", "query": "="}])
async def test_it_refuses_a_list_of_no_customer_and_what_it_does_not_take(ask, params):
    answer = await ask(**params)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (400, "invalid")


@pytest.mark.parametrize(("order", "back"), [("ASCENDING", False), ("DESCENDING", True)])
async def test_it_orders_by_names_and_addresses(sandbox, ask, order, back):
    page = (await ask(customer="my_customer", maxResults=500, orderBy="familyName", sortOrder=order)).json()
    names = [each["name"]["familyName"].casefold() for each in page["users"]]
    assert names == sorted(names, reverse=back)


async def test_too_many_requests_are_a_403_that_does_not_say_when_they_may_go_on(sandbox, ask):
    async with httpx2.AsyncClient() as http:
        await http.post(f"{sandbox.url}/_control/{NAME}/behaviour", json={"rate_limit": 0.001})
    assert (await ask(customer="my_customer")).status_code == 200
    answer = await ask(customer="my_customer")
    assert (answer.status_code, "retry-after" in answer.headers) == (403, False)
    assert answer.json()["error"]["errors"][0]["reason"] == "userRateLimitExceeded"


async def test_it_gives_a_service_account_in_place_of_a_key(sandbox):
    account = sandbox.service_account(NAME)
    assert account["token_uri"] == sandbox.token_url(NAME)
    assert account["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
    assert json.loads(sandbox.environment()["GOOGLE_WORKSPACE_SERVICE_ACCOUNT"]) == account


# Queries

JANES = [{"name": name} for name in ("Jane", "Jane Ann", "Janet", "Sarah Jane")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name=jane", ["Jane"]),
        ("name:jane", ["Jane", "Jane Ann", "Sarah Jane"]),
        ("name:jane*", ["Jane", "Jane Ann", "Janet"]),
        ("name:'jane ann'", ["Jane Ann"]),
        ("name:jane* name:ann", ["Jane Ann"]),
    ],
)
def test_the_operators_mean_what_the_document_says(query, found):
    assert [each["name"] for each in JANES if predicate(query, RULES)(each)] == found


@given(st.text(st.characters(exclude_characters="\\")), st.text())
def test_a_quoted_text_is_one_value_whatever_is_in_it(asked, held):
    test = predicate("name='{}'".format(asked.replace("'", r"\'")), RULES)
    assert test({"name": held}) == (asked.casefold() == held.casefold())


@given(st.text(alphabet="na me=':*\\is", max_size=20))
def test_every_text_is_a_query_or_is_refused(text):
    try:
        test = predicate(text, RULES)
    except NoExpression:
        return
    assert test({"name": "x"}) in (True, False)


def test_a_value_without_a_field_is_looked_for_in_names_and_addresses():
    assert predicate("jane", RULES)({"givenName": "Jane"})
    assert not predicate("jane", RULES)({"name": "Jane"})


@pytest.mark.parametrize("query", ["", "name=", "name='x", "nick=x", "is:true", r"name='\x'", "name='x'is=true"])
def test_what_is_no_query_is_refused(query):
    with pytest.raises(NoExpression):
        predicate(query, RULES)
