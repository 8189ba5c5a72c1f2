"""Reading times as directories write them, and writing them in one form.

What could mean two moments (`01/03/2021`, `2020013112`) is not read, nor a number that is no moment of the time of
directories in any unit, unless the provider's page gives its `format`.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from functools import partial
from typing import Any, Final, Literal

__all__ = ["NEVER", "Reading", "as_iso", "as_iso_already", "parse_time", "time_reader"]


class Reading(Enum):
    """What a value can say instead of a time."""

    NEVER = "never"
    """The time at which somebody did something who never did it."""


NEVER: Final = Reading.NEVER

Moment = datetime | Literal[Reading.NEVER] | None
"""A time, NEVER, or None for what cannot be read."""

_OUR_FORM = re.compile(
    r"(?!0001|1[679]|1899|9999)[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.(?!000Z?$)[0-9]{3}|\.[0-9]{3}(?!000)[0-9]{3})?(Z?)"
)
"""What `as_iso` writes, also without the zone, if there is such a day and it cannot mean never."""

_ISO = re.compile(
    r"(\d{4}[-/]\d\d[-/]\d\d|\d{8}|\d{4}-?W\d\d-?\d)"
    r"(?:[Tt ](\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?)\s?(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?"
)
_EPOCH = re.compile(r"-?\d{9,19}(\.\d{1,9})?")
_GENERALIZED = re.compile(r"(\d{8})(\d\d(?:\d\d(?:\d\d)?)?)(?:[.,](\d+))?(Z|[+-]\d\d(?:\d\d)?)")
_CLOCKED = re.compile(r"((?:19|20|21)\d{6})(\d{6})(?:[.,](\d{1,9})|(\d{3}|\d{6}))?")
"""The digits of a time without a zone; as a number, it would be in another millennium in any unit."""
_HOURS_OR_MINUTES = re.compile(r"((?:19|20|21)\d{6})(\d\d(?:\d\d)?)")
"""The digits of a time, perhaps, or else of seconds or milliseconds of the epoch."""
_JSON_DATE = re.compile(r"\\?/Date\((-?\d+)(?:[+-]\d{4})?\)\\?/")
_DAY, _MONTH, _CLOCK = r"[A-Z][a-z]{2}", r"[A-Z][a-z]{2}", r"\d\d:\d\d(?::\d\d)?"
_ZONE = r"(?:[+-]\d{4}|GMT|UTC|UT|Z|[ECMP][SD]T)"
_IN_WORDS = re.compile(
    rf"(?:{_DAY}, )?\d{{1,2}} {_MONTH} \d{{4}} {_CLOCK}(?: {_ZONE})?(?: \(.*\))?"
    rf"|{_DAY} {_MONTH} {{1,2}}\d{{1,2}} {_CLOCK}(?: {_ZONE})? \d{{4}}"
)
"""RFC 5322 §3.3 with a year of four digits, and what `ctime` writes, with or without a zone before the year."""

_EPOCHS = {year: datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1601, 1970)}
_UNITS: tuple[tuple[int, int, int, int], ...] = (
    (10**8, 10**10, 1970, 1),
    (10**11, 10**13, 1970, 10**3),
    (10**14, 10**16, 1970, 10**6),
    (11 * 10**15, 16 * 10**15, 1601, 10**6),
    (10**17, 22 * 10**16, 1601, 10**7),
    (6 * 10**17, 67 * 10**16, 1, 10**7),
    (67 * 10**16, 10**19, 1970, 10**9),
)
"""Numbers from … to below …: units since a year, and how many of them are a second. Others are not read.

Seconds, milliseconds and microseconds of the epoch from 1973 to 2286; WebKit's microseconds from 1949 to 2108;
FILETIME from 1917 to 2298; the ticks of .NET from 1902 to 2124; nanoseconds of the epoch from 1991 to 2286.

https://learn.microsoft.com/en-us/windows/win32/api/minwinbase/ns-minwinbase-filetime
https://learn.microsoft.com/en-us/dotnet/api/system.datetime.ticks
"""
_NO_MOMENT = frozenset({2**63 - 1, -(2**63), -1, 3_155_378_975_999_999_999})
"""What FILETIME, Active Directory and .NET write for never."""
_NEVER_WORDS = frozenset({"never", "0000-00-00", "0000-00-00 00:00:00", "0000-00-00T00:00:00Z"})
_NEVER_MOMENTS = frozenset(
    datetime(*day, tzinfo=UTC) for day in ((1601, 1, 1), (1753, 1, 1), (1899, 12, 30), (1900, 1, 1), (1970, 1, 1))
)
"""The zero of FILETIME, SQL Server, OLE automation, Excel and Unix: nobody did anything at exactly these moments."""


def parse_time(value: Any, zone: tzinfo = UTC) -> datetime | None:
    """Read a time; one without a zone is in `zone`, and a bare date is its midnight.

    It reads ISO 8601 (https://www.rfc-editor.org/rfc/rfc3339), numbers of `_UNITS` (told apart by size), generalized
    times of LDAP (RFC 4517 §3.3.13), RFC 5322 dates, what `ctime` writes, and `/Date(0)/`. Return None for anything
    else.
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        if isinstance(value, int | float):
            return _of_number(value, zone)
        return _of_text(str(value).strip(), zone)
    except (ValueError, OverflowError, OSError):
        return None


def time_reader(form: str | None = None, zone: tzinfo = UTC) -> Callable[[Any], Moment]:
    """Return a function that reads a provider's times: NEVER for a moment at which nothing happened.

    `form` is the provider's own format, as `strptime` reads it; other values are then not read.
    """
    return partial(_read, form, zone)


def _read(form: str | None, zone: tzinfo, value: Any) -> Moment:
    text = str(value).strip()
    if _means_never(value, text):
        return NEVER
    moment = parse_time(value, zone) if form is None else _formatted(text, form, zone)
    if moment is None:
        return None
    return NEVER if moment in _NEVER_MOMENTS or moment.year in (1, 9999) else moment


def _means_never(value: Any, text: str) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value == 0 or value in _NO_MOMENT
    is_far = text.startswith(("0001-01-01", "9999-12-31"))  # in another zone, it may be in no year of a datetime
    return is_far or text.casefold() in _NEVER_WORDS or (text.lstrip("-").isdecimal() and _is_no_number(text))


def _is_no_number(text: str) -> bool:
    return len(text) <= 20 and (int(text) == 0 or int(text) in _NO_MOMENT)


def _formatted(text: str, form: str, zone: tzinfo) -> datetime | None:
    try:
        return _in_utc(datetime.strptime(text, form), zone)  # noqa: DTZ007 - the zone is added
    except (ValueError, OverflowError):
        return None


def _of_number(number: float, zone: tzinfo) -> datetime | None:
    """Read a number by its size: as another unit, it would be far outside of the time of directories."""
    digits = str(int(number))
    if _is_ambiguous(digits):
        return None
    if number == int(number) and (found := _CLOCKED.fullmatch(digits)) is not None:
        return _clocked(found, zone)
    for low, high, year, per_second in _UNITS:
        if low <= number < high:
            return _since(_EPOCHS[year], number, per_second)
    return None


def _is_ambiguous(digits: str) -> bool:
    """Return whether digits are those of an hour or a minute, and of seconds or milliseconds too."""
    found = _HOURS_OR_MINUTES.fullmatch(digits) if len(digits) in (10, 12) else None
    return found is not None and _of_iso(f"{found[1]}T{found[2]}", UTC) is not None


def _since(epoch: datetime, number: float, per_second: int) -> datetime:
    seconds, rest = divmod(number, per_second)
    microseconds = rest * 10**6 // per_second if isinstance(number, int) else round(rest * 10**6 / per_second)
    return epoch + timedelta(seconds=int(seconds), microseconds=microseconds)


def _since_epoch(microseconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(microseconds))


def _of_text(text: str, zone: tzinfo) -> datetime | None:
    if text[4:5] == "-" and (found := _ISO.fullmatch(text)) is not None:  # as most are
        return _iso(found, zone)
    if (clocked := _CLOCKED.fullmatch(text)) is not None:
        return _clocked(clocked, zone)
    if _EPOCH.fullmatch(text):
        return _of_number(float(text) if "." in text else int(text), zone)
    for form, read in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            return read(found, zone)
    return None


def _clocked(found: re.Match[str], zone: tzinfo) -> datetime | None:
    date, clock = found[1], found[2]
    fraction = found[3] or found[4]
    return _of_iso(f"{date}T{clock}" + (f".{fraction}" if fraction else ""), zone)


def _of_iso(text: str, zone: tzinfo) -> datetime | None:
    try:
        return _in_utc(datetime.fromisoformat(text), zone)
    except ValueError:
        return None


def _iso(found: re.Match[str], zone: tzinfo) -> datetime | None:
    date, clock, offset = found.groups()
    day = date.replace("/", "-")
    named = "Z" if offset in ("UTC", "GMT") else offset or ""
    return _of_iso(f"{day}T{clock}{named}" if clock else day, zone)


def _generalized(found: re.Match[str], _: tzinfo) -> datetime | None:
    date, clock, fraction, offset = found.groups()
    moment = _of_iso(f"{date}T{clock}{offset}", UTC)
    if moment is None or fraction is None:
        return moment
    unit = {2: timedelta(hours=1), 4: timedelta(minutes=1), 6: timedelta(seconds=1)}[len(clock)]
    return moment + unit * float(f"0.{fraction}")


def _json_date(found: re.Match[str], _: tzinfo) -> datetime:
    return _since_epoch(int(found[1]) * 1000)


def _in_words(found: re.Match[str], zone: tzinfo) -> datetime:
    from email.utils import parsedate_to_datetime

    is_utc = "-0000" in found[0].split()  # which only says nothing of where it was written (RFC 5322 §3.3)
    return _in_utc(parsedate_to_datetime(found[0]), UTC if is_utc else zone)


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], tzinfo], datetime | None]], ...] = (
    (_GENERALIZED, _generalized),
    (_ISO, _iso),
    (_JSON_DATE, _json_date),
    (_IN_WORDS, _in_words),
)


def as_iso(moment: datetime) -> str:
    """Write a time as `2026-01-31T12:00:00Z`, with a fraction of the second where it has one."""
    fraction = "microseconds" if moment.microsecond % 1000 else "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=fraction) + "Z"


def as_iso_already(text: str) -> str | None:
    """Return what `as_iso` writes for a time that has its form, as most providers' do; None for any other text."""
    found = _OUR_FORM.fullmatch(text)
    if found is None:
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:  # there is no such day
        return None
    return text if found[1] else text + "Z"
