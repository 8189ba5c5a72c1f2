"""Reading the JSON of an answer, within bounds."""

import json
from typing import Any

from .bounds import most_digits

__all__ = ["BeyondBounds", "NotJson", "parsed"]


class NotJson(Exception):
    """An answer is not JSON (RFC 8259)."""


class BeyondBounds(Exception):
    """An answer is JSON, but more than is read; the text says in what."""


def parsed(body: bytes) -> Any:
    """Return the value of a body in UTF-8, UTF-16 or UTF-32. Raises: NotJson, BeyondBounds."""
    try:
        return _DECODER.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    except (json.JSONDecodeError, UnicodeError) as error:
        raise NotJson from error
    except RecursionError as error:
        raise BeyondBounds("it is nested too deeply") from error
    except ValueError as error:  # from reading a number
        raise BeyondBounds(f"a number has more than {most_digits()} digits") from error


def _no_constant(name: str) -> Any:
    raise NotJson(name)


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
"""Reads what `json.loads` reads, but for NaN and Infinity, and without a new decoder for each answer."""
