"""Where the users of one directory come from. HTTP is the first source; an index or LDAP would be another."""

from typing import Any, Protocol

from user_directory_pagination import Parameters, RawPage

from .budget import Budget

__all__ = ["Source"]


class Source(Protocol):
    """The list of one directory, and its users one by one."""

    @property
    def last_problem(self) -> str | None:
        """The source's own words for its last refusal: for the operator, never for a model."""
        ...

    async def page(self, parameters: Parameters, budget: Budget) -> RawPage:
        """One stretch of the list. Raises: UpstreamError."""
        ...

    async def one(self, identifier: str, budget: Budget) -> Any | None:
        """The record of an id; None if the source says that there is none.

        Raises: UpstreamError; LookupError if it cannot be asked for one, or not for such an id.
        """
        ...
