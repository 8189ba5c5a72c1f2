"""What a provider sends, and what it is sent, is bounded in every dimension; and what is beyond is told."""

import json

import pytest

from user_directories import Query, Request
from user_directories.errors import UpstreamRefused, UpstreamUnreadable
from user_directories.sources.bounds import LARGEST_TOTAL, MAX_URL, MOST_ROWS
from user_directories.users.filters import Condition

from ..acme import ACME

LIST = (
    ACME
    + """\

[list]
path = "/people"
items = "people"
page_size = { parameter = "limit", maximum = %d }
pagination = { %s }
total = { %s }

[user]
id = "id"
name = "name"
"""
)
OFFSET, TOKEN = 'strategy = "offset", parameter = "after"', 'strategy = "token", parameter = "after", next = "next"'
LINK = 'strategy = "link", next = "next", parameters = ["after"]'
TOTAL, HEADER = 'path = "total", exact = true', 'header = "X-Total", exact = true'


def manifest(pagination=OFFSET, total=TOTAL, maximum=10):
    return LIST % (maximum, pagination, total)


def people(number, start=0):
    return [{"id": str(start + each), "name": f"Ada {each}"} for each in range(number)]


def paged(request, number=3):
    """The people behind the position that is asked for."""
    start = int(request.query.get("after", 0))
    return people(max(0, number - start), start)


async def listed(directories, limit=5):
    return await directories.users(Request("list", "acme", Query(), limit))


@pytest.mark.parametrize(
    "total",
    [int("9" * 4000), "9" * 5000, LARGEST_TOTAL + 1, str(LARGEST_TOTAL + 1), -1, 1.5, True, "²"],
    ids=lambda total: f"{str(total)[:3]}",
)
async def test_a_total_that_counts_nobody_is_none(provider, answering, open_own, total):
    provider.answer = lambda request: answering({"people": paged(request), "total": total})
    page = await listed(await open_own(manifest()))
    assert (len(page.users), page.total, page.complete) == (3, 3, True)


async def test_a_total_of_many_digits_in_a_header_is_none(provider, answering, open_own):
    provider.answer = lambda request: answering({"people": paged(request)}, x_total="9" * 5000)
    page = await listed(await open_own(manifest(total=HEADER)))
    assert (len(page.users), page.total, page.complete) == (3, 3, True)


@pytest.mark.parametrize("next_url", ["http://[::1?", "http://[x]/?after=2", "//[?after=2"])
async def test_a_link_that_is_no_url_is_a_list_that_does_not_say_how_it_goes_on(
    provider, answering, open_own, next_url
):
    provider.answer = lambda _: answering({"people": people(10), "next": next_url})
    page = await listed(await open_own(manifest(LINK)), limit=50)
    assert (len(page.users), page.complete) == (10, False)
    assert [note.kind for note in page.notes] == ["contradiction"]


@pytest.mark.parametrize(("length", "is_sent"), [(16_384, True), (16_385, False), (65_536, False)])
@pytest.mark.parametrize("character", ["t", "王"])
async def test_a_token_that_is_too_long_to_be_sent_is_none(provider, answering, open_own, length, is_sent, character):
    token = character * (length if character == "t" else length // 9)
    tokens = {"": token}
    provider.answer = lambda asked: answering(
        {"people": people(10, 10 * len(asked.query)), "next": tokens.get(asked.query.get("after", ""))}
    )
    page = await listed(await open_own(manifest(TOKEN)), limit=50)
    sent = [asked.query.get("after") for asked in provider.asked]
    if character == "t":
        assert (token in sent) is is_sent
        assert page.complete is is_sent
    assert len(page.users) in (10, 20)


@pytest.mark.parametrize(
    ("rows", "maximum", "is_read"),
    [
        (MOST_ROWS, 10, True),
        (MOST_ROWS + 1, 10, False),
        (MOST_ROWS + 1, MOST_ROWS + 1, True),
    ],
)
async def test_rows_of_one_page_are_bounded_unless_the_manifest_asks_for_more(
    provider, answering, open_own, rows, maximum, is_read
):
    body = json.dumps({"people": people(rows), "total": rows}).encode()
    provider.answer = lambda _: answering(body)
    directories = await open_own(manifest(maximum=maximum))
    if is_read:
        assert len((await listed(directories)).users) == 5
        return
    with pytest.raises(UpstreamUnreadable) as error:
        await listed(directories)
    assert f"its answer is beyond what is read: {rows} rows on one page" in str(error.value)


async def test_names_around_a_list_are_bounded_too(provider, answering, open_own):
    provider.answer = lambda _: answering({f"error{number}": None for number in range(MOST_ROWS + 1)})
    with pytest.raises(UpstreamUnreadable, match="beyond what is read"):
        await listed(await open_own(manifest()))


async def test_a_record_with_very_many_names_is_a_user(provider, answering, open_own):
    wide = {f"name{number}": number for number in range(50_000)}
    provider.answer = lambda _: answering({"people": [{"id": "1", "wide": wide} | wide], "total": 1})
    (found,) = (await listed(await open_own(manifest() + 'extra = { wide = "wide" }'))).users
    assert len(found.user.extra["wide"]) <= 20


def ids(number):
    return Query((Condition("id", "is", tuple(f"{each:02d}" + "王" * 254 for each in range(number))),))


async def test_values_that_make_a_url_too_long_are_refused_and_what_helps_is_said(house):
    """Fifty values of 256 characters, which an agent may send, are 115,000 characters of a URL."""
    directories = await house.open("braintrust", "delay")
    with pytest.raises(UpstreamRefused) as error:
        await directories.users(Request("search", "braintrust", ids(50), 5))
    assert "braintrust: the request is too long for it (114699 characters)" in str(error.value)
    assert "Give fewer or shorter values" in str(error.value)
    assert await house.requests("braintrust") == []
    page = await directories.users(Request("search", None, ids(50), 5))
    assert [(note.kind, note.directories) for note in page.notes] == [("fault", ("braintrust",))]
    await directories.users(Request("search", "braintrust", ids(10), 5))
    assert 20_000 < len((await house.queries("braintrust"))[0]) < MAX_URL


@pytest.mark.parametrize("status", [414, 431])
async def test_a_provider_that_finds_a_request_too_long_is_understood(provider, answering, open_own, status):
    provider.answer = lambda _: answering({}, status)
    with pytest.raises(UpstreamRefused, match=rf"the request is too long for it \({status}\)"):
        await listed(await open_own(manifest()))
