"""Faults of the configuration that are found together, so that the operator sees all of them at once."""

from collections.abc import Callable
from typing import TypeVar

from user_directories import ConfigurationError

__all__ = ["tried"]

_Made = TypeVar("_Made")


def tried(faults: list[ConfigurationError], make: Callable[[], _Made]) -> _Made | None:
    """Return what is made; if it cannot be made, add what is wrong to the faults."""
    try:
        return make()
    except ConfigurationError as error:
        faults += [each for each in error.faults if str(each) not in map(str, faults)]
        return None
