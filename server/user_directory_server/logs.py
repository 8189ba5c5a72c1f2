"""The log: one line for each record, on stderr, with the id of the request that it belongs to."""

import logging
import secrets
import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["LEVELS", "one_request", "printable", "set_up_log"]

LEVELS = ("debug", "info", "warning", "error")
_MOST_CHARACTERS = 8_000
"""Characters of a line; the end of a traceback says most, so the middle is left out."""

_request: ContextVar[str] = ContextVar("request", default="")


@contextmanager
def one_request() -> Generator[str]:
    """Give what is logged meanwhile the id of a new request, and return the id: eight hexadecimal digits."""
    identifier = secrets.token_hex(4)
    before = _request.set(identifier)
    try:
        yield identifier
    finally:
        _request.reset(before)


class OneLine(logging.Formatter):
    """Writes a record, with its traceback, on one line; what would control a terminal is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        identifier = _request.get()
        request = f"[{identifier}] " if identifier else ""
        return f"user-directory-mcp: {request}{printable(super().format(record))}"


def printable(text: str) -> str:
    """Escape what is not printable, and cut what is long."""
    if len(text) > _MOST_CHARACTERS:
        half = _MOST_CHARACTERS // 2
        text = f"{text[:half]} … {text[-half:]}"
    if text.isprintable():
        return text
    return "".join([each if each.isprintable() else each.encode("unicode_escape").decode() for each in text])


def set_up_log(level: str = "warning") -> None:
    """Write all logs to stderr, from a level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(message)s"))
    logging.basicConfig(handlers=[handler], level=level.upper())
    logging.getLogger("stamina").setLevel(logging.ERROR)  # nobody needs to know of a retry that works
