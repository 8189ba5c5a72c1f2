"""Where a directory is configured."""

from dataclasses import dataclass, field
from pathlib import Path

from user_directories import ConfigurationError

from .config_file import DirectoryTable
from .echo import is_variable
from .keys import Environment, KeySource

__all__ = ["Where"]


@dataclass(frozen=True)
class Where:
    """Where a directory is configured: in the environment, and perhaps in a table of a file, at `place`."""

    environment: Environment
    table: DirectoryTable | None = None
    place: str = ""
    file: Path = field(default_factory=Path)

    def source(self, variable: str) -> KeySource | None:
        """Return where the table keeps a further secret; None if it does not say."""
        return None if self.table is None else self.table.secrets.get(variable)

    def setting(self, name: str) -> str | None:
        """Return the table's value of a named setting; None if it has none."""
        return None if self.table is None else self.table.settings.get(name)

    def not_given(self, variable: str, what: str, otherwise: str) -> ConfigurationError:
        """Return the fault of what neither the table nor the environment has."""
        if self.table is None:
            return ConfigurationError(variable, "it is not set, but the key of this directory is", "Set it, too.")
        named = variable if is_variable(variable) else "that its manifest names"
        return ConfigurationError(
            self.place, what, f"Set the environment variable {named}, or add {otherwise}.", self.file
        )

    @property
    def told_file(self) -> Path | None:
        """The file, if the directory has a table in it."""
        return None if self.table is None else self.file
