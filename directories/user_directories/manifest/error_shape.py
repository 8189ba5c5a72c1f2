"""How a provider says that it did not do what it was asked, and how fast it may be asked."""

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from .table import HeaderName, Table, Text

__all__ = ["ErrorMeaning", "ErrorShape", "Rate"]

ErrorMeaning = Literal["unauthorized", "forbidden", "absent", "limited"]
"""What a code of a provider can mean: the key is not accepted; it may not read users; there is no such user; too many
requests."""


class ErrorShape(Table):
    """Where a failing answer says why, and what its codes mean.

    A status of 400 or more is a failure; `when` names those that come with a status of success.
    """

    message: Text | None = None
    """The provider's own words; `doctor` shows them to the operator."""
    when: Text | None = None
    """An expression: an answer with status 200 failed if it gives anything but null, false or what is empty."""
    code: Text | None = None
    """Where the code is, or a list of codes."""
    unauthorized: tuple[Text, ...] = ()
    """Codes that say that the key is not accepted."""
    forbidden: tuple[Text, ...] = ()
    """Codes that say that the key may not read users."""
    absent: tuple[Text, ...] = ()
    """Codes that say that there is no such user, or nobody."""
    limited: tuple[Text, ...] = ()
    """Codes that say that there are too many requests."""

    def meanings(self) -> Mapping[str, ErrorMeaning]:
        """Return what each code means."""
        return {code: meaning for meaning in get_args(ErrorMeaning) for code in getattr(self, meaning)}

    def expressions(self) -> tuple[str, ...]:
        """Return the JMESPath expressions of the table."""
        return tuple(each for each in (self.message, self.when, self.code) if each)

    @model_validator(mode="after")
    def _knows_where_codes_are(self) -> "ErrorShape":
        told = [meaning for meaning in get_args(ErrorMeaning) if getattr(self, meaning)]
        if told and self.code is None:
            raise ValueError(f"errors.{told[0]} lists codes: say where they are, with errors.code")
        codes = [code for meaning in told for code in getattr(self, meaning)]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise ValueError(f"the code {twice!r} is listed twice; it can mean only one thing")
        return self


class Rate(Table):
    """How answers tell the rate limit. `Retry-After` is always read, and precedes what is named here."""

    remaining: HeaderName | None = None
    """The header with the number of requests that are left; at 0, nothing is sent before the reset."""
    reset: HeaderName | None = None
    """The header that says when the limit ends: seconds, seconds or milliseconds since 1970, or a date."""
    wait: Annotated[float, Field(gt=0)] | None = None
    """Seconds to wait if an answer does not say how long, where a document does."""
    statuses: tuple[Annotated[int, Field(ge=400, le=599)], ...] = ()
    """Statuses that always mean too many requests, besides 429."""
