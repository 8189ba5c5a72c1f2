"""What an answer that does not give what was asked for means here."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import Kinds, UpstreamError, UpstreamKind
from ..manifest import ErrorMeaning, ErrorShape
from ..manifest.expressions import getter
from ..users.json_values import is_list
from ..users.text import clean_text
from .error_bodies import holds_something
from .rate_limits import RateLimits

__all__ = ["Refusals"]

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


_MEANINGS: Mapping[ErrorMeaning, UpstreamKind[UpstreamError]] = {
    "unauthorized": Kinds.UNAUTHORIZED,
    "forbidden": Kinds.FORBIDDEN,
    "absent": Kinds.NOT_FOUND,
}


class Refusals:
    """Reads the answers of one directory that do not give what was asked for."""

    def __init__(self, directory: str, rule: ErrorShape, limits: RateLimits, hide: Callable[[str], str]) -> None:
        self._directory = directory
        self._message = getter(rule.message) if rule.message else None
        self._failed = getter(rule.when) if rule.when else None
        self._code = getter(rule.code) if rule.code else None
        self._meanings = rule.meanings()
        self._limits = limits
        self._hide = hide
        self.last_problem: str | None = None
        """The provider's own words for its last refusal: for the operator, never for a model."""

    def of_status(self, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        """Return the error that an answer with a status of failure stands for; header names are in lower case."""
        try:
            value = json.loads(body) if self._code or self._message else None
        except (ValueError, RecursionError):
            value = None
        self.last_problem = self._own_words(value)
        refusal = self._by_code(value, headers) or self._by_status(status, headers)
        refusal.status = status
        return refusal

    def of_body(self, value: Any, headers: Mapping[str, str]) -> UpstreamError | None:
        """Return the error that an answer with a status of success stands for; None if it is none.

        https://docs.slack.dev/apis/web-api/#responses
        """
        if self._failed is None or not holds_something(self._failed(value)):
            return None
        self.last_problem = self._own_words(value)
        return self._by_code(value, headers) or Kinds.ERROR_IN_BODY.at(self._directory)

    def _by_code(self, value: Any, headers: Mapping[str, str]) -> UpstreamError | None:
        codes = self._codes(value)
        code = next((each for each in codes if each in self._meanings), None)
        if code is None:
            return None
        meaning = self._meanings[code]
        if meaning == "limited":
            return self._rate_limited(code, headers)
        refusal = _MEANINGS[meaning].at(self._directory, status=code)
        refusal.says_nobody = meaning == "absent"
        return refusal

    def _codes(self, value: Any) -> list[str]:
        found = self._code(value) if self._code else None
        several = found if is_list(found) else [found]
        return [str(each) for each in several if isinstance(each, str | int)]

    def _rate_limited(self, why: int | str, headers: Mapping[str, str]) -> UpstreamError:
        return Kinds.RATE_LIMITED.at(self._directory, status=why, retry_after=self._limits.wait(headers))

    def _by_status(self, status: int, headers: Mapping[str, str]) -> UpstreamError:
        if self._limits.limits(status, headers):
            return self._rate_limited(status, headers)
        if status >= 500:
            fault = Kinds.PROVIDER_FAULT.at(self._directory, status=status)
            fault.passing = status in _PASSING
            return fault
        if status in _TOO_LONG:
            return Kinds.REQUEST_TOO_LONG.at(self._directory, what=str(status))
        otherwise = Kinds.REDIRECTED if 300 <= status < 400 else Kinds.REFUSED
        return _REFUSALS.get(status, otherwise).at(self._directory, status=status)

    def _own_words(self, value: Any) -> str | None:
        words = self._message(value) if self._message else None
        if not isinstance(words, str):
            return None
        return self._hide(clean_text(self._hide(words), 200))  # what was cleaned may have split the key
