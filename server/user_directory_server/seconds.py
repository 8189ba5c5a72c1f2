"""The seconds that the operator gives every call: on the command line, in a variable or in the file."""

import math

from user_directories import ConfigurationError

from .config_file import LEAST_SECONDS, MOST_SECONDS, BudgetTable
from .keys import Environment

__all__ = ["SECONDS_VARIABLE", "read_seconds"]

SECONDS_VARIABLE = "USER_DIRECTORY_SECONDS"


def read_seconds(option: str | None, environment: Environment, table: BudgetTable) -> float | None:
    """Return the seconds that the first of the three gives; None if none does. An empty variable is not given.

    Raises: ConfigurationError.
    """
    if option is not None:
        return _checked(option, "--seconds", f"--seconds {MOST_SECONDS}")
    if text := environment.get(SECONDS_VARIABLE):
        return _checked(text, SECONDS_VARIABLE, f"{SECONDS_VARIABLE}={MOST_SECONDS}")
    return table.seconds


def _checked(text: str, place: str, example: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        problem = f"not a number of seconds from {LEAST_SECONDS} to {MOST_SECONDS}"
        raise ConfigurationError(place, problem, f"Write it like {example}, or leave it out.")
    return seconds
