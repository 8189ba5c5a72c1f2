"""Ids that a server may take for a way to another path."""

import re
from urllib.parse import unquote

__all__ = ["has_dot_segment"]

_MOST_DECODINGS = 5
_SEPARATORS = re.compile(r"[/\\]")


def has_dot_segment(identifier: str) -> bool:
    """Return whether an id has a segment `.` or `..`, however often it is percent-encoded.

    Servers and proxies decode a path, some of them twice, before they remove such segments (RFC 3986 §5.2.4); Tomcat
    first takes away what follows a `;`.
    """
    for _ in range(_MOST_DECODINGS):
        if any(segment.partition(";")[0].strip() in (".", "..") for segment in _SEPARATORS.split(identifier)):
            return True
        decoded = unquote(identifier)
        if decoded == identifier:
            return False
        identifier = decoded
    return True
