"""An endpoint that counts users: its number is exact as far as the list was seen to agree, and no further."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from user_directories import ConfigurationError, Query, Request, conditions

from ..acme import ACME

PAGE = (
    ACME
    + """\
[list]
path = "/people"
items = "people"
page_size = { parameter = "n", maximum = 50 }
pagination = PAGINATION
[user]
id = "id"
status = "status"
role = "role"
[filters]
status = { parameter = "status", match = "exact" }
role = { parameter = "role", match = "exact" }
[count]
path = "/people/$count"
"""
)
PAGINATIONS = {
    "page": '{ strategy = "page", parameter = "at" }',
    "token": '{ strategy = "token", parameter = "at", next = "next", stable = true }',
    "none": '{ strategy = "none" }',
}
SUSPENDED = Query(conditions({"status": "suspended"}))


@dataclass
class Acme:
    """`off`: the number is wrong by so much; `form`: how it stands in the answer."""

    answering: Any
    count: int
    off: int = 0
    form: Any = str
    sizes: list[int] = field(default_factory=list)

    def __post_init__(self):
        self.people = [
            {"id": f"u{number:03}", "status": "suspended" if number % 5 == 0 else "active", "role": "staff"}
            for number in range(self.count)
        ]

    def __call__(self, asked):
        query = asked.query
        kept = [each for each in self.people if all(each[name] == query.get(name, each[name]) for name in each)]
        if asked.path == "/people/$count":
            return self.counted(len(kept) + self.off)
        size, start = int(query.get("n", "1000")), self.start(query.get("at"), int(query.get("n", "1000")))
        rest = {"next": f"t{start + size}"} if start + size < len(kept) else {}
        return self.answering({"people": kept[start : start + size], **rest})

    def start(self, at, size):
        if at is None:
            return 0
        return int(at[1:]) if at.startswith("t") else (int(at) - 1) * size

    def counted(self, number):
        told = self.form(number)
        return (
            self.answering(told.encode(), content_type="text/plain") if isinstance(told, str) else self.answering(told)
        )


@pytest.fixture
def opened(provider, answering, open_own):
    async def directories(count, pagination="page", more="", **options):
        provider.answer = Acme(answering, count, **options)
        page = PAGE.replace("PAGINATION", PAGINATIONS[pagination])
        if pagination == "none":
            page = page.replace('page_size = { parameter = "n", maximum = 50 }\n', "")
        return await open_own(page + more)

    return directories


async def counted(directories, query=None):
    (count,) = (await directories.count(Request("count", "acme", query or Query()))).counts
    return count.count, count.exactness, count.method


def asked_for_a_number(provider):
    return [asked.target for asked in provider.asked if asked.path == "/people/$count"]


@pytest.mark.parametrize("pagination", ["page", "none"])
@pytest.mark.parametrize("count", [0, 1, 24, 25, 26, 137])
async def test_a_right_number_is_exact_once_the_list_was_seen_to_end_there(provider, opened, pagination, count):
    directories = await opened(count, pagination)
    for most in (4, 2, 2):
        before = len(provider.asked)
        assert await counted(directories) == (count, "exact", "total")
        assert len(provider.asked) - before <= most


@pytest.mark.parametrize("off", [-3, 4, 1000])
async def test_a_wrong_number_is_never_exact(opened, off):
    directories = await opened(137, off=off)
    for query in (Query(), Query(exhaustive=True), Query()):
        number, exactness, _ = await counted(directories, query)
        assert (number, exactness) == (137, "exact") or exactness != "exact"
    assert await counted(directories, Query(exhaustive=True)) == (137, "exact", "walk") or off


async def test_of_a_list_by_tokens_it_is_an_estimate_until_a_walk_found_as_many(opened):
    directories = await opened(137, "token")
    assert await counted(directories) == (137, "estimate", "total")
    assert await counted(directories, Query(exhaustive=True)) == (137, "exact", "walk")
    assert await counted(directories) == (137, "exact", "total")


async def test_a_number_that_no_walk_found_stays_an_estimate(opened):
    directories = await opened(137, "token", off=1)
    for query, answer in (
        (Query(), (138, "estimate", "total")),
        (Query(exhaustive=True), (137, "exact", "walk")),
        (Query(), (138, "estimate", "total")),
    ):
        assert await counted(directories, query) == answer


async def test_only_filters_that_it_takes_are_sent_to_it(provider, opened):
    directories = await opened(137, more='filters = ["status"]\n')
    assert await counted(directories, SUSPENDED) == (28, "exact", "total")
    assert asked_for_a_number(provider) == ["/people/$count?status=suspended"]
    both = Query(conditions({"status": "suspended", "role": "staff"}))
    assert (await counted(directories, both))[:2] == (28, "exact")
    assert len(asked_for_a_number(provider)) == 1


@pytest.mark.parametrize(
    ("more", "form"),
    [
        ("", str),
        ("", lambda number: f"\ufeff{number}\r\n"),  # as Microsoft Graph sends it
        ("", lambda number: number),
        ('number = "@"\n', str),
        ('number = "result.total"\n', lambda number: {"result": {"total": number}}),
        ('number = "total"\n', lambda number: {"total": f"{number}"}),
        ('parameters = { only = "people" }\n', str),
    ],
)
async def test_the_number_stands_where_the_page_says(opened, more, form):
    assert await counted(await opened(30, more=more, form=form)) == (30, "exact", "total")


async def test_the_number_may_stand_in_a_header(provider, answering, opened):
    directories = await opened(30, more='header = "X-Count"\n')
    people = provider.answer
    provider.answer = lambda asked: answering({}, x_count="30") if "$count" in asked.path else people(asked)
    assert await counted(directories) == (30, "exact", "total")


@pytest.mark.parametrize(
    "form", [lambda _: "many", lambda _: "-3", lambda _: {"error": "x"}, lambda _: "", lambda _: 1.5]
)
async def test_without_a_number_the_list_is_counted(opened, form):
    directories = await opened(60, form=form)
    assert (await counted(directories))[:2] == (60, "exact")


@pytest.mark.parametrize("status", [400, 403, 404, 500])
async def test_if_it_fails_the_list_is_counted(provider, answering, opened, no_pauses, status):
    directories = await opened(60)
    people = provider.answer
    provider.answer = lambda asked: answering({}, status) if "$count" in asked.path else people(asked)
    assert (await counted(directories))[:2] == (60, "exact")


async def test_a_number_that_is_called_inaccurate_is_an_estimate(opened):
    directories = await opened(60, more="exact = false\n")
    assert await counted(directories) == (60, "estimate", "total")
    assert (await counted(directories, Query(exhaustive=True)))[:2] == (60, "exact")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ('filters = ["phone"]', "not a field to filter by"),
        ('path = "/x"', "not valid TOML"),
        ('numbers = "n"', "unknown key `count.numbers`. Valid keys there: path, parameters, number, header, exact"),
        ('number = "["', "is not a JMESPath expression"),
    ],
)
async def test_a_wrong_form_is_one_clear_error(open_own, more, problem):
    with pytest.raises(ConfigurationError) as error:
        await open_own(PAGE.replace("PAGINATION", PAGINATIONS["page"]) + more)
    assert problem in str(error.value)
