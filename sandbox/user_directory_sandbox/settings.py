"""Checking the JSON sent to the control API: if names or values are not valid, the answer lists those that are."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class Unacceptable(ValueError):
    """The values sent are not valid; the message says which are."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its default, the valid values, and how to describe them."""

    default: Any
    fits: Callable[[Any], bool]
    says: str


def _is_number(value: object, least: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value < math.inf


def _is_whole(value: object, least: float) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def one_of(default: str, *others: str) -> Setting:
    """Accept one of the words."""
    words = (default, *others)
    return Setting(default, lambda value: isinstance(value, str) and value in words, " or ".join(map(repr, words)))


def switch(*, default: bool) -> Setting:
    """Accept true or false."""
    return Setting(default, lambda value: isinstance(value, bool), "true or false")


def whole(default: int | None, *, least: int | None = None, nullable: bool = False) -> Setting:
    """Accept a whole number, of at least `least` if there is one, and null if it says so."""
    return Setting(
        default,
        lambda value: (nullable and value is None) or _is_whole(value, -math.inf if least is None else least),
        "a whole number" + ("" if least is None else f" of at least {least}") + (" or null" if nullable else ""),
    )


def number(default: float | None, *, least: float = 0.0, nullable: bool = False) -> Setting:
    """Accept a number of at least `least`, and null if it says so."""
    return Setting(
        default,
        lambda value: (nullable and value is None) or _is_number(value, least),
        f"a number of at least {least}" + (" or null" if nullable else ""),
    )


def word(default: str | None) -> Setting:
    """Accept any text that is not empty, or null."""
    return Setting(default, lambda value: value is None or (isinstance(value, str) and value != ""), "a text or null")


def check(sent: Mapping[str, Any], settings: Mapping[str, Setting], what: str) -> dict[str, Any]:
    """Return `sent` if every name and value of it is known.

    Raises: Unacceptable.
    """
    for name, value in sent.items():
        setting = settings.get(name)
        if setting is None:
            known = ", ".join(sorted(settings)) or "nothing"
            raise Unacceptable(f"Unknown {what} {name!r}. Known: {known}.")
        if not setting.fits(value):
            raise Unacceptable(f"The {what} {name!r} is {setting.says}, not {value!r}.")
    return dict(sent)
