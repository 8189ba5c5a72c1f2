"""The environment variables that set what is true of the whole server."""

from collections.abc import Iterator

from user_directories import ConfigurationError, listed

from .echo import is_variable
from .keys import Environment
from .seconds import SECONDS_VARIABLE
from .state import STATE_VARIABLE

__all__ = ["CONFIG_VARIABLE", "SERVER_VARIABLES", "misnamed"]

CONFIG_VARIABLE = "USER_DIRECTORY_CONFIG"

SERVER_VARIABLES = (CONFIG_VARIABLE, STATE_VARIABLE, SECONDS_VARIABLE)

_PREFIX = "USER_DIRECTORY_"

_ALIKE = 0.9
"""How alike a whole name is to one of ours if it is a mistyped form of it, and no variable of another program."""


def misnamed(environment: Environment) -> Iterator[ConfigurationError]:
    """Yield a fault for each variable that is meant to be ours, and that nobody reads.

    `place` is the variable that is meant, if that can be told.
    """
    for name in environment:
        if name in SERVER_VARIABLES or not _is_like_ours(name.upper()):
            continue
        meant = _meant(name.upper())
        if meant is not None or name.startswith(_PREFIX):
            shown = name if is_variable(name.upper()) else f"a variable that begins with {_PREFIX}"
            fix = f"Use: {listed(SERVER_VARIABLES)}." if meant is None else f"Rename it to {meant}."
            yield ConfigurationError(meant or shown, f"nothing reads {shown}", fix)


def _is_like_ours(name: str) -> bool:
    return name.startswith("USER") and "DIR" in name


def _meant(name: str) -> str | None:
    """Return the variable that a mistyped name is meant to be; behind our prefix, also if it is only a little alike."""
    import difflib  # at few starts

    if name.startswith(_PREFIX):
        ours = {each.removeprefix(_PREFIX): each for each in SERVER_VARIABLES}
        close = difflib.get_close_matches(name.removeprefix(_PREFIX), ours, 1)
        return ours[close[0]] if close else None
    return next(iter(difflib.get_close_matches(name, SERVER_VARIABLES, 1, _ALIKE)), None)
