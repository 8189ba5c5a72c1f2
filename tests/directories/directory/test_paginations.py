"""The five ways in which APIs page: first the arithmetic, then each over HTTP against a list of its kind."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import Query, Request, UpstreamError
from user_directories.manifest import (
    KeysetPagination,
    LinkPagination,
    OffsetPagination,
    PagePagination,
    TokenPagination,
)
from user_directory_pagination.link_header import next_link
from user_directory_pagination.numbered import NumberedPages, Offsets
from user_directory_pagination.page import RawPage

from ...thoroughness import some

PAGE = """
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"
auth = { environment = "ACME_KEY" }

[list]
path = "/people"
items = "people"
page_size = { parameter = "limit", maximum = 10 }
pagination = { PAGINATION }
TOTAL

[user]
id = "id"
"""
PEOPLE = [{"id": f"u{number:02}"} for number in range(40)]
IDS = [person["id"] for person in PEOPLE]


def manifest(pagination: str, total: str = "") -> str:
    return PAGE.replace("PAGINATION", pagination).replace("TOTAL", total)


def ids(count):
    return IDS[:count]


class Lists:
    """A list of `people` behind each kind of API; `clamp` is the most rows that it gives, whatever is asked."""

    def __init__(self, answering, count, clamp=1000):
        self.people = PEOPLE[:count]
        self.clamp = clamp
        self.answering = answering
        self.host = "http://127.0.0.1"

    def size(self, asked):
        return min(int(asked.query["limit"]), self.clamp)

    def body(self, start, size, **rest):
        return {"people": self.people[start : start + size], "count": len(self.people), **rest}

    def by_offset(self, first):
        def answer(asked):
            return self.answering(self.body(int(asked.query["start"]) - first, self.size(asked)))

        return answer

    def by_page(self, first):
        def answer(asked):
            size = self.size(asked)
            return self.answering(self.body((int(asked.query["page"]) - first) * size, size))

        return answer

    def by_key(self, asked):
        after, size = asked.query.get("after"), self.size(asked)
        start = IDS.index(after) + 1 if after else 0
        return self.answering(self.body(start, size, more=start + size < len(self.people)))

    def by_token(self, asked):
        start, size = int(asked.query.get("token", "t0")[1:]), self.size(asked)
        following = f"t{start + size}" if start + size < len(self.people) else None
        return self.answering(self.body(start, size, next=following))

    def by_header(self, form='<{}>; rel="next"'):
        def answer(asked):
            start, size = int(asked.query.get("cursor", "0")), self.size(asked)
            url = f"{self.host}/people?limit=1&cursor={start + size}&key=none"
            more = {"link": form.format(url)} if start + size < len(self.people) else {}
            return self.answering(self.body(start, size), **more)

        return answer

    def by_url(self, asked):
        start, size = int(asked.query.get("cursor", "0")), self.size(asked)
        url = f"{self.host}/people?cursor={start + size}" if start + size < len(self.people) else None
        return self.answering(self.body(start, size, links={"next": url}))


STRATEGIES = {
    "pages from 1": ('strategy = "page", parameter = "page"', lambda lists: lists.by_page(1)),
    "pages from 0": ('strategy = "page", parameter = "page", first = 0', lambda lists: lists.by_page(0)),
    "offsets from 0": ('strategy = "offset", parameter = "start"', lambda lists: lists.by_offset(0)),
    "offsets from 1": ('strategy = "offset", parameter = "start", first = 1', lambda lists: lists.by_offset(1)),
    "keys": ('strategy = "keyset", parameter = "after"', lambda lists: lists.by_key),
    "keys with more": ('strategy = "keyset", parameter = "after", more = "more"', lambda lists: lists.by_key),
    "tokens": ('strategy = "token", parameter = "token", next = "next", stable = true', lambda lists: lists.by_token),
    "link headers": ('strategy = "link", parameters = ["cursor"], stable = true', lambda lists: lists.by_header()),
    "next URLs": (
        'strategy = "link", parameters = ["cursor"], next = "links.next", stable = true',
        lambda lists: lists.by_url,
    ),
}
TOTALS = {"no total": "", "a total": 'total = { path = "count" }'}
each_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


@pytest.mark.parametrize(("strategy", "total", "limit"), some(STRATEGIES, TOTALS, [1, 3, 10, 30], one_of=3))
async def test_every_user_comes_once_and_in_order(
    provider, answering, open_own, turn_pages, ids_of, strategy, total, limit
):
    pagination, kind = STRATEGIES[strategy]
    provider.answer = kind(Lists(answering, 23))
    directories = await open_own(manifest(pagination, TOTALS[total]))
    pages = await turn_pages(directories, "acme", limit)
    assert ids_of(pages) == ids(23)
    assert {len(page.users) for page in pages[:-1]} <= {limit}
    assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
    assert pages[-1].users
    assert (pages[-1].total, pages[-1].total_exactness) == (23, "exact")


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 40])
@each_strategy
async def test_the_end_is_found_wherever_it_is(provider, answering, open_own, turn_pages, ids_of, strategy, count):
    pagination, kind = STRATEGIES[strategy]
    provider.answer = kind(Lists(answering, count))
    directories = await open_own(manifest(pagination))
    pages = await turn_pages(directories, "acme", 10)
    assert ids_of(pages) == ids(count)
    assert len(pages) == max(1, -(-count // 10))
    assert (pages[-1].complete, pages[-1].notes) == (True, ())


@pytest.mark.parametrize(("strategy", "limit", "clamp"), some(STRATEGIES, [2, 10], [1, 3, 7], one_of=3))
async def test_a_page_that_is_shorter_than_was_asked_for_is_not_the_end(
    provider, answering, open_own, turn_pages, ids_of, strategy, clamp, limit
):
    pagination, kind = STRATEGIES[strategy]
    provider.answer = kind(Lists(answering, 23, clamp))
    directories = await open_own(manifest(pagination))
    pages = await turn_pages(directories, "acme", limit)
    assert ids_of(pages) == ids(23)
    if clamp > 3:  # smaller pages cannot overlap, and say so
        assert {page.notes for page in pages} == {()}


@each_strategy
async def test_the_limit_may_change_from_page_to_page(provider, answering, open_own, ids_of, strategy):
    pagination, kind = STRATEGIES[strategy]
    provider.answer = kind(Lists(answering, 40, clamp=6))
    directories = await open_own(manifest(pagination))
    pages = [await directories.users(Request("list", "acme", Query(), 3))]
    for limit in (9, 1, 8, 2, 30):
        pages.append(await directories.users(Request("list", "acme", Query(), limit, pages[-1].cursor)))
    assert ids_of(pages) == ids(40)
    assert [len(page.users) for page in pages] == [3, 9, 1, 8, 2, 17]


@pytest.mark.parametrize(
    ("strategy", "total", "requests"),
    [
        ("pages from 1", "no total", 12),  # the first end of a process is looked behind
        ("pages from 1", "a total", 2),
        ("offsets from 1", "no total", 12),
        ("offsets from 1", "a total", 2),
        (
            "keys",
            "no total",
            4,
        ),  # once in a process, the top of a chained list of more than one page is looked at again
        ("keys", "a total", 4),
        ("keys with more", "no total", 3),
        ("tokens", "no total", 3),
        ("link headers", "no total", 3),
        ("next URLs", "no total", 3),
    ],
)
async def test_an_end_that_the_provider_tells_costs_nothing(
    provider, answering, open_own, turn_pages, ids_of, strategy, total, requests
):
    pagination, kind = STRATEGIES[strategy]
    provider.answer = kind(Lists(answering, 13))
    directories = await open_own(manifest(pagination, TOTALS[total]))
    assert ids_of(await turn_pages(directories, "acme", 30)) == ids(13)
    assert len(provider.asked) == requests


@pytest.mark.parametrize(
    ("strategy", "total", "requests"),
    [
        ("pages from 1", "no total", 2),
        ("pages from 1", "a total", 1),
        ("offsets from 0", "a total", 1),
        ("keys", "no total", 2),
        ("keys with more", "no total", 1),
        ("tokens", "no total", 1),
        ("link headers", "no total", 1),
    ],
)
async def test_a_page_that_promises_more_spares_the_look_ahead(
    provider, answering, open_own, strategy, total, requests
):
    pagination, kind = STRATEGIES[strategy]
    provider.answer = kind(Lists(answering, 23))
    directories = await open_own(manifest(pagination, TOTALS[total]))
    page = await directories.users(Request("list", "acme", Query(), 10))
    assert (len(page.users), page.complete) == (10, False)
    assert len(provider.asked) == requests


@pytest.mark.parametrize("end", [None, "", "absent"])
async def test_a_token_that_is_null_empty_or_absent_is_the_end(provider, answering, open_own, turn_pages, ids_of, end):
    rest = {} if end == "absent" else {"next": end}

    def page(asked):
        size = int(asked.query["limit"])
        return answering({"people": PEOPLE[:3][:size], **(rest if size >= 3 else {"next": "more"})})

    provider.answer = page
    directories = await open_own(manifest(STRATEGIES["tokens"][0]))
    pages = await turn_pages(directories, "acme", 10)
    assert (ids_of(pages), pages[-1].complete) == (ids(3), True)
    assert len(provider.asked) == 3  # a token may be missing once, and it must be seen that one is named at all
    assert ids_of(await turn_pages(directories, "acme", 10)) == ids(3)
    assert len(provider.asked) == 4


@pytest.mark.parametrize("token", ["a+b/c==", "ü&x=1", 17, 0.5, "\ud800"])
async def test_a_token_is_sent_back_as_it_came(provider, answering, open_own, turn_pages, token):
    first, second = answering({"people": PEOPLE[:2], "next": token}), answering({"people": PEOPLE[2:3]})
    provider.answer = lambda asked: second if "token" in asked.query else first
    directories = await open_own(manifest(STRATEGIES["tokens"][0]))
    await turn_pages(directories, "acme", 10)
    sent = provider.asked[1].query["token"]
    assert sent == (str(token) if token != "\ud800" else "\ufffd" * 3)


async def test_a_token_that_leads_to_an_empty_page_ends_the_list_there(
    provider, answering, open_own, turn_pages, ids_of
):
    first: dict[str, Any] = {"people": PEOPLE[:10], "next": "t10"}
    second: dict[str, Any] = {"people": [], "next": None}
    provider.answer = lambda asked: answering(second if "token" in asked.query else first)
    directories = await open_own(manifest(STRATEGIES["tokens"][0]))
    pages = await turn_pages(directories, "acme", 10)
    assert ids_of(pages) == ids(10)
    assert (pages[-1].complete, pages[-1].total) == (True, 10)


LINKS = [
    '<{}>; rel="next"',
    "<{}>; rel=next",
    "<{}>;rel=next",
    "<{}> ; REL = Next",
    '<{}>; title="more, please; really"; rel="next"',
    '<{}>; title="x; rel=prev"; rel=next',
    '<{}>; type=text/html; rel="last next"; rel="prev"',
    '<http://127.0.0.1/people?cursor=0>; rel="first", <{}>; rel="next", <http://127.0.0.1/?cursor=99>; rel="last"',
]


@pytest.mark.parametrize("form", LINKS)
async def test_a_link_header_is_read_in_every_form_that_the_rfc_allows(
    provider, answering, open_own, turn_pages, ids_of, form
):
    provider.answer = Lists(answering, 23).by_header(form)
    directories = await open_own(manifest(STRATEGIES["link headers"][0]))
    assert ids_of(await turn_pages(directories, "acme", 10)) == ids(23)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "<http://x/?cursor=1>",
        '<http://x/?cursor=1>; rel="prev"',
        '<http://x/?cursor=1>; title="rel=next"',
        '<http://x/?cursor=1>; title="x; rel=next"; rel="prev"',
        "<http://x/?cursor=1>; rel=nextpage",
        '<http://x/?cursor=1>; rel="prev"; rel="next"',
        "http://x/?cursor=1; rel=next",
        "<<<<; rel=next",
    ],
)
def test_a_header_without_a_next_link_has_none(header):
    assert next_link(header) is None


@given(st.text(st.sampled_from('<>;,="\\ reln xt')))
def test_no_header_makes_the_reading_fail(header):
    assert next_link(header) is None or "<" in header


@pytest.mark.parametrize("unit", ["<", "<a>;", '<a>; rel="', "<a>; x", "; ", "<a>, "])
def test_a_hostile_header_is_read_in_no_time(unit):
    began = time.process_time()
    next_link(unit * (60_000 // len(unit)))
    assert time.process_time() - began < 1


@pytest.mark.parametrize("strategy", ["link headers", "next URLs"])
async def test_a_next_url_on_another_host_gets_nothing_and_only_its_position_is_used(
    provider, elsewhere, answering, open_own, turn_pages, ids_of, strategy
):
    pagination, kind = STRATEGIES[strategy]
    lists = Lists(answering, 23)
    lists.host = elsewhere.url
    provider.answer = kind(lists)
    directories = await open_own(manifest(pagination))
    assert ids_of(await turn_pages(directories, "acme", 10)) == ids(23)
    assert {asked.path for asked in provider.asked} == {"/people"}
    assert all("key" not in asked.query for asked in provider.asked)
    assert [asked.query["limit"] for asked in provider.asked] == ["10"] * 4  # the top is looked at again


@pytest.mark.parametrize(
    "url", ["/people?cursor=10", "?cursor=10", "people?x=1&cursor=10#top", "//elsewhere.example/?cursor=10"]
)
async def test_a_next_url_may_be_relative(provider, answering, open_own, turn_pages, url):
    provider.answer = lambda asked: answering(
        {"people": PEOPLE[10:12]} if "cursor" in asked.query else {"people": PEOPLE[:10], "links": {"next": url}}
    )
    directories = await open_own(manifest(STRATEGIES["next URLs"][0]))
    await turn_pages(directories, "acme", 30)
    assert [asked.query.get("cursor") for asked in provider.asked] == [None, "10", None]


@pytest.mark.parametrize("url", ["/people?page=2", "/people", "https://elsewhere.example/"])
async def test_a_next_url_without_the_position_is_never_taken_for_the_end(provider, answering, open_own, url):
    provider.answer = lambda _: answering({"people": PEOPLE[:10], "links": {"next": url}})
    directories = await open_own(manifest(STRATEGIES["next URLs"][0]))
    page = await directories.users(Request("list", "acme", Query(), 30))
    assert (page.complete, page.total) == (False, None)
    assert "does not say where its next rows are" in str(page.notes[0])


async def test_rows_without_a_key_are_passed_over_and_the_last_key_counts(
    provider, answering, open_own, turn_pages, ids_of
):
    def answer(asked):
        start = IDS.index(asked.query["after"]) + 1 if "after" in asked.query else 0
        return answering({"people": [None, *PEOPLE[start : min(start + 4, 12)], {"name": "x"}, 7]})

    provider.answer = answer
    directories = await open_own(manifest(STRATEGIES["keys"][0]))
    pages = await turn_pages(directories, "acme", 5)
    assert ids_of(pages) == ids(12)
    assert not pages[-1].complete  # what has no id may be a user


async def test_a_full_page_without_any_key_is_never_taken_for_the_end(provider, answering, open_own):
    provider.answer = lambda _: answering({"people": [None] * 10})
    directories = await open_own(manifest(STRATEGIES["keys"][0]))
    with pytest.raises(UpstreamError, match="no id where the manifest looks"):
        await directories.users(Request("list", "acme", Query(), 30))


@pytest.mark.parametrize("body", [None, {"people": None}])
async def test_null_for_a_list_means_nobody(provider, answering, open_own, body):
    provider.answer = lambda _: answering(body)
    directories = await open_own(manifest(STRATEGIES["tokens"][0]))
    page = await directories.users(Request("list", "acme", Query(), 10))
    assert (page.users, page.complete) == ((), True)


async def test_a_list_that_is_left_out_means_nobody_where_another_answer_has_one(provider, answering, open_own):
    provider.answer = lambda asked: answering({} if "token" in asked.query else {"people": PEOPLE[:2], "next": "t"})
    directories = await open_own(manifest(STRATEGIES["tokens"][0]))
    page = await directories.users(Request("list", "acme", Query(), 10))
    assert (len(page.users), page.complete) == (2, True)


@pytest.mark.parametrize("body", [None, {}, {"people": None}])
async def test_where_somebody_was_seen_an_answer_without_a_list_means_nobody_only_if_the_first_page_has_one(
    provider, answering, open_own, body
):
    """An error may come with status 200, and a gateway may answer 204 or `{}` whatever is asked for."""
    directories = await open_own(manifest(STRATEGIES["tokens"][0]))
    asking = Request("list", "acme", Query(), 10)
    provider.answer = lambda asked: answering(body if "token" in asked.query else {"people": PEOPLE[:2], "next": "t"})
    assert [(await directories.users(asking)).complete for _ in range(2)] == [True, True]
    provider.answer = lambda _: answering(body)
    with pytest.raises(UpstreamError, match="no list of users"):
        await directories.users(asking)


async def test_null_for_a_list_whose_users_are_counted_does_not_mean_nobody(house):
    await house.tell("openphone", "faults", kind="null_list", every=1)
    directories = await house.open("openphone")
    with pytest.raises(UpstreamError, match="no list of users"):
        await directories.users(Request("list", "openphone", Query(), 10))


@pytest.mark.parametrize("body", [{}, {"people": {}}, []])
async def test_a_body_without_rows_is_an_error_and_no_end(provider, answering, open_own, body):
    provider.answer = lambda _: answering(body)
    directories = await open_own(manifest(STRATEGIES["tokens"][0]))
    with pytest.raises(UpstreamError):
        await directories.users(Request("list", "acme", Query(), 10))


def numbered(table: PagePagination | OffsetPagination) -> NumberedPages | Offsets:
    strategy = table.paging()
    assert isinstance(strategy, NumberedPages | Offsets)
    return strategy


NUMBERED = numbered(PagePagination(strategy="page", parameter="page"))
OFFSETS = numbered(OffsetPagination(strategy="offset", parameter="from"))


@given(st.integers(1, 10_000), st.integers(1, 120), st.integers(2, 100))
def test_a_window_holds_the_row_before_and_reaches_as_far_as_it_can(row, need, maximum):
    window = NUMBERED.window(row, need, maximum)
    assert window.start % window.size == 0
    if window.start == row:  # every page over the row before ends there
        assert all(row % size == 0 for size in range(2, maximum + 1))
    else:
        assert window.start < row < window.start + window.size <= window.start + maximum


@given(st.integers(1, 10_000), st.integers(1, 120), st.integers(2, 100))
def test_an_offset_window_begins_with_the_row_before(row, need, maximum):
    window = OFFSETS.window(row, need, maximum)
    assert (window.start, window.size) == (row - 1, min(need + 1, maximum))


@given(st.integers(0, 1), st.integers(1, 100))
def test_the_first_window_asks_for_what_is_needed(first, need):
    strategy = numbered(PagePagination(strategy="page", parameter="page", first=first))
    window = strategy.window(0, need, 50)
    assert window.parameters == (("page", str(first)),)
    assert window.size == min(need, 50)


@pytest.mark.parametrize(
    ("pagination", "page", "more"),
    [
        (KeysetPagination(strategy="keyset", parameter="k"), RawPage([{"id": 1}], total=2), False),
        (KeysetPagination(strategy="keyset", parameter="k", more="more"), RawPage([{"id": 1}], {"more": True}), True),
        (KeysetPagination(strategy="keyset", parameter="k", more="more"), RawPage([{"id": 1}], {"more": 1}), False),
        (TokenPagination(strategy="token", parameter="t", next="n"), RawPage([1], {"n": "t2"}), True),
        (LinkPagination(strategy="link", parameters=("c",), next="n"), RawPage([1], {"n": "/?c=2"}), True),
    ],
)
def test_only_what_a_page_itself_says_is_a_promise(pagination, page, more):
    strategy = pagination.paging()
    assert strategy.following(page)
    assert strategy.promises_more(page) is more


@pytest.mark.parametrize(
    ("header", "last"), [(None, None), ("<?page=2>; rel=next", False), ("<?page=1>; rel=prev", True)]
)
def test_a_link_header_is_believed_only_where_the_manifest_says_so(header, last):
    page = RawPage([1], headers={} if header is None else {"link": header})
    believed = numbered(PagePagination(strategy="page", parameter="page", link_header=True))
    assert believed.says_last(page) is last
    assert NUMBERED.says_last(page) is None


@pytest.mark.parametrize("exact", [True, False])
def test_a_total_is_an_end_only_if_it_can_be_trusted(exact):
    page = RawPage([1, 2], total=2, total_exact=exact)
    assert page.ends_by(2) is exact
    assert page.promises(1) is exact
