"""Bounds of one request and one answer: what is more is refused, and never cut, so that nobody is left out unseen.

https://www.rfc-editor.org/rfc/rfc8259#section-9 allows limits on size, depth and numbers. Depth is bounded by the
parser; of objects in a record, at most a few names are looked at.
"""

import sys

__all__ = ["LARGEST_TOTAL", "MAX_BODY", "MAX_URL", "MOST_ROWS", "most_digits"]

MAX_BODY = 8 * 1024 * 1024
"""Bytes of one answer after decompression; fifty times the largest page that a shipped provider sends."""
MOST_ROWS = 20_000
"""Rows of one answer, or names in the object around them, unless the manifest asks for larger pages.

An API that sends a longer list in one piece, whatever size is asked for, cannot be read.
"""
LARGEST_TOTAL = 2**53 - 1
"""The largest number that all readers of JSON agree on (RFC 8259 §6); what is larger counts nobody."""
MAX_URL = 60_000
"""Characters of a URL. The HTTP client sends 65,536; few servers take more than 16,000."""


def most_digits() -> int:
    """Return how many digits a number may have, as this Python is set: it reads and writes no more."""
    return sys.get_int_max_str_digits()
