"""All errors, as one tree: each class calls for a different reaction from the caller.

Messages may reach a language model, so none contains a URL, a header, a response body or a secret.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from user_directory_pagination import PageError, PositionFailed, PositionRefused

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
    "Misconfigured",
    "NobodyAnswered",
    "NothingConfigured",
    "PositionExpired",
    "UnknownDirectory",
    "UpstreamError",
    "UpstreamFailed",
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
    """Base of all errors of this project; the text says what is wrong and what to do."""

    kind = ""
    """The name in the list of `kinds`; empty for errors for the operator."""
    sentence: Sentence | None = None
    """The sentence of the error, if it may name operations."""

    def naming(self, operations: Operations) -> Self:
        """Return the same error, with the caller's names for the operations."""
        if self.sentence is not None:
            self.args = (self.sentence.text(operations),)
        return self


class ConfigurationError(UserDirectoryError):
    """The operator has to change a file or an environment variable: `place`, in `file` if it is a part of one.

    The text is for the operator; `told` names the file without its folder, and may reach a language model. Neither may
    contain a value that could be a key in the wrong place.
    """

    def __init__(self, place: str, problem: str, fix: str, file: Path | None = None) -> None:
        self.place = ": ".join(filter(None, (str(file or ""), place)))
        super().__init__(f"{self.place}: {problem}. {fix}")
        self.told = ": ".join(filter(None, (file.name if file else "", place, f"{problem}. {fix}")))
        self.problem = problem
        self.fix = fix
        self.faults: tuple[ConfigurationError, ...] = (self,)
        """All faults that were found, if there are several."""

    @classmethod
    def together(cls, faults: Sequence["ConfigurationError"]) -> "ConfigurationError":
        """Return the error to raise for faults that were found together, at least one; its text has a line for each."""
        first = faults[0]
        if len(faults) == 1:
            return first
        error = cls(first.place, first.problem, first.fix)
        error.args = ("\n".join(map(str, faults)),)
        error.faults = tuple(faults)
        return error


class InvalidArgument(UserDirectoryError):
    """The caller has to send another value; the text names the valid ones."""


class UnknownDirectory(InvalidArgument):
    """No configured directory has this name."""


class NothingConfigured(UserDirectoryError):
    """There is no directory to ask."""


class Misconfigured(UserDirectoryError):
    """A directory cannot be asked until the operator corrects its configuration; the text says how."""


class NobodyAnswered(UserDirectoryError):
    """Every directory that was asked failed; the text contains the error of each."""


class CursorError(UserDirectoryError):
    """The cursor cannot be followed; the text says why and which call starts over."""


class CursorMalformed(CursorError):
    """The string does not have the form of a cursor, so it was never issued."""


class CursorMistyped(CursorError):
    """The form is right, but the check digits are wrong: the cursor was copied with a mistake."""


class CursorUnknown(CursorError):
    """The cursor was not issued here, or was issued to somebody else; the two look the same."""


class CursorExpired(CursorError):
    """The cursor was issued here, but longer ago than a cursor lives."""


class CursorMismatch(CursorError):
    """The cursor was issued for a different tool, directory, argument or configuration."""


class CursorUnavailable(CursorError):
    """The cursor may have been issued here, but the store of cursors cannot be read."""


class PositionExpired(CursorError):
    """The provider no longer accepts the position that the cursor stands for."""


class UpstreamError(UserDirectoryError, PageError):
    """A provider did not give a usable answer; `directory` names the configured directory."""

    status: int | None = None
    """The HTTP status, if it is what was wrong."""
    says_nobody: bool = False
    """Whether the provider says by a code of its own that nobody is there."""

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

    absent = True


class UpstreamRefused(UpstreamError, PositionRefused):
    """400, 409, 422 …: the provider does not accept a parameter of the request."""


class UpstreamRateLimited(UpstreamError):
    """429, and the wait would outlast the call; or it was silent so often that it is left alone.

    `retry_after` is in seconds, None if the provider did not say.
    """

    def __init__(self, directory: str, what: str, retry_after: float | None = None) -> None:
        self.when = "in a minute" if retry_after is None else f"in {math.ceil(retry_after)} s"
        super().__init__(directory, what, f"Call again {self.when}.")
        self.retry_after = retry_after


class UpstreamUnavailable(UpstreamError):
    """5xx, no connection, a lost connection or a time-out: the same call may work later."""

    passing = False
    """Whether the call is likely to work if it is repeated at once."""


class UpstreamFailed(UpstreamUnavailable, PositionFailed):
    """5xx: the provider answers, but not to this request."""


class UpstreamUnreadable(UpstreamError):
    """The answer is too large, not JSON, or not of the shape that the manifest describes."""
