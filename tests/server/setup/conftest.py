"""`setup` on a system of its own: another home, other variables, and a person who answers or is not there."""

import io
import os
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from user_directories import ConfigurationError
from user_directory_server.cli import _parse
from user_directory_server.setup.asking import Terminal
from user_directory_server.setup.procedure import set_up
from user_directory_server.setup.systems import System, SystemName


@dataclass
class Person:
    """Somebody who runs `setup`, and what he sees."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    name: SystemName = "linux"
    width: int = 100
    user: int | None = field(default_factory=lambda: os.geteuid() if hasattr(os, "geteuid") else None)
    seen: str = ""

    @property
    def system(self) -> System:
        return System(self.name, self.folder / "home", self.environment, self.folder / "project", self.user)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def runs(self, *arguments: str, answers: str | None = None) -> int:
        """Run it; `answers` are what is typed, None if there is no terminal. Raises: ConfigurationError."""
        printed = io.StringIO()
        console = Console(file=printed, width=self.width, highlight=False)
        stream = None if answers is None else io.StringIO(answers)
        terminal = Terminal(console, is_there=answers is not None, stream=stream)
        try:
            return set_up(_parse(["setup", *arguments]), self.system, terminal)
        finally:
            self.seen = printed.getvalue()

    def fails(self, *arguments: str, answers: str | None = None) -> str:
        """Run it, and return the error."""
        with pytest.raises(ConfigurationError) as failed:
            self.runs(*arguments, answers=answers)
        return str(failed.value)

    def files(self) -> Mapping[str, bytes]:
        """Every file below the home, but for backups."""
        found = (path for path in self.home.rglob("*") if path.is_file() and path.suffix != ".bak")
        return {path.relative_to(self.home).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def person(tmp_path: Path) -> Person:
    (tmp_path / "home").mkdir()
    (tmp_path / "project").mkdir()
    return Person(tmp_path)


@pytest.fixture
def typed() -> Callable[..., str]:
    """Lines, as they are typed."""
    return lambda *lines: "".join(f"{line}\n" for line in lines)


class Keyring:
    """What stands in for the keyring of a system."""

    class KeyringError(Exception):
        pass

    def __init__(self, *, is_locked: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = is_locked

    def get_password(self, service: str, user: str) -> str | None:
        if self.is_locked:
            raise self.KeyringError
        return self.kept.get((service, user))

    def set_password(self, service: str, user: str, key: str) -> None:
        self.kept[service, user] = key


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    found = Keyring()
    module, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    vars(errors).update(KeyringError=found.KeyringError)
    vars(module).update(get_password=found.get_password, set_password=found.set_password, errors=errors)
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return found
