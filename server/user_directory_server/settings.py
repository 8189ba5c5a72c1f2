"""The operator's settings, from environment variables and a TOML file.

A provider whose key is in the environment is a configured directory. The file adds directories, or changes these. Each
fault is a ConfigurationError that names the place and the fix, and never contains a secret. It costs the directories
that it is about, and no other.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from user_directories import (
    BrokenDirectory,
    Budget,
    ConfigurationError,
    DirectorySettings,
    Manifest,
    built_in,
    built_in_names,
)
from user_directory_tools import ALL, ToolStyle, Unconfigured, fault_of_name

from .config_file import HIDDEN_UNTIL_THEN, BudgetTable, ConfigPage, is_directory_name, read_config
from .configured import Configured, from_environment, from_table
from .echo import plainly
from .keys import Environment
from .policies import Policies
from .seconds import read_seconds
from .server_variables import CONFIG_VARIABLE, misnamed

__all__ = ["FILE", "Settings", "read_settings"]

FILE = "configuration file"
"""Stands among the broken directories for those that a fault in the file may hide; no directory has such a name."""


@dataclass(frozen=True)
class Settings:
    """The directories that can be asked, those that cannot, and the providers that are not configured.

    `faults` are those of settings that are not used, and that no directory is broken by. `seconds` are what the
    operator gives every call; None if he leaves it to what is known of the client.
    """

    directories: tuple[DirectorySettings, ...]
    broken: tuple[BrokenDirectory, ...] = ()
    faults: tuple[ConfigurationError, ...] = ()
    unconfigured: tuple[Unconfigured, ...] = ()
    budget: Callable[[], Budget] = Budget
    seconds: float | None = None

    def all_faults(self) -> tuple[ConfigurationError, ...]:
        """Return every fault once, those of directories first."""
        found = [*(fault for each in self.broken for fault in each.faults), *self.faults]
        return tuple({str(fault): fault for fault in found}.values())

    def in_style(self, style: ToolStyle) -> "Settings":
        """Return the same settings, but for directories whose names are too long for the tools of a style."""
        faults = {item.name: fault_of_name(item.name, style) for item in self.directories}
        broken = [
            BrokenDirectory(item.name, (fault,), item.manifest.title, can_be_named=False)
            for item in self.directories
            if (fault := faults[item.name]) is not None
        ]
        well = tuple(item for item in self.directories if faults[item.name] is None)
        return replace(self, directories=well, broken=(*self.broken, *broken))


def read_settings(
    environment: Environment | None = None, config: Path | None = None, seconds: str | None = None
) -> Settings:
    """Read the environment, and the file that `config` or USER_DIRECTORY_CONFIG names; every fault is in the result.

    `seconds` for every call go before those of the environment, and these before those of the file.

    Raises: ConfigurationError if `seconds` is wrong.
    """
    environment = os.environ if environment is None else environment
    page = _page(config, environment)
    found = _found(page, environment)
    policies = Policies(page, [item for item in found.values() if isinstance(item, DirectorySettings)])
    decided = [policies.of(item) if isinstance(item, DirectorySettings) else item for item in found.values()]
    if page.faults:
        decided.append(BrokenDirectory(FILE, tuple(page.faults), can_be_named=False, is_file=True))
    faults = [*_of_nobody(policies, decided), *page.budget_faults, *_of_variables(page, environment)]
    given = _seconds(seconds, environment, page.budget, faults)
    return Settings(
        tuple(item for item in decided if isinstance(item, DirectorySettings)),
        tuple(item for item in decided if isinstance(item, BrokenDirectory)),
        tuple(faults),
        tuple(_unconfigured(page, found)),
        _budget(page.budget, given),
        given,
    )


def _of_nobody(policies: Policies, decided: Sequence[Configured]) -> list[ConfigurationError]:
    """Return the faults of `[fields]` that concern no directory."""
    told = {str(fault) for item in decided for fault in _faults_of(item)}
    return [fault for faults in policies.faults.values() for fault in faults if str(fault) not in told]


def _of_variables(page: ConfigPage, environment: Environment) -> list[ConfigurationError]:
    """Return the faults of variables that nothing reads, but for those that are faults of the file."""
    of_file = {fault.place for fault in page.faults}
    return [fault for fault in misnamed(environment) if fault.place not in of_file]


def _page(config: Path | None, environment: Environment) -> ConfigPage:
    if config is not None:
        return read_config(config, "--config")
    if named := environment.get(CONFIG_VARIABLE):
        return read_config(Path(named), CONFIG_VARIABLE)
    unread = [
        ConfigurationError(fault.place, fault.problem, f"{fault.fix} {HIDDEN_UNTIL_THEN}")
        for fault in misnamed(environment)
        if fault.place == CONFIG_VARIABLE
    ]
    return ConfigPage(faults=unread, hides_all=bool(unread))


def _found(page: ConfigPage, environment: Environment) -> dict[str, Configured]:
    """Return every directory that the operator meant to configure; a table goes before the environment."""
    in_file = {table.provider for table in page.directories.values()}
    found: dict[str, Configured] = {}
    for provider in built_in_names():
        if provider not in page.directories and provider not in page.broken:
            item = from_environment(built_in(provider), environment, in_file=provider in in_file)
            found |= {} if item is None else {provider: item}
    for name, table in page.directories.items():
        found[name] = from_table(name, table, page.file, environment)
    for name, faults in page.broken.items():
        found[name] = BrokenDirectory(name, tuple(faults))
    return _with_good_names(found, page.file)


def _with_good_names(found: Mapping[str, Configured], file: Path) -> dict[str, Configured]:
    """Return the directories, those broken that no call could name, or that a call could mean twice."""
    named: dict[str, Configured] = {}
    seen: dict[str, str] = {}
    for name, item in found.items():
        faults = [*_faults_of(item), *_faults_of_name(name, seen.setdefault(name.replace("-", "_"), name), file)]
        is_name = is_directory_name(name) and name != ALL
        shown = name if is_name else plainly(name, "(not shown)")
        provider = item.manifest.title if isinstance(item, DirectorySettings) else item.provider
        faults += _faults_of(named[shown]) if shown in named else ()
        named[shown] = BrokenDirectory(shown, tuple(faults), provider, can_be_named=is_name) if faults else item
    return named


def _faults_of(item: Configured) -> tuple[ConfigurationError, ...]:
    return () if isinstance(item, DirectorySettings) else item.faults


def _faults_of_name(name: str, first: str, file: Path) -> Iterator[ConfigurationError]:
    """Yield what is wrong with a name; `first` is the first directory whose tools would have the same names."""
    if name == ALL:
        what, fix = "this name stands for all directories", "Choose another name."
        yield ConfigurationError(f"directories.{ALL}", what, fix, file)
    if name != first:
        what, fix = f"it is too similar to {first}", "Rename one of the two."
        yield ConfigurationError(f"directories.{name}", what, fix, file)


def _unconfigured(page: ConfigPage, found: Mapping[str, Configured]) -> Iterator[Unconfigured]:
    """Yield the providers that no directory is about, not even a broken one."""
    used = {item.manifest.name for item in found.values() if isinstance(item, DirectorySettings)}
    used |= {table.provider or "" for table in page.directories.values()} | found.keys()
    for name in built_in_names():
        if name not in used:
            yield Unconfigured(name, " and ".join(_needed(built_in(name))))


def _needed(manifest: Manifest) -> list[str]:
    needed = [manifest.auth.environment] if manifest.auth.environment else []
    if manifest.base_url is None:
        needed.append(manifest.domain_environment or manifest.base_url_environment or "base_url")
    return needed


def _seconds(
    option: str | None, environment: Environment, table: BudgetTable, faults: list[ConfigurationError]
) -> float | None:
    """Return the seconds for every call; a wrong variable is noted, and counts as not given."""
    try:
        return read_seconds(option, environment, table)
    except ConfigurationError as error:
        if option is not None:  # who gives an option reads what a command says
            raise
        faults.append(error)
        return table.seconds


def _budget(limits: BudgetTable, seconds: float | None) -> Callable[[], Budget]:
    budget = partial(Budget, requests=limits.requests, rows=limits.rows)
    return budget if seconds is None else partial(budget, seconds)
