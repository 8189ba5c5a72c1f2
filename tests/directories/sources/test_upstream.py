"""One GET to a provider: what is sent, what is never sent, and what each bad answer means."""

import gzip
import json
import logging
import math
import socket
import time
import traceback
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from user_directories import Budget, Query, Request, UpstreamError, errors
from user_directories.sources import pacing
from user_directories.sources.bounds import MAX_BODY
from user_directories.sources.upstream import Upstream, _query, path_with
from user_directories.users.path_segments import has_dot_segment
from user_directory_pagination import OutOfBudget

# Named only here: a traceback shows the lines that it came through.
KEY = "canary-7f3a9c-key"
TEXT = "secretive words"
WORDS = "its own words"
TRACE = "trace-id-1"
PAGE = """
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"
auth = { environment = "ACME_KEY" }
get = { path = "/people/{id}" }
errors = { message = "message" }

[list]
path = "/people"
items = "@"
page_size = { parameter = "limit", maximum = 10 }
pagination = { strategy = "offset", parameter = "offset" }

[search]
parameter = "q"
match = "fuzzy"

[user]
id = "id"
name = "name"
"""
STATUSES = {
    400: (errors.UpstreamRefused, "it refused the request (400)"),
    401: (errors.UpstreamUnauthorized, "it does not accept the API key (401)"),
    402: (errors.UpstreamForbidden, "the account's plan does not include this (402)"),
    403: (errors.UpstreamForbidden, "the API key may not read users (403)"),
    404: (errors.UpstreamNotFound, "it has nothing at that address (404)"),
    405: (errors.UpstreamRefused, "it refused the request (405)"),
    409: (errors.UpstreamRefused, "it refused the request (409)"),
    410: (errors.UpstreamRefused, "it refused the request (410)"),
    422: (errors.UpstreamRefused, "it refused the request (422)"),
    429: (errors.UpstreamRateLimited, "it is limiting requests (429)"),
    500: (errors.UpstreamFailed, "it reports an error on its own side (500)"),
    501: (errors.UpstreamFailed, "it reports an error on its own side (501)"),
    502: (errors.UpstreamFailed, "it reports an error on its own side (502)"),
    503: (errors.UpstreamFailed, "it reports an error on its own side (503)"),
    504: (errors.UpstreamFailed, "it reports an error on its own side (504)"),
    599: (errors.UpstreamFailed, "it reports an error on its own side (599)"),
}
TRIED_AGAIN = {429, 502, 503, 504}


@pytest.fixture
async def acme(open_own):
    """The one GET of a directory whose provider is made by the test."""
    return (await open_own(PAGE, key=SecretStr(KEY))).directory("acme").source.upstream


@pytest.fixture
def ask(acme):
    async def asked(path="/people", parameters=(), budget=None):
        return await acme.get(path, parameters, budget or Budget())

    return asked


def everything_said(error):
    """Whatever of an error could be printed: the traceback, its attributes, its causes."""
    said, seen = [*traceback.format_exception(error), repr(vars(error))], error
    while seen is not None:
        said += [str(seen), repr(seen), repr(seen.args)]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(said)


@pytest.mark.parametrize(("status", "meaning"), STATUSES.items())
async def test_each_status_is_a_reaction_of_the_caller(provider, answering, ask, no_pauses, status, meaning):
    provider.answer = lambda _: answering({"message": f"{WORDS} {KEY}"}, status, x_trace=TRACE)
    with pytest.raises(meaning[0]) as error:
        await ask("/people", (("q", TEXT),))
    assert type(error.value) is meaning[0]
    assert str(error.value).startswith(f"acme: {meaning[1]}. ")
    assert len(provider.asked) == (3 if status in TRIED_AGAIN else 1)
    said = everything_said(error.value)
    assert [word for word in (KEY, TEXT, WORDS, TRACE, provider.url) if word in said] == []


@pytest.mark.parametrize("directory", ["klavis", "braintrust", "delay", "openphone", "quo", "monocloud"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
async def test_a_status_means_the_same_in_every_providers_envelope(house, directory, status):
    await house.tell(directory, "faults", kind="status", status=status)
    directories = await house.open(directory)
    with pytest.raises(STATUSES[status][0]) as error:
        await directories.users(Request("list", directory, Query(), 5))
    assert str(error.value).startswith(f"{directory}: {STATUSES[status][1]}. ")


@pytest.mark.parametrize(
    ("directory", "refusal"),
    [
        ("klavis", errors.UpstreamForbidden),  # 403 for a wrong key, 401 for none
        ("braintrust", errors.UpstreamUnauthorized),
        ("delay", errors.UpstreamUnauthorized),
        ("openphone", errors.UpstreamUnauthorized),
        ("quo", errors.UpstreamUnauthorized),
        ("monocloud", errors.UpstreamUnauthorized),
    ],
)
async def test_a_wrong_key_is_refused_and_never_repeated(house, directory, refusal):
    directories = await house.open(house.settings(directory, key=SecretStr(KEY)))
    with pytest.raises(refusal) as error:
        await directories.users(Request("list", directory, Query(), 5))
    assert KEY not in everything_said(error.value)
    assert KEY not in repr(directories.directory(directory)) + repr(
        vars(directories.directory(directory).source.upstream)
    )


async def test_a_key_that_only_cleaning_puts_together_is_hidden_too(provider, answering, acme):
    split = f"{KEY[:3]}\u200b{KEY[3:5]}\u202e{KEY[5:]}"
    provider.answer = lambda _: answering({"message": f"bad key {split}, or {KEY}"}, 400)
    with pytest.raises(errors.UpstreamRefused):
        await acme.get("/people", (), Budget())
    assert acme.last_problem == "bad key …, or …"


async def test_the_providers_own_words_are_for_the_operator_alone(provider, answering, acme):
    provider.answer = lambda _: answering({"message": f"The key {KEY} lacks the scope users:read. " + "x" * 300}, 403)
    with pytest.raises(errors.UpstreamForbidden) as error:
        await acme.get("/people", (), Budget())
    assert "scope" not in str(error.value)
    assert acme.last_problem.startswith("The key … lacks the scope users:read. xxx")
    assert len(acme.last_problem) == 200


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"message": 7}', b"[" * 100_000, b"\xff"])
async def test_words_that_are_not_there_are_none(provider, answering, acme, body):
    provider.answer = lambda _: answering(body, 403)
    with pytest.raises(errors.UpstreamForbidden):
        await acme.get("/people", (), Budget())
    assert acme.last_problem is None


@pytest.mark.parametrize("fault", ["reset_before", "reset_in_body"])
async def test_a_cut_connection_is_tried_again(house, no_pauses, fault):
    await house.tell("delay", "faults", kind=fault, next=2)
    directories = await house.open("delay")
    assert len((await directories.users(Request("list", "delay", Query(), 5))).users) == 5
    await house.tell("delay", "faults", kind=fault, next=3)
    with pytest.raises(errors.UpstreamUnavailable, match="the connection to it was lost"):
        await directories.users(Request("list", "delay", Query(), 5))


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_passing_status_is_tried_again(house, no_pauses, status):
    await house.tell("quo", "faults", kind="status", status=status, next=2)
    directories = await house.open("quo")
    assert len((await directories.users(Request("list", "quo", Query(), 5))).users) == 5
    assert [request["status"] for request in await house.requests("quo")] == [status, status, 200]


async def test_nobody_there_is_tried_three_times(open_own, no_pauses):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    budget = Budget()
    directories = await open_own(PAGE, base_url=nowhere)
    with pytest.raises(errors.UpstreamUnavailable, match="nothing accepts connections") as error:
        await directories.directory("acme").source.upstream.get("/people", (), budget)
    assert budget.spent == 3
    assert nowhere not in str(error.value)


async def test_nothing_is_tried_again_once_the_time_is_spent(provider, answering, ask):
    provider.answer = lambda _: answering({}, 503)
    with pytest.raises(errors.UpstreamUnavailable):
        await ask(budget=Budget(seconds=0.0))
    assert len(provider.asked) == 1


async def test_an_answer_that_comes_too_late_is_not_waited_for(house):
    await house.tell("delay", "faults", kind="slow_body", seconds=30)
    directories = await house.open("delay", budget=lambda: Budget(seconds=0.2, at_first=0.2))
    began = time.monotonic()
    with pytest.raises(errors.UpstreamUnavailable, match="it did not answer in time"):
        await directories.users(Request("list", "delay", Query(), 5))
    assert time.monotonic() - began < 5
    assert len(await house.requests("delay")) == 1


async def test_the_first_answer_is_waited_for_although_the_time_of_the_call_is_over(house):
    await house.tell("delay", "behaviour", latency=0.2)
    directories = await house.open("delay", budget=lambda: Budget(seconds=0.1))
    page = await directories.users(Request("list", "delay", Query(), 100))
    assert (len(page.users), page.complete) == (100, False)
    assert len(await house.requests("delay")) == 1


async def test_a_later_answer_is_not_waited_for_and_is_no_fault_of_the_provider(provider, answering, open_own):
    provider.answer = lambda _: answering([])
    upstream = (await open_own(PAGE)).directory("acme").source.upstream
    budget = Budget(seconds=0.5)
    await upstream.get("/people", (), budget)
    budget.get_somewhere()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        upstream._base_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(OutOfBudget, match="seconds"):
            await upstream.get("/people", (), budget)
    assert 0.5 <= budget.elapsed() < 0.9


async def test_a_turn_of_the_own_pace_that_comes_too_late_is_no_refusal_of_the_provider(house):
    directories = await house.open(house.settings("quo", requests_per_second=2))
    budget = Budget(seconds=0.3)
    await directories.directory("quo").sample(budget)
    with pytest.raises(OutOfBudget, match="seconds"):
        await directories.directory("quo").sample(budget)


async def test_a_directory_that_answers_nothing_while_others_do_is_said_to_be_silent(house):
    await house.tell("delay", "behaviour", latency=5)
    directories = await house.open("delay", "klavis", budget=lambda: Budget(seconds=0.5))
    began = time.monotonic()
    page = await directories.users(Request("search", None, Query(text="a"), 10))
    assert time.monotonic() - began < 2
    assert {found.directory for found in page.users} == {"klavis"}
    assert [str(note) for note in page.notes if note.kind == "fault"] == [
        "delay: It did not answer in time. Try the same call again later. The cursor continues from there."
    ]
    assert page.cursor is not None


async def test_the_wait_that_the_provider_asks_for_is_kept(house):
    await house.tell("quo", "faults", kind="status", status=429, retry_after=1)
    directories = await house.open("quo")
    assert len((await directories.users(Request("list", "quo", Query(), 5))).users) == 5
    first, second = [request["t"] for request in await house.requests("quo")]
    assert 0.99 <= second - first < 3


def in_seconds(seconds):
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        *(("60", 60, 60), (" 60 ", 60, 60), ("16", 16, 16), ("86400", 86400, 86400)),
        *[(absurd, 86400, 86400) for absurd in ("999999999", "1" * 400, "Fri, 31 Dec 9999 23:59:59 GMT")],
        pytest.param(in_seconds(3600), 1800, 3600, id="a date in an hour"),
    ],
)
async def test_a_wait_that_outlasts_the_call_is_told_and_not_made(provider, answering, ask, written, least, most):
    provider.answer = lambda _: answering({}, 429, retry_after=written)
    with pytest.raises(errors.UpstreamRateLimited) as error:
        await ask()
    wait = error.value.retry_after
    assert wait is not None
    assert least <= wait <= most
    assert str(error.value).endswith(f"Call again in {math.ceil(wait)} s.")
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "written",
    [
        *("0", pytest.param(in_seconds(-60), id="a minute ago")),
        *("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:00 -0000"),
    ],
)
async def test_a_wait_that_is_over_is_no_wait(provider, answering, ask, monkeypatch, written):
    monkeypatch.setattr(pacing, "_LEAST", 1000.0)  # else the refusal alone would slow down what follows
    answers = iter([answering({}, 429, retry_after=written), answering([])])
    provider.answer = lambda _: next(answers)
    assert (await ask()).body == []


@pytest.mark.parametrize(
    "written",
    [
        *("soon", "-1", "0.5", "1e3", "²", "NaN", "Wed, 21 Oct 2015", "Wed, 99 Oct 2015 07:28:00 GMT"),
        "Fri, 31 Dec 2026 23:59:59 +99999999999999",
    ],
)
async def test_a_wait_that_can_not_be_read_is_as_if_none_was_given(provider, answering, ask, no_pauses, written):
    encoded = written.encode().decode("latin-1")
    provider.answer = lambda _: answering({}, 429, retry_after=encoded)
    with pytest.raises(errors.UpstreamRateLimited) as error:
        await ask()
    assert error.value.retry_after is None
    assert str(error.value) == "acme: it is limiting requests (429). Call again in a minute."
    assert len(provider.asked) == 3


async def test_a_limit_without_a_wait_is_tried_again_while_there_is_time(house, no_pauses):
    await house.tell("quo", "faults", kind="status", status=429, next=2)
    directories = await house.open("quo")
    assert len((await directories.users(Request("list", "quo", Query(), 5))).users) == 5


async def test_every_attempt_is_counted_in_the_budget(provider, answering, ask, no_pauses):
    answers = iter([answering({}, 503), answering({}, 502), answering([])])
    provider.answer = lambda _: next(answers)
    budget = Budget()
    await ask(budget=budget)
    assert budget.spent == 3


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(provider, elsewhere, answering, ask, status):
    provider.answer = lambda _: answering({}, status, location=elsewhere.url + "/people")
    with pytest.raises(errors.UpstreamRefused, match=f"it redirects elsewhere \\({status}\\)") as error:
        await ask()
    assert elsewhere.url not in everything_said(error.value)
    assert len(provider.asked) == 1


async def test_a_redirect_to_the_same_host_is_not_followed_either(house):
    settings = house.settings("klavis")
    page = settings.manifest.list.model_copy(update={"path": "/user"})
    without_slash = settings.manifest.model_copy(update={"list": page})
    directories = await house.open(house.settings("klavis", manifest=without_slash))
    with pytest.raises(errors.UpstreamRefused, match="it redirects elsewhere"):
        await directories.users(Request("list", "klavis", Query(), 5))
    assert len(await house.requests("klavis")) == 1


async def test_get_is_sent_and_nothing_but_get_and_post_can_be(provider, answering, ask):
    provider.answer = lambda _: answering([])
    await ask()
    assert {asked.method for asked in provider.asked} == {"GET"}
    assert [name for name, value in vars(Upstream).items() if callable(value) and name[0] != "_"] == ["get", "post"]


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ("", "authorization", f"Bearer {KEY}"),
        ('scheme = "",', "authorization", KEY),
        ('scheme = "Token",', "authorization", f"Token {KEY}"),
        ('header = "X-API-KEY", scheme = "",', "x-api-key", KEY),
    ],
)
async def test_the_key_stands_in_the_header_that_the_page_names(provider, answering, open_own, auth, header, value):
    provider.answer = lambda _: answering([])
    page = PAGE.replace("auth = {", f"auth = {{ {auth}")
    directories = await open_own(page, key=SecretStr(KEY))
    await directories.users(Request("list", "acme", Query(), 5))
    headers = provider.asked[0].headers
    assert headers[header] == value
    assert [name for name, given in headers.items() if KEY in given] == [header]
    assert KEY not in provider.asked[0].target


async def test_a_base_url_may_have_a_path_and_a_slash(provider, answering, open_own):
    provider.answer = lambda _: answering([])
    directories = await open_own(PAGE, base_url=provider.url + "/tenants/7/")
    await directories.users(Request("list", "acme", Query(), 5))
    assert provider.asked[0].path == "/tenants/7/people"


async def test_no_cookie_is_kept(provider, answering, ask):
    provider.answer = lambda _: answering([], set_cookie="session=1; Path=/")
    await ask()
    await ask()
    assert "cookie" not in provider.asked[1].headers


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_a_request_to_this_machine_goes_through_no_proxy(provider, elsewhere, answering, ask, monkeypatch, name):
    monkeypatch.setenv(name, elsewhere.url)
    provider.answer = lambda _: answering([])
    await ask()


async def test_a_body_over_eight_megabytes_is_refused(house):
    directories = await house.open("delay")
    await house.tell("delay", "faults", kind="huge_body", megabytes=9)
    with pytest.raises(errors.UpstreamUnreadable, match="its answer is larger than 8 MB"):
        await directories.users(Request("list", "delay", Query(), 5))
    await house.tell("delay", "faults", kind="huge_body", megabytes=7)
    assert len((await directories.users(Request("list", "delay", Query(), 5))).users) == 5


async def test_a_small_body_that_unpacks_to_a_huge_one_costs_little_memory(provider, answering, ask):
    bomb = gzip.compress(b"[" + b" " * (16 * MAX_BODY) + b"]")
    assert len(bomb) < MAX_BODY / 10
    provider.answer = lambda _: answering(bomb, content_encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(errors.UpstreamUnreadable, match="its answer is larger than 8 MB"):
            await ask()
        assert tracemalloc.get_traced_memory()[1] < 12 * MAX_BODY
    finally:
        tracemalloc.stop()


async def test_a_compressed_answer_is_read(provider, answering, ask):
    provider.answer = lambda _: answering(gzip.compress(b'[{"id": "1"}]'), content_encoding="gzip")
    assert (await ask()).body == [{"id": "1"}]


async def test_what_is_not_compressed_although_it_says_so_can_not_be_read(provider, answering, ask):
    provider.answer = lambda _: answering([], content_encoding="gzip")
    with pytest.raises(errors.UpstreamUnreadable, match="its answer could not be decompressed"):
        await ask()


@pytest.mark.parametrize("fault", ["truncated_json", "content_type"])
@pytest.mark.parametrize("directory", ["klavis", "braintrust", "delay", "openphone", "quo", "monocloud"])
async def test_a_200_that_is_not_json_can_not_be_read(house, directory, fault):
    await house.tell(directory, "faults", kind=fault)
    directories = await house.open(directory)
    with pytest.raises(errors.UpstreamUnreadable, match="its answer is not JSON"):
        await directories.users(Request("list", directory, Query(), 5))
    assert len(await house.requests(directory)) == 1


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"null and void", b"[NaN]", b"[Infinity]", b"[-Infinity]", b"[1,]", b"[1] [2]", b'["\x00"]'),
        *(b"\xff\xfe[", b'["\xff"]'),
    ],
    ids=lambda body: body[:12],
)
async def test_what_json_does_not_allow_can_not_be_read(provider, answering, ask, body):
    provider.answer = lambda _: answering(body)
    with pytest.raises(errors.UpstreamUnreadable, match="its answer is not JSON"):
        await ask()


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"[" * 200_000, "it is nested too deeply"),
        (b'{"a":' * 200_000, "it is nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "a number has more than 4300 digits"),
    ],
    ids=["lists", "objects", "digits"],
)
async def test_json_beyond_what_is_read_is_refused_and_told(provider, answering, ask, body, what):
    provider.answer = lambda _: answering(body)
    with pytest.raises(errors.UpstreamUnreadable, match=f"its answer is beyond what is read: {what}"):
        await ask()


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b'\xef\xbb\xbf[{"id": "1"}]', [{"id": "1"}]),
        (b'[{"id": "1", "id": "2"}]', [{"id": "2"}]),
        (b'["\\ud800"]', ["\ud800"]),
        (b"[1e999]", [float("inf")]),
        (b"[" + b"9" * 4000 + b"]", [int("9" * 4000)]),
    ],
)
async def test_odd_json_is_still_json(provider, answering, ask, body, read):
    provider.answer = lambda _: answering(body, content_type="text/plain")
    assert (await ask()).body == read


@pytest.mark.parametrize("depth", [10, 100, 500, 900, 950, 980, 1000, 5000])
async def test_a_deep_record_is_read_or_refused_and_never_breaks_the_walk(provider, answering, open_own, depth):
    deep = b"[" * depth + b"]" * depth
    provider.answer = lambda _: answering(b'[{"id": "1", "deep": ' + deep + b"}]")
    directories = await open_own(PAGE + 'extra = { deep = "deep" }')
    try:
        page = await directories.users(Request("list", "acme", Query(), 5))
    except errors.UpstreamUnreadable:
        assert depth > 500
    else:
        assert [found.user.id for found in page.users] == ["1"]


@pytest.mark.parametrize(
    "record",
    [
        b'{"id": 1e999}',
        b'{"id": ' + b"9" * 4000 + b"}",
        b'{"id": "1", "name": ' + b"9" * 4000 + b"}",
        b'{"id": "1", "name": 1e999}',
        b'{"id": "\\ud800"}',
        b'{"id": "1", "name": "\\udfff\\ud800"}',
    ],
)
async def test_an_odd_number_or_half_a_character_does_not_kill_a_page(provider, answering, open_own, record):
    provider.answer = lambda asked: answering(b'[{"id": "0"},' + record + b"]" if asked.query["offset"] == "0" else [])
    directories = await open_own(PAGE)
    page = await directories.users(Request("list", "acme", Query(), 5))
    assert page.users[0].user.id == "0"
    json.dumps([user.user for user in page.users], ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize("body", ["{}", "7", '"users"', '{"people": []}'])
async def test_a_body_without_the_list_can_not_be_read(provider, answering, open_own, body):
    provider.answer = lambda _: answering(body.encode())
    directories = await open_own(PAGE)
    with pytest.raises(errors.UpstreamUnreadable, match="no list of users where the manifest looks"):
        await directories.users(Request("list", "acme", Query(), 5))


ERRORS = [
    {"error": "unknown filter"},
    {"people": None, "error": {"code": 17}},
    {"people": [], "error_message": "timeout"},
    {"errors": [{"message": "x"}], "data": None},
    {"errorMessage": "x"},
    {"ok": False},
    {"status": "error"},
    {"problem": "as the manifest says"},
]
NO_ERRORS = [
    {"people": [], "errors": []},
    {"people": None, "error": None},
    {"people": [], "error": ""},
    {"people": [], "error": {"code": 0, "message": ""}},
    {"people": [], "problem": "none", "success": True, "status": "ok"},
    {"total": 0, "error": False},
]
IN_AN_OBJECT = PAGE.replace('items = "@"', 'items = "people"').replace('"message"', '"problem"')


@pytest.fixture
def answered_so(provider, answering, open_own):
    """A directory of ten users, two a page, that answers the later pages so."""

    async def opened(body):
        def answer(asked):
            rows = [{"id": str(n)} for n in range(int(asked.query["offset"]), 10)][: int(asked.query["limit"])]
            return answering({"people": rows} if asked.query["offset"] == "0" else body)

        provider.answer = answer
        return await open_own(IN_AN_OBJECT)

    return opened


@pytest.mark.parametrize("body", ERRORS)
async def test_a_body_that_says_that_it_is_an_error_is_nobody_neither_first_nor_later(
    provider, answering, answered_so, body
):
    directories = await answered_so(body)
    page = await directories.users(Request("list", "acme", Query(), 2))
    later = await directories.users(Request("list", "acme", Query(), 100))
    assert (page.complete, later.complete, later.cursor is None) == (False, False, False)
    assert [note.kind for note in later.notes] == ["fault"]
    (count,), _, _ = await directories.count(Request("count", "acme", Query()))
    assert count.exactness != "exact"
    provider.answer = lambda _: answering(body)
    with pytest.raises(errors.UpstreamUnreadable, match="says that there was an error"):
        await directories.users(Request("list", "acme", Query(), 5))


@pytest.mark.parametrize("body", NO_ERRORS)
async def test_a_body_with_room_for_an_error_and_none_in_it_is_nobody(provider, answering, answered_so, body):
    directories = await answered_so(body)
    assert len((await directories.users(Request("list", "acme", Query(), 100))).users) > 0
    with_a_list = body | {"people": []}  # without one, nobody is not believed where somebody was seen
    provider.answer = lambda _: answering(with_a_list)
    nobody = await directories.users(Request("list", "acme", Query(), 5))
    assert (nobody.users, nobody.complete) == ((), True)


@pytest.mark.parametrize(
    ("identity", "target"),
    [
        ("a/b", "/people/a%2Fb"),
        ("50%", "/people/50%25"),
        ("a#b", "/people/a%23b"),
        ("a?x=1&y=2", "/people/a%3Fx%3D1%26y%3D2"),
        ("a b+c", "/people/a%20b%2Bc"),
        ("a;b:c@d", "/people/a%3Bb%3Ac%40d"),
        ("Müller", "/people/M%C3%BCller"),
        ("{id}", "/people/%7Bid%7D"),
        ("//evil.example/", "/people/%2F%2Fevil.example%2F"),
        ("a\ud800", "/people/a%ED%A0%80"),
    ],
)
async def test_an_id_never_leaves_its_segment_of_the_path(provider, answering, open_own, identity, target):
    provider.answer = lambda _: answering({"id": identity})
    directories = await open_own(PAGE)
    await directories.directory("acme").source.upstream.get(path_with("/people/{id}", "{id}", identity), (), Budget())
    assert provider.asked[0].target == target


@pytest.mark.parametrize(
    "identity",
    [".", "..", "../../admin", "..%2Fadmin", "%2e%2e%2f", "%252e%252e%252fadmin", "a/..", "a\\..\\b", "..;x/admin",
     "%25252e%25252e", "a%2f.%2fb", ".. /admin"],
)  # fmt: skip
async def test_an_id_that_may_lead_to_another_path_is_looked_for_in_the_list_only(
    provider, answering, open_own, identity
):
    provider.answer = lambda _: answering([{"id": "u1"}, {"id": identity}])
    directories = await open_own(PAGE)
    found = await directories.user_by_id("acme", identity)
    assert found.user is not None
    assert found.user.id == identity
    nobody = await directories.user_by_id("acme", f"{identity}/../x")
    assert (nobody.user, nobody.complete) == (None, True)
    assert {request.target.partition("?")[0] for request in provider.asked} == {"/people"}


@given(st.text(st.characters(), min_size=1).filter(lambda text: not has_dot_segment(text)))
def test_an_id_adds_no_character_that_means_something_in_a_path(identity):
    encoded = path_with("/people/{id}", "{id}", identity).removeprefix("/people/")
    assert not set(encoded) & set("/?#\\ ")
    assert encoded not in (".", "..", "")


async def test_every_id_of_a_provider_that_lets_callers_choose_finds_its_user(house):
    directories = await house.open("klavis")
    ids = await house.ids("klavis")
    assert {char for identity in ids for char in identity} >= set("/%#?|: +ü")
    for identity in ids:
        assert (await directories.user_by_id("klavis", identity)).user.id == identity


async def test_a_parameter_is_encoded_whatever_it_holds(provider, answering, ask):
    provider.answer = lambda _: answering([])
    await ask("/people", (("q", "a&b=c#d é+\r\n\ud800"), ("q", "%2e")))
    assert provider.asked[0].target == "/people?q=a%26b%3Dc%23d+%C3%A9%2B%0D%0A%ED%A0%80&q=%252e"


async def test_no_log_holds_a_key_a_text_or_a_query(provider, answering, open_own, caplog):
    provider.answer = lambda asked: answering({} if "/people/" in asked.path else [{"id": "1", "name": "a name"}])
    directories = await open_own(PAGE, key=SecretStr(KEY))
    with caplog.at_level(logging.DEBUG):
        await directories.users(Request("search", "acme", Query(text=TEXT), 5))
        await directories.user_by_id("acme", TEXT)
    assert [word for word in (KEY, "secretive", "a name") if word in caplog.text] == []
    assert [record for record in caplog.records if record.name.startswith("httpx2")] == []


@pytest.mark.parametrize(
    "fault",
    [
        *({"kind": "status", "status": status} for status in STATUSES),
        *({"kind": kind} for kind in ("reset_before", "reset_in_body", "truncated_json", "content_type")),
        {"kind": "huge_body", "megabytes": 9},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}",
)
async def test_no_fault_brings_the_key_or_the_search_to_light(house, no_pauses, caplog, capfd, fault):
    await house.tell("delay", "faults", **fault, next=3)
    directories = await house.open("delay")
    key = "sandbox-delay-key"
    with caplog.at_level(logging.DEBUG), pytest.raises(UpstreamError) as error:
        await directories.users(Request("search", "delay", Query(text=TEXT), 5))
    printed = capfd.readouterr()
    said = everything_said(error.value) + caplog.text + printed.out + printed.err
    assert [word for word in (key, "secretive", house.sandbox.url) if word in said] == []


@given(st.lists(st.tuples(st.text("ab=&-_ é%\ud800", max_size=4), st.text("01=&~. é+", max_size=4)), max_size=3))
def test_a_query_is_what_the_library_writes(parameters):
    assert _query(tuple(parameters)) == urlencode(parameters, errors="surrogatepass")


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":2}',
        b'"\\ud800"',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": "é"}'.encode("utf-16"),
        b"1e999",
        b"\xed\xa0\x80",
        b" [1] ",
        b"[1] x",
        b"",
        b"NaN",
        b"-Infinity",
        b"\xff",
        b"[" * 100000,
        b"9" * 5000,
        b'"\xed\xa0\x80"',
        b"{'a':1}",
    ],
)
async def test_a_body_is_read_as_the_library_reads_it(acme, body):
    def no_constant(name):
        raise json.JSONDecodeError(name, name, 0)

    try:
        expected = json.loads(body, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        is_json = type(error) in (ValueError, RecursionError)
        with pytest.raises(UpstreamError, match="beyond what is read" if is_json else "JSON"):
            await acme._parsed(body)
    else:
        assert await acme._parsed(body) == expected


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (403, {"retry_after": "90"}),
        (403, {"x_ratelimit_remaining": "0"}),
        (503, {"retry_after": "90"}),
        (429, {}),
    ],
)
async def test_a_rate_limit_is_known_by_its_status_or_by_its_headers(
    provider, answering, open_own, no_pauses, status, headers
):
    provider.answer = lambda _: answering({}, status, **headers)
    directories = await open_own(PAGE)
    with pytest.raises(errors.UpstreamRateLimited, match=rf"it is limiting requests \({status}\)"):
        await directories.users(Request("list", "acme", Query(), 5))


async def test_a_403_without_such_headers_is_a_matter_of_the_key(provider, answering, open_own):
    provider.answer = lambda _: answering({}, 403, x_ratelimit_remaining="17")
    directories = await open_own(PAGE)
    with pytest.raises(errors.UpstreamForbidden):
        await directories.users(Request("list", "acme", Query(), 5))


async def test_an_absurd_wait_silences_a_directory_for_ten_minutes_at_most(provider, answering, open_own):
    provider.answer = lambda _: answering({}, 429, retry_after="99999999")
    directories = await open_own(PAGE)
    for _ in range(2):
        with pytest.raises(errors.UpstreamRateLimited) as error:
            await directories.users(Request("list", "acme", Query(), 5))
    assert error.value.retry_after <= 600
