"""https://docs.d3lay.com"""

import re
import unicodedata
from uuid import uuid4

import pytest

STATUSES = {"active", "onboarding", "inactive", "suspended", "risky"}
USER_TYPES = {"saas_admin", "saas_user", "saas_user_client"}


async def everything(ask, **params):
    found, page = [], 1
    while rows := await ask.rows("delay", "/users", page=page, page_size=100, **params):
        found += rows
        page += 1
    return found


async def test_the_pages_are_bare_arrays_that_together_are_everybody(ask):
    assert [user["id"] for user in await everything(ask)] == await ask.ids("delay")


async def test_a_record_has_the_documented_fields_and_values(ask):
    for user in await everything(ask):
        assert user["user_type"] in USER_TYPES
        assert user["status"] in STATUSES
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", user["created_at"])
        assert user["created_at"] <= user["updated_at"]
        assert {"id", "identifier", "name", "email", "created_by", "updated_by"} <= set(user)


@pytest.mark.parametrize("params", [{"page_size": 101}, {"page_size": 0}, {"page": 0}, {"page": "x"}])
async def test_a_value_out_of_bounds_is_400(ask, params):
    answer = await ask.get("delay", "/users", **params)
    assert (answer.status_code, answer.json()["code"]) == (400, 400)


async def test_a_page_over_the_maximum_may_be_clamped_instead(ask):
    await ask.set("delay", "behaviour", over_maximum="clamp")
    assert len(await ask.rows("delay", "/users", page_size=1000)) == 100


async def test_the_version_header_may_be_absent_or_v1(ask):
    key = {"Authorization": "Bearer sandbox-delay-key"}
    for version, status in (({}, 200), ({"X-API-Version": "v1"}, 200), ({"X-API-Version": "v2"}, 400)):
        assert (await ask.get("delay", "/users", headers=key | version)).status_code == status


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "sandbox-delay-key"}])
async def test_no_valid_token_is_401(ask, header):
    assert (await ask.get("delay", "/users", headers=header)).status_code == 401


@pytest.mark.parametrize(("field", "values"), [("status", STATUSES), ("user_type", USER_TYPES)])
async def test_a_filter_finds_exactly_those_who_have_the_value(ask, field, values):
    everybody = list(ask.sandbox.records("delay"))
    for value in values | {"unheard_of"}:
        assert await everything(ask, **{field: value}) == [user for user in everybody if user[field] == value]


@pytest.mark.parametrize("field", ["created_at", "updated_at"])
async def test_dates_include_both_bounds_unless_told_otherwise(ask, field):
    everybody = list(ask.sandbox.records("delay"))
    first, last = sorted(user[field] for user in everybody)[50], sorted(user[field] for user in everybody)[150]
    bounds = {f"{field}_from": first, f"{field}_to": last}
    assert await everything(ask, **bounds) == [user for user in everybody if first <= user[field] <= last]
    await ask.set("delay", "behaviour", date_bounds="exclusive")
    assert await everything(ask, **bounds) == [user for user in everybody if first < user[field] < last]


async def test_a_bound_between_two_seconds_is_after_the_first(ask):
    user = next(ask.sandbox.records("delay"))
    between = user["created_at"].replace("Z", ".5Z")
    assert user not in await everything(ask, created_at_from=between)
    assert user in await everything(ask, created_at_to=between)


async def test_a_date_that_is_none_is_400(ask):
    assert (await ask.get("delay", "/users", created_at_from="yesterday")).status_code == 400


@pytest.mark.parametrize("field", ["created_at", "updated_at", "name", "email", "status", "id"])
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_users_are_sorted_by_a_field(ask, field, order):
    values = [user[field] for user in await everything(ask, sort_by=field, sort_order=order)]
    assert len(values) == 237
    assert values == sorted(values, reverse=order == "desc")


async def test_an_arbitrary_order_is_still_sorted_by_creation_on_demand(ask):
    await ask.set("delay", "behaviour", order="arbitrary")
    created = [user["created_at"] for user in await everything(ask)]
    assert created != sorted(created)
    assert [user["created_at"] for user in await everything(ask, sort_by="created_at")] == sorted(created)


async def test_an_unknown_sort_is_400_or_ignored(ask):
    assert (await ask.get("delay", "/users", sort_order="up")).status_code == 400
    assert (await ask.get("delay", "/users", sort_by="shoe_size")).status_code == 400
    await ask.set("delay", "behaviour", unknown_sort="ignore")
    assert await everything(ask, sort_by="shoe_size") == list(ask.sandbox.records("delay"))


@pytest.mark.parametrize("text", ["mar", "NORTH", "a@n", "é", "李", "محمد", "smith-jones", ".", "nobody at all"])
async def test_the_fuzzy_match_looks_into_name_and_address(ask, text):
    def has(user):
        return text.casefold() in user["name"].casefold() or text.casefold() in user["email"]

    assert await everything(ask, search=text) == [user for user in ask.sandbox.records("delay") if has(user)]


async def test_the_fuzzy_match_finds_an_emoji(ask):
    everybody = list(ask.sandbox.records("delay"))
    emoji = next(letter for user in everybody for letter in user["name"] if unicodedata.category(letter) == "So")
    assert await everything(ask, search=emoji) == [user for user in everybody if emoji in user["name"]]


async def test_the_fuzzy_match_knows_ids(ask):
    user = list(ask.sandbox.records("delay"))[5]
    assert await everything(ask, search=user["id"]) == [user]
    assert await everything(ask, search=user["id"][:11]) == [user]


async def test_the_fuzzy_parameter_may_have_another_name_or_none(ask):
    await ask.set("delay", "behaviour", fuzzy_parameter="q")
    assert len(await everything(ask, search="nobody at all")) == 237
    assert await everything(ask, q="nobody at all") == []
    await ask.set("delay", "behaviour", fuzzy_parameter=None)
    assert len(await everything(ask, q="nobody at all")) == 237


async def test_without_the_permission_authors_are_hidden_and_cannot_be_asked_for(ask):
    everybody = list(ask.sandbox.records("delay"))
    author = everybody[9]["created_by"]
    assert await everything(ask, created_by=author) == [user for user in everybody if user["created_by"] == author]
    assert await everything(ask, id=everybody[3]["id"]) == [everybody[3]]
    await ask.set("delay", "behaviour", metadata_permission=False)
    assert "created_by" not in (await ask.rows("delay", "/users"))[0]
    for field in ("id", "created_by", "updated_by"):
        assert (await ask.get("delay", "/users", **{field: author})).status_code == 403


async def test_links_lead_through_all_pages_and_are_absent_when_all_fits_one(ask):
    await ask.set("delay", "behaviour", link_header=True)
    answer = await ask.get("delay", "/users", page_size=100, status="active")
    rows = answer.json()
    while following := re.search(r'<([^>]+)>; rel="next"', answer.headers["link"]):
        answer = await ask.http.get(following[1], headers={"Authorization": "Bearer sandbox-delay-key"})
        rows += answer.json()
    assert rows == [user for user in ask.sandbox.records("delay") if user["status"] == "active"]
    assert "link" not in (await ask.get("delay", "/users", status="risky")).headers


async def test_one_user_is_the_one_in_the_list_unless_there_is_no_such_route(ask):
    user = (await ask.rows("delay", "/users", page_size=1))[0]
    assert await ask.rows("delay", f"/users/{user['id']}") == user
    assert (await ask.get("delay", f"/users/{uuid4()}")).status_code == 404
    await ask.set("delay", "behaviour", get_one=False)
    assert (await ask.get("delay", f"/users/{user['id']}")).status_code == 404
