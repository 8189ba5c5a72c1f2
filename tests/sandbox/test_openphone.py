"""https://www.quo.com/docs/mdx/api-reference/users/list-users"""

import re
from typing import Any

import pytest

PATH = "/v1/users"


async def walk(ask, size=50):
    pages: list[Any] = []
    token: dict[str, str] = {}
    while True:
        pages.append(await ask.rows("openphone", PATH, maxResults=size, **token))
        if pages[-1]["nextPageToken"] is None:
            return pages
        token = {"pageToken": pages[-1]["nextPageToken"]}


@pytest.mark.parametrize("order", ["oldest", "newest", "arbitrary"])
@pytest.mark.parametrize("tokens", ["keyset", "offset"])
async def test_the_tokens_lead_through_everybody_to_a_null(ask, order, tokens):
    await ask.set("openphone", "behaviour", order=order, tokens=tokens)
    pages = await walk(ask)
    assert [len(page["data"]) for page in pages] == [50, 50, 50, 50, 37]
    assert [user["id"] for page in pages for user in page["data"]] == await ask.ids("openphone")


async def test_a_last_page_that_is_full_has_no_token(ask):
    await ask.set("openphone", "delete", count=37)
    assert [len(page["data"]) for page in await walk(ask)] == [50, 50, 50, 50]


async def test_the_total_is_wrong_as_documented_unless_told_otherwise(ask):
    assert {page["totalItems"] for page in await walk(ask)} == {260}
    await ask.set("openphone", "behaviour", total_items="right")
    assert {page["totalItems"] for page in await walk(ask)} == {237}


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (None, "Required property"),
        ("0", "Expected integer to be greater or equal to 1"),
        ("51", "Expected integer to be less or equal to 50"),
        ("x", "Expected integer"),
    ],
)
async def test_max_results_is_required_and_from_1_to_50(ask, size, message):
    answer = await ask.get("openphone", PATH, **({} if size is None else {"maxResults": size}))
    error = answer.json()
    assert answer.status_code == error["status"] == 400
    assert (error["code"], error["title"]) == ("1100400", "Bad Request")
    assert error["docs"] == "https://openphone.com/docs"
    assert error["errors"][0] | {"value": 0} == {
        "path": "/maxResults",
        "message": message,
        "value": 0,
        "schema": {"type": "integer"},
    }


@pytest.mark.parametrize("token", ["", "0", "start", "AAAAAAAAAAAAAAAAAAAAAAAA"])
async def test_a_made_up_token_is_400(ask, token):
    assert (await ask.get("openphone", PATH, maxResults=5, pageToken=token)).status_code == 400


async def test_a_token_shows_no_position(ask):
    await ask.set("openphone", "behaviour", tokens="offset")
    tokens = [page["nextPageToken"] for page in await walk(ask, 10)][:-1]
    assert all(re.fullmatch(r"[0-9A-Za-z]{24}", token) for token in tokens)
    assert sorted(tokens) != tokens


@pytest.mark.parametrize("key", [None, "wrong", "Bearer sandbox-openphone-key"])
async def test_the_key_stands_alone_in_the_header(ask, key):
    answer = await ask.get("openphone", PATH, headers={"Authorization": key} if key else {}, maxResults=1)
    assert answer.status_code == 401
    assert answer.json()["code"] == "1100401"


async def test_records_have_the_documented_fields_and_nulls(ask):
    everybody = list(ask.sandbox.records("openphone"))
    fields = {"id", "email", "firstName", "lastName", "pictureUrl", "role", "createdAt", "updatedAt"}
    assert all(set(user) == fields for user in everybody)
    assert [user["role"] for user in everybody].count("owner") == 1
    assert {user["role"] for user in everybody} == {"owner", "admin", "member"}
    for field in ("firstName", "lastName", "pictureUrl"):
        assert any(user[field] is None for user in everybody), field
    assert all(user["createdAt"] <= user["updatedAt"] for user in everybody)
    assert all(user["createdAt"].endswith("Z") for user in everybody)


async def test_one_user_is_wrapped_in_data(ask):
    user = (await ask.rows("openphone", PATH, maxResults=1))["data"][0]
    assert await ask.rows("openphone", f"{PATH}/{user['id']}") == {"data": user}
    missing = await ask.get("openphone", f"{PATH}/US0000000000")
    assert (missing.status_code, missing.json()["code"]) == (404, "1100404")
    assert (await ask.get("openphone", f"{PATH}/{user['id'][2:]}")).status_code == 400
