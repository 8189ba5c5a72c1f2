"""The whole of `setup`: ask, try, plan everything, and only then write."""

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from user_directories import ConfigurationError

from .asking import Terminal
from .changes import add_directories, add_entry, path_of_client, remove_entry
from .claude_code import add_to_claude_code, new_in_claude_code, remove_from_claude_code
from .clients import CLAUDE_CODE, CLIENTS, Client
from .directories import Chosen, choose_place, chosen_directory, configured_tables, variables_in
from .entries import Server
from .files import read_file
from .formats import TOML
from .keeping import Place
from .launching import launch_of, note_on_environment
from .needs import provider_names, provider_of
from .performing import Change, Plan, carry_out
from .systems import System
from .wanted import Wanted, wanted

__all__ = ["set_up"]

_SANDBOX, _CONFIGURED = "simulated", "configured"
_OF_THE_NETWORK = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables by which a directory is reached."""


def set_up(options: Namespace, system: System, terminal: Terminal) -> int:
    """Do what the options say. Raises: ConfigurationError; then nothing, or what was said so far, is written."""
    wants = wanted(options, system)
    terminal.says_aside = wants.only_prints
    clients = _clients(wants, terminal, system)
    if options.remove:
        if wants.server_file.exists():
            terminal.say(f"Keys, and {wants.server_file}, stay as they are.", "dim")
        plan = Plan(system, clients, wants.server_file, _removals(wants, clients, system))
        return carry_out(plan, terminal, dry_run=options.dry_run)
    sandbox, chosen, place = _directories(wants, terminal, system)
    tables = {each.provider.name: each.table for each in chosen if each.table is not None}
    server = _server(wants, system, sandbox=sandbox, chosen=chosen, place=place)
    name = wants.entry_name(sandbox=sandbox)
    if options.print:
        _print_tables(tables, wants, terminal)
        return _print_entries(clients, name, server, system, wants, terminal)
    changes: list[Change] = [] if not tables else [add_directories(system, wants.server_file, tables)]
    changes += [_addition(client, name, server, wants, system) for client in clients]
    notes = [*_notes(clients, place, chosen), *([] if sandbox else _notes_on_the_network(system))]
    notes += note_on_environment(server.launch, sys.prefix, sys.base_prefix) if wants.command is None else []
    plan = Plan(system, clients, wants.server_file, changes, chosen, notes)
    return carry_out(plan, terminal, dry_run=options.dry_run)


def _clients(wants: Wanted, terminal: Terminal, system: System) -> Sequence[Client]:
    if wants.clients:
        return wants.clients
    there = [client.name for client in CLIENTS.values() if client.is_there(system)]
    shown = {client.name: client.title + (" (found)" if client.name in there else "") for client in CLIENTS.values()}
    names = terminal.choose("Which clients shall use it?", shown, there or ["claude-desktop"], "--client")
    return [CLIENTS[name] for name in names]


def _directories(wants: Wanted, terminal: Terminal, system: System) -> tuple[bool, list[Chosen], Place]:
    """Return whether they are the simulated ones; else each with its keys, and where these are kept."""
    if wants.sandbox:
        return True, [], "variable"
    tables = configured_tables(wants, system)
    providers = list(wants.providers)
    if not providers:
        names = _asked_directories(tables, wants, terminal, system)
        if _SANDBOX in names:
            return True, [], "variable"
        providers = [provider_of(name, system.working_folder) for name in names if name != _CONFIGURED]
    place: Place = "file"
    if any(each.secrets and each.name not in tables for each in providers) or wants.place is not None:
        place = choose_place(wants, terminal, system)
    found = [chosen_directory(each, place, wants, terminal, system, tables) for each in providers]
    chosen = [each for each in found if each is not None]
    if providers and not chosen:
        raise ConfigurationError("--directory", "no directory is left", "Run setup again with a key that works.")
    return False, chosen, place


def _asked_directories(tables: Mapping[str, Any], wants: Wanted, terminal: Terminal, system: System) -> Sequence[str]:
    if tables and not terminal.is_there:
        return [_CONFIGURED]
    shown = {_CONFIGURED: f"what {wants.server_file} says: {', '.join(tables)}"} if tables else {}
    shown[_SANDBOX] = "six simulated directories, which need no key"
    shown |= {name: provider_of(name, system.working_folder).manifest.title for name in provider_names()}
    set_here = [name for name in shown if name not in (_CONFIGURED, _SANDBOX) and _is_set(name, system)]
    default = [_CONFIGURED] if tables else set_here or [_SANDBOX]
    return terminal.choose("Which directories?", shown, default, "--directory")


def _is_set(name: str, system: System) -> bool:
    return bool(system.environment.get(provider_of(name, system.working_folder).key or ""))


def _server(wants: Wanted, system: System, *, sandbox: bool, chosen: list[Chosen], place: Place) -> Server:
    launch = launch_of(sys.argv[0], sys.executable, system.environment, wants.command)
    if sandbox:
        return Server(launch, sandbox=True)
    tables = configured_tables(wants, system)
    needs_file = any(each.table is not None for each in chosen) or wants.server_file.exists()
    written = [variable for each in chosen if each.kept for variable in each.provider.secrets]
    variables = [*(written if place in ("variable", "client") else ()), *(variables_in(tables) if needs_file else ())]
    values = {name: key for each in chosen for name, key in each.keys.items()} if place == "client" else {}
    config = wants.server_file if needs_file else None
    return Server(launch, config, False, tuple(dict.fromkeys(variables)), values, written)


def _addition(client: Client, name: str, server: Server, wants: Wanted, system: System) -> Change:
    if client is CLAUDE_CODE and not wants.project:
        return add_to_claude_code(system, name, server, force=wants.force)
    file = read_file(path_of_client(client, system, project=wants.project), system.user)
    return add_entry(client, file, name, server, force=wants.force)


def _removals(wants: Wanted, clients: Sequence[Client], system: System) -> list[Change]:
    name = wants.entry_name(sandbox=wants.sandbox)
    changes: list[Change] = []
    for client in clients:
        if client is CLAUDE_CODE and not wants.project:
            changes.append(remove_from_claude_code(system, name, force=wants.force))
            continue
        file = read_file(path_of_client(client, system, project=wants.project), system.user)
        changes.append(remove_entry(client, file, name, force=wants.force))
    return changes


def _print_tables(tables: Mapping[str, Mapping[str, Any]], wants: Wanted, terminal: Terminal) -> None:
    text = ""
    for name, table in tables.items():
        text = TOML.put(text, ("directories", name), table)
    if text:
        terminal.say_aside(f"{wants.server_file}:\n{text}")


def _print_entries(
    clients: Sequence[Client], name: str, server: Server, system: System, wants: Wanted, terminal: Terminal
) -> int:
    """Print what a file that has no entry yet would be; keys are left out."""
    hidden = replace(server, values={variable: f"<your {variable}>" for variable in server.values})
    for client in clients:
        entry = hidden.entry(client)
        path = path_of_client(client, system, project=wants.project)
        terminal.say_aside(f"{client.title}: {path}")
        terminal.console.out(client.format.put("", (client.servers, name), entry), end="", highlight=False)
        if client is CLAUDE_CODE and not wants.project:
            for line in new_in_claude_code(system, name, server).lines():
                terminal.say_aside(line)
    return 0


def _notes(clients: Sequence[Client], place: Place, chosen: list[Chosen]) -> list[str]:
    """Return what the person has to do about variables."""
    variables = [variable for each in chosen if each.kept for variable in each.provider.secrets]
    if place != "variable" or not variables:
        return []
    names = ", ".join(variables)
    silent = [client.title for client in clients if not client.knows_variables]
    notes = [f"Set {names} where your client is started."]
    if silent:
        notes.append(f"{', '.join(silent)} may not know the variables of your shell: then keep the keys in a file.")
    return notes


def _notes_on_the_network(system: System) -> list[str]:
    """Return what the server may need that the directories were tried with, and that clients do not pass on."""
    here = [name for name in _OF_THE_NETWORK if system.environment.get(name) or system.environment.get(name.lower())]
    names = ", ".join(here)
    return [f"{names}: set here, and perhaps not for your client. If so, add it to `env` of the entry."] if here else []
