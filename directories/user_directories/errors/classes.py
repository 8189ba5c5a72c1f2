"""Everything that can go wrong, as one tree: each class is a different reaction of the caller.

Messages may reach a language model, so none carries a URL, a header, a response body or a secret.
"""

import math
from typing import Self

from user_directory_pagination import PageError, PositionRefused

from .sentence import Operations, Sentence

__all__ = [
    "ConfigurationError",
    "CursorError",
    "CursorExpired",
    "CursorMalformed",
    "CursorMismatch",
    "CursorMistyped",
    "CursorUnavailable",
    "CursorUnknown",
    "InvalidArgument",
    "NobodyAnswered",
    "NothingConfigured",
    "PositionExpired",
    "UnknownDirectory",
    "UpstreamError",
    "UpstreamForbidden",
    "UpstreamNotFound",
    "UpstreamRateLimited",
    "UpstreamRefused",
    "UpstreamUnauthorized",
    "UpstreamUnavailable",
    "UpstreamUnreadable",
    "UserDirectoryError",
]


class UserDirectoryError(Exception):
    """Base of all errors of this project; the text names what was wrong and what to do."""

    kind = ""
    """Its name in the list of `kinds`; empty for the operator's errors."""
    sentence: Sentence | None = None
    """What it says, where that names operations."""

    def naming(self, operations: Operations) -> Self:
        """The same error, in a caller's names for the operations."""
        if self.sentence is not None:
            self.args = (self.sentence.text(operations),)
        return self


class ConfigurationError(UserDirectoryError):
    """The operator has to change a file or an environment variable; `place` says which."""

    def __init__(self, place: str, problem: str, fix: str) -> None:
        super().__init__(f"{place}: {problem}. {fix}")
        self.place = place


class InvalidArgument(UserDirectoryError):
    """The caller has to send another value; the text names the valid ones."""


class UnknownDirectory(InvalidArgument):
    """No configured directory has this name."""


class NothingConfigured(UserDirectoryError):
    """There is no directory to ask."""


class NobodyAnswered(UserDirectoryError):
    """Every directory that was asked failed; the text has the sentence of each."""


class CursorError(UserDirectoryError):
    """The cursor cannot be followed; the text says why and which call starts again."""


class CursorMalformed(CursorError):
    """The text does not have the form of a cursor at all, so it was never issued."""


class CursorMistyped(CursorError):
    """The form is right but the check digits are not: it was copied with a mistake."""


class CursorUnknown(CursorError):
    """Well-formed, but not issued here, or issued to somebody else: the two look the same."""


class CursorExpired(CursorError):
    """Issued here, but longer ago than a cursor lives."""


class CursorMismatch(CursorError):
    """Issued for another tool, directory, argument or configuration than it now comes with."""


class CursorUnavailable(CursorError):
    """Perhaps issued here, but the place where cursors are kept cannot be read."""


class PositionExpired(CursorError):
    """The provider no longer accepts the position that the cursor stands for."""


class UpstreamError(UserDirectoryError, PageError):
    """A provider did not give a usable answer; `directory` names the configured directory."""

    def __init__(self, directory: str, what: str, fix: str) -> None:
        super().__init__(f"{directory}: {what}. {fix}")
        self.directory = directory
        self.what = what
        self.fix = fix


class UpstreamUnauthorized(UpstreamError):
    """401: the key is missing, wrong or revoked."""


class UpstreamForbidden(UpstreamError):
    """402 or 403: the key is known but may not do this."""


class UpstreamNotFound(UpstreamError, PositionRefused):
    """404: no such user, or no such endpoint."""


class UpstreamRefused(UpstreamError, PositionRefused):
    """400, 409, 422 …: the provider does not accept a parameter that it was sent."""


class UpstreamRateLimited(UpstreamError):
    """429, and the wait would outlast the call; `retry_after` is in seconds, None if not said."""

    def __init__(self, directory: str, what: str, retry_after: float | None = None) -> None:
        self.when = "in a minute" if retry_after is None else f"in {math.ceil(retry_after)} s"
        super().__init__(directory, what, f"Call again {self.when}.")
        self.retry_after = retry_after


class UpstreamUnavailable(UpstreamError):
    """5xx, no connection, cut connection or time-out: the same call may work later."""

    passing = False
    """Whether it is likely to work at once."""


class UpstreamUnreadable(UpstreamError):
    """The answer is too large, not JSON, or not of the shape that the manifest describes."""
