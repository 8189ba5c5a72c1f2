"""One configured directory, from the environment or from a table of the file; or all that keeps it from being one."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from user_directories import (
    BrokenDirectory,
    ConfigurationError,
    DirectorySettings,
    Manifest,
    built_in,
    built_in_names,
    listed,
    load_manifest,
    preset_names,
)

from .addresses import address_in_environment, address_of_environment, address_of_table
from .collected import tried
from .config_file import DirectoryTable
from .echo import is_variable, plainly
from .keys import Environment, check_key, path_of
from .named_settings import named_settings
from .secrets import Secrets, secrets_of
from .where import Where

__all__ = ["Configured", "from_environment", "from_table"]

Configured = DirectorySettings | BrokenDirectory

_ALIKE = 0.8
"""How alike two words are if one is a mistyped form of the other: API_KYE of API_KEY, but not API_URL."""


def from_environment(manifest: Manifest, environment: Environment, *, in_file: bool) -> Configured | None:
    """Return the directory of a provider whose variables are set, also if only some are; None if none is.

    `in_file`: a table of the file is about this provider, so its variables may be meant for that.
    """
    if not _is_enabled(manifest, environment):
        fault = None if in_file else _half_set(manifest, environment)
        return None if fault is None else BrokenDirectory(manifest.name, (fault,), manifest.title)
    return _configured(
        manifest.name,
        manifest,
        Where(environment),
        lambda named: address_of_environment(manifest, environment, named),
        own_address=address_in_environment(manifest, environment) is None,
    )


def _configured(
    name: str, manifest: Manifest, where: Where, address: Callable[[Mapping[str, str]], str], *, own_address: bool
) -> Configured:
    """Return the directory that is configured there; `own_address`: its base URL is that of the manifest."""
    faults = list[ConfigurationError]()
    named = tried(faults, lambda: named_settings(manifest, where, own_address=own_address))
    values = named or {}
    secrets = tried(faults, lambda: secrets_of(manifest, where, values))
    base_url = tried(faults, lambda: address(values)) if named is not None or not own_address else None
    if named is None or secrets is None or base_url is None:
        return BrokenDirectory(name, tuple(faults), manifest.title)
    table = where.table
    given = None if table is None else table.requests_per_second
    rate = manifest.requests_per_second if given is None else given
    return _directory(name, manifest, base_url, secrets, named, rate or None)


def _is_enabled(manifest: Manifest, environment: Environment) -> bool:
    """Return whether the variable of the key is set; if there is no key, that of the address."""
    variable = manifest.auth.environment
    return address_in_environment(manifest, environment) is not None if variable is None else variable in environment


def _directory(
    name: str, manifest: Manifest, base_url: str, secrets: Secrets, named: Mapping[str, str], rate: float | None
) -> DirectorySettings:
    key = secrets.key
    return DirectorySettings(
        name,
        manifest,
        base_url,
        key.key,
        rate,
        key.changing,
        key.source,
        fetch_key=key.fetch,
        further_keys=secrets.further,
        client_secret=secrets.client,
        token_url=secrets.token_url,
        named=named,
    )


def _half_set(manifest: Manifest, environment: Environment) -> ConfigurationError | None:
    """Return what is wrong if the variable of the key is not set, but the address is, or a name like it."""
    variable, address = manifest.auth.environment, address_in_environment(manifest, environment)
    if variable is None:
        return None
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
    manifest = tried(faults, lambda: _manifest_of(table, file, place))
    if manifest is None:
        if table.api_key is not None:
            tried(faults, partial(table.api_key.kept, f"{place}.api_key", file, environment, check_key))
        return BrokenDirectory(name, tuple(faults))
    where = Where(environment, table, place, file)
    in_environment = table.manifest is None and address_in_environment(manifest, environment) is not None
    return _configured(
        name,
        manifest,
        where,
        lambda named: address_of_table(manifest, where, table, named),
        own_address=table.base_url is None and (table.region is not None or not in_environment),
    )


def _manifest_of(table: DirectoryTable, file: Path, place: str) -> Manifest:
    if table.manifest is not None:
        path = path_of(table.manifest, f"{place}.manifest", file)
        if path.suffix != ".toml" and not path.exists():  # it may be a key
            fix = "Write the path of a manifest, a TOML file."
            raise ConfigurationError(f"{place}.manifest", "there is no such file", fix, file)
        return load_manifest(path)
    provider = table.provider or ""
    known = (*built_in_names(), *preset_names())
    if provider not in known:
        fix = f'Use one of: {listed(known)}; or manifest = "FILE" for your own provider.'
        problem = f"unknown provider {plainly(provider, '(not shown)')!r}"
        raise ConfigurationError(place, problem, fix, file)
    return built_in(provider)
