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
        639054576000000000,  # ticks of .NET
        "639054576000000000",
        13414334400000000,  # WebKit
        20260131120000.0,
        "20260131120000000",
        20260131120000000,
        "20260131120000.000",
        "20260131120000000000",
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
        *(
            "2026013112",
            "202601311200",
            2026013112,
            202601311200,
            "2026013112.5",
            2026013112.5,
        ),  # seconds, milliseconds
        *(18292, "18292", 43861, 43861.5, 2026, "2026", 202601, 31012026, 99_999_999, 26_341_200),  # days, Excel, …
        *(-1, -1_769_860_800, 10**10, 10**13, 10**16, 17 * 10**15, 3 * 10**17, 10**19, 10**20),
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


YEAR = {year: datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1601, 1970)}
UNITS = {
    "seconds": (1970, timedelta(seconds=1), (1974, 2285)),
    "milliseconds": (1970, timedelta(milliseconds=1), (1974, 2285)),
    "microseconds": (1970, timedelta(microseconds=1), (1974, 2285)),
    "nanoseconds": (1970, timedelta(microseconds=1), (1992, 2285)),
    "FILETIME": (1601, timedelta(microseconds=1), (1918, 2297)),
    "ticks": (1, timedelta(microseconds=1), (1903, 2123)),
    "WebKit": (1601, timedelta(microseconds=1), (1950, 2107)),
}
SMALLER = {"nanoseconds": 1000, "FILETIME": 10, "ticks": 10}
"""How many units are a microsecond, of those that Python does not have."""


@given(st.sampled_from(sorted(UNITS)), st.data())
def test_a_number_in_any_unit_is_its_moment_unless_its_digits_are_those_of_a_time(unit, data):
    year, size, (first, last) = UNITS[unit]
    at = data.draw(st.datetimes(datetime(first, 1, 1), datetime(last, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
    number = (at - YEAR[year]) // size * SMALLER.get(unit, 1)
    moment = YEAR[year] + (at - YEAR[year]) // size * size
    expected = None if is_of_a_clock(str(number)) else moment
    assert [parse_time(number), parse_time(str(number))] == [expected, expected]


def is_of_a_clock(digits):
    """Whether digits of an hour or a minute may be meant."""
    forms = {10: "%Y%m%d%H", 12: "%Y%m%d%H%M"}
    if len(digits) not in forms or digits[:2] not in ("19", "20", "21"):
        return False
    try:
        datetime.strptime(digits, forms[len(digits)])  # noqa: DTZ007 - only whether there is such an hour
    except ValueError:
        return False
    return True


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_digits_of_a_clock_are_read_from_seconds_on_and_never_as_another_moment(at):
    seconds, thousandths = at.replace(microsecond=0), at.replace(microsecond=at.microsecond // 1000 * 1000)
    digits = f"{at:%Y%m%d%H%M%S}"
    assert {parse_time(digits), parse_time(int(digits))} == {seconds}
    for written in (f"{digits}{at:%f}"[:17], f"{digits}.{at:%f}"[:18], int(f"{digits}{at:%f}"[:17])):
        assert parse_time(written) == thousandths
    assert parse_time(f"{digits}{at:%f}") == at
    for written in (f"{at:%Y%m%d%H%M}", f"{at:%Y%m%d%H}", f"{at:%Y%m%d}", f"{at:%d%m%Y}", f"{at:%Y%m}", f"{at:%Y}"):
        assert parse_time(int(written)) is None
        assert parse_time(written) in (None, seconds.replace(hour=0, minute=0, second=0))


@given(st.integers(-(10**20), 10**8 - 1) | st.integers(10**19, 10**19 + 10**18))
def test_a_number_that_is_no_moment_of_the_time_of_directories_is_not_read(number):
    assert parse_time(number) is None


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)), st.sampled_from(["Europe/Berlin", "Asia/Tokyo"]))  # noqa: DTZ001
def test_an_unknown_place_of_a_time_in_words_is_utc_in_every_zone(at, zone):
    at = at.replace(microsecond=0)
    assert parse_time(f"{at:%a, %d %b %Y %H:%M:%S} -0000", ZoneInfo(zone)) == at.replace(tzinfo=UTC)


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
        *(
            0,
            "0",
            -1,
            2**63 - 1,
            str(2**63 - 1),
            3155378975999999999,
            "never",
            "Never",
            "0000-00-00 00:00:00",
            116444736000000000,
        ),
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
