"""The directories that the person wants, each asked for, checked with its key, and said where its keys are."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from user_directories import ConfigurationError, built_in
from user_directories.users.json_values import is_object

from .asking import Terminal
from .broken_text import BrokenText
from .checking import check_table, examined
from .files import read_file
from .formats import TOML, entry_at
from .keeping import Kept, Place, as_table, check_place, key_sources
from .needs import BASE_URL, Need, Provider, provider_names
from .systems import System
from .wanted import Wanted

__all__ = ["Chosen", "choose_place", "chosen_directory", "configured_tables", "variables_in"]


@dataclass(frozen=True)
class Chosen:
    """A directory, its table in the server's file (None if variables say all), and its secrets."""

    provider: Provider
    table: Mapping[str, Any] | None
    kept: tuple[Kept, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


def configured_tables(wants: Wanted, system: System) -> Mapping[str, Any]:
    """Return the directories that the server's file has already. Raises: ConfigurationError."""
    file = read_file(wants.server_file, system.user)
    try:
        tables: Mapping[str, Any] = entry_at(TOML.read(file.text or ""), ("directories",)) or {}
    except BrokenText as error:
        raise ConfigurationError("", f"not valid TOML: {error}", "Correct it there.", file.path) from error
    return tables


def choose_place(wants: Wanted, terminal: Terminal, system: System) -> Place:
    """Return where keys are kept. Raises: ConfigurationError."""
    if wants.place is None:
        options = {
            "file": f"a file that only you can read, in {wants.server_file.parent / 'keys'}",
            "keyring": "the keyring of this system (needs the package keyring)",
            "variable": "nowhere: you set the variables for your client yourself",
        }
        default = "keyring" if system.name == "windows" else "file"
        place = terminal.choose_one("Where shall the keys be kept?", options, default, "--keys")
        found: Place = "file" if place == "file" else "keyring" if place == "keyring" else "variable"
    else:
        found = wants.place
    check_place(found)
    return found


def chosen_directory(
    provider: Provider, place: Place, wants: Wanted, terminal: Terminal, system: System, tables: Mapping[str, Any]
) -> Chosen | None:
    """Return a directory as it will be written; None if the person leaves it out. Raises: ConfigurationError."""
    if provider.name in tables and not _is_changed(provider, wants, terminal, system):
        terminal.say(f"{provider.name}: configured already in {wants.server_file}")
        return Chosen(provider, None)
    place = place if wants.place is not None else _place_in(tables.get(provider.name)) or place
    while True:
        values = _values(provider, wants, terminal, system)
        keys = _keys(provider, place, wants, terminal, system)
        try:
            is_well = _is_well(provider, values, keys, wants, terminal)
        except ConfigurationError as error:
            if not terminal.has_asked:
                raise
            terminal.say(str(error), "bold red")
            is_well = False
        if is_well or (choice := _what_now(provider, terminal)) == "write":
            return _written(provider, place, values, keys)
        if choice == "leave":
            return None


def _place_in(table: Any) -> Place | None:
    """Return where the key of a directory is kept that is configured already."""
    source = table.get("api_key") if is_object(table) else None
    places: Mapping[str, Place] = {"file": "file", "keyring": "keyring", "env": "variable"}
    return next((places[name] for name in source if name in places), None) if is_object(source) else None


def _is_changed(provider: Provider, wants: Wanted, terminal: Terminal, system: System) -> bool:
    """Return whether a directory that is configured gets another key."""
    if any(_known_key(provider, variable, wants, system) is not None for variable in provider.secrets):
        return True
    question = f"{provider.name} is configured already in {wants.server_file}. Give it another key?"
    return terminal.is_there and terminal.confirm(question, "--key-from", "Give --key-from.", default=False)


def _what_now(provider: Provider, terminal: Terminal) -> str:
    options = {"again": "give it again", "leave": f"go on without {provider.name}", "write": "write it as it is"}
    return terminal.choose_one("What now?", options, "again", "--unchecked")


def _is_well(
    provider: Provider, values: Mapping[str, str], keys: Mapping[str, str], wants: Wanted, terminal: Terminal
) -> bool:
    """Try the directory, and say what was found. Raises: ConfigurationError if nobody can be asked what to do."""
    table, missing = provider.table(values), [each for each in provider.secrets if each not in keys]
    if missing:
        terminal.say(f"{provider.name}: not tried, because {missing[0]} is not set here", "yellow")
        return True
    check_table(provider, table, keys, wants.server_file)
    if wants.unchecked:
        terminal.say(f"{provider.name}: not tried (--unchecked)", "yellow")
        return True
    terminal.say(f"{provider.name}: trying it …", "dim")
    found = anyio.run(examined, provider, table, keys, wants.server_file).diagnosis
    if found.problem is None:
        total = "" if found.total is None else f", {found.total} users by its own total"
        terminal.say(f"{provider.name}: it answers, and takes the key{total}", "green")
        return True
    if not terminal.is_there:
        fix = f"{found.fix} Nothing was written; --unchecked writes it all the same."
        raise ConfigurationError(f"--directory {provider.name}", found.problem.rstrip("."), fix)
    terminal.say(f"{provider.name}: {found.problem}", "bold red")
    terminal.say(f"    fix: {found.fix}")
    if found.said:
        terminal.say(f"    it said: {found.said}", "dim")
    return False


def _written(provider: Provider, place: Place, values: Mapping[str, str], keys: Mapping[str, str]) -> Chosen:
    kept = key_sources(provider, place, keys)
    needs_table = provider.is_preset or bool(values) or (place in ("file", "keyring") and bool(provider.secrets))
    table = {**provider.table(values), **as_table(provider, kept)} if needs_table else None
    return Chosen(provider, table, kept, keys)


def _values(provider: Provider, wants: Wanted, terminal: Terminal, system: System) -> dict[str, str]:
    """Return what is said of a tenant: by options, else by variables, else by the person."""
    values = dict(wants.values.get(provider.name, {}))
    address = None if "region" in values else provider.address(system.environment)
    if address:
        values.setdefault(BASE_URL, address)
    for need in list(provider.needs(values)):
        found = system.environment.get(need.variable) or (None if need.default is None else "")
        value = _asked(provider, need, terminal) if found is None else found
        if value:
            values[need.key] = f"https://{value}" if need.key == BASE_URL and "://" not in value else value
    return values


def _asked(provider: Provider, need: Need, terminal: Terminal) -> str:
    what = "the address of its API, or your domain there" if need.key == BASE_URL else need.key.replace("_", " ")
    fix = f"Give --set {provider.name}.{need.key}=VALUE, or set {need.variable}."
    return terminal.line(f"{provider.manifest.title}: {what}", None, "--set", fix)


def _keys(provider: Provider, place: Place, wants: Wanted, terminal: Terminal, system: System) -> dict[str, str]:
    found = {each: _key(provider, each, place, wants, terminal, system) for each in provider.secrets}
    return {variable: key for variable, key in found.items() if key is not None}


def _key(
    provider: Provider, variable: str, place: Place, wants: Wanted, terminal: Terminal, system: System
) -> str | None:
    known = _known_key(provider, variable, wants, system)
    if known is not None and not terminal.has_asked:
        return known
    if known is not None and _uses(provider, variable, terminal):
        return known
    if (place == "variable" or wants.only_prints) and not terminal.is_there:
        return None
    what = variable if variable != provider.key else "key"
    fix = f"Set {variable} for this command, or give --key-from {provider.name}=FILE (- is the standard input)."
    if provider.has_private_key and variable == provider.key:
        path = terminal.line(f"{provider.manifest.title}: the file of its private key", None, "--key-from", fix)
        return _read(path, system)
    key = terminal.secret(f"{provider.manifest.title}: its {what} (not shown)", "--key-from", fix)
    return key or (None if place == "variable" else "")


def _uses(provider: Provider, variable: str, terminal: Terminal) -> bool:
    question = f"{provider.manifest.title}: use the key that is given already ({variable})?"
    return terminal.confirm(question, "--key-from", "Give --key-from.", default=True)


def _known_key(provider: Provider, variable: str, wants: Wanted, system: System) -> str | None:
    """Return a key that was given without a question."""
    names = [variable, provider.name] if variable == provider.key else [variable]
    for name in names:
        if name in wants.key_files:
            return _read(wants.key_files[name], system)
    return system.environment.get(variable)


def _read(path: str, system: System) -> str:
    """Read a key from a file, or from the standard input. Raises: ConfigurationError."""
    try:
        text = sys.stdin.read() if path == "-" else (system.working_folder / Path(path).expanduser()).read_text("utf-8")
    except (OSError, UnicodeDecodeError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigurationError("--key-from", f"the file cannot be read ({reason})", "Check its path.") from error
    return text.strip("\r\n")


def variables_in(tables: Mapping[str, Any]) -> Iterator[str]:
    """Yield the variables in which the server's file looks for secrets."""
    for table in tables.values():
        if not is_object(table):
            continue
        sources = [table.get("api_key"), *table.get("secrets", {}).values()]
        yield from (each["env"] for each in sources if is_object(each) and isinstance(each.get("env"), str))
        if "api_key" not in table and table.get("provider") in provider_names():
            yield from filter(None, [built_in(table["provider"]).auth.environment])
