"""APIs that are tables: what their documents say of paging, filters, hidden users and errors."""

import json
import re
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_sandbox import Sandbox
from user_directory_sandbox.apis.tabled import TABLED
from user_directory_sandbox.expressions import NoExpression, Rules
from user_directory_sandbox.expressions.scim import predicate

OKTA, SCIM = "/api/v1/users", "/scim/v2/Users"
KEYS = {"okta": "SSWS sandbox-okta-key", "scim": "Bearer sandbox-scim-key"}
USERS = 237


class Asker:
    """Asks a sandbox for the paths of its tables."""

    def __init__(self, sandbox: Sandbox, http: httpx2.AsyncClient) -> None:
        self.sandbox = sandbox
        self.http = http

    async def __call__(self, directory, path, *, key=None, **params):
        headers = {"Authorization": KEYS[directory] if key is None else key}
        return await self.http.get(self.sandbox.base_url(directory) + path, params=params or None, headers=headers)


@pytest.fixture
async def ask():
    async with Sandbox(users=USERS, providers=TABLED) as sandbox, httpx2.AsyncClient() as http:
        yield Asker(sandbox, http)


async def okta_walk(ask, **params):
    found, pages = [], 0
    while True:
        answer = await ask("okta", OKTA, **params)
        found += answer.json()
        pages += 1
        links = [link for link in answer.headers.get_list("link") if 'rel="next"' in link]
        if not links:
            return found, pages
        params = dict(parse_qsl(urlsplit(re.findall("<(.*)>", links[0])[0]).query))


async def test_okta_pages_by_links_and_shows_no_deprovisioned_user_unless_asked(ask):
    everybody = list(ask.sandbox.records("okta"))
    shown, pages = await okta_walk(ask, limit=50)
    assert pages == -(-len(shown) // 50)
    assert shown == [each for each in everybody if each["status"] != "DEPROVISIONED"]
    gone, _ = await okta_walk(ask, limit=5, search='status eq "DEPROVISIONED"')
    assert gone == [each for each in everybody if each["status"] == "DEPROVISIONED"]
    assert len(gone) + len(shown) == USERS
    assert gone


async def test_okta_clamps_a_page_to_two_hundred(ask):
    assert len((await ask("okta", OKTA, limit=1000)).json()) == 200


async def test_okta_finds_one_user_by_id_and_by_login(ask):
    somebody = next(ask.sandbox.records("okta"))
    for identity in (somebody["id"], somebody["profile"]["login"]):
        assert (await ask("okta", f"{OKTA}/{identity}")).json() == somebody
    answer = await ask("okta", f"{OKTA}/nobody")
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "E0000007")


async def test_okta_orders_only_searches(ask):
    plain, _ = await okta_walk(ask, limit=200, sortBy="profile.lastName")
    names = [each["profile"].get("lastName") for each in plain]
    assert names != sorted(names, key=lambda name: str(name).casefold())
    ordered, _ = await okta_walk(ask, limit=20, search="status pr", sortBy="profile.lastName", sortOrder="desc")
    names = [str(each["profile"].get("lastName")).casefold() for each in ordered]
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize(
    "params",
    [
        {"search": "profile.nickName eq 1"},
        {"search": "status"},
        {"search": 'status eq "ACTIVE'},
        {"search": 'not (status eq "ACTIVE")'},
        {"filter": 'profile.email sw "a"'},
        {"after": "not-a-position"},
        {"limit": "many"},
    ],
)
async def test_okta_refuses_what_it_does_not_take(ask, params):
    answer = await ask("okta", OKTA, **params)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "E0000031")


async def test_a_wrong_key_is_refused_in_the_envelope_of_the_api(ask):
    answer = await ask("okta", OKTA, key="SSWS wrong")
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000011")
    answer = await ask("scim", SCIM, key="SSWS sandbox-scim-key")
    assert (answer.status_code, answer.json()["status"]) == (401, 401)


async def test_a_limit_tells_when_it_ends(ask):
    limit = {"rate_limit": 0.001, "retry_after": False}
    await ask.http.post(f"{ask.sandbox.url}/_control/okta/behaviour", json=limit)
    assert (await ask("okta", OKTA)).status_code == 200
    answer = await ask("okta", OKTA)
    assert (answer.status_code, answer.headers["x-rate-limit-remaining"]) == (429, "0")
    assert abs(int(answer.headers["x-rate-limit-reset"]) - 1) > 1e9


@pytest.mark.parametrize("count", [1, 7, 100, 200])
async def test_scim_pages_by_index_and_states_the_total(ask, count):
    found, index = [], 1
    while index <= USERS:
        page = (await ask("scim", SCIM, startIndex=index, count=count)).json()
        rows = len(page["Resources"])
        assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (USERS, index, rows)
        found += page["Resources"]
        index += rows
    assert found == list(ask.sandbox.records("scim"))


async def test_scim_filters_the_values_of_lists_in_any_letter_case(ask):
    somebody = next(ask.sandbox.records("scim"))
    address = somebody["emails"][0]["value"]
    page = (await ask("scim", SCIM, filter=f'emails.value eq "{address.upper()}"')).json()
    assert (page["totalResults"], page["Resources"]) == (1, [somebody])
    page = (await ask("scim", SCIM, filter=f'not (emails.value eq "{address}") and active eq true', count=200)).json()
    active = [each for each in ask.sandbox.records("scim") if each["active"] and each != somebody]
    assert page["totalResults"] == len(active)


async def test_scim_says_what_it_supports(ask):
    assert (await ask("scim", "/scim/v2/ServiceProviderConfig")).json()["filter"]["supported"] is True


def test_a_provider_that_is_not_simulated_is_named_with_those_that_are():
    with pytest.raises(ValueError, match=r"nobody is not simulated\. These are: klavis, .*okta"):
        Sandbox(providers=["nobody"])


# Expressions

ATTRIBUTES = {"a": ("eq", "ne", "co", "sw", "ew", "pr"), "b.c": ("eq", "pr"), "n": ("eq", "gt", "ge", "lt", "le")}
RULES = Rules(ATTRIBUTES, folds=False)


@given(st.text(), st.text())
def test_a_quoted_text_is_one_value_whatever_is_in_it(asked, held):
    test = predicate(f"a eq {json.dumps(asked)}", RULES)
    assert test({"a": held}) == (asked == held)
    assert test({"a": asked})


@given(st.integers(0, 7))
def test_and_binds_closer_than_or_and_not_closest(bits):
    record = {"a": "x" if bits & 1 else "", "b": {"c": "x" if bits & 2 else ""}, "n": bits >> 2}
    a, b, n = bool(bits & 1), bool(bits & 2), bool(bits >> 2)
    assert predicate('a eq "x" or b.c eq "x" and n eq 1', RULES)(record) == (a or (b and n))
    assert predicate('(a eq "x" or b.c eq "x") and n eq 1', RULES)(record) == ((a or b) and n)
    assert predicate('not (a eq "x") and b.c eq "x"', RULES)(record) == (not a and b)


@given(st.text(alphabet='ab.cn "()\\eqorandt1', max_size=30))
def test_every_text_is_an_expression_or_is_refused(text):
    try:
        test = predicate(text, RULES)
    except NoExpression:
        return
    assert test({"a": "x"}) in (True, False)
