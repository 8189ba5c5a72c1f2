"""Lists that are asked for by POST: the position and the size stand in the body, where the page in TOML put them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import ConfigurationError, Query, Request, UpstreamError, conditions
from user_directories.manifest.body import check_places, filled

from ..acme import ACME

PAGE = (
    ACME
    + """\
[user]
id = "id"
name = "name"
[filters]
name = { parameter = "name", match = "exact" }
[list]
path = "/people:query"
method = "POST"
items = "people"
"""
)
LISTS = {
    "offset": (
        (
            'body = { query = { from = "{position}", rows = "{size}" }, all = true }\npage_size = { maximum = 10 }\n'
            'pagination = { strategy = "offset" }\n'
        ),
        lambda body: body["query"].get("from", 0),
        lambda body: body["query"]["rows"],
    ),
    "pages in a list": (
        (
            'body = { slices = [ 7, "{position}" ], rows = "{size}" }\npage_size = { maximum = 10 }\n'
            'pagination = { strategy = "page" }\n'
        ),
        lambda body: ([*body["slices"], 1][1] - 1) * body["rows"],
        lambda body: body["rows"],
    ),
    "tokens": (
        (
            'body = { nextPageToken = "{position}", maxResults = "{size}" }\npage_size = { maximum = 10 }\n'
            'pagination = { strategy = "token", next = "next", stable = true }\n'
        ),
        lambda body: int(body.get("nextPageToken", "t0")[1:]),
        lambda body: body["maxResults"],
    ),
    "a first token": (
        (
            'body = { cursor = "{position}" }\npage_size = { fixed = 10 }\n'
            'pagination = { strategy = "token", next = "next", first = "", stable = true }\n'
        ),
        lambda body: int((body["cursor"] or "t0")[1:]),
        lambda body: 10,
    ),
    "keys": (
        (
            'body = { after = "{position}", rows = "{size}" }\npage_size = { maximum = 10 }\n'
            'pagination = { strategy = "keyset" }\n'
        ),
        lambda body: int(body["after"][1:]) + 1 if "after" in body else 0,
        lambda body: body["rows"],
    ),
    "no pages": ('body = { all = true }\npagination = { strategy = "none" }\n', lambda body: 0, lambda body: 100),
}
PEOPLE = [{"id": f"u{number:03}", "name": f"Ada {number}"} for number in range(40)]


@pytest.fixture
def posted(provider, answering, open_own):
    """A list that only POST reads."""

    async def opened(kind, count, more=""):
        page, start_of, size_of = LISTS[kind]

        def answer(asked):
            if asked.method != "POST" or asked.headers["content-type"] != "application/json":
                return answering({}, 405)
            body = json.loads(asked.body)
            start, size = start_of(body), size_of(body)
            kept = [each for each in PEOPLE[:count] if each["name"] == asked.query.get("name", each["name"])]
            rest = {"next": f"t{start + size}"} if start + size < len(kept) else {}
            return answering({"people": kept[start : start + size], **rest})

        provider.answer = answer
        provider.posts = {"/people:query", "/people:search"}
        return await open_own(PAGE + page + more)

    return opened


@pytest.mark.parametrize("count", [0, 1, 10, 37])
@pytest.mark.parametrize("kind", LISTS)
async def test_every_user_comes_once_by_post(posted, provider, turn_pages, ids_of, kind, count):
    directories = await posted(kind, count)
    pages = await turn_pages(directories, "acme", 15)
    assert ids_of(pages) == [person["id"] for person in PEOPLE[:count]]
    is_known = (kind, count) != ("a first token", 10)  # a full page of a fixed size: no next one was ever named
    assert pages[-1].complete is is_known
    assert {asked.target for asked in provider.asked} == {"/people:query"}
    (counted,) = (await directories.count(Request("count", "acme", Query()))).counts
    assert (counted.count, counted.exactness) == (count, "exact" if is_known else "estimate")


async def test_filters_and_a_search_stand_in_the_url(posted, provider, answering):
    directories = await posted("tokens", 40, '[search]\npath = "/people:search"\nparameter = "q"\nmatch = "contains"\n')
    query = Query(conditions({"name": "Ada 7"}))
    page = await directories.users(Request("list", "acme", query, 25))
    assert [each.user.id for each in page.users] == ["u007"]
    assert provider.asked[0].target == "/people:query?name=Ada+7"
    await directories.users(Request("search", "acme", Query(text="ada"), 5))
    assert provider.asked[-1].target.startswith("/people:search?q=ada")
    assert json.loads(provider.asked[-1].body)["maxResults"] == 10


async def test_a_list_by_post_is_tried_again_after_a_passing_fault(posted, provider, answering, no_pauses):
    directories = await posted("tokens", 5)
    answer, faults = provider.answer, [503, 429]
    provider.answer = lambda asked: answering({}, faults.pop()) if faults else answer(asked)
    page = await directories.users(Request("list", "acme", Query(), 25))
    assert (len(page.users), page.complete) == (5, True)
    assert len({asked.body for asked in provider.asked[:3]}) == 1


async def test_a_redirect_is_not_followed_by_post_either(posted, provider, answering, elsewhere):
    directories = await posted("tokens", 5)
    provider.answer = lambda _: answering({}, 307, location=f"{elsewhere.url}/people")
    with pytest.raises(UpstreamError):
        await directories.users(Request("list", "acme", Query(), 25))


@pytest.mark.parametrize(
    ("list_", "problem"),
    [
        ("body = {}", '`body` needs one "{position}", found 0'),
        ('body = { n = "{size}" }', "`body` needs one {position}, found 0"),
        ('body = { p = "{position}" }', "`body` needs one {size}, found 0"),
        ('body = { p = "{position}", q = "{position}", n = "{size}" }', "`body` needs one {position}, found 2"),
        ('body = { p = "after {position}", n = "{size}" }', "`body`: {position} must be the whole value"),
    ],
)
async def test_a_body_has_one_place_for_what_is_sent(open_own, list_, problem):
    page = PAGE + list_ + '\npage_size = { maximum = 9 }\npagination = { strategy = "offset" }\n'
    with pytest.raises(ConfigurationError) as error:
        await open_own(page)
    assert problem.replace('"', "") in str(error.value)


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (
            PAGE + 'body = { p = "{position}" }\npagination = { strategy = "none" }',
            "has {position}, but no position is sent here",
        ),
        (
            PAGE + 'body = { p = "{position}", n = "{size}" }\npage_size.fixed = 9\npagination.strategy = "offset"',
            "has {size}, but no size is sent here",
        ),
        (
            PAGE + 'body = { n = "{size}" }\npage_size = {}\npagination = { strategy = "link", parameters = ["p"] }',
            'pages that are named by links are asked for with method = "GET"',
        ),
        (
            PAGE + 'body = {}\npage_size = {}\npagination = { strategy = "offset", parameter = "from" }',
            '`pagination.parameter` is not sent by POST: write "{position}" into `body`',
        ),
        (
            PAGE.replace('"POST"', '"GET"') + 'body = { a = 1 }\npagination = { strategy = "none" }',
            '`body` is sent only with method = "POST"',
        ),
        (PAGE.replace('"POST"', '"PUT"') + 'pagination = { strategy = "none" }', "Input should be 'GET' or 'POST'"),
    ],
)
async def test_a_wrong_form_is_one_clear_error(open_own, page, problem):
    with pytest.raises(ConfigurationError) as error:
        await open_own(page)
    assert problem in str(error.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text().filter(lambda text: "{" not in text),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES, st.text() | st.integers())
def test_a_place_gets_its_value_and_nothing_else_changes(before, behind, position):
    body = {"before": before, "at": {"p": "{position}", "n": ["{size}"]}, "behind": behind}
    check_places(body, takes_position=True, takes_size=True)
    sent = filled(body, {"position": position, "size": 7})
    assert sent == {"before": before, "at": {"p": position, "n": [7]}, "behind": behind}
    assert filled(body, {}) == {"before": before, "at": {"n": []}, "behind": behind}
    assert body["at"]["p"] == "{position}"
