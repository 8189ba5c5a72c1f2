"""The entry of this server in the file of a client."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from user_directories import ConfigurationError, listed
from user_directories.users.json_values import is_list, is_object

from .clients import Client
from .launching import PROGRAM, Launch, is_ours

__all__ = ["NAME", "SANDBOX_NAME", "Server", "absence", "check_is_ours", "is_entry_of_ours", "strings_in"]

NAME = "user-directories"
SANDBOX_NAME = "user-directories-sandbox"

_CONFIG = "--config"
_MODULE = "user_directory_server"
_REPLACE = "Give ours another name with --name, or replace that one with --force."


@dataclass(frozen=True)
class Server:
    """What a client has to start. `config` is the server's own file, None if it needs none.

    `variables` are those that it has to know; `values` are keys that the person wants to have in the client's file.
    What an old entry says of those in `replaced` is forgotten.
    """

    launch: Launch
    config: Path | None = None
    sandbox: bool = False
    variables: Sequence[str] = ()
    values: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    replaced: Sequence[str] = ()

    def entry(self, client: Client, old: Any = None) -> dict[str, Any]:
        """Return its entry; what an `old` one of ours says besides stays."""
        kept = dict(old) if is_object(old) and is_entry_of_ours(old) else {}
        arguments = [*self.launch.arguments, *self._arguments(kept.get("args"))]
        entry = {**client.also, **kept, "command": self.launch.command, "args": arguments}
        entry["env"] = {**self._references(client), **self._kept(kept.get("env")), **self.values}
        if client.forwards is not None:
            entry[client.forwards] = self._forwarded(kept.get(client.forwards))
        return {name: value for name, value in entry.items() if name not in ("env", client.forwards) or value}

    def _forwarded(self, old: Any) -> list[Any]:
        kept = [name for name in old if name not in self.replaced] if is_list(old) else []
        needed = [name for name in self.variables if name not in self.values]
        return list(dict.fromkeys([*kept, *needed]))

    def _arguments(self, old: Any) -> list[str]:
        if self.sandbox:
            return ["serve", "--sandbox"]
        kept = _own_arguments(old) or ["serve"]
        if self.config is None:
            return kept
        if _CONFIG in kept[:-1]:
            place = kept.index(_CONFIG) + 1
            return [*kept[:place], str(self.config), *kept[place + 1 :]]
        return [*kept, _CONFIG, str(self.config)]

    def _kept(self, old: Any) -> dict[str, Any]:
        """Return what an old entry says of other variables, such as a proxy."""
        return {name: value for name, value in old.items() if name not in self.replaced} if is_object(old) else {}

    def _references(self, client: Client) -> dict[str, str]:
        found = {name: client.reference(name) for name in self.variables}
        return {name: reference for name, reference in found.items() if reference is not None}


def _own_arguments(old: Any) -> list[str]:
    """Return what an old entry gives to the server itself, behind its name or its module."""
    given = [each for each in old if isinstance(each, str)] if is_list(old) else []
    names = [place for place, each in enumerate(given) if each in (PROGRAM, _MODULE)]
    return given[names[-1] + 1 :] if names else given


def is_entry_of_ours(entry: Any) -> bool:
    """Return whether an entry starts this server."""
    if not is_object(entry):
        return False
    command, arguments = entry.get("command"), entry.get("args")
    given = [each for each in arguments if isinstance(each, str)] if is_list(arguments) else []
    return isinstance(command, str) and is_ours(command, given)


def check_is_ours(entry: Any, place: str, path: Path, *, force: bool, fix: str = _REPLACE) -> None:
    """Raise ConfigurationError if there is an entry of another program, unless the person says that it may go."""
    if entry is not None and not is_entry_of_ours(entry) and not force:
        raise ConfigurationError(place, "it starts another program", fix, path)


def absence(name: str, entries: Any) -> str:
    """Say that there is no entry `name`, and which of ours there are among the `entries` of a file."""
    ours = [each for each, entry in entries.items() if is_entry_of_ours(entry)] if is_object(entries) else []
    others = f" (but {listed(ours)}: name it with --name)" if ours else ""
    return f"there is no entry {name}{others}"


def strings_in(value: Any) -> Iterator[str]:
    """Yield every string in a value, but for names."""
    if isinstance(value, str):
        yield value
    elif is_object(value):
        for each in value.values():
            yield from strings_in(each)
    elif is_list(value):
        for each in value:
            yield from strings_in(each)
