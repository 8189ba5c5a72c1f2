"""Times as providers write them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from user_directories.users.timestamps import NEVER, as_iso, as_iso_already, parse_time, time_reader

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
        1769860800000000,
        1769860800000000000,
        "1769860800.0",
        134143344000000000,  # FILETIME
        "134143344000000000",
        "20260131120000Z",  # LDAP
        "202601311200Z",
        "2026013112Z",
        "20260131133000.0+0130",
        "2026013111.5-0030",
        "20260131120000",
        20260131120000,
        "2026/01/31 12:00:00 +0000",
        "2026-01-31 12:00:00 UTC",
        "Sat, 31 Jan 2026 12:00:00 GMT",
        "31 Jan 2026 07:00 EST",
        "Sat Jan 31 12:00:00 +0000 2026",
        "Sat Jan 31 12:00:00 2026",
        "/Date(1769860800000)/",
        "/Date(1769860800000+0100)/",
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
        *("01/03/2021", "31.01.2026 12:00", 20260131, "Sat, 31 Jan 26 12:00:00 GMT", "2026-01-31 12:00 Europe/Berlin"),
    ],
)
def test_what_is_no_time_or_could_be_two_is_none(value):
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
def test_the_units_of_the_epoch_are_told_apart(seconds):
    assert parse_time(seconds) in (datetime.fromtimestamp(seconds, UTC), None if is_a_day(seconds) else NOON)
    if 10**9 <= seconds < 10**10:  # from 2001 to 2286
        assert {parse_time(seconds * 10**power) for power in (0, 3, 6)} == {datetime.fromtimestamp(seconds, UTC)}


def is_a_day(number):
    """Whether a number has the digits of a day, so that it may be one."""
    return parse_time(str(number)) is not None and len(str(number)) == 8


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


@given(st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2199, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_form_says_the_same_moment_or_none_at_all(moment):
    moment = moment.replace(microsecond=0)
    since_1601 = int((moment - datetime(1601, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)) * 10
    written = [
        moment.strftime("%Y%m%d%H%M%SZ"),
        moment.strftime("%Y%m%d%H%M%S"),
        moment.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        moment.strftime("%a %b %d %H:%M:%S %Y"),
        moment.strftime("%Y/%m/%d %H:%M:%S"),
        f"/Date({int(moment.timestamp()) * 1000})/",
        *([since_1601] if since_1601 >= 10**17 else []),
    ]
    assert {parse_time(each) for each in written} == {moment}


@pytest.mark.parametrize(
    "value",
    [
        *(0, "0", -1, 2**63 - 1, str(2**63 - 1), "never", "Never", "0000-00-00 00:00:00", 116444736000000000),
        *("1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00+01:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00"),
        *("9999-12-31T23:59:59.9999999Z", "16010101000000Z", "1899-12-30", "1900-01-01T00:00:00"),
    ],
)
def test_a_moment_at_which_nothing_happened_is_never(value):
    assert time_reader()(value) is NEVER


@pytest.mark.parametrize("value", [1, "1970-01-01T00:00:01Z", "1999-12-31", "1970-01-02", None, "", "x", True, False])
def test_other_moments_are_not(value):
    assert time_reader()(value) is not NEVER


def test_the_page_of_a_provider_says_what_the_digits_of_a_date_mean():
    berlin = ZoneInfo("Europe/Berlin")
    read = time_reader("%d/%m/%Y %H:%M", berlin)
    assert read("01/03/2021 12:00") == datetime(2021, 3, 1, 11, tzinfo=UTC)
    assert read("01/07/2021 12:00") == datetime(2021, 7, 1, 10, tzinfo=UTC)
    assert read("2021-03-01") is None
    assert time_reader("%Y%m%d")(20210301) == datetime(2021, 3, 1, tzinfo=UTC)
    assert time_reader(None, berlin)("2021-03-01T12:00:00") == datetime(2021, 3, 1, 11, tzinfo=UTC)
    assert time_reader(None, berlin)("2021-03-01T12:00:00Z") == datetime(2021, 3, 1, 12, tzinfo=UTC)
