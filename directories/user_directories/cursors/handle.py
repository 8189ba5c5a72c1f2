"""The handle that an agent copies: `c` and 15 digits, of which the last two check the others.

Language models miscopy long strings, and base64 costs ten times the tokens. Nobody guesses 13 random digits within a
cursor's lifetime, and a handle is also bound to its owner.
"""

import re
import secrets

from ..errors import Kinds

__all__ = ["FIRST_PAGE", "new_handle", "read_handle"]

FIRST_PAGE = frozenset({"", "0", "1", "start", "first", "none", "null"})
"""What language models send for "from the beginning"."""

_FORM = re.compile(r"c\d{15}")
_RANDOM_DIGITS = 13


def new_handle() -> str:
    """Make a new random handle."""
    digits = f"{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}d}"
    return f"c{digits}{_check_digits(digits)}"


def read_handle(text: str | None) -> str | None:
    """Return the handle in `text`; None stands for the first page.

    Raises: CursorMalformed, CursorMistyped.
    """
    handle = (text or "").strip()
    if handle.lower() in FIRST_PAGE:
        return None
    if not _FORM.fullmatch(handle):
        raise Kinds.CURSOR_MALFORMED.error(cursor=handle)
    if _check_digits(handle[1:-2]) != handle[-2:]:
        raise Kinds.CURSOR_MISTYPED.error(cursor=handle)
    return handle


def _check_digits(digits: str) -> str:
    """Compute ISO 7064 MOD 97-10, which detects every wrong digit and every swapped pair."""
    return f"{98 - int(digits) * 100 % 97:02d}"
