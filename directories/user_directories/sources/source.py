"""Where the users of one directory come from. HTTP is the first source; an index or LDAP would be another."""

from typing import Any, Protocol

from user_directory_pagination import Parameters, RawPage

from ..manifest import ListEndpoint
from .budget import Budget
from .traffic import Traffic

__all__ = ["Source"]


class Source(Protocol):
    """A source of the list of one directory, and of single users."""

    @property
    def last_problem(self) -> str | None:
        """The source's own words for its last refusal: for the operator, never for a model."""
        ...

    @property
    def signs_in_by(self) -> str:
        """How it is shown who asks, for the operator."""
        ...

    @property
    def traffic(self) -> Traffic:
        """What was sent to it since the start."""
        ...

    async def page(
        self, parameters: Parameters, budget: Budget, route: str = "", endpoint: ListEndpoint | None = None
    ) -> RawPage:
        """Fetch one stretch of the list, or of what another `route` gives (see `manifest.routes`).

        `endpoint` is the list as a walk reads it; None: as the manifest has it.

        Raises: UpstreamError, OutOfBudget.
        """
        ...

    async def document(self, path: str, budget: Budget) -> Any:
        """Fetch what the source says of itself. Raises: UpstreamError, OutOfBudget."""
        ...

    async def one(self, identifier: str, budget: Budget) -> Any | None:
        """Fetch the record of an id; None if the source says that there is none.

        Raises: UpstreamError, OutOfBudget; LookupError if it cannot be asked for one user, or does not take such an id.
        """
        ...
