"""What a manifest says about failures and limits of its API, and what is made of it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import Query, Request, UpstreamError, conditions, errors
from user_directories.manifest import Rate
from user_directories.sources.rate_limits import RateLimits

from ..acme import ACME

PAGE = (
    ACME
    + """\
get = { path = "/people/{id}", item = "person" }

[list]
path = "/people"
items = "people"
page_size = { parameter = "limit", maximum = 10 }
pagination = { strategy = "offset", parameter = "after" }

[user]
id = "id"
name = "name"
"""
)
SLACK = """
[errors]
when = "ok == `false`"
code = "error"
unauthorized = ["invalid_auth", "token_revoked"]
forbidden = ["missing_scope"]
absent = ["users_not_found"]
limited = ["ratelimited"]
"""
GOOGLE = """
[errors]
code = "error.errors[].reason"
limited = ["userRateLimitExceeded", "quotaExceeded"]
"""


def failed(code):
    return {"ok": False, "error": code, "people": []}


async def listed(directories):
    return await directories.users(Request("list", "acme", Query(), 5))


async def someone(directories):
    return await directories.user_by_id("acme", "7")


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("invalid_auth", errors.UpstreamUnauthorized, "it does not accept the API key (invalid_auth)"),
        ("token_revoked", errors.UpstreamUnauthorized, "it does not accept the API key (token_revoked)"),
        ("missing_scope", errors.UpstreamForbidden, "the API key may not read users (missing_scope)"),
        ("fatal_error", errors.UpstreamUnreadable, "its answer has no users and says that there was an error"),
    ],
)
async def test_a_success_that_says_it_failed_is_the_error_that_its_code_means(
    provider, answering, open_own, code, kind, says
):
    provider.answer = lambda _: answering(failed(code))
    with pytest.raises(kind) as error:
        await listed(await open_own(PAGE + SLACK))
    assert says in str(error.value)


async def test_a_success_that_says_it_failed_is_no_user_and_no_end(provider, answering, open_own):
    people = [{"id": str(number), "name": f"Ada {number}"} for number in range(10)]

    def answer(request):
        return answering({"ok": True, "people": people} if request.query["after"] == "0" else failed("fatal_error"))

    provider.answer = answer
    page = await listed(directories := await open_own(PAGE + SLACK))
    while page.cursor and not page.notes:
        page = await directories.users(Request("list", "acme", Query(), 10, page.cursor))
    assert (page.complete, "it failed" in str(page.notes) or "error" in str(page.notes)) == (False, True)


async def test_a_code_that_means_nobody_is_nobody_where_a_user_is_asked_for(provider, answering, open_own):
    people = {"ok": True, "people": [{"id": "1", "name": "Ada"}]}
    provider.answer = lambda request: answering(people if request.path == "/people" else failed("users_not_found"))
    lookup = await someone(await open_own(PAGE + SLACK))
    assert (lookup.user, lookup.complete) == (None, True)


async def test_a_code_that_means_nobody_is_an_empty_list_only_beside_a_list(provider, answering, open_own):
    query = Query(conditions({"status": ["gone"]}))
    filters = '[filters]\nstatus = { parameter = "state", match = "exact" }\n'
    people = [{"id": "1", "name": "Ada", "state": "here"}]
    provider.answer = lambda request: answering(
        failed("users_not_found") if "state" in request.query else {"ok": True, "people": people}
    )
    directories = await open_own(PAGE + 'status = "state"\n' + filters + SLACK)
    assert (await directories.users(Request("search", "acme", query, 5))).users == ()
    provider.answer = lambda _: answering(failed("users_not_found"))
    for again in (directories, await open_own(PAGE + SLACK)):
        with pytest.raises(errors.UpstreamNotFound):
            await listed(again)


@pytest.mark.parametrize("status", [200, 403, 500])
async def test_a_code_that_means_too_many_requests_is_waited_for(provider, answering, open_own, no_pauses, status):
    body = failed("ratelimited") | {"people": None}
    answers = iter([answering(body, status, retry_after="0")])
    people = [{"id": "1", "name": "Ada"}]
    provider.answer = lambda request: next(
        answers, answering({"people": people if request.query["after"] == "0" else []})
    )
    page = await listed(await open_own(PAGE + SLACK))
    assert [each.user.id for each in page.users] == ["1"]


@pytest.mark.parametrize("reason", ["userRateLimitExceeded", "quotaExceeded"])
async def test_a_status_of_many_meanings_has_the_one_of_its_code(provider, answering, open_own, reason):
    body = {"error": {"errors": [{"reason": "other"}, {"reason": reason}]}}
    provider.answer = lambda _: answering(body, 403, retry_after="60")
    with pytest.raises(errors.UpstreamRateLimited, match="Call again in 60 s"):
        await listed(await open_own(PAGE + GOOGLE))


@pytest.mark.parametrize(
    "body", [{"error": {"errors": [{"reason": "forbidden"}]}}, {"error": "x"}, [], None, "no JSON"]
)
async def test_a_code_that_is_not_listed_leaves_the_status_its_meaning(provider, answering, open_own, body):
    provider.answer = lambda _: answering(b"<html>" if body == "no JSON" else body, 403)
    with pytest.raises(errors.UpstreamForbidden):
        await listed(await open_own(PAGE + GOOGLE))


async def test_a_status_that_the_manifest_calls_a_limit_is_one(provider, answering, open_own):
    provider.answer = lambda _: answering({}, 403, x_left_until="90")
    with pytest.raises(errors.UpstreamRateLimited, match="Call again in 90 s"):
        await listed(await open_own(PAGE + '[rate]\nreset = "X-Left-Until"\nstatuses = [403]\n'))


async def test_nothing_is_sent_after_the_last_allowed_request(provider, answering, open_own):
    people = [{"id": str(number), "name": "Ada"} for number in range(10)]
    provider.answer = lambda _: answering({"people": people}, x_left="0", x_until="100")
    directories = await open_own(PAGE + '[rate]\nremaining = "X-Left"\nreset = "X-Until"\n')
    page = await listed(directories)
    asked = len(provider.asked)
    with pytest.raises(UpstreamError, match=r"leaves no room for another request.* Call again in (100|99) s"):
        await someone(directories)
    assert (len(page.users), asked, len(provider.asked)) == (5, 1, 1)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[errors]\nlimited = ["slow"]\n', "errors.limited lists codes: say where they are, with errors.code"),
        ('[errors]\ncode = "c"\nlimited = ["a"]\nabsent = ["a"]\n', "the code 'a' is listed twice"),
        ('[errors]\nwhen = "ok =="\n', "'ok ==' is not a JMESPath expression"),
        ("[rate]\nstatuses = [200]\n", "rate.statuses"),
        ('[rate]\nreset = "no header"\n', "rate.reset"),
    ],
)
async def test_a_mistake_is_named_with_its_place(open_own, table, says):
    with pytest.raises(errors.ConfigurationError) as error:
        await open_own(PAGE + table)
    assert says in str(error.value)


# Times

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
FORMS = {
    "seconds": str,
    "since 1970": lambda wait: str(int((NOON + timedelta(seconds=wait)).timestamp())),
    "since 1970, with a fraction": lambda wait: f"{(NOON + timedelta(seconds=wait)).timestamp():.3f}",
    "milliseconds": lambda wait: str(int((NOON + timedelta(seconds=wait)).timestamp() * 1000)),
    "a date": lambda wait: format_datetime(NOON + timedelta(seconds=wait), usegmt=True),
    "ISO 8601": lambda wait: (NOON + timedelta(seconds=wait)).isoformat(),
}


@pytest.mark.parametrize("header", ["x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"])
@pytest.mark.parametrize("form", FORMS)
@given(wait=st.integers(0, 200_000))
def test_a_reset_is_the_same_wait_in_every_form_by_the_providers_clock(header, form, wait):
    headers = {header: FORMS[form](wait), "date": format_datetime(NOON, usegmt=True)}
    assert RateLimits(Rate()).wait(headers) == min(wait, 86_400)


@given(st.text(max_size=30) | st.from_regex(r"[0-9.eE+-]{1,400}", fullmatch=True))
def test_no_text_makes_a_wait_that_is_not_between_nothing_and_a_day(text):
    for name in ("retry-after", "x-ratelimit-reset"):
        wait = RateLimits(Rate()).wait({name: text})
        assert wait is None or 0 <= wait <= 86_400


@pytest.mark.parametrize("rule", [Rate(), Rate(remaining="X-Left", reset="X-Until")])
def test_a_usual_header_silences_nobody_unless_the_manifest_names_it(rule):
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60", "x-left": "0", "x-until": "30"}
    assert RateLimits(rule).rest(headers) == (30 if rule.remaining else 0)


def test_what_the_provider_asks_for_precedes_the_reset():
    assert RateLimits(Rate()).wait({"retry-after": "5", "x-ratelimit-reset": "60"}) == 5


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, 60),
        ({"x-ratelimit-remaining": "4999", "x-ratelimit-reset": "3000"}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "3000"}, 3000),
        ({"x-ratelimit-remaining": "0"}, 60),
        ({"retry-after": "5", "x-ratelimit-remaining": "4999", "x-ratelimit-reset": "3000"}, 5),
    ],
)
def test_a_documented_wait_holds_where_an_answer_tells_only_when_another_limit_ends(headers, wait):
    """https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit"""
    assert RateLimits(Rate(wait=60)).wait(headers) == wait
