"""Claude Code, whose own file is written by itself all the time: its command adds the entry, and takes it out.

`claude mcp add-json` and `claude mcp remove` (https://code.claude.com/docs/en/mcp), for all projects (`--scope user`).
"""

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from user_directories import ConfigurationError
from user_directories.users.json_values import is_object

from .broken_text import BrokenText
from .clients import CLAUDE_CODE
from .entries import Server, absence, check_is_ours
from .files import read_file
from .formats import entry_at
from .systems import System

__all__ = ["ClaudeCommands", "add_to_claude_code", "new_in_claude_code", "remove_from_claude_code"]

_SECONDS = 60.0
"""Seconds within which one of its commands must have ended."""


@dataclass(frozen=True)
class ClaudeCommands:
    """Commands of Claude Code, one after another; `program` is None if it is not installed, or not on the PATH."""

    title: str
    system: System
    program: str | None
    commands: Sequence[Sequence[str]]
    absent: str = "nothing to change"

    @property
    def is_needed(self) -> bool:
        """Whether anything is to do."""
        return bool(self.commands)

    def difference(self) -> str:
        """Return the commands, one on a line."""
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """Yield each command as it is typed."""
        for each in self.commands:
            words = ["claude", *each]
            yield subprocess.list2cmdline(words) if self.system.name == "windows" else shlex.join(words)

    def perform(self) -> Iterator[str]:
        """Run them, and yield what was done; without the program, what to do. Raises: ConfigurationError."""
        if self.commands and self.program is None:
            yield f"{self.title}: its command `claude` cannot be run from here. Run it yourself:"
        for words, line in zip(self.commands, self.lines(), strict=True):
            if self.program is not None:
                self._run(words)
            yield f"{self.title}: {line}" if self.program is not None else f"    {line}"
        if not self.commands:
            yield f"{self.title}: {self.absent}"

    def _run(self, words: Sequence[str]) -> None:
        line = [self.program or "", *words]
        try:
            done = subprocess.run(  # noqa: S603 - its own command, and no shell
                line,
                env=dict(self.system.environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise self._failed(words, "it could not be run to its end") from error
        if done.returncode != 0:
            raise self._failed(words, f"it ended with the exit status {done.returncode}")

    def _failed(self, words: Sequence[str], problem: str) -> ConfigurationError:
        fix = "Run it by hand to see what it says; --print shows it whole. Or use --project."
        return ConfigurationError(f"claude {' '.join(words[:2])}", problem, fix)


def add_to_claude_code(system: System, name: str, server: Server, *, force: bool) -> ClaudeCommands:
    """Plan the entry `name`. Raises: ConfigurationError."""
    if server.values:
        fix = "Use another place for keys (--keys file), or --project."
        problem = "a key would stand on a command line, which other users can see"
        raise ConfigurationError("--keys client", problem, fix)
    old = _old(system, name, force=force)
    if is_object(old) and set(server.entry(CLAUDE_CODE, old).get("env", {})) - set(server.variables):
        fix = "Take it out with --remove, run setup again, and add the variables by hand."
        raise ConfigurationError(f"mcpServers.{name}", "its variables may hold keys, which a command line shows", fix)
    entry = server.entry(CLAUDE_CODE, old)
    if old == entry:
        return _planned(system, [])
    return _planned(system, [*([] if old is None else [_removal(name)]), _addition(name, entry)])


def new_in_claude_code(system: System, name: str, server: Server) -> ClaudeCommands:
    """Return what adds the entry `name`, whatever is there; keys are left out."""
    return _planned(system, [_addition(name, replace(server, values={}).entry(CLAUDE_CODE))])


def remove_from_claude_code(system: System, name: str, *, force: bool) -> ClaudeCommands:
    """Plan to take the entry `name` out. Raises: ConfigurationError."""
    if _old(system, name, force=force) is None:
        return replace(_planned(system, []), absent=absence(name, _at(system)))
    return _planned(system, [_removal(name)])


def _addition(name: str, entry: Mapping[str, Any]) -> Sequence[str]:
    return ("mcp", "add-json", "--scope", "user", name, json.dumps(entry, ensure_ascii=False))


def _removal(name: str) -> Sequence[str]:
    return ("mcp", "remove", "--scope", "user", name)


def _planned(system: System, commands: Sequence[Sequence[str]]) -> ClaudeCommands:
    program = shutil.which("claude", path=system.environment.get("PATH", ""))
    if program is not None and program.lower().endswith((".cmd", ".bat")):
        program = None  # such a script reads the quotes of an entry as its own
    return ClaudeCommands(CLAUDE_CODE.title, system, program, commands)


def _old(system: System, name: str, *, force: bool) -> Any:
    """Return the entry of that name. Raises: ConfigurationError, also if it is one of another program."""
    old = _at(system, name)
    check_is_ours(old, f"{CLAUDE_CODE.servers}.{name}", CLAUDE_CODE.file(system), force=force)
    return old


def _at(system: System, *path: str) -> Any:
    """Return what stands at a path among the servers of its file, which is only read. Raises: ConfigurationError."""
    file = read_file(CLAUDE_CODE.file(system), system.user)
    try:
        return entry_at(CLAUDE_CODE.format.read(file.text or ""), (CLAUDE_CODE.servers, *path))
    except BrokenText as error:
        raise ConfigurationError("", f"it cannot be read: {error}", "Let Claude Code repair it.", file.path) from error
