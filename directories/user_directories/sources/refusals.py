"""What an answer with a status of failure means here."""

import json
from collections.abc import Mapping

from ..errors import Kinds, UpstreamError, UpstreamKind
from ..manifest import ErrorShape
from ..manifest.expressions import getter
from ..users.text import clean_text
from .keys import Key

__all__ = ["Refusals"]

_LONGEST_WAIT = 86_400.0
"""Seconds of the longest `Retry-After` that is told: nobody waits longer, and quotas end with a day."""
_PASSING = frozenset({502, 503, 504})
"""Statuses of a passing fault between us and the provider."""

_TOO_LONG = frozenset({414, 431})
"""Statuses of a request that is too long (RFC 9110 §15.5.15, RFC 6585 §5)."""

_REFUSALS: Mapping[int, UpstreamKind[UpstreamError]] = {
    401: Kinds.UNAUTHORIZED,
    402: Kinds.UNPAID,
    403: Kinds.FORBIDDEN,
    404: Kinds.NOT_FOUND,
}


class Refusals:
    """Reads the refusals of one directory."""

    def __init__(self, directory: str, rule: ErrorShape, key: Key) -> None:
        self._directory = directory
        self._message = getter(rule.message) if rule.message else None
        self._key = key
        self.last_problem: str | None = None
        """The provider's own words for its last refusal: for the operator, never for a model."""

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        """Return the error that an answer stands for; header names are in lower case."""
        self.last_problem = self._own_words(body)
        refusal = self._kind(status, headers)
        refusal.status = status
        return refusal

    def _kind(self, status: int, headers: Mapping[str, str]) -> UpstreamError:
        if _limits_requests(status, headers):
            wait = _seconds(headers.get("retry-after"))
            return Kinds.RATE_LIMITED.at(self._directory, status=status, retry_after=wait)
        if status >= 500:
            fault = Kinds.PROVIDER_FAULT.at(self._directory, status=status)
            fault.passing = status in _PASSING
            return fault
        if status in _TOO_LONG:
            return Kinds.REQUEST_TOO_LONG.at(self._directory, what=str(status))
        otherwise = Kinds.REDIRECTED if 300 <= status < 400 else Kinds.REFUSED
        return _REFUSALS.get(status, otherwise).at(self._directory, status=status)

    def _own_words(self, body: bytes) -> str | None:
        if self._message is None:
            return None
        try:
            words = self._message(json.loads(body))
        except (ValueError, RecursionError):
            return None
        if not isinstance(words, str):
            return None
        return self._key.hide(clean_text(self._key.hide(words), 200))  # what was cleaned may have split the key


def _limits_requests(status: int, headers: Mapping[str, str]) -> bool:
    """Return whether a refusal is a rate limit: 429, 503 with `Retry-After`, or 403 that says so in its headers.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    waits = "retry-after" in headers
    spent = headers.get("x-ratelimit-remaining", "").strip() == "0"
    return status == 429 or (status == 503 and waits) or (status == 403 and (waits or spent))


def _seconds(text: str | None) -> float | None:
    """Read `Retry-After` in seconds, also from its date form (RFC 9110 §10.2.3)."""
    if not text:
        return None
    if text.strip().isdecimal():
        return min(float(text), _LONGEST_WAIT)
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), _LONGEST_WAIT) if moment.tzinfo else None
