"""The endpoint that says how many users there are."""

from collections.abc import Mapping

from .filters import FilterField
from .list_endpoint import Total
from .table import EndpointPath, HeaderName, Table, Text

__all__ = ["CountEndpoint"]


class CountEndpoint(Table):
    """The endpoint that says how many users there are; its number is believed as far as a total in the list is."""

    path: EndpointPath
    """Behind the base URL."""
    parameters: Mapping[str, str] = {}
    """Fixed query parameters."""
    number: Text | None = None
    """Where the number is in the body; `@`, the default, if it is all of the body, also as plain text."""
    header: HeaderName | None = None
    """The header that has the number; with `number`, as JSON."""
    exact: bool = True
    """False if the provider itself calls its number inaccurate: it is then an estimate."""
    filters: tuple[FilterField, ...] = ()
    """The filters of the list that it takes, too; for others it is not asked."""

    def rule(self) -> Total:
        """Return where the number is."""
        path = "@" if self.number is None and self.header is None else self.number
        return Total(path=path, header=self.header, exact=self.exact)
