"""Which part of a list a request asks for, and the positions that pages hand out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from user_directory_sandbox.apis.api import integer
from user_directory_sandbox.http import Request


class WrongPosition(ValueError):
    """The request asks for no part of the list; the message says why."""


class BeyondTheList(WrongPosition):
    """The request asks for rows behind the last one that can be read."""


class Tokens(Protocol):
    """Texts that stand for rows, as `Identifiers` makes them."""

    def text(self, number: int, length: int) -> str: ...
    def number_of_text(self, text: str, length: int) -> int | None: ...


@dataclass(frozen=True)
class Window:
    """The part of a list that a request asks for, from row `start` on, and the text that asked for it."""

    start: int
    size: int
    position: str | None
    is_empty: bool = False
    """Whether the page has no rows, although there are some behind it."""


@dataclass(frozen=True)
class Form:
    """A form of positions: the row that one stands for, None if none, and the one for a row; both by page size."""

    row: Callable[[Tokens, str, int], int | None]
    position: Callable[[Tokens, int, int], str]
    counts: bool = False
    """Whether the positions of all pages are known."""


def _index(_: Tokens, text: str, size: int) -> int | None:
    index = integer(text)
    return None if index is None else max(0, index - 1)  # RFC 7644 §3.4.2.4: less than 1 is 1


def _page(_: Tokens, text: str, size: int) -> int | None:
    number = integer(text)
    return None if number is None else max(0, number - 1) * size


def _row(_: Tokens, text: str, __: int) -> int | None:
    row = integer(text)
    return None if row is None or row < 0 else row


def _page_from_zero(_: Tokens, text: str, size: int) -> int | None:
    page = integer(text)
    return None if page is None or page < 0 else page * size


FORMS: Mapping[str, Form] = {
    "index": Form(_index, lambda _, row, __: str(row + 1)),
    "page": Form(_page, lambda _, row, size: str(row // size + 1), counts=True),
    "page_from_zero": Form(_page_from_zero, lambda _, row, size: str(row // max(1, size))),
    "row": Form(_row, lambda _, row, __: str(row)),
    "token": Form(lambda tokens, text, _: tokens.number_of_text(text, 16), lambda tokens, row, _: tokens.text(row, 16)),
}
"""By the name that a table has for it."""


class Paging:
    """The pages of one list."""

    def __init__(self, rule: Mapping[str, Any], tokens: Tokens) -> None:
        self._sizes: Mapping[str, Any] = rule["size"]
        self._parameter: str = rule["position"]["parameter"]
        self._form = FORMS[rule["position"]["form"]]
        self._reach: int | None = rule["position"].get("reach")
        self._begins: str | None = rule["position"].get("begins")
        self._tokens = tokens
        self._empties: int = rule["position"].get("empty_every", 0)
        self.end: str | None = "" if rule["position"].get("blank") else None
        """What the last page has for the next position; an empty one then also asks for the first page."""

    @property
    def parameter(self) -> str:
        """The query parameter of the position."""
        return self._parameter

    def window(self, request: Request, clamp: Callable[[int], int], *, refuses: bool) -> Window:
        """Return the part that a request asks for; `clamp` is what a test makes of the size that it asks for.

        Raises: WrongPosition, also for a size over the most if `refuses`.
        """
        size = clamp(self._size(request.value(self._sizes["parameter"]), refuses=refuses))
        text = request.value(self._parameter)
        start = 0 if text in (None, self._begins, self.end) else self._form.row(self._tokens, text or "", size)
        if start is None:
            raise WrongPosition(f"{self._parameter}: unknown")
        if self._reach is not None and start + size > self._reach:
            raise BeyondTheList(f"Only the first {self._reach} can be read")
        if not self._empties:
            return Window(start, size, text)
        return Window(start // 2, size, text, is_empty=start % 2 == 1)

    def following(self, window: Window, row: int) -> str:
        """Return the position of a row behind a page. Where some pages are empty, an odd one asks for such a page."""
        if not self._empties:
            return self.position(row, window.size)
        is_next_empty = not window.is_empty and row // window.size % self._empties == 0
        return self.position(2 * row + is_next_empty, window.size)

    def position(self, row: int, size: int) -> str:
        """Return the position of a row."""
        return self._form.position(self._tokens, row, size)

    def beside(self, window: Window, total: int) -> Mapping[str, str]:
        """Return the positions of the first and of the last page, and of the one before, as far as there are others."""
        if not self._form.counts or window.size == 0:
            return {}
        last, first = max(0, total - 1) // window.size * window.size, {}
        if window.start:
            first = {"first": self.position(0, window.size)}
            first["prev"] = self.position(max(0, min(window.start, last + window.size) - window.size), window.size)
        return first | ({"last": self.position(last, window.size)} if window.start < last else {})

    def _size(self, text: str | None, *, refuses: bool) -> int:
        sizes = self._sizes
        size = sizes["default"] if text is None else integer(text)
        if size is None or size < sizes.get("least", 0):
            raise WrongPosition(f"{sizes['parameter']}: invalid")
        if size > sizes["most"] and refuses:
            raise WrongPosition(f"{sizes['parameter']}: at most {sizes['most']}")
        return min(size, int(sizes["most"]))
