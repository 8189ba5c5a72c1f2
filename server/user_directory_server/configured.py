"""One configured directory, from the environment or from a table of the file; or all that keeps it from being one."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from user_directories import (
    BrokenDirectory,
    ConfigurationError,
    DirectorySettings,
    Manifest,
    built_in,
    built_in_names,
    listed,
    load_manifest,
)

from .addresses import address_in_environment, address_of_environment, address_of_table
from .config_file import DirectoryTable
from .echo import is_variable, plainly
from .keys import Environment, check_key, path_of

__all__ = ["Configured", "from_environment", "from_table"]

Configured = DirectorySettings | BrokenDirectory

_ALIKE = 0.8
"""How alike two words are if one is a mistyped form of the other: API_KYE of API_KEY, but not API_URL."""

_Made = TypeVar("_Made")


def from_environment(manifest: Manifest, environment: Environment, *, in_file: bool) -> Configured | None:
    """Return the directory of a provider whose variables are set, also if only some are; None if none is.

    `in_file`: a table of the file is about this provider, so its variables may be meant for that.
    """
    variable, faults = manifest.auth.environment, list[ConfigurationError]()
    if variable not in environment:
        fault = None if in_file else _half_set(manifest, environment)
        return None if fault is None else BrokenDirectory(manifest.name, (fault,), manifest.title)
    key = _tried(faults, lambda: check_key(environment[variable], variable))
    base_url = _tried(faults, lambda: address_of_environment(manifest, environment))
    if key is None or base_url is None:
        return BrokenDirectory(manifest.name, tuple(faults), manifest.title)
    rate = manifest.requests_per_second
    return DirectorySettings(manifest.name, manifest, base_url, key, rate, key_source=variable)


def _half_set(manifest: Manifest, environment: Environment) -> ConfigurationError | None:
    """Return what is wrong if the variable of the key is not set, but the address is, or a name like it."""
    variable, address = manifest.auth.environment, address_in_environment(manifest, environment)
    if (other := _misspelt(variable, environment)) is not None:
        return ConfigurationError(variable, f"it is not set, but {other} is", f"Rename {other}.")
    if address is not None:
        return ConfigurationError(variable, f"it is not set, but {address} is", f"Set it, or remove {address}.")
    return None


def _misspelt(variable: str, names: Iterable[str]) -> str | None:
    """Return the name that is meant to be that of the variable, if there is one.

    Either the first word is right, or all the others are: the names of other services may be nearly the same.
    """
    return next((name for name in names if name != variable and _is_alike(name.upper(), variable)), None)


def _is_alike(name: str, variable: str) -> bool:
    if name.replace("_", "") == variable.replace("_", ""):
        return True
    (first, _, rest), (right_first, _, right_rest) = name.partition("_"), variable.partition("_")
    if not is_variable(name) or (first != right_first and rest != right_rest):
        return False
    import difflib  # at few starts

    pair = (first, right_first) if rest == right_rest else (rest, right_rest)
    return difflib.SequenceMatcher(None, *pair).ratio() >= _ALIKE


def from_table(name: str, table: DirectoryTable, file: Path, environment: Environment) -> Configured:
    """Return the directory of a table of the file."""
    place, faults = f"directories.{name}", list[ConfigurationError]()
    manifest = _tried(faults, lambda: _manifest_of(table, file, place))
    if manifest is None:
        if table.api_key is not None:
            _tried(faults, partial(table.api_key.read, f"{place}.api_key", file, environment))
        return BrokenDirectory(name, tuple(faults))
    key = _tried(faults, lambda: _key_of(table, manifest, file, place, environment))
    base_url = _tried(faults, lambda: address_of_table(table, manifest, place, file, environment))
    if key is None or base_url is None:
        return BrokenDirectory(name, tuple(faults), manifest.title)
    source = manifest.auth.environment if table.api_key is None else table.api_key.place()
    rate = manifest.requests_per_second if table.requests_per_second is None else table.requests_per_second
    changing = None if table.api_key is None else table.api_key.changing(f"{place}.api_key", file)
    return DirectorySettings(name, manifest, base_url, key, rate or None, changing, source)


def _key_of(table: DirectoryTable, manifest: Manifest, file: Path, place: str, environment: Environment) -> SecretStr:
    if table.api_key is not None:
        return table.api_key.read(f"{place}.api_key", file, environment)
    variable = manifest.auth.environment
    if variable in environment:
        return check_key(environment[variable], variable)
    named = variable if is_variable(variable) else "that `auth.environment` of its manifest names"
    fix = f'Set the environment variable {named}, or add api_key = {{ env = "NAME" }}.'
    raise ConfigurationError(place, "no API key", fix, file)


def _manifest_of(table: DirectoryTable, file: Path, place: str) -> Manifest:
    if table.manifest is not None:
        path = path_of(table.manifest, f"{place}.manifest", file)
        if path.suffix != ".toml" and not path.exists():  # it may be a key
            fix = "Write the path of a manifest, a TOML file."
            raise ConfigurationError(f"{place}.manifest", "there is no such file", fix, file)
        return load_manifest(path)
    provider = table.provider or ""
    if provider not in built_in_names():
        fix = f'Use one of: {listed(built_in_names())}; or manifest = "FILE" for your own provider.'
        problem = f"unknown provider {plainly(provider, '(not shown)')!r}"
        raise ConfigurationError(place, problem, fix, file)
    return built_in(provider)


def _tried(faults: list[ConfigurationError], make: Callable[[], _Made]) -> _Made | None:
    """Return what is made; if it cannot be made, add what is wrong to the faults."""
    try:
        return make()
    except ConfigurationError as error:
        faults += [each for each in error.faults if str(each) not in map(str, faults)]
        return None
