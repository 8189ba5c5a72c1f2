"""What `setup` is about to do, planned as a whole before anything is written, and then done."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from user_directories import ConfigurationError

from .broken_text import BrokenText
from .clients import Client
from .entries import Server, absence, check_is_ours, strings_in
from .files import TextFile, read_file, write_file
from .formats import TOML, Format, entry_at
from .systems import System

__all__ = ["FileChange", "add_directories", "add_entry", "path_of_client", "remove_entry"]

_CONTEXT = 2
"""Unchanged lines around what changes."""


@dataclass(frozen=True)
class FileChange:
    """One file, before and after; `shown` are the strings in it that hold no key.

    `absent` says what is so if nothing is to be changed.
    """

    title: str
    file: TextFile
    text: str
    format: Format
    shown: Sequence[str] = ()
    absent: str = "nothing to change"

    @property
    def is_needed(self) -> bool:
        """Whether anything changes."""
        return self.text != (self.file.text or "")

    def difference(self) -> str:
        """Return it line by line; strings and comments that may hold keys are left out."""
        texts = (self.format.masked(text, self.shown) for text in (self.file.text or "", self.text))
        before, after = (text.splitlines() for text in texts)
        name = str(self.file.path)
        return "\n".join(difflib.unified_diff(before, after, name, name, n=_CONTEXT, lineterm=""))

    def perform(self) -> Iterator[str]:
        """Write the file, and yield what was done. Raises: ConfigurationError."""
        if not self.is_needed:
            yield f"{self.title}: {self.absent} in {self.file.path}"
            return
        backup = write_file(self.file, self.text)
        through = "" if self.file.target == self.file.path else f", through its link to {self.file.target}"
        yield f"{self.title}: {self.file.path}{through}"
        if backup is not None:
            yield f"    what it was before: {backup}"


def path_of_client(client: Client, system: System, *, project: bool) -> Path:
    """Return the file of a client, or that of the project in the working folder. Raises: ConfigurationError."""
    if not project:
        return client.file(system)
    if client.project is None:
        problem = f"{client.title} has no file for a project"
        raise ConfigurationError("--project", problem, f"Leave --project out for {client.name}.")
    return system.working_folder / client.project


def add_entry(client: Client, file: TextFile, name: str, server: Server, *, force: bool) -> FileChange:
    """Plan the entry `name`. Raises: ConfigurationError, also if an entry of another server has that name."""
    old = _entry(client, file, name)
    check_is_ours(old, f"{client.servers}.{name}", file.path, force=force)
    entry = server.entry(client, old)
    shown = [each for each in strings_in(entry) if each not in server.values.values()]
    try:
        text = client.format.put(file.text or "", (client.servers, name), entry)
    except BrokenText as error:
        raise _broken(file, client.format, error) from error
    return FileChange(client.title, file, text, client.format, shown)


def remove_entry(client: Client, file: TextFile, name: str, *, force: bool) -> FileChange:
    """Plan to take the entry `name` out. Raises: ConfigurationError, also if it is an entry of another server."""
    old, fix = _entry(client, file, name), "Name ours with --name, or remove that one with --force."
    check_is_ours(old, f"{client.servers}.{name}", file.path, force=force, fix=fix)
    text = file.text or ""
    try:
        text = text if old is None else client.format.take_out(text, (client.servers, name))
    except BrokenText as error:
        raise _broken(file, client.format, error) from error
    return FileChange(
        client.title, file, text, client.format, absent=absence(name, _at(client, file, (client.servers,)))
    )


def _entry(client: Client, file: TextFile, name: str) -> Any:
    return _at(client, file, (client.servers, name))


def _at(client: Client, file: TextFile, place: tuple[str, ...]) -> Any:
    try:
        return entry_at(client.format.read(file.text or ""), place)
    except BrokenText as error:
        raise _broken(file, client.format, error) from error


def _broken(file: TextFile, form: Format, error: BrokenText) -> ConfigurationError:
    fix = "Correct it there, and run setup again. Or let --print show the entry, and put it there by hand."
    return ConfigurationError("", f"its {form.name} cannot be edited: {error}", fix, file.path)


def add_directories(system: System, path: Path, tables: Mapping[str, Mapping[str, Any]]) -> FileChange:
    """Plan the tables of directories in the server's own file; one that is there is never replaced.

    Raises: ConfigurationError.
    """
    file = read_file(path, system.user)
    text, title = file.text or "", "configuration of the server"
    for name, table in tables.items():
        place = ("directories", name)
        try:
            old = entry_at(TOML.read(text), place)
            if old is None:
                text = TOML.put(text, place, table)
        except BrokenText as error:
            raise _broken(file, TOML, error) from error
        if old is not None and old != table:
            fix = "Change it there by hand; setup changes no directory that is configured already."
            raise ConfigurationError(f"directories.{name}", "it is configured in another way", fix, path)
    return FileChange(title, file, text, TOML, list(strings_in(tables)))
