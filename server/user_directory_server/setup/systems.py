"""The system on which files are written: its folders, its variables and its user."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from user_directories import ConfigurationError

from ..server_variables import CONFIG_VARIABLE

__all__ = ["System", "SystemName", "this_system"]

SystemName = Literal["macos", "linux", "windows"]


@dataclass(frozen=True)
class System:
    """One user's system. `user` is the id of the user who has to own a file, None where files have no such owner."""

    name: SystemName
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    working_folder: Path = field(default_factory=Path)
    user: int | None = None

    def folder(self, variable: str, *otherwise: str) -> Path:
        """Return the folder that a variable names; else one below the home."""
        named = self.environment.get(variable, "")
        return Path(named) if named else self.home.joinpath(*otherwise)

    @property
    def settings(self) -> Path:
        """Where programs keep their settings.

        `~/Library/Application Support`, `%APPDATA%`, or what `XDG_CONFIG_HOME` says
        (https://specifications.freedesktop.org/basedir-spec/latest/).
        """
        if self.name == "macos":
            return self.home / "Library" / "Application Support"
        if self.name == "windows":
            return self.folder("APPDATA", "AppData", "Roaming")
        return self.folder("XDG_CONFIG_HOME", ".config")

    @property
    def server_file(self) -> Path:
        """The configuration file of the server: that of USER_DIRECTORY_CONFIG, or one where settings are kept."""
        named = self.environment.get(CONFIG_VARIABLE, "")
        own = self.settings / "user-directory-mcp" / "config.toml"
        return self.working_folder / Path(named).expanduser() if named else own


def this_system() -> System:
    """Return the system that this process runs on. Raises: ConfigurationError if the user has no home."""
    names: Mapping[str, SystemName] = {"darwin": "macos", "win32": "windows"}
    user = os.geteuid() if hasattr(os, "geteuid") else None
    try:
        home = Path.home()
    except RuntimeError as error:
        raise ConfigurationError("HOME", "this user has no home folder", "Set HOME.") from error
    return System(names.get(sys.platform, "linux"), home, os.environ, Path.cwd(), user)
