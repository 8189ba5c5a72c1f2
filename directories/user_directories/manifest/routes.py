"""The names of the endpoints that can be asked for users besides the list, whose name is empty.

A look-up has the name of the field by which it gives users.
"""

__all__ = ["COUNT", "SEARCH"]

COUNT = "count"
"""The endpoint that says how many users there are: its page has a total, and no rows."""

SEARCH = "search"
"""The path of its own that a search has."""
