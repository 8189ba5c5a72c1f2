"""Times as providers write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from user_directories.users.timestamps import as_iso, as_iso_already, parse_time

MOMENTS = st.datetimes(timezones=st.just(UTC))
OFFSETS = st.integers(-24 * 60 + 1, 24 * 60 - 1).map(lambda minutes: timezone(timedelta(minutes=minutes)))
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.000Z",
        "2026-01-31T12:00:00.000000000Z",
        "2026-01-31T12:00:00+00:00",
        "2026-01-31T13:30:00+01:30",
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00",
        " 2026-01-31T12:00Z ",
        "20260131T120000Z",
        1769860800,
        1769860800.0,
        1769860800000,
        "1769860800",
        "1769860800000",
    ],
)
def test_the_same_moment_is_read_in_every_form(written):
    assert parse_time(written) == NOON


def test_a_date_alone_is_its_midnight_in_utc():
    assert parse_time("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, "", "yesterday", "31.01.2026", "2026-02-30", "2026-01-31T12:00:60Z", "12345678", {}, []),
        *(float("nan"), float("inf"), 1e300, 10**400, "9" * 5000, "-1"),
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_what_is_no_time_is_none(value):
    assert parse_time(value) is None


@given(MOMENTS)
@example(datetime(1, 1, 1, tzinfo=UTC))
@example(datetime.max.replace(tzinfo=UTC))
def test_a_time_that_was_written_is_read_again_as_it_was(moment):
    assert parse_time(as_iso(moment)) == moment


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=OFFSETS))  # noqa: DTZ001
def test_any_zone_becomes_utc_and_the_moment_stays(moment):
    assert parse_time(moment.isoformat()) == moment
    assert parse_time(moment.isoformat()).tzinfo is UTC


@given(st.integers(0, 99_999_999_999))
def test_seconds_and_milliseconds_of_the_epoch_are_told_apart(seconds):
    assert parse_time(seconds) == datetime.fromtimestamp(seconds, UTC)
    if seconds >= 100_000_000:
        assert parse_time(seconds * 1000) == parse_time(seconds)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.text("0123456789-T:Z+."), st.lists(st.none())))
def test_nothing_that_json_can_hold_makes_it_fail(value):
    moment = parse_time(value)
    assert moment is None or moment.tzinfo is UTC


def test_every_year_is_written_with_four_digits():
    assert as_iso(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00Z"
    assert as_iso(NOON) == "2026-01-31T12:00:00Z"


@given(
    st.datetimes(),
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
    st.sampled_from(["", "Z", "z", "+00:00", "+02:00"]),
    st.sampled_from("T t-"),
)
def test_a_time_in_our_form_is_known_by_it(moment, precision, zone, between):
    text = moment.isoformat(between, precision) + zone
    known, read = as_iso_already(text), parse_time(text)
    assert known is None or (read is not None and known == as_iso(read))


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30T10:00:00Z",
        "2024-W10-5T12:34:56Z",
        "2024-01-31T24:00:00Z",
        "2024-01-31T12:34:56.000Z",
        "",
        "x",
        "0000-01-31T12:34:56Z",
        "2024-01-31T12:34:56.123000Z",
        "２０２４-01-31T12:34:56Z",
        "2024-01-31T12:34:56Z\n",
    ],
)
def test_any_other_time_is_read(text):
    assert as_iso_already(text) is None


@pytest.mark.parametrize("text", ["2024-01-31T12:34:56", "2024-01-31T12:34:56.120", "2024-01-31T12:34:56.123456"])
def test_our_form_may_lack_the_zone(text):
    assert as_iso_already(text) == text + "Z" == as_iso_already(text + "Z")
