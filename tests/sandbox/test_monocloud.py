"""https://www.monocloud.com/docs"""

import json

import pytest

PATH = "/api/users"


async def everything(ask, **params):
    found, page = [], 1
    while True:
        answer = await ask.get("monocloud", PATH, page=page, size=100, **params)
        found += answer.json()
        if not json.loads(answer.headers["x-pagination"])["has_next"]:
            return found
        page += 1


async def test_the_pages_together_are_everybody(ask):
    assert [user["user_id"] for user in await everything(ask)] == await ask.ids("monocloud")


async def test_a_page_is_ten_users_and_the_header_has_the_totals(ask):
    answer = await ask.get("monocloud", PATH, page=24)
    assert len(answer.json()) == 7
    assert json.loads(answer.headers["x-pagination"]) == {
        "page_size": 10,
        "current_page": 24,
        "total_count": 237,
        "has_previous": True,
        "has_next": False,
    }


async def test_the_header_can_be_left_out(ask):
    await ask.set("monocloud", "behaviour", x_pagination=False)
    assert "x-pagination" not in (await ask.get("monocloud", PATH)).headers


async def test_a_size_over_the_maximum_is_clamped_unless_told_otherwise(ask):
    answer = await ask.get("monocloud", PATH, size=500)
    assert len(answer.json()) == json.loads(answer.headers["x-pagination"])["page_size"] == 100
    await ask.set("monocloud", "behaviour", over_maximum="refuse")
    assert (await ask.get("monocloud", PATH, size=500)).status_code == 400


@pytest.mark.parametrize("params", [{"page": 0}, {"size": "x"}, {"sort": "name:1"}, {"sort": "creation_time:asc"}])
async def test_a_bad_parameter_is_400_with_problem_details(ask, params):
    answer = await ask.get("monocloud", PATH, **params)
    assert answer.status_code == answer.json()["status"] == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "detail", "traceId"} <= set(answer.json())


@pytest.mark.parametrize("headers", [{}, {"X-API-KEY": "wrong"}, {"Authorization": "Bearer sandbox-monocloud-key"}])
async def test_no_valid_key_is_401(ask, headers):
    assert (await ask.get("monocloud", PATH, headers=headers)).status_code == 401


@pytest.mark.parametrize("field", ["creation_time", "last_updated"])
@pytest.mark.parametrize(("sign", "reverse"), [("1", False), ("-1", True)])
async def test_users_are_sorted_by_a_time(ask, field, sign, reverse):
    values = [user[field] for user in await everything(ask, sort=f"{field}:{sign}")]
    assert len(values) == 237
    assert values == sorted(values, reverse=reverse)


def text_of(user):
    primary = next(email["email"] for email in user["emails"] if email["primary"])
    return f"{primary}\n{user['claims'].get('name', '')}".casefold()


@pytest.mark.parametrize("text", ["an", "NORTHWIND", "é", "محمد", "nobody"])
async def test_the_filter_is_looked_for_in_name_and_primary_address(ask, text):
    wanted = [user for user in ask.sandbox.records("monocloud") if text.casefold() in text_of(user)]
    assert await everything(ask, filter=text) == wanted


async def test_all_words_of_the_filter_must_match_unless_told_otherwise(ask):
    everybody = list(ask.sandbox.records("monocloud"))
    both = [user for user in everybody if "a" in text_of(user) and "nor" in text_of(user)]
    either = [user for user in everybody if "ga" in text_of(user) or "nor" in text_of(user)]
    assert await everything(ask, filter="a nor") == both
    await ask.set("monocloud", "behaviour", filter_words="any")
    assert await everything(ask, filter="ga nor") == either


async def test_a_quoted_filter_is_one_phrase_and_a_backslash_means_the_next_character(ask):
    name = next(u["claims"]["name"] for u in ask.sandbox.records("monocloud") if " " in u["claims"].get("name", ""))
    wanted = [user for user in ask.sandbox.records("monocloud") if name.casefold() in text_of(user)]
    assert await everything(ask, filter=f'"{name}"') == wanted
    assert await everything(ask, filter=name.replace(" ", "\\ ")) == wanted


async def test_lucene_wants_its_special_characters_escaped(ask):
    await ask.set("monocloud", "behaviour", filter_syntax="lucene")
    assert (await ask.get("monocloud", PATH, filter="jean-luc")).status_code == 400
    assert (await ask.get("monocloud", PATH, filter=r"jean\-luc")).status_code == 200


async def test_a_user_is_found_by_id_in_the_filter(ask):
    user = list(ask.sandbox.records("monocloud"))[40]
    assert await everything(ask, filter=user["user_id"]) == [user]


async def test_one_user_adds_public_and_private_data(ask):
    for user in (await everything(ask))[:20]:
        whole = await ask.rows("monocloud", f"{PATH}/{user['user_id']}")
        assert whole.pop("public_data")
        assert whole.pop("private_data")
        assert whole == user
    missing = await ask.get("monocloud", f"{PATH}/UOtBaOybB6dTpIJNrnkRw")
    assert (missing.status_code, missing.json()["title"]) == (404, "Not Found")


async def test_three_generations_of_the_schema_are_served(ask):
    everybody = list(ask.sandbox.records("monocloud"))
    assert any("usernames" in user for user in everybody)
    assert any("connections" in user and "source" in user["emails"][0] for user in everybody)
    assert any("idps" in user and "authenticators" in user["emails"][0] for user in everybody)


async def test_records_are_as_varied_as_the_document_allows(ask):
    everybody = list(ask.sandbox.records("monocloud"))
    assert any(user.get("username", 0) is None for user in everybody)
    assert any(user["password_updated_at"] is None for user in everybody)
    assert any(user["claims"] == {} for user in everybody)
    assert any(user["passkeys"] for user in everybody)
    assert any(user["phone_numbers"] for user in everybody)
    assert any(not user["emails"][0]["primary"] for user in everybody)
    assert 0 < sum(user["disabled"] for user in everybody) < 40
    assert all(sum(email["primary"] for email in user["emails"]) == 1 for user in everybody)
    assert all(isinstance(user["creation_time"], int) for user in everybody)
