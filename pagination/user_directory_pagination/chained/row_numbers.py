"""Tokens that are plainly row numbers: each one is the one before plus the rows of the page."""

from collections.abc import Sequence

from ..page import Position

__all__ = ["behind_rows"]


def behind_rows(asked: Position, following: Position | None, rows: int) -> Sequence[Position] | None:
    """Return the position behind each row of a page, if positions plainly count rows, from 0 or 1; otherwise None.

    A last page, behind which there is no position, contradicts nothing.
    """
    if len(following or asked) != 1:
        return None
    name, first = _single(asked) if asked else ("", None)
    if following:
        name, end = _single(following)
        first = end - rows if not asked and end is not None and end - rows in (0, 1) and rows > 1 else first
        if first is None or end is None or end - first != rows:
            return None
    return None if first is None else [{name: str(first + row + 1)} for row in range(rows)]


def _single(position: Position) -> tuple[str, int | None]:
    """Return the name and the number of a position that is one decimal number, as a provider writes it."""
    name, text = next(iter(position.items()))
    is_number = len(text) < 16 and text.isascii() and text.isdecimal() and text == str(int(text))
    return name, int(text) if is_number else None
