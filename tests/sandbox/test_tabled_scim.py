"""Service providers of SCIM: what they support is a variant of the table, and what their documents say of cursors."""

import httpx2
import pytest

from user_directory_sandbox import Sandbox

USERS = 137
LISTED, SAID = "/scim/v2/Users", "/scim/v2/ServiceProviderConfig"


class Asker:
    def __init__(self, sandbox: Sandbox, http: httpx2.AsyncClient) -> None:
        self.sandbox = sandbox
        self.http = http

    async def become(self, **behaviour):
        answer = await self.http.post(f"{self.sandbox.url}/_control/scim/behaviour", json=behaviour)
        assert answer.status_code == 200, answer.text

    async def __call__(self, path=LISTED, **params):
        headers = {"Authorization": "Bearer sandbox-scim-key"}
        return await self.http.get(self.sandbox.base_url("scim") + path, params=params or None, headers=headers)


@pytest.fixture
async def ask():
    async with Sandbox(users=USERS, providers=["scim"]) as sandbox, httpx2.AsyncClient() as http:
        yield Asker(sandbox, http)


async def ids_by_cursor(ask, **params):
    found, page = [], {"nextCursor": ""}
    while "nextCursor" in page:
        page = (await ask(cursor=page["nextCursor"], **params)).json()
        found += [each["id"] for each in page["Resources"]]
        assert ("startIndex" in page, page["totalResults"]) == (False, USERS)
    return found


@pytest.mark.parametrize("variant", ["cursors", "cursors-alone"])
async def test_cursors_lead_through_the_whole_list_and_the_last_page_has_none(ask, variant):
    await ask.become(variant=variant)
    assert await ids_by_cursor(ask, count=50) == [each["id"] for each in ask.sandbox.records("scim")]


async def test_without_a_cursor_the_usual_way_of_paging_is_as_it_is_announced(ask):
    for variant, by, names in (("cursors", "index", "startIndex"), ("cursors-alone", "cursor", "nextCursor")):
        await ask.become(variant=variant)
        assert (await ask(SAID)).json()["pagination"]["defaultPaginationMethod"] == by
        assert names in (await ask(count=5)).json()


async def test_a_cursor_that_it_did_not_hand_out_is_refused(ask):
    await ask.become(variant="cursors")
    assert (await ask(cursor="made-up")).status_code == 400


@pytest.mark.parametrize(("variant", "name"), [("bare", "filter"), ("bare", "sortBy"), ("cursors-alone", "startIndex")])
async def test_what_a_variant_does_not_support_is_refused(ask, variant, name):
    await ask.become(variant=variant)
    assert (await ask(**{name: "1"})).status_code == 400
    assert (await ask()).status_code == 200


async def test_a_variant_ends_with_a_reset(ask):
    await ask.become(variant="bare")
    assert (await ask(SAID)).json()["sort"] == {"supported": False}
    await ask.http.post(f"{ask.sandbox.url}/_control/scim/reset")
    assert (await ask(SAID)).json()["sort"] == {"supported": True}


async def test_a_list_that_is_not_steady_has_another_order_in_each_answer_unless_it_is_sorted(ask):
    await ask.become(steady=False)
    plain = [[each["id"] for each in (await ask(count=USERS)).json()["Resources"]] for _ in range(3)]
    assert len(set(map(tuple, plain))) == 3
    assert {tuple(sorted(each)) for each in plain} == {tuple(sorted(plain[0]))}
    ordered = [(await ask(count=USERS, sortBy="id")).json()["Resources"] for _ in range(2)]
    assert ordered[0] == ordered[1]
