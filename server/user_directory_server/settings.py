"""The operator's settings, from environment variables and a TOML file.

A provider whose key is in the environment is a configured directory. The file adds directories, or changes these. Every
fault is one ConfigurationError that names the place and the fix, and never contains a secret.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from user_directories import (
    Budget,
    ConfigurationError,
    DirectorySettings,
    Manifest,
    Show,
    built_in,
    built_in_names,
    known_fields,
    listed,
    load_manifest,
    restrict,
)
from user_directory_tools import ALL, Unconfigured

from .config_file import BudgetTable, ConfigFile, DirectoryTable, read_config
from .keys import Environment, check_key
from .seconds import read_seconds

__all__ = ["CONFIG_VARIABLE", "Settings", "read_settings"]

CONFIG_VARIABLE = "USER_DIRECTORY_CONFIG"

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Settings:
    """The configured directories, and the providers that are not configured.

    `seconds` are what the operator gives every call; None if he leaves it to what is known of the client.
    """

    directories: tuple[DirectorySettings, ...]
    unconfigured: tuple[Unconfigured, ...] = ()
    budget: Callable[[], Budget] = Budget
    seconds: float | None = None


def read_settings(
    environment: Environment | None = None, config: Path | None = None, seconds: str | None = None
) -> Settings:
    """Read the environment, and the file that `config` or USER_DIRECTORY_CONFIG names.

    `seconds` for every call go before those of the environment, and these before those of the file.

    Raises: ConfigurationError.
    """
    environment = os.environ if environment is None else environment
    file = config or (Path(named) if (named := environment.get(CONFIG_VARIABLE)) else None)
    page = None if file is None else read_config(file)
    tables: Mapping[str, DirectoryTable] = {} if page is None else page.directories
    found: dict[str, DirectorySettings] = {}
    for provider in built_in_names():
        manifest = built_in(provider)
        if provider not in tables and manifest.auth.environment in environment:
            found[provider] = _from_environment(manifest, environment)
    for name, table in tables.items():
        found[name] = _from_table(name, table, file or Path(), environment)
    _check_names(found)
    if page is not None:
        found = dict(_with_policies(found, page, str(file)))
    used = {item.manifest.name for item in found.values()}
    missing = tuple(_unconfigured(built_in(name)) for name in built_in_names() if name not in used)
    limits = BudgetTable() if page is None or page.budget is None else page.budget
    given = read_seconds(seconds, environment, limits)
    return Settings(tuple(found.values()), missing, _budget(limits, given), given)


def _budget(limits: BudgetTable, seconds: float | None) -> Callable[[], Budget]:
    budget = partial(Budget, requests=limits.requests, rows=limits.rows)
    return budget if seconds is None else partial(budget, seconds)


def _with_policies(
    found: Mapping[str, DirectorySettings], page: ConfigFile, file: str
) -> Iterator[tuple[str, DirectorySettings]]:
    """Yield the directories with their field policies. `[fields]` may name fields that only some of them have."""
    known = {"*", *(name for item in found.values() for name in known_fields(item.manifest))}
    unknown = [name for name in page.fields if found and name not in known]
    if unknown:
        valid = listed(sorted(known))
        raise ConfigurationError(f"{file}: fields", f"`{unknown[0]}` is not a field of any directory", f"Use: {valid}.")
    for name, item in found.items():
        has = {"*", *known_fields(item.manifest)}
        policy: dict[str, Show] = {field: level for field, level in page.fields.items() if field in has}
        if name in page.directories:
            policy |= page.directories[name].fields
        restrict(item.manifest, policy, f"{file}: directories.{name}.fields")
        yield name, replace(item, fields=policy)


def _from_environment(manifest: Manifest, environment: Environment) -> DirectorySettings:
    key = check_key(environment[manifest.auth.environment], manifest.auth.environment)
    base_url = _environment_base(manifest, environment)
    source = manifest.auth.environment
    return DirectorySettings(manifest.name, manifest, base_url, key, manifest.requests_per_second, source)


def _environment_base(manifest: Manifest, environment: Environment) -> str:
    override = manifest.base_url_environment
    if override and environment.get(override):
        return _checked_url(environment[override], override)
    domain = manifest.domain_environment
    if domain and environment.get(domain):
        host = environment[domain].strip().removeprefix("https://").rstrip("/")
        if not _HOST.fullmatch(host):
            raise ConfigurationError(domain, "not a host name", "Write it like acme.eu.monocloud.com.")
        return _checked_url(f"https://{host}", domain)
    if manifest.base_url is None:
        needed = f"Set {domain} to the tenant's domain." if domain else f"Set {override} to the address of the API."
        raise ConfigurationError(manifest.auth.environment, f"{manifest.title} needs an address too", needed)
    return manifest.base_url


def _from_table(name: str, table: DirectoryTable, file: Path, environment: Environment) -> DirectorySettings:
    place = f"{file}: directories.{name}"
    manifest = _manifest_of(table, file, place)
    if table.api_key is None:
        variable = manifest.auth.environment
        if variable not in environment:
            fix = f'Set the environment variable {variable}, or add api_key = {{ env = "NAME" }}.'
            raise ConfigurationError(place, "no API key", fix)
        key, source = check_key(environment[variable], variable), variable
    else:
        key, source = table.api_key.read(place, file.parent, environment), table.api_key.place()
    rate = manifest.requests_per_second if table.requests_per_second is None else table.requests_per_second
    base_url = _table_base(table, manifest, place, environment)
    return DirectorySettings(name, manifest, base_url, key, rate or None, source)


def _manifest_of(table: DirectoryTable, file: Path, place: str) -> Manifest:
    if table.manifest is not None:
        return load_manifest(file.parent / Path(table.manifest).expanduser())
    provider = table.provider or ""
    if provider not in built_in_names():
        fix = f'Use one of: {listed(built_in_names())}; or manifest = "FILE" for your own provider.'
        raise ConfigurationError(place, f"unknown provider {provider!r}", fix)
    return built_in(provider)


def _table_base(table: DirectoryTable, manifest: Manifest, place: str, environment: Environment) -> str:
    if table.base_url is not None:
        return _checked_url(table.base_url, f"{place}.base_url")
    if table.region is not None:
        if table.region not in manifest.regions:
            regions = listed(manifest.regions) or "none: leave region out"
            raise ConfigurationError(place, f"unknown region {table.region!r}", f"Regions of this provider: {regions}.")
        return _checked_url(manifest.regions[table.region], place)
    if table.manifest is not None:
        if manifest.base_url is None:
            raise ConfigurationError(place, "no base_url", "Add base_url here or in the manifest.")
        return _checked_url(manifest.base_url, f"{table.manifest}: base_url")
    return _environment_base(manifest, environment)


def _checked_url(url: str, place: str) -> str:
    """Check a URL: https, or http to this machine; no user, query or fragment."""
    parts = _split(url.strip(), place)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(place, "a base URL cannot have a user, a query or a fragment", "Leave them out.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError(place, "plain http to another host would send the key in the clear", "Use https://.")
    return url.strip().rstrip("/")


def _split(url: str, place: str) -> SplitResult:
    fault = ConfigurationError(place, "not a URL", "Write it like https://api.example.com.")
    try:
        parts = urlsplit(url)
        port = parts.port  # raises if it is out of bounds
    except ValueError as error:
        raise fault from error
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0 or len(url.split()) != 1:
        raise fault
    return parts


def _check_names(found: Mapping[str, Any]) -> None:
    """Refuse `all`, and names such as `a-b` and `a_b`, which would give the same tool names."""
    if ALL in found:
        raise ConfigurationError(f"directories.{ALL}", "this name stands for all directories", "Choose another name.")
    seen: dict[str, str] = {}
    for name in found:
        other = seen.setdefault(name.replace("-", "_"), name)
        if other != name:
            raise ConfigurationError(f"directories.{name}", f"it is too similar to {other}", "Rename one of the two.")


def _unconfigured(manifest: Manifest) -> Unconfigured:
    needed = [manifest.auth.environment]
    if manifest.base_url is None:
        needed.append(manifest.domain_environment or manifest.base_url_environment or "base_url")
    return Unconfigured(manifest.name, " and ".join(needed))
