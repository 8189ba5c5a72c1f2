"""Reading times as providers write them, and writing them in one form."""

from datetime import UTC, datetime
from typing import Any

__all__ = ["as_iso", "parse_time"]

_MILLISECONDS_FROM = 100_000_000_000
"""A number this large is milliseconds: as seconds it would be the year 5138."""


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
