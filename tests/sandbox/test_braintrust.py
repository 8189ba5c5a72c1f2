"""https://www.braintrust.dev/docs/api-reference/users/list-users"""

from uuid import uuid4

import pytest

PATH = "/v1/user"


async def walk(ask, limit, **filters):
    found, params = [], filters
    while page := (await ask.rows("braintrust", PATH, limit=limit, **params))["objects"]:
        found += page
        params = filters | {"starting_after": page[-1]["id"]}
    return found


async def test_a_walk_until_the_empty_page_is_everybody_newest_first(ask):
    found = await walk(ask, 50)
    assert [user["id"] for user in found] == await ask.ids("braintrust")
    created = [user["created"] for user in found if user["created"]]
    assert created == sorted(created, reverse=True)


async def test_a_body_has_nothing_but_objects(ask):
    assert set(await ask.rows("braintrust", PATH, limit=1)) == {"objects"}


async def test_ending_before_walks_back_to_the_page_before(ask):
    ids = await ask.ids("braintrust")
    page = await ask.rows("braintrust", PATH, limit=5, ending_before=ids[20])
    assert [user["id"] for user in page["objects"]] == ids[15:20]
    first = await ask.rows("braintrust", PATH, limit=5, ending_before=ids[2])
    assert [user["id"] for user in first["objects"]] == ids[:2]


async def test_both_cursors_at_once_are_400(ask):
    ids = await ask.ids("braintrust")
    answer = await ask.get("braintrust", PATH, starting_after=ids[0], ending_before=ids[9])
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("cursor", [pytest.param(str(uuid4()), id="of nobody"), "0", "start", ""])
async def test_a_cursor_that_nobody_ever_had_is_400(ask, cursor):
    assert (await ask.get("braintrust", PATH, starting_after=cursor)).status_code == 400


async def test_a_deleted_cursor_goes_on_where_it_stood_unless_told_otherwise(ask):
    ids = await ask.ids("braintrust")
    await ask.set("braintrust", "delete", ids=[ids[9]])
    page = await ask.rows("braintrust", PATH, limit=2, starting_after=ids[9])
    assert [user["id"] for user in page["objects"]] == ids[10:12]
    await ask.set("braintrust", "behaviour", deleted_cursor="empty")
    assert (await ask.rows("braintrust", PATH, starting_after=ids[9]))["objects"] == []
    await ask.set("braintrust", "behaviour", deleted_cursor="refuse")
    assert (await ask.get("braintrust", PATH, starting_after=ids[9])).status_code == 400


@pytest.mark.parametrize(("limit", "size"), [("0", 0), ("", 237), ("null", 237), ("3", 3)])
async def test_the_limit_is_nullable_and_may_be_zero(ask, limit, size):
    assert len((await ask.rows("braintrust", PATH, limit=limit))["objects"]) == size


@pytest.mark.parametrize("limit", ["-1", "x", "1.5"])
async def test_another_limit_is_400(ask, limit):
    assert (await ask.get("braintrust", PATH, limit=limit)).status_code == 400


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "sandbox-braintrust-key"}])
async def test_no_valid_key_is_401_in_plain_text(ask, header):
    answer = await ask.get("braintrust", PATH, headers=header)
    assert (answer.status_code, answer.text) == (401, "No valid API key provided")


@pytest.mark.parametrize("field", ["given_name", "family_name", "email"])
async def test_a_filter_finds_exactly_those_who_have_the_value(ask, field):
    everybody = list(ask.sandbox.records("braintrust"))
    for value in list(dict.fromkeys(user[field] for user in everybody if user[field]))[:20]:
        found = (await ask.rows("braintrust", PATH, **{field: value}))["objects"]
        assert found == [user for user in everybody if user[field] == value]


async def test_repeated_and_comma_separated_values_are_alternatives(ask):
    everybody = list(ask.sandbox.records("braintrust"))
    values = [user["email"] for user in everybody if user["email"]][:3]
    wanted = [user for user in everybody if user["email"] in values]
    assert (await ask.rows("braintrust", PATH, email=values))["objects"] == wanted
    assert (await ask.rows("braintrust", PATH, email=",".join(values)))["objects"] == wanted


async def test_two_filters_must_both_hold(ask):
    user, other = [one for one in ask.sandbox.records("braintrust") if None not in one.values()][:2]
    both = {"given_name": user["given_name"], "family_name": user["family_name"]}
    assert user in (await ask.rows("braintrust", PATH, **both))["objects"]
    assert (await ask.rows("braintrust", PATH, ids=user["id"], email=other["email"]))["objects"] == []


async def test_ids_find_those_users_and_skip_the_unknown(ask):
    ids = await ask.ids("braintrust")
    found = await ask.rows("braintrust", PATH, ids=[ids[7], str(uuid4()), ids[3].upper()])
    assert [user["id"] for user in found["objects"]] == [ids[3], ids[7]]


async def test_a_filtered_list_is_walked_by_cursor_too(ask):
    whole = (await ask.rows("braintrust", PATH, org_name="Northwind"))["objects"]
    assert await walk(ask, 10, org_name="Northwind") == whole


async def test_everybody_is_in_one_organization_that_no_record_shows(ask):
    names = ("Northwind", "Contoso Ltd", "Initech", "Acme, Inc.")
    groups = [(await ask.rows("braintrust", PATH, org_name=name))["objects"] for name in names]
    assert all(groups)
    assert sorted(user["id"] for group in groups for user in group) == sorted(await ask.ids("braintrust"))
    assert set(groups[0][0]) == {"id", "avatar_url", "given_name", "family_name", "email", "created"}
    assert (await ask.rows("braintrust", PATH, org_name="Nowhere"))["objects"] == []


async def test_the_case_of_an_address_matters_unless_told_otherwise(ask):
    user = next(one for one in ask.sandbox.records("braintrust") if one["email"])
    shouted = user["email"].upper()
    assert (await ask.rows("braintrust", PATH, email=shouted))["objects"] == []
    await ask.set("braintrust", "behaviour", email_case="insensitive")
    assert (await ask.rows("braintrust", PATH, email=shouted))["objects"] == [user]


async def test_anything_but_the_id_may_be_null(ask):
    everybody = list(ask.sandbox.records("braintrust"))
    for field in ("given_name", "family_name", "email", "avatar_url", "created"):
        assert any(user[field] is None for user in everybody), field
    assert all(user["id"] for user in everybody)


async def test_one_user_is_the_one_in_the_list(ask):
    user = (await ask.rows("braintrust", PATH, limit=1))["objects"][0]
    assert await ask.rows("braintrust", f"{PATH}/{user['id']}") == user
    assert (await ask.get("braintrust", f"{PATH}/{uuid4()}")).status_code == 404
    assert (await ask.get("braintrust", f"{PATH}/me")).status_code == 400
