"""Masks of values: what is left of a value by which one can see that it is there, and recognise what one knows."""

import re
from typing import Any

from ..users.json_values import is_list
from ..users.unreadable import UNREADABLE
from ..users.user import CLOSED_FIELDS

__all__ = ["items_of", "masked", "masked_field"]

_ADDRESS = re.compile(r"([^\s@<>()\[\]\\,;:\"/]+)@((?:[\w-]+\.)+(?:xn--[\w-]+|[^\W\d_]{2,63}))")
"""An address, and nothing else; what stands behind the @ of another text may be anything."""
_TELEPHONE = re.compile(r"(?:tel:)?\+[\d ().\-/]{6,}")
"""A telephone number as https://www.itu.int/rec/T-REC-E.164 has it: all begin alike, and differ at the end."""


def masked_field(name: str, value: Any) -> Any:
    """Mask the value of a field; if the words are ours, hide the first character too, which would reveal the word."""
    return "…" if name in CLOSED_FIELDS and value is not UNREADABLE else masked(value)


def masked(value: Any) -> Any:
    """Mask a value.

    Of an address the first character and the domain are left, of a telephone number the last two digits, and of
    another text the first character. A text of one or two characters is all hidden. One can see of a value that it
    cannot be read.
    """
    items = items_of(value)
    if items is not None:
        return type(value)([masked(each) for each in items])
    return _masked_text(value) if isinstance(value, str) else "…"


def _masked_text(text: str) -> str:
    if text is UNREADABLE:
        return "…?"
    if address := _ADDRESS.fullmatch(text):
        return f"{_first(address[1])}…@{address[2]}"
    if _TELEPHONE.fullmatch(text):
        return f"…{re.sub(r'[^0-9]', '', text)[-2:]}"
    return f"{_first(text)}…"


def _first(text: str) -> str:
    return text[0] if len(text) > 2 else ""


def items_of(value: Any) -> list[Any] | None:
    """Return the items of a list or a tuple; None for anything else."""
    if is_list(value):
        return value
    return [*value] if isinstance(value, tuple) else None
