"""The absolute command with which a client starts the server: a client has not the PATH of a shell."""

import re
import shutil
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from user_directories import ConfigurationError

__all__ = ["PROGRAM", "Launch", "is_ours", "launch_of", "note_on_environment"]

PROGRAM = "user-directory-mcp"
_MODULE = "user_directory_server"
_OF_UV = re.compile(r"(?:archive|builds|environments)-v\d+")
"""A folder in the cache of uv, in which `uvx` runs a program (https://docs.astral.sh/uv/concepts/cache/)."""


@dataclass(frozen=True)
class Launch:
    """A program, and what goes before our own arguments."""

    command: str
    arguments: tuple[str, ...] = ()


def launch_of(started_as: str, executable: str, environment: Mapping[str, str], named: str | None = None) -> Launch:
    """Return how to start the program that runs: `started_as` is its name, `executable` its Python.

    `named` is the command that the person gives. A symbolic link stays one: it outlives a new version.

    Raises: ConfigurationError if that command is not there, or if the program runs where it will not stay.
    """
    if named is not None:
        return Launch(_named(named, environment))
    found = _script(started_as, environment)
    for place in (found or executable, executable):
        _check_stays(place)
    return Launch(executable, ("-m", _MODULE)) if found is None else Launch(found)


def note_on_environment(launch: Launch, prefix: str, base_prefix: str) -> list[str]:
    """Say that an entry ends with the virtual environment in which its command is, if it is in the active one."""
    if prefix == base_prefix or not Path(launch.command).is_relative_to(prefix):
        return []
    what = f"The entry starts the command in the virtual environment {prefix}, and fails when that folder is gone."
    return [f"{what} To avoid that: deactivate, uv tool install ., and run setup again."]


def is_ours(command: str, arguments: list[str]) -> bool:
    """Return whether a command starts this server."""
    name = re.split(r"[/\\]", command)[-1].lower().removesuffix(".exe")
    return name == PROGRAM or PROGRAM in arguments or _MODULE in arguments


def _named(command: str, environment: Mapping[str, str]) -> str:
    found = shutil.which(command, path=environment.get("PATH"))
    if found is None:
        raise ConfigurationError("--command", "there is no such program", f"Give the whole path of {PROGRAM}.")
    return str(Path(found).absolute())


def _script(started_as: str, environment: Mapping[str, str]) -> str | None:
    """Return the whole path of the script that was started, or of the one that is installed with this Python."""
    scripts = Path(sysconfig.get_path("scripts"))
    for candidate in (started_as, str(scripts / PROGRAM)):
        if Path(candidate).stem == PROGRAM:
            found = shutil.which(candidate, path=environment.get("PATH"))
            if found is not None:
                return str(Path(found).absolute())
    return None


def _check_stays(place: str) -> None:
    parts = Path(place).parts
    is_of_pipx = "pipx" in parts and not {".cache", "cache"}.isdisjoint(parts)
    if any(_OF_UV.fullmatch(part) for part in parts) or is_of_pipx:
        problem = "it runs in a temporary environment, which uvx or pipx may remove"
        fix = f"Install it to stay (uv tool install {PROGRAM}), and run setup again; or name it with --command."
        raise ConfigurationError(PROGRAM, problem, fix)
