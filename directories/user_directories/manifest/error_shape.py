"""How a provider says that it did not do what it was asked."""

from .table import Table, Text

__all__ = ["ErrorShape"]


class ErrorShape(Table):
    """Where the provider's own message is in its error body; `doctor` shows it to the operator."""

    message: Text | None = None
