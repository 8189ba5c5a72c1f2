"""What a test can ask of the sandbox itself."""

import time
from itertools import pairwise

import anyio.lowlevel
import pytest

from user_directory_sandbox.apis import APIS
from user_directory_sandbox.control import control
from user_directory_sandbox.directory import Directory
from user_directory_sandbox.http import Request

from .conftest import LISTS

DIRECTORIES = tuple(LISTS)


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_an_inserted_user_is_the_newest_and_can_be_fetched(ask, directory):
    await ask.set(directory, "behaviour", order="newest")
    before = await ask.ids(directory)
    new = (await ask.set(directory, "insert", count=3))["ids"]
    assert await ask.ids(directory) == [*reversed(new), *before]
    records = list(ask.sandbox.records(directory))
    created = next(name for name in ("createdAt", "created", "created_at", "creation_time") if name in records[0])
    known = [record[created] for record in records if record[created] is not None]
    assert known == sorted(known, reverse=True)


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_deleted_users_are_gone_and_the_others_keep_their_order(ask, directory):
    before = await ask.ids(directory)
    named = (await ask.set(directory, "delete", ids=before[5:8]))["ids"]
    assert named == before[5:8]
    random = (await ask.set(directory, "delete", count=4))["ids"]
    gone = {*named, *random}
    assert len(gone) == 7
    assert await ask.ids(directory) == [identity for identity in before if identity not in gone]


async def test_more_users_than_there_are_can_be_deleted(ask):
    assert len((await ask.set("quo", "delete", count=1000))["ids"]) == 237
    assert await ask.rows("quo", "/users") == {"data": [], "nextCursor": None}


async def test_a_user_who_is_not_live_cannot_be_deleted(ask):
    answer = await ask.control("quo", "delete", {"ids": ["US0000000000"]})
    assert (answer.status_code, answer.json()) == (400, {"error": "Not live: 'US0000000000'."})


async def test_an_arbitrary_order_takes_in_new_users_anywhere(ask):
    await ask.set("delay", "behaviour", order="arbitrary")
    before = await ask.ids("delay")
    new = (await ask.set("delay", "insert", count=20))["ids"]
    after = await ask.ids("delay")
    assert [identity for identity in after if identity not in new] == before
    places = [after.index(identity) for identity in new]
    assert min(places) < 100
    assert max(places) > 150


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_the_order_can_be_changed_back_and_forth(ask, order):
    ids = await ask.ids("delay")
    await ask.set("delay", "behaviour", order="arbitrary")
    assert sorted(await ask.ids("delay")) == sorted(ids)
    await ask.set("delay", "behaviour", order=order)
    assert await ask.ids("delay") == (ids if order == "oldest" else ids[::-1])


async def test_churn_changes_the_users_before_each_list_request_at_its_rates(ask):
    await ask.set("klavis", "churn", inserts_per_request=2.5, deletes_per_request=1)
    totals = [(await ask.rows("klavis", "/user/", page_size=1))["totalCount"] for _ in range(100)]
    grown = [after - before for before, after in pairwise(totals)]
    assert set(grown) == {1, 2}
    assert 30 < grown.count(1) < 70
    live = await ask.ids("klavis")
    await ask.get("klavis", "/user/nobody@nowhere.example")
    assert await ask.ids("klavis") == live


async def test_the_same_seed_gives_the_same_churn(ask):
    async def churned():
        await ask.control("klavis", "reset", {})
        await ask.set("klavis", "churn", inserts_per_request=0.5, deletes_per_request=0.5)
        for _ in range(20):
            await ask.page("klavis")
        return await ask.ids("klavis")

    assert await churned() == await churned()


async def test_a_reset_undoes_everything(ask):
    before = await ask.ids("delay")
    behaviour = (await ask.control("delay", "behaviour")).json()
    await ask.set("delay", "behaviour", order="newest", page_clamp=3)
    await ask.set("delay", "faults", kind="status", status=500, next=5)
    await ask.set("delay", "churn", inserts_per_request=3)
    await ask.set("delay", "insert", count=3)
    await ask.page("delay")
    assert await ask.set("delay", "reset") == {"users": 237}
    assert await ask.ids("delay") == before
    assert (await ask.control("delay", "behaviour")).json() == behaviour
    assert (await ask.control("delay", "faults")).json() == {"faults": []}
    assert (await ask.stats("delay"))["requests"] == 0
    assert len((await ask.page("delay")).json()) == 20


async def test_stats_count_by_documented_path_and_status(ask):
    ids = await ask.ids("openphone")
    for path in (LISTS["openphone"], f"/v1/users/{ids[0]}", f"/v1/users/{ids[1]}", "/v1/nothing"):
        await ask.get("openphone", path)
    sizes = [len((await ask.page("openphone")).content)]
    stats = await ask.stats("openphone")
    assert stats["by_path"] == {"/v1/users": 2, "/v1/users/{userId}": 2, "(unknown)": 1}
    assert stats["by_status"] == {"200": 4, "404": 1}
    assert stats["requests"] == 5
    assert stats["bytes"] > 2 * sizes[0]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_anything_but_get_is_405_and_counted(ask, directory, method):
    answer = await ask.http.request(method, ask.sandbox.base_url(directory) + LISTS[directory])
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert (await ask.stats(directory))["non_get"] == 1


async def test_the_log_tells_when_each_request_came(ask):
    await ask.get("delay", "/users", page=2, search="é")
    await ask.get("delay", "/users", page=0)
    first, second = (await ask.control("delay", "requests")).json()["requests"]
    assert {name: first[name] for name in ("method", "path", "query", "status")} == {
        "method": "GET",
        "path": "/users",
        "query": "page=2&search=%C3%A9",
        "status": 200,
    }
    assert second["status"] == 400
    assert 0 <= first["t"] <= second["t"]


async def test_latency_holds_each_answer_back_and_shows_the_concurrency(ask):
    await ask.set("delay", "behaviour", latency=0.1)
    began = time.monotonic()
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(ask.page, "delay")
    assert time.monotonic() - began >= 0.1
    assert (await ask.stats("delay"))["concurrent_peak"] == 5


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_rate_limit_answers_429_in_the_providers_envelope(ask, directory):
    await ask.set(directory, "behaviour", rate_limit=3)
    answers = [await ask.page(directory) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["retry-after"] == "1"
    missing = await ask.sandbox_error(directory)
    assert answers[-1].headers["content-type"] == missing.headers["content-type"]
    await ask.set(directory, "behaviour", retry_after=False)
    assert "retry-after" not in (await ask.page(directory)).headers


async def test_a_rate_limit_counts_requests_as_they_come_and_not_as_they_are_answered(ask):
    await ask.set("delay", "behaviour", rate_limit=1, latency=0.5)
    answers = {}

    async def first():
        answers["first"] = await ask.page("delay")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first)
        while not (await ask.stats("delay"))["requests"]:
            await anyio.lowlevel.checkpoint()
        await ask.set("delay", "behaviour", latency=0)
        answers["second"] = await ask.page("delay")
    assert {name: answer.status_code for name, answer in answers.items()} == {"first": 200, "second": 429}


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_page_can_be_clamped_silently(ask, directory):
    await ask.set(directory, "behaviour", page_clamp=4)
    body = (await ask.page(directory)).json()
    rows = body if isinstance(body, list) else next(value for value in body.values() if isinstance(value, list))
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("action", "sent", "says"),
    [
        ("behaviour", {"colour": "red"}, "Unknown behaviour 'colour'. Known: "),
        ("behaviour", {"order": "sideways"}, "The behaviour 'order' is 'newest' or 'oldest' or 'arbitrary', not"),
        ("behaviour", {"x_pagination": True}, "Unknown behaviour 'x_pagination'"),
        ("behaviour", {"page_clamp": 0}, "a whole number of at least 1 or null, not 0"),
        ("behaviour", {"latency": True}, "a number of at least 0.0, not True"),
        ("faults", {"kind": "earthquake"}, "Unknown fault 'earthquake' here. Known: another_user, "),
        ("faults", {}, "Unknown fault '' here"),
        ("faults", {"kind": "status", "megabytes": 1}, "Unknown field of 'status' 'megabytes'"),
        ("faults", {"kind": "status", "next": 1, "every": 2}, "not both"),
        ("faults", {"kind": "status", "status": 200}, "a status from 400 to 599, not 200"),
        ("churn", {"inserts": 1}, "Known: deletes_per_request, inserts_per_request."),
        ("insert", {"count": "three"}, "a whole number of at least 0, not 'three'"),
        ("delete", {"ids": "US1"}, "a list of ids, not 'US1'"),
        ("delete", {"ids": [], "count": 1}, "not both"),
        ("reset", [], "not a JSON object"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_what_would(ask, action, sent, says):
    answer = await ask.control("braintrust", action, sent)
    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert (await ask.control("braintrust", "faults")).json() == {"faults": []}


def test_another_machine_has_no_control():
    directory = Directory(APIS["quo"](1, 10))
    for peer, status in (("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 403)):
        request = Request("POST", "/_control/quo/reset", "", {}, peer=peer)
        assert control(directory, request, "reset").status == status


async def test_a_changed_behaviour_holds_for_what_was_asked_before(ask):
    shouted = next(user["given_name"] for user in ask.sandbox.records("braintrust") if user["given_name"]).casefold()
    assert (await ask.rows("braintrust", "/v1/user", given_name=shouted))["objects"] == []
    await ask.set("braintrust", "behaviour", name_case="insensitive")
    assert (await ask.rows("braintrust", "/v1/user", given_name=shouted))["objects"]


async def test_a_directory_without_a_maximum_has_nothing_to_do_over_it(ask):
    assert (await ask.control("braintrust", "behaviour", {"over_maximum": "clamp"})).status_code == 400


async def test_a_body_that_is_not_json_is_refused(ask):
    answer = await ask.http.post(f"{ask.sandbox.url}/_control/quo/insert", content=b"{")
    assert (answer.status_code, answer.json()) == (400, {"error": "The body is not JSON."})


@pytest.mark.parametrize("path", ["/", "/nothing", "/_control", "/_control/nobody/stats", "/_control/quo/nothing"])
async def test_an_unknown_path_is_404_and_says_what_there_is(ask, path):
    answer = await ask.http.get(ask.sandbox.url + path)
    assert answer.status_code == 404
    assert "quo" in answer.json()["error"] or "GET stats" in answer.json()["error"]
