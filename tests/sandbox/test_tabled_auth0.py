"""Auth0 as a table: what its document says of pages, queries, addresses and errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_sandbox.expressions import NoExpression, Rules
from user_directory_sandbox.expressions.lucene import predicate

from .tabled import opened

USERS = "/api/v2/users"
NUMBER = 1037


@pytest.fixture
async def ask():
    async with opened("auth0", NUMBER) as asker:
        yield asker


async def test_pages_begin_at_zero_and_totals_are_included_on_demand(ask):
    assert (await ask(USERS)).json() == ask.records[:50]
    page = (await ask(USERS, page=2, per_page=30, include_totals="true")).json()
    assert page.pop("users") == ask.records[60:90]
    assert page == {"start": 60, "limit": 30, "length": 30, "total": NUMBER}


async def test_only_the_first_thousand_can_be_paged(ask):
    assert (await ask(USERS, page=9, per_page=100)).json() == ask.records[900:1000]
    answer = await ask(USERS, page=10, per_page=100)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "invalid_paging")
    assert (await ask(USERS, per_page=101)).json()["errorCode"] == "invalid_query_string"


async def test_a_query_reaches_those_behind_the_first_thousand(ask):
    last = ask.records[-1]
    assert last in (await ask(USERS, q=f'email:"{last["email"].upper()}"')).json()
    moment = ask.records[-5]["created_at"]
    late = (await ask(USERS, q=f'created_at:["{moment}" TO *]', sort="created_at:-1")).json()
    times = [each["created_at"] for each in late]
    assert times == sorted((each["created_at"] for each in ask.records if each["created_at"] >= moment), reverse=True)


async def test_an_id_holds_a_bar_and_is_found_encoded(ask):
    somebody = ask.records[3]
    assert "|" in somebody["user_id"]
    assert (await ask(f"{USERS}/{somebody['user_id'].replace('|', '%7C')}")).json() == somebody
    answer = await ask(f"{USERS}/auth0%7Cnobody")
    assert answer.status_code == 404
    assert answer.json() == {
        "statusCode": 404,
        "error": "Not Found",
        "message": "The user does not exist.",
        "errorCode": "inexistent_user",
    }


async def test_an_address_gives_those_who_have_it_in_this_letter_case_alone(ask):
    twin = next(each for each in ask.records if each["email"] != each["email"].lower())
    for address in (twin["email"], twin["email"].lower()):
        found = (await ask("/api/v2/users-by-email", email=address)).json()
        assert found == [each for each in ask.records if each["email"] == address]
    both = (await ask(USERS, q=f'email:"{twin["email"]}"')).json()
    assert both == [each for each in ask.records if each["email"].lower() == twin["email"].lower()]
    assert len(both) > 1
    assert (await ask("/api/v2/users-by-email")).status_code == 400


async def test_a_token_is_given_for_the_audience_of_the_tenant(ask):
    client = {"client_id": "sandbox-auth0-client", "client_secret": "sandbox-auth0-secret"}
    assert (await ask.token("/oauth/token", client)).json()["error"] == "invalid_target"
    answer = await ask.token("/oauth/token", {**client, "audience": "https://acme.auth0.example/api/v2/"})
    assert answer.json()["expires_in"] == 86400


# Queries

RULES = Rules(
    {
        "name": ("is", "wildcard", "exists", "fold"),
        "code": ("is", "wildcard", "exists"),
        "n": ("is", "range", "exists"),
        "at": ("range", "exists", "time"),
        "blocked": ("is", "exists"),
    }
)


def finds(query, **record):
    return predicate(query, RULES)(record)


@given(st.text(min_size=1).filter(str.strip), st.text())
def test_a_phrase_is_one_value_whatever_is_in_it(asked, held):
    phrase = asked.replace("\\", "\\\\").replace('"', '\\"')
    assert finds(f'code:"{phrase}"', code=held) == (asked == held)
    assert finds(f'code:"{phrase}"', code=asked)


@pytest.mark.parametrize(
    ("query", "record", "expected"),
    [
        ('name:"ada lovelace"', {"name": "Ada Lovelace"}, True),
        ('name:"ada"', {"name": "Ada Lovelace"}, False),
        ('code:"ada"', {"code": "Ada"}, False),
        ("name:ad*", {"name": "Ada"}, True),
        (r"name:ada\ l*", {"name": "Ada Lovelace"}, True),
        (r"name:a\**", {"name": "Ada"}, False),
        ("name:?da", {"name": "Ada"}, True),
        ("blocked:true", {"blocked": True}, True),
        ("blocked:false", {}, False),
        ("NOT blocked:true", {}, True),
        ("_exists_:n", {"n": 0}, True),
        ("_exists_:n", {}, False),
        ("n:[2 TO 5}", {"n": 5}, False),
        ("n:{2 TO *]", {"n": 3}, True),
        ("at:[2024 TO 2025-06-01}", {"at": "2025-05-31T23:59:59.999Z"}, True),
        ('at:["2025-06-01T00:00:00Z" TO *]', {"at": "2025-06-01T00:00:00.000Z"}, True),
        ("n:1 n:2", {"n": 2}, True),
        ("n:1 OR n:2 AND code:x", {"n": 2, "code": "y"}, False),
        ("(n:1 OR n:2) AND code:x", {"n": 2, "code": "x"}, True),
        ('"ada"', {"name": "ADA"}, True),
    ],
)
def test_a_query_finds(query, record, expected):
    assert finds(query, **record) is expected


@pytest.mark.parametrize(
    "query",
    ["nick:x", "name:", "name:[1 TO 2]", "n:*", "name:*da", "n:[one TO 2]", "(n:1", "n:1)", '"a', "AND", "code:]"],
)
def test_what_is_no_query_is_refused(query):
    with pytest.raises(NoExpression):
        finds(query, n=1)


@given(st.text(alphabet='nae:"\\()[]{}* TOANDR1', max_size=30))
def test_every_text_is_a_query_or_is_refused(text):
    try:
        test = predicate(text, RULES)
        assert test({"n": 1, "name": "x"}) in (True, False)
    except NoExpression:
        return
