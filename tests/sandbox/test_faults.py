"""Each fault, as a client sees it."""

import json
import time

import httpx2
import pytest

from .conftest import LISTS

DIRECTORIES = tuple(LISTS)
ONE = {
    "klavis": "/user/{}",
    "braintrust": "/v1/user/{}",
    "delay": "/users/{}",
    "openphone": "/v1/users/{}",
    "quo": "/users/{}",
    "monocloud": "/api/users/{}",
}


def rows_of(body):
    return body if isinstance(body, list) else next(value for value in body.values() if isinstance(value, list))


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_status_comes_in_the_providers_envelope_and_ends_by_itself(ask, directory):
    sent = {"kind": "status", "status": 503, "retry_after": 7, "message": None, "next": 2}
    assert await ask.set(directory, "faults", **sent) == {"faults": [sent]}
    answers = [await ask.page(directory) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["retry-after"] == "7"
    assert answers[0].headers["content-type"] == (await ask.sandbox_error(directory)).headers["content-type"]


async def test_a_fault_may_hit_every_third_request_until_it_is_cleared(ask):
    await ask.set("delay", "faults", kind="status", status=500, every=3)
    assert [(await ask.page("delay")).status_code for _ in range(6)] == [200, 200, 500, 200, 200, 500]
    assert await ask.set("delay", "faults", kind=None) == {"faults": []}
    assert [(await ask.page("delay")).status_code for _ in range(3)] == [200, 200, 200]


async def test_queued_faults_come_one_after_another(ask):
    await ask.set("quo", "faults", kind="status", status=500)
    await ask.set("quo", "faults", kind="content_type")
    await ask.set("quo", "faults", kind="status", status=429)
    assert [(await ask.page("quo")).status_code for _ in range(4)] == [500, 200, 429, 200]


async def test_a_reset_before_the_answer_is_a_read_error(ask):
    await ask.set("delay", "faults", kind="reset_before")
    with pytest.raises(httpx2.ReadError):
        await ask.page("delay")
    assert (await ask.page("delay")).status_code == 200
    stats = await ask.stats("delay")
    assert stats["by_status"] == {"reset": 1, "200": 1}
    assert (await ask.control("delay", "requests")).json()["requests"][0]["status"] is None


async def test_a_reset_in_the_body_comes_after_the_headers(ask):
    await ask.set("delay", "faults", kind="reset_in_body")
    url = ask.sandbox.base_url("delay") + "/users"
    async with ask.http.stream("GET", url, headers={"Authorization": "Bearer sandbox-delay-key"}) as answer:
        assert answer.status_code == 200
        with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
            await answer.aread()


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_truncated_json_is_well_framed_but_cannot_be_read(ask, directory):
    whole = (await ask.page(directory)).content
    await ask.set(directory, "faults", kind="truncated_json")
    answer = await ask.page(directory)
    assert answer.content == whole[: len(whole) // 2]
    with pytest.raises(json.JSONDecodeError):
        answer.json()


async def test_a_wrong_content_type_is_an_html_page_with_200(ask):
    await ask.set("monocloud", "faults", kind="content_type")
    answer = await ask.page("monocloud")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!doctype html>")


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_an_empty_page_keeps_its_position_and_totals(ask, directory):
    whole = await ask.page(directory)
    await ask.set(directory, "faults", kind="empty_page")
    empty = await ask.page(directory)
    assert rows_of(empty.json()) == []
    assert empty.headers.get("x-pagination") == whole.headers.get("x-pagination")
    if isinstance(empty.json(), dict):
        rest = [{k: v for k, v in page.json().items() if not isinstance(v, list)} for page in (whole, empty)]
        assert rest[0] == rest[1]


async def test_a_repeated_page_is_the_one_before(ask):
    first = await ask.rows("delay", "/users", page=1)
    await ask.set("delay", "faults", kind="repeated_page")
    assert await ask.rows("delay", "/users", page=2) == first
    assert await ask.rows("delay", "/users", page=2) != first


async def test_no_page_from_before_all_faults_were_cleared_is_repeated(ask):
    first = await ask.rows("delay", "/users", page=1)
    await ask.set("delay", "faults", kind=None)
    await ask.set("delay", "faults", kind="repeated_page", every=1)
    second = await ask.rows("delay", "/users", page=2)
    assert await ask.rows("delay", "/users", page=3) == second != first


async def test_a_token_loop_hands_out_the_token_that_was_just_used(ask):
    page = await ask.rows("quo", "/users")
    await ask.set("quo", "faults", kind="token_loop")
    again = await ask.rows("quo", "/users", after=page["nextCursor"])
    assert again["nextCursor"] == page["nextCursor"]
    assert rows_of(again) != rows_of(page)


async def test_a_token_loop_on_the_first_page_leads_to_the_first_page(ask):
    await ask.set("openphone", "faults", kind="token_loop")
    page = await ask.rows("openphone", "/v1/users", maxResults=5)
    again = await ask.rows("openphone", "/v1/users", maxResults=5, pageToken=page["nextPageToken"])
    assert rows_of(again) == rows_of(page)


async def test_a_keyset_loops_when_the_page_ends_with_its_own_cursor(ask):
    ids = await ask.ids("braintrust")
    await ask.set("braintrust", "faults", kind="token_loop")
    page = await ask.rows("braintrust", "/v1/user", limit=3, starting_after=ids[2])
    assert [user["id"] for user in page["objects"]] == [*ids[3:6], ids[2]]


@pytest.mark.parametrize("directory", ["klavis", "delay", "monocloud"])
async def test_numbered_pages_cannot_loop(ask, directory):
    assert (await ask.control(directory, "faults", {"kind": "token_loop"})).status_code == 400


async def test_a_slow_body_takes_its_time(ask):
    whole = await ask.page("delay")
    await ask.set("delay", "faults", kind="slow_body", seconds=0.2)
    began = time.monotonic()
    assert (await ask.page("delay")).content == whole.content
    assert time.monotonic() - began >= 0.2


async def test_a_huge_body_is_the_page_and_white_space(ask):
    whole = await ask.page("delay")
    await ask.set("delay", "faults", kind="huge_body", megabytes=3)
    huge = await ask.page("delay")
    assert len(huge.content) == len(whole.content) + 3_000_000
    assert huge.json() == whole.json()


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_odd_records_stand_among_the_true_ones(ask, directory):
    true = rows_of((await ask.page(directory)).json())
    await ask.set(directory, "faults", kind="null_records")
    rows = rows_of((await ask.page(directory)).json())
    assert [row for row in rows if row is not None] == true
    assert rows.count(None) == 1
    await ask.set(directory, "faults", kind="odd_records")
    rows = rows_of((await ask.page(directory)).json())
    assert [row for row in rows if row in true] == true
    odd = [row for row in rows if row not in true]
    assert odd[:4] == [None, 7, "user", []]
    assert set(odd[4]) == {"name", "email"}


async def test_a_fault_of_the_page_waits_for_a_list_request(ask):
    identity = (await ask.ids("delay"))[0]
    await ask.set("delay", "faults", kind="empty_page")
    assert (await ask.rows("delay", f"/users/{identity}"))["id"] == identity
    assert await ask.rows("delay", "/users") == []


async def one_of(ask, directory):
    """What the get-one endpoint answers for a user."""
    identity = next(each for each in await ask.ids(directory) if each.isascii() and "/" not in each and "#" not in each)
    return await ask.get(directory, ONE[directory].format(identity.replace("?", "%3F")))


async def test_a_redirect_leads_to_a_host_that_does_not_exist(ask):
    await ask.set("delay", "faults", kind="redirect", status=308)
    answer = await ask.page("delay")
    assert (answer.status_code, answer.headers["location"]) == (308, "http://elsewhere.invalid/login")


async def test_the_message_of_a_status_is_in_the_provider_s_envelope(ask):
    await ask.set("delay", "faults", kind="status", status=500, message="db-7 is down")
    assert (await ask.page("delay")).json() == {"code": 500, "message": "db-7 is down"}


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [("no_content", 204, b""), ("empty_body", 200, b""), ("null_body", 200, b"null"), ("empty_object", 200, b"{}")],
)
@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_nothing_is_sent_in_place_of_a_page_or_a_user(ask, directory, kind, status, body):
    await ask.set(directory, "faults", kind=kind, next=2)
    for answer in (await ask.page(directory), await one_of(ask, directory)):
        assert (answer.status_code, answer.content) == (status, body)


async def test_a_mislabelled_page_is_whole(ask):
    whole = await ask.page("delay")
    await ask.set("delay", "faults", kind="mislabelled")
    answer = await ask.page("delay")
    assert (answer.content, answer.headers["content-type"]) == (whole.content, "text/html; charset=utf-8")


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_something_else_stands_for_the_list_and_the_rest_stays(ask, directory):
    whole = (await ask.page(directory)).json()
    name = None if isinstance(whole, list) else next(name for name, each in whole.items() if isinstance(each, list))
    found = {}
    for kind in ("null_list", "no_list", "object_list"):
        await ask.set(directory, "faults", kind=kind)
        found[kind] = (await ask.page(directory)).json()
    numbered = {str(place): row for place, row in enumerate(rows_of(whole))}
    if name is None:
        assert found == {"null_list": None, "no_list": {}, "object_list": numbered}
    else:
        rest = {each: value for each, value in whole.items() if each != name}
        assert found == {"null_list": {name: None} | rest, "no_list": rest, "object_list": {name: numbered} | rest}


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_rows_come_twice_in_another_order_or_without_their_ids(ask, directory):
    whole = rows_of((await ask.page(directory)).json())
    await ask.set(directory, "faults", kind="duplicate_rows")
    assert rows_of((await ask.page(directory)).json()) == [row for row in whole for _ in range(2)]
    await ask.set(directory, "faults", kind="shuffled_rows", next=2)
    shuffled = [rows_of((await ask.page(directory)).json()) for _ in range(2)]
    assert all(each != whole and sorted(map(str, each)) == sorted(map(str, whole)) for each in shuffled)
    assert shuffled[0] != shuffled[1]
    await ask.set(directory, "faults", kind="nameless_records")
    name = {"klavis": "userId", "monocloud": "user_id"}.get(directory, "id")
    nameless = rows_of((await ask.page(directory)).json())
    assert nameless == [{each: value for each, value in row.items() if each != name} for row in whole]


@pytest.mark.parametrize("value", [3, "many", -1, None])
async def test_a_total_is_whatever_it_is_said_to_be(ask, value):
    for directory in ("klavis", "openphone", "monocloud"):
        await ask.set(directory, "faults", kind="total", value=value)
        page = await ask.page(directory)
        where = json.loads(page.headers["x-pagination"]) if directory == "monocloud" else page.json()
        assert next(where[name] for name in ("totalCount", "totalItems", "total_count") if name in where) == value
        assert rows_of(page.json())


@pytest.mark.parametrize("directory", ["braintrust", "delay", "quo"])
async def test_where_no_total_is_stated_none_can_be_wrong(ask, directory):
    assert (await ask.control(directory, "faults", {"kind": "total", "value": 3})).status_code == 400


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_another_user_comes_for_an_id(ask, directory):
    true = (await one_of(ask, directory)).json()
    await ask.set(directory, "faults", kind="another_user")
    other = (await one_of(ask, directory)).json()
    assert other.keys() == true.keys()
    assert other != true


async def test_a_fault_may_hit_only_users_or_only_lists(ask):
    sent = {"kind": "status", "every": 1, "only": "user", "status": 404, "retry_after": None, "message": None}
    assert await ask.set("delay", "faults", **sent) == {"faults": [sent]}
    assert [(await ask.page("delay")).status_code, (await one_of(ask, "delay")).status_code] == [200, 404]
    await ask.set("delay", "faults", kind=None)
    await ask.set("delay", "faults", kind="empty_body", only="list")
    assert (await one_of(ask, "delay")).json()["id"]
    assert (await ask.page("delay")).content == b""
