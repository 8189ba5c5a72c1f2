"""Reading times as providers write them, and writing them in one form."""

import re
from datetime import UTC, datetime
from typing import Any

__all__ = ["as_iso", "as_iso_already", "parse_time"]

_MILLISECONDS_FROM = 100_000_000_000
"""A number this large is milliseconds: as seconds it would be the year 5138."""

_OUR_FORM = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.(?!000Z?$)[0-9]{3}|\.[0-9]{3}(?!000)[0-9]{3})?(Z?)"
)
"""What `as_iso` writes, also without the zone, if there is such a day."""


def parse_time(value: Any) -> datetime | None:
    """Read epoch seconds or milliseconds, or an ISO 8601 string; a time without a zone is taken as UTC.

    Return None for anything else, so that a caller can keep the provider's own text.
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS_FROM else value, UTC)
        text = str(value).strip()
        if text.isdecimal() and len(text) > 8:
            return parse_time(int(text))
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


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
