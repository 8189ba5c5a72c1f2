"""A kind of error: one sentence and what to do about it, as templates.

The text of an error may reach a language model: what came from outside is cut, and escaped by `!r`.
"""

import re
import string
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar, cast

from . import classes as errors

__all__ = ["Kind", "RateKind", "UpstreamKind", "listed", "quoted"]

_MOST_SHOWN = 60
"""Characters of one value that came from outside."""

_SELECTORS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""What `repr` leaves as it is although nobody sees it."""

_LONGEST_LIST = 300
"""Characters of names in one sentence."""

_Error_co = TypeVar("_Error_co", bound=errors.UserDirectoryError, covariant=True)
_Named = TypeVar("_Named", bound=errors.UserDirectoryError)
_Upstream_co = TypeVar("_Upstream_co", bound=errors.UpstreamError, covariant=True)


class Kind(Generic[_Error_co]):
    """One way in which a call can fail: which class of error, what is wrong, what to do about it."""

    def __init__(self, reaction: type[_Error_co], what: str, fix: str) -> None:
        self.reaction = reaction
        self.what = what
        self.fix = fix
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.lower()

    def error(self, **values: Any) -> _Error_co:
        """The error to raise, with the values of the templates; lists are joined."""
        return self._named(self.reaction(_filled(f"{self.what} {self.fix}".strip(), values)))

    def _named(self, error: _Named) -> _Named:
        error.kind = self.name
        return error


class UpstreamKind(Kind[_Upstream_co]):
    """A kind that is about the provider behind one directory."""

    def at(self, directory: str, **values: Any) -> _Upstream_co:
        """The error to raise for a directory."""
        return self._named(self.reaction(directory, _filled(self.what, values), _filled(self.fix, values)))


class RateKind(UpstreamKind[errors.UpstreamRateLimited]):
    """A kind that passes after a while."""

    def at(self, directory: str, **values: Any) -> errors.UpstreamRateLimited:
        """The error to raise for a directory; `retry_after` in seconds, None if it was not said."""
        return self._named(self.reaction(directory, self.what, values["retry_after"]))


def listed(values: Iterable[str]) -> str:
    """Join names for a sentence: `a, b, c`."""
    return ", ".join(values)


def quoted(text: str) -> str:
    """Text that came from outside, in quotes: cut, and with whatever can not be seen escaped."""
    cut = text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
    return _SELECTORS.sub(lambda found: f"\\U{ord(found[0]):08x}", repr(cut))


class _Sentence(string.Formatter):
    """Quotes what came from outside, which templates mark by `!r`."""

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion == "r" and isinstance(value, str):
            return quoted(value)
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> Any:
        return _names(cast("Iterable[str]", value)) if isinstance(value, list | tuple) else str(value)


def _names(values: Iterable[str]) -> str:
    """A list for a sentence, as far as it fits."""
    names = list(values)
    shown = names
    while len(listed(shown)) > _LONGEST_LIST:
        shown = shown[:-1]
    more = len(names) - len(shown)
    return listed(shown) + (f" and {more} more, as list_directories says" if more else "")


def _filled(template: str, values: Mapping[str, Any]) -> str:
    return _Sentence().vformat(template, (), values)
