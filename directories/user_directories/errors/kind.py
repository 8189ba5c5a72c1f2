"""Kinds of errors: what is wrong and what to do about it, as templates."""

from typing import Any, Generic, TypeVar

from . import classes as errors
from .sentence import Sentence

__all__ = ["Kind", "RateKind", "UpstreamKind", "kinds_of"]

_Error_co = TypeVar("_Error_co", bound=errors.UserDirectoryError, covariant=True)
_Named = TypeVar("_Named", bound=errors.UserDirectoryError)
_Upstream_co = TypeVar("_Upstream_co", bound=errors.UpstreamError, covariant=True)


class Kind(Generic[_Error_co]):
    """One way in which a call can fail: the class of error, what is wrong, and what to do about it."""

    def __init__(self, reaction: type[_Error_co], what: str, fix: str) -> None:
        self.reaction = reaction
        self.what = what
        self.fix = fix
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.lower()

    def error(self, **values: Any) -> _Error_co:
        """Return the error to raise, with the values of the templates; lists are joined."""
        sentence = Sentence(f"{self.what} {self.fix}".strip(), values)
        error = self._named(self.reaction(sentence.text()))
        error.sentence = sentence
        return error

    def _named(self, error: _Named) -> _Named:
        error.kind = self.name
        return error


class UpstreamKind(Kind[_Upstream_co]):
    """A kind of error about the provider behind one directory."""

    def at(self, directory: str, **values: Any) -> _Upstream_co:
        """Return the error to raise for a directory."""
        what, fix = (Sentence(template, values).text() for template in (self.what, self.fix))
        return self._named(self.reaction(directory, what, fix))


class RateKind(UpstreamKind[errors.UpstreamRateLimited]):
    """A kind of error that passes after a while."""

    def at(self, directory: str, **values: Any) -> errors.UpstreamRateLimited:
        """Return the error to raise for a directory; `retry_after` in seconds, None if the provider did not say."""
        what = Sentence(self.what, values).text()
        return self._named(self.reaction(directory, what, values["retry_after"]))


def kinds_of(*lists: type) -> dict[str, Kind[errors.UserDirectoryError]]:
    """Return every kind in the given lists, by name and in order."""
    return {kind.name: kind for each in lists for kind in vars(each).values() if isinstance(kind, Kind)}
