"""What the person wants, as the command line says it."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from user_directories import ConfigurationError, listed

from .clients import CLIENTS, Client
from .entries import NAME, SANDBOX_NAME
from .keeping import PLACES, Place
from .needs import Provider, provider_of
from .systems import System

__all__ = ["Wanted", "wanted"]


@dataclass(frozen=True)
class Wanted:
    """The options, checked; None, or nothing, is what may be asked for."""

    clients: Sequence[Client]
    providers: Sequence[Provider]
    sandbox: bool
    place: Place | None
    values: Mapping[str, Mapping[str, str]]
    """By directory, what is said of its tenant."""
    key_files: Mapping[str, str]
    """By directory, or by variable, the file from which a key is read."""
    server_file: Path
    name: str | None
    command: str | None
    project: bool
    force: bool
    unchecked: bool
    only_prints: bool

    def entry_name(self, *, sandbox: bool) -> str:
        """Return the name of the entry in the files of clients."""
        return self.name or (SANDBOX_NAME if sandbox else NAME)


def wanted(options: Namespace, system: System) -> Wanted:
    """Read the options. Raises: ConfigurationError."""
    clients = [_client(name) for name in _names(options.client)]
    providers = [provider_of(name, system.working_folder) for name in _names(options.directory)]
    if options.sandbox and providers:
        fix = "The simulated directories have an entry of their own: run setup once for each."
        raise ConfigurationError("--sandbox", "it stands beside --directory", fix)
    if options.remove and (providers or options.print):
        raise ConfigurationError("--remove", "it takes entries out, whole", "Give only --client beside it, and --name.")
    file = system.server_file if options.config is None else (system.working_folder / options.config).absolute()
    return Wanted(
        clients,
        providers,
        options.sandbox,
        _place(options.keys),
        _values(options.set, providers),
        dict(_pair(each, "--key-from", "klavis=FILE") for each in options.key_from),
        file,
        _entry_name(options.name),
        options.command_line,
        options.project,
        options.force,
        options.unchecked,
        options.print,
    )


def _names(given: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name.strip() for each in given for name in each.split(",") if name.strip()))


def _client(name: str) -> Client:
    if name not in CLIENTS:
        raise ConfigurationError("--client", "there is no such client", f"Use: {listed(list(CLIENTS))}.")
    return CLIENTS[name]


def _place(name: str | None) -> Place | None:
    return next((each for each in PLACES if each == name), None)


def _entry_name(name: str | None) -> str | None:
    if name is not None and not (name.isascii() and name.replace("-", "").replace("_", "").isalnum()):
        raise ConfigurationError("--name", "not a name that every client takes", "Use letters, digits, - and _.")
    return name


def _values(given: Sequence[str], providers: Sequence[Provider]) -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = {each.name: {} for each in providers}
    for each in given:
        place, value = _pair(each, "--set", "okta.domain=acme.okta.com")
        name, dot, key = place.rpartition(".")
        if not dot or name not in values:
            fix = f"Write DIRECTORY.NAME=VALUE; directories of this command: {listed(list(values)) or 'none'}."
            raise ConfigurationError("--set", "it names no directory of --directory", fix)
        values[name][key] = value
    return values


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise ConfigurationError(option, "it has not the form NAME=VALUE", f"Write it like {option} {example}.")
    return name, value
