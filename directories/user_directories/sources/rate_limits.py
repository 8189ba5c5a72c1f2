"""What the headers of an answer say about a rate limit.

Without a word in the manifest, the usual names are read: those of GitHub
(https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api), GitLab
(https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/) and Okta
(https://developer.okta.com/docs/reference/rl2-client/).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from ..manifest import Rate
from ..users.timestamps import parse_time

__all__ = ["RateLimits"]

_LONGEST_WAIT = 86_400.0
"""Seconds of the longest wait that is told: nobody waits longer, and quotas end with a day."""
_REMAINING = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")
_RESET = ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")
_SINCE_1970 = 1e9
"""A larger number is no wait of so many seconds, but a moment: it would be one of 31 years."""
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_MILLISECONDS = 1e11
"""A larger number of seconds since 1970 would be a moment behind the year 5000."""


class RateLimits:
    """Reads the limits of one directory; header names are in lower case."""

    def __init__(self, rule: Rate) -> None:
        self._remaining = (rule.remaining.lower(),) if rule.remaining else _REMAINING
        self._reset = (rule.reset.lower(),) if rule.reset else _RESET
        self._statuses = frozenset({429, *rule.statuses})
        self._wait = rule.wait
        self._is_told = rule.remaining is not None

    def limits(self, status: int, headers: Mapping[str, str]) -> bool:
        """Return whether a refusal is a rate limit: by its status, 503 with `Retry-After`, or 403 that says so."""
        waits = "retry-after" in headers
        return (
            status in self._statuses
            or (status == 503 and waits)
            or (status == 403 and (waits or self._is_spent(headers)))
        )

    def wait(self, headers: Mapping[str, str]) -> float | None:
        """Return in how many seconds a refused request may be sent again, a day at most; None if nothing says so.

        What the manifest says holds where the answer says nothing, or only when a limit ends that is not spent.
        """
        waits = _retry_after(headers)
        if waits is None and (self._wait is None or self._is_spent(headers)):
            waits = self._until_reset(headers)
        return self._wait if waits is None else waits

    def rest(self, headers: Mapping[str, str]) -> float:
        """Return for how many seconds an answer says that no further request is allowed.

        Only where the manifest names the header: the usual names may count something else.
        """
        return (self._until_reset(headers) or 0.0) if self._is_told and self._is_spent(headers) else 0.0

    def _is_spent(self, headers: Mapping[str, str]) -> bool:
        return any(headers.get(name, "").strip() == "0" for name in self._remaining)

    def _until_reset(self, headers: Mapping[str, str]) -> float | None:
        waits = (_reset(headers.get(name, "").strip(), headers) for name in self._reset)
        return next((wait for wait in waits if wait is not None), None)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Read `Retry-After`: a number of seconds or a date (RFC 9110 §10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return min(float(text), _LONGEST_WAIT)
    return _until(None if _NUMBER.fullmatch(text) else parse_time(text), headers)


def _reset(text: str, headers: Mapping[str, str]) -> float | None:
    """Read a moment, or a number of seconds until then."""
    if not _NUMBER.fullmatch(text):
        return _until(parse_time(text), headers)
    number = float(text)
    if number < _SINCE_1970:
        return min(number, _LONGEST_WAIT)
    return _until(_since_1970(number / 1000 if number > _MILLISECONDS else number), headers)


def _until(moment: datetime | None, headers: Mapping[str, str]) -> float | None:
    """Return the seconds until a moment by the provider's own clock, if its answer has a date."""
    if moment is None:
        return None
    now = parse_time(headers.get("date")) or datetime.now(UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST_WAIT)


def _since_1970(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
