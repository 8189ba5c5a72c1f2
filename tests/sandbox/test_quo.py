"""https://www.quo.com/docs"""

import pytest


async def test_the_cursors_lead_through_everybody_to_a_null(ask):
    ids, params = [], {"limit": 50}
    while True:
        page = await ask.rows("quo", "/users", **params)
        assert set(page) == {"data", "nextCursor"}
        ids += [user["id"] for user in page["data"]]
        if page["nextCursor"] is None:
            break
        params["after"] = page["nextCursor"]
    assert ids == await ask.ids("quo")


async def test_a_page_is_ten_users_if_no_limit_is_sent(ask):
    assert len((await ask.rows("quo", "/users"))["data"]) == 10


@pytest.mark.parametrize("limit", ["0", "51", "x"])
async def test_a_limit_out_of_bounds_is_400_in_the_standard_envelope(ask, limit):
    answer = await ask.get("quo", "/users", limit=limit)
    assert answer.status_code == 400
    assert set(answer.json()) == {"title", "message", "docs", "trace", "errors"}
    assert answer.json()["errors"][0]["path"] == "/limit"


@pytest.mark.parametrize("version", [None, "2025-01-01"])
async def test_the_version_header_is_required(ask, version):
    headers = {"Authorization": "sandbox-quo-key"} | ({"Quo-Api-Version": version} if version else {})
    assert (await ask.get("quo", "/users", headers=headers)).status_code == 400


async def test_a_wrong_key_is_401(ask):
    headers = {"Authorization": "Bearer sandbox-quo-key", "Quo-Api-Version": "2026-03-30"}
    answer = await ask.get("quo", "/users", headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


async def test_a_made_up_cursor_is_400(ask):
    assert (await ask.get("quo", "/users", after="start")).status_code == 400


async def test_one_user_is_wrapped_in_data(ask):
    user = (await ask.rows("quo", "/users"))["data"][3]
    assert await ask.rows("quo", f"/users/{user['id']}") == {"data": user}
    assert (await ask.get("quo", "/users/US0000000000")).status_code == 404
