"""Time filters: `…_after` holds the moment itself, `…_before` does not, and how it is written makes no difference."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import httpx2
import pytest

from user_directories import InvalidArgument
from user_directory_sandbox import DIRECTORIES

from ...thoroughness import some
from .asking import assert_is_empty, count, ids, turn_pages
from .population import FIELDS, PEOPLE, having

TIMES = ("created_after", "created_before", "updated_after", "updated_before")
BOUNDS = [(directory, field) for directory in DIRECTORIES for field in FIELDS[directory] if field in TIMES]
STARTS = [pair for pair in BOUNDS if pair[1].endswith("after")]
TOOLS = ("list_users", "search_users")

FORMS: dict[str, Callable[[datetime], object]] = {
    "Z": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    "no zone": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}",
    "a space": lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}",
    "+02:00": lambda moment: moment.astimezone(timezone(timedelta(hours=2))).isoformat(),
    "-09:30": lambda moment: moment.astimezone(timezone(-timedelta(hours=9, minutes=30))).isoformat(),
    "seconds since 1970": lambda moment: int(moment.timestamp()),
    "milliseconds since 1970, as text": lambda moment: str(int(moment.timestamp()) * 1000),
    "in a list": lambda moment: [moment.isoformat()],
}


def moments(directory: str, field: str) -> list[datetime]:
    """When somebody was created or changed, at the ends and in the middle."""
    known = sorted({getattr(user, field.partition("_")[0]) for user in PEOPLE[directory]} - {None})
    return [known[0], known[len(known) // 2], known[-1]]


def other_end(field: str) -> str:
    return field.replace("after", "before")


async def assert_are_found(ask, directory: str, filters: dict, sent: dict) -> None:
    truth = having(PEOPLE[directory], **filters)
    for tool in TOOLS:
        assert ids(*await turn_pages(ask, tool, directory=directory, filters=sent)) == truth, sent
    assert await count(ask, directory=directory, filters=sent) == len(truth), sent


@pytest.mark.parametrize(
    ("directory", "field", "seconds"),
    [(*bound, seconds) for bound, seconds in some(BOUNDS, [-86_400, -1, -0.0001, 0, 1], one_of=5)],
)
async def test_a_bound_holds_just_those_on_its_side(ask, directory: str, field: str, seconds: float) -> None:
    for moment in moments(directory, field):
        bound = moment + timedelta(seconds=seconds)
        await assert_are_found(ask, directory, {field: bound}, {field: bound.isoformat()})


@pytest.mark.parametrize("seconds", [-1, 0, 1])
@pytest.mark.parametrize("field", TIMES)
async def test_a_provider_may_leave_its_bounds_out(ask, control: httpx2.AsyncClient, field: str, seconds: int) -> None:
    (await control.post("delay/behaviour", json={"date_bounds": "exclusive"})).raise_for_status()
    try:
        for moment in moments("delay", field):
            bound = moment + timedelta(seconds=seconds)
            await assert_are_found(ask, "delay", {field: bound}, {field: bound.isoformat()})
    finally:
        await control.post("delay/reset")


@pytest.mark.parametrize(("directory", "field"), BOUNDS)
async def test_a_bound_a_little_later_than_somebody_is_later(ask, directory: str, field: str) -> None:
    bound = moments(directory, field)[1] + timedelta(seconds=0.0001)
    await assert_are_found(ask, directory, {field: bound}, {field: bound.isoformat()})


@pytest.mark.parametrize(
    ("directory", "field", "form"), [(*bound, form) for bound, form in some(BOUNDS, FORMS, one_of=3)]
)
async def test_the_same_moment_may_be_written_in_many_forms(ask, directory: str, field: str, form: str) -> None:
    bound = moments(directory, field)[1].replace(microsecond=0)
    truth = having(PEOPLE[directory], **{field: bound})
    sent = {field: FORMS[form](bound)}
    assert ids(*await turn_pages(ask, "list_users", directory=directory, filters=sent)) == truth


@pytest.mark.parametrize(
    ("directory", "field", "place"), [(*bound, place) for bound, place in some(BOUNDS, range(3), one_of=3)]
)
async def test_a_day_begins_at_midnight_in_utc(ask, directory: str, field: str, place: int) -> None:
    moment = moments(directory, field)[place]
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    await assert_are_found(ask, directory, {field: midnight}, {field: f"{midnight:%Y-%m-%d}"})


@pytest.mark.parametrize(("directory", "field"), STARTS)
async def test_ranges_that_meet_hold_everybody_once(ask, directory: str, field: str) -> None:
    first, middle, last = moments(directory, field)
    found: list[str] = []
    for start, end in ((first, middle), (middle, last), (last, last + timedelta(seconds=1))):
        filters = {field: start, other_end(field): end}
        sent = {name: moment.isoformat() for name, moment in filters.items()}
        pages = await turn_pages(ask, "list_users", directory=directory, filters=sent)
        assert ids(*pages) == having(PEOPLE[directory], **filters)
        found += ids(*pages)
    assert sorted(found) == having(PEOPLE[directory], **{field: first})


@pytest.mark.parametrize("start", ["2024-06-01T00:00:00Z", "2024-06-01T00:00:01Z", "2030-01-01"])
@pytest.mark.parametrize(("directory", "field"), STARTS)
async def test_bounds_that_exclude_each_other_give_an_empty_page_that_says_so(
    ask, directory: str, field: str, start: str
) -> None:
    sent = {field: start, other_end(field): "2024-06-01"}
    for tool in TOOLS:
        page = await ask(tool, directory=directory, filters=sent)
        assert_is_empty(page)
        assert page["notes"] == ["The time bounds exclude each other: nobody can match."]
    counted = await ask("get_user_count", directory=directory, filters=sent)
    assert (counted["count"], counted["exactness"], counted.get("cursor")) == (0, "exact", None)
    assert "exclude each other" in counted["notes"][0]


async def test_bounds_that_exclude_each_other_do_so_in_all_directories(ask) -> None:
    page = await ask("search_users", filters={"created_after": "2024-06-02", "created_before": "2024-06-01"})
    assert_is_empty(page)
    assert any("exclude each other" in note for note in page["notes"])


@pytest.mark.parametrize("future", ["2126-01-31", "9999-12-31T23:59:59Z", 4_102_444_800])
@pytest.mark.parametrize(("directory", "field"), STARTS)
async def test_nobody_is_of_the_future(ask, directory: str, field: str, future: str) -> None:
    for tool in TOOLS:
        assert_is_empty(await ask(tool, directory=directory, filters={field: future}))
    assert await count(ask, directory=directory, filters={field: future}) == 0


@pytest.mark.parametrize("early", ["1970-01-01", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize(("directory", "field"), BOUNDS)
async def test_a_bound_before_all_times_holds_everybody_or_nobody(ask, directory: str, field: str, early: str) -> None:
    truth = having(PEOPLE[directory], **{field: datetime(1970, 1, 1, tzinfo=UTC)})
    pages = await turn_pages(ask, "list_users", directory=directory, filters={field: early})
    assert ids(*pages) == truth


@pytest.mark.parametrize("tool", [*TOOLS, "get_user_count"])
@pytest.mark.parametrize(
    "text",
    ["soon", "yesterday", "2026-13-01", "2026-02-30", "31.01.2026", "01/31/2026", "2026", "2026-01-31T25:00", "-1", "0",
     "10000-01-01", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "NaN", "inf", "1e9",
     "99999999999999999999", "{}", "2026-01-31; DROP TABLE users"],
)  # fmt: skip
async def test_what_is_no_time_is_refused_with_what_is_one(ask, text: str, tool: str) -> None:
    for directory, field in BOUNDS:
        with pytest.raises(InvalidArgument, match=rf"filters\.{field}: .* Use 2026-01-31 or 2026-01-31T12:00:00Z\."):
            await ask(tool, directory=directory, filters={field: text})


@pytest.mark.parametrize("value", [True, {"gte": "2026-01-31"}, [["2026-01-31"]]])
async def test_what_is_not_even_a_text_is_refused_with_what_is_a_time(ask, value: object) -> None:
    with pytest.raises(InvalidArgument, match=r"filters\.created_after: .*2026-01-31"):
        await ask("list_users", directory="delay", filters={"created_after": value})


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_two_times_for_one_bound_are_refused(ask, directory: str) -> None:
    with pytest.raises(InvalidArgument, match=r"filters\.created_after: it takes one time, not 2"):
        await ask("list_users", directory=directory, filters={"created_after": ["2024-01-01", "2025-01-01"]})
