"""Microsoft Graph's users, simulated: what its documents say of pages, fields, filters, orders and counts."""

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_sandbox import Sandbox
from user_directory_sandbox.expressions import LANGUAGES, NoExpression, Rules

USERS = 237
EVENTUAL = {"ConsistencyLevel": "eventual"}
COUNTED = {"$count": "true"}


class Asker:
    """Asks the simulation below /v1.0, with the key."""

    def __init__(self, sandbox: Sandbox, http: httpx2.AsyncClient) -> None:
        self.sandbox = sandbox
        self.http = http
        self.records = list(sandbox.records("entra"))

    async def __call__(self, path="/users", params=None, **headers):
        sent = {"Authorization": "Bearer sandbox-entra-key"} | headers
        url = self.sandbox.base_url("entra") + "/v1.0" + path
        return await self.http.get(url, params=params, headers=sent)

    async def found(self, params, **headers):
        answer = await self("/users", {"$top": "999", **params}, **headers)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["value"]]

    async def refused(self, params, **headers):
        answer = await self("/users", params, **headers)
        return answer.status_code, answer.json().get("error", {}).get("code")


@pytest.fixture
async def ask():
    async with Sandbox(users=USERS, providers=["entra"]) as sandbox, httpx2.AsyncClient() as http:
        yield Asker(sandbox, http)


def ids(records):
    return [each["id"] for each in records]


async def test_pages_follow_the_whole_next_link_and_only_the_first_one_has_the_count(ask):
    page = (await ask("/users", {"$top": "50", "$select": "id", **COUNTED}, **EVENTUAL)).json()
    assert page["@odata.count"] == USERS
    found = ids(page["value"])
    while (link := page.get("@odata.nextLink")) is not None:
        assert "select=id" in link
        page = (await ask.http.get(link, headers={"Authorization": "Bearer sandbox-entra-key", **EVENTUAL})).json()
        assert "@odata.count" not in page
        found += ids(page["value"])
    assert found == ids(ask.records)


async def test_a_page_has_a_hundred_users_unless_asked_and_never_more_than_999(ask):
    assert len((await ask()).json()["value"]) == 100
    assert await ask.refused({"$top": "1000"}) == (400, "Request_UnsupportedQuery")
    assert await ask.refused({"$top": "0"}) == (400, "Request_UnsupportedQuery")


async def test_fields_beyond_the_few_of_the_default_are_sent_if_selected(ask):
    somebody = ask.records[0]
    plain = (await ask(f"/users/{somebody['id']}")).json()
    assert "createdDateTime" not in plain
    assert set(plain) < set(somebody)
    selected = (await ask(f"/users/{somebody['id']}", {"$select": "accountEnabled,department"})).json()
    assert selected == {name: somebody[name] for name in ("accountEnabled", "department")}
    assert await ask.refused({"$select": "shoeSize"}) == (400, "Request_UnsupportedQuery")


async def test_a_user_is_found_by_id_and_by_user_principal_name_guests_too(ask):
    guest = next(each for each in ask.records if each["userType"] == "Guest")
    assert "#EXT#@" in guest["userPrincipalName"]
    for identity in (guest["id"], guest["userPrincipalName"].replace("#", "%23")):
        assert (await ask(f"/users/{identity}")).json()["id"] == guest["id"]
    answer = await ask("/users/nobody@acme.example")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "Request_ResourceNotFound")


async def test_a_count_is_a_bare_number_and_needs_the_header(ask):
    refused = await ask("/users/$count")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "Request_UnsupportedQuery")
    answer = await ask("/users/$count", **EVENTUAL)
    assert (answer.text, answer.headers["content-type"]) == (str(USERS), "text/plain")
    answer = await ask("/users/$count", {"$filter": "accountEnabled eq false"}, **EVENTUAL)
    assert int(answer.text) == len([each for each in ask.records if not each["accountEnabled"]])
    assert "@odata.count" not in (await ask("/users", COUNTED)).json()  # without the header it is ignored


@pytest.mark.parametrize(
    "asked",
    [
        {"$filter": "endsWith(mail,'acme.example')"},
        {"$filter": "userType ne 'Guest'"},
        {"$filter": "not(userType eq 'Guest')"},
        {"$filter": "companyName eq 'acme.example'"},
        {"$filter": "startsWith(displayName,'a')", "$orderby": "displayName"},
        {"$orderby": "createdDateTime desc"},
    ],
)
async def test_an_advanced_question_needs_both_the_header_and_the_count(ask, asked):
    assert await ask.refused(asked) == (400, "Request_UnsupportedQuery")
    assert await ask.refused(asked, **EVENTUAL) == (400, "Request_UnsupportedQuery")
    assert await ask.refused({**asked, **COUNTED}) == (400, "Request_UnsupportedQuery")
    assert (await ask("/users", {**asked, **COUNTED}, **EVENTUAL)).status_code == 200


@pytest.mark.parametrize(
    "expression",
    [
        "mail lt 'a'",
        "contains(displayName,'a')",
        "shoeSize eq 42",
        "mail eq 'a",
        "mail eq",
        "startswith(mail)",
        "mail eq 'a' or",
        "otherMails/any(o:mail eq 'a')",
        "startswith(accountEnabled,'t')",
        "createdDateTime ge 2024-13-01T00:00:00Z",
    ],
)
async def test_what_is_not_supported_is_refused_even_in_an_advanced_query(ask, expression):
    asked = {"$filter": expression, **COUNTED}
    assert await ask.refused(asked, **EVENTUAL) == (400, "Request_UnsupportedQuery")


async def test_filters_compare_without_letter_case_and_read_doubled_quotes(ask):
    team = "O'Neil's team"
    wanted = ids(each for each in ask.records if each["department"] == team)
    assert wanted
    assert await ask.found({"$filter": "department eq 'o''neil''s TEAM'"}) == wanted
    guests = [each for each in ask.records if each["userType"] == "Guest"]
    address = guests[0]["mail"]
    assert await ask.found({"$filter": f"otherMails/any(o:o eq '{address}')"}) == ids(guests[:1])
    assert await ask.found({"$filter": f"mail in ('{address}', 'nobody')"}) == ids(guests[:1])
    assert await ask.found({"$filter": "mail eq null"}) == ids(each for each in ask.records if each["mail"] is None)


async def test_times_are_compared_as_times(ask):
    moment = ask.records[100]["createdDateTime"]
    since = await ask.found({"$filter": f"createdDateTime ge {moment.replace('Z', '.000Z')}"})
    assert since == ids(each for each in ask.records if each["createdDateTime"] >= moment)


async def test_a_search_takes_names_apart_into_words_and_needs_the_header(ask):
    somebody = next(each for each in ask.records if each["displayName"].isascii() and " " in each["displayName"])
    words = somebody["displayName"].lower().split()
    asked = {"$search": f'"displayName:{words[-1]} {words[0]}"'}
    assert await ask.refused(asked) == (400, "Request_UnsupportedQuery")
    assert somebody["id"] in await ask.found(asked, **EVENTUAL)
    either = {"$search": f'"displayName:{words[0]}" AND ("mail:{somebody["mail"]}" OR "mail:nobody")'}
    assert await ask.found(either, **EVENTUAL) == [somebody["id"]]
    for wrong in ("displayName:x", '"displayName"', '"displayName:x" or "mail:x"', '"shoeSize:42"'):
        assert await ask.refused({"$search": wrong}, **EVENTUAL) == (400, "Request_UnsupportedQuery")


async def test_a_token_is_had_with_the_secret_in_the_form_and_the_scope_of_graph(ask):
    form = {"grant_type": "client_credentials", "client_id": "sandbox-entra-client"}
    form |= {"client_secret": "sandbox-entra-secret", "scope": "https://graph.microsoft.com/.default"}
    endpoint = f"{ask.sandbox.url}/_token/entra"
    token = (await ask.http.post(endpoint, data=form)).json()["access_token"]
    assert (await ask("/users", Authorization=f"Bearer {token}")).status_code == 200
    wrong = await ask.http.post(endpoint, data=form | {"scope": "User.Read"})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_scope")
    refused = await ask(Authorization="Bearer nothing")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


# Expressions

RULES = Rules({"a": ("eq", "ne", "startswith"), "n": ("ge", "le"), "many": ("any", "eq")}, folds=False)
odata = LANGUAGES["odata"]


@given(st.text(), st.text())
def test_a_quoted_text_is_one_value_whatever_is_in_it(asked, held):
    quoted = "'" + asked.replace("'", "''") + "'"
    assert odata(f"a eq {quoted}", RULES)({"a": held}) == (asked == held)
    assert odata(f"a eq {quoted}", RULES)({"a": asked})
    assert odata(f"startswith(a,{quoted})", RULES)({"a": asked + held})
    assert odata(f"many/any(m:m eq {quoted})", RULES)({"many": [held, asked]})


@given(st.text(alphabet="an ',():/eqorandt1mysi", max_size=30))
def test_every_text_is_an_expression_or_is_refused(text):
    for language in ("odata", "clauses"):
        try:
            test = LANGUAGES[language](text, RULES)
        except NoExpression:
            continue
        assert test({"a": "x", "n": 1, "many": []}) in (True, False)
