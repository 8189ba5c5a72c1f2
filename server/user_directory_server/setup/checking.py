"""A directory tried with the key that the person gave, before anything is written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from user_directories import BrokenDirectory, ConfigurationError, Directories, MemoryStore

from ..checkup.examination import Examination, examine
from ..config_file import DirectoryTable
from ..configured import from_table
from .keeping import Kept, as_table
from .needs import Provider

__all__ = ["check_table", "examined"]


def _candidate(provider: Provider, table: Mapping[str, Any], keys: Mapping[str, str], file: Path) -> Any:
    in_variables = tuple(Kept(variable, {"env": variable}) for variable in provider.secrets)
    whole = DirectoryTable.model_validate({**table, **as_table(provider, in_variables)})
    found = from_table(provider.name, whole, file, keys)
    if isinstance(found, BrokenDirectory):
        raise ConfigurationError.together([_without_file(each, file) for each in found.faults])
    return found


def _without_file(fault: ConfigurationError, file: Path) -> ConfigurationError:
    """Return a fault without the file, which is not written yet."""
    return ConfigurationError(fault.place.removeprefix(f"{file}: "), fault.problem, fault.fix)


def check_table(provider: Provider, table: Mapping[str, Any], keys: Mapping[str, str], file: Path) -> None:
    """Check what can be checked without a request. Raises: ConfigurationError, with every fault."""
    _candidate(provider, table, keys, file)


async def examined(provider: Provider, table: Mapping[str, Any], keys: Mapping[str, str], file: Path) -> Examination:
    """Read a first page, as `doctor --quick` does; `keys` by variable. Raises: ConfigurationError."""
    settings = _candidate(provider, table, keys, file)
    async with Directories((settings,), MemoryStore()) as directories:
        return await examine(directories, provider.name, is_quick=True)
