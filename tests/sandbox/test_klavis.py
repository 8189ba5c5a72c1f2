"""https://www.klavis.ai/docs/api-reference/user/get-all-users"""

from urllib.parse import quote

import pytest


async def test_a_page_is_fifty_users_with_the_totals(ask):
    page = await ask.rows("klavis", "/user/")
    assert len(page["users"]) == 50
    assert {name: value for name, value in page.items() if name != "users"} == {
        "totalCount": 237,
        "page": 1,
        "pageSize": 50,
        "totalPages": 5,
    }
    assert all(set(user) == {"userId", "createdAt"} for user in page["users"])


async def test_the_pages_together_are_everybody_in_order(ask):
    pages = [await ask.rows("klavis", "/user/", page_number=n, page_size=100) for n in (1, 2, 3, 4)]
    assert [len(page["users"]) for page in pages] == [100, 100, 37, 0]
    assert [user["userId"] for page in pages for user in page["users"]] == await ask.ids("klavis")


async def test_every_bound_that_is_broken_is_named_as_fastapi_names_it(ask):
    answer = await ask.get("klavis", "/user/", page_size=1001, page_number=0)
    assert answer.status_code == 422
    assert answer.json() == {
        "detail": [
            {
                "type": "less_than_equal",
                "loc": ["query", "page_size"],
                "msg": "Input should be less than or equal to 1000",
                "input": "1001",
                "ctx": {"le": 1000},
            },
            {
                "type": "greater_than_equal",
                "loc": ["query", "page_number"],
                "msg": "Input should be greater than or equal to 1",
                "input": "0",
                "ctx": {"ge": 1},
            },
        ]
    }


@pytest.mark.parametrize("text", ["x", "", "1.5", "1_0", "٣"])
async def test_a_page_size_that_is_no_integer_cannot_be_parsed(ask, text):
    answer = await ask.get("klavis", "/user/", page_size=text)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "int_parsing"
    assert answer.json()["detail"][0]["input"] == text


async def test_no_key_is_401_and_a_wrong_key_is_403(ask):
    assert (await ask.get("klavis", "/user/", headers={})).status_code == 401
    assert (await ask.get("klavis", "/user/", headers={"Authorization": "sandbox-klavis-key"})).status_code == 401
    wrong = await ask.get("klavis", "/user/", headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, wrong.json()) == (403, {"detail": "Invalid API key"})


async def test_the_path_without_its_slash_is_redirected_with_the_query(ask):
    answer = await ask.get("klavis", "/user", page_size=7)
    assert answer.status_code == 307
    assert answer.headers["location"] == ask.sandbox.base_url("klavis") + "/user/?page_size=7"


async def test_every_user_is_found_by_an_encoded_id(ask):
    ids = await ask.ids("klavis")
    for identity in ids:
        user = await ask.rows("klavis", f"/user/{quote(identity, safe='')}")
        assert user["userId"] == identity
        assert set(user) == {"userId", "createdAt", "lastUsedAt"}
    assert {character for identity in ids for character in identity} >= set("@/%# ?")


async def test_some_users_were_never_used(ask):
    users = [await ask.rows("klavis", f"/user/{quote(i, safe='')}") for i in (await ask.ids("klavis"))[:60]]
    unused = sum(user["lastUsedAt"] is None for user in users)
    assert 0 < unused < 60
    assert all(user["lastUsedAt"] >= user["createdAt"] for user in users if user["lastUsedAt"])


async def test_integrations_have_a_name_and_a_state(ask):
    identity = quote((await ask.ids("klavis"))[0], safe="")
    integrations = (await ask.rows("klavis", f"/user/{identity}/integrations"))["integrations"]
    assert integrations
    assert all(set(one) == {"name", "is_authenticated"} for one in integrations)


async def test_an_unknown_or_deleted_user_is_404(ask):
    (gone,) = (await ask.set("klavis", "delete", count=1))["ids"]
    for identity in (gone, "nobody@nowhere.example", "000000000000"):
        assert (await ask.get("klavis", f"/user/{quote(identity, safe='')}")).status_code == 404


async def test_secrets_have_no_route(ask):
    identity = quote((await ask.ids("klavis"))[0], safe="")
    assert (await ask.get("klavis", f"/user/{identity}/auth/GitHub")).status_code == 404


@pytest.mark.parametrize(("form", "end"), [("naive", "digit"), ("z", "Z"), ("offset", "+00:00")])
async def test_the_zone_of_created_at_can_be_chosen(ask, form, end):
    await ask.set("klavis", "behaviour", created_at=form)
    created = (await ask.rows("klavis", "/user/", page_size=1))["users"][0]["createdAt"]
    assert created[-1].isdigit() and "+" not in created if end == "digit" else created.endswith(end)
