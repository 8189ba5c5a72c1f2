"""Reading API keys from the environment, a file or the system's keyring; never from the configuration file."""

import logging
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

from user_directories import ConfigurationError

from .echo import is_placeholder, is_variable

__all__ = ["Environment", "KeyFile", "KeySource", "check_key", "path_of"]

Environment = Mapping[str, str]

logger = logging.getLogger(__name__)

_WRITABLE = stat.S_IWGRP | stat.S_IWOTH
_OF_OTHERS = _WRITABLE | stat.S_IROTH
"""The rights that a key file should not give; a group may be meant to read it."""


class KeySource(BaseModel):
    """`{ env = "NAME" }`, `{ file = "PATH" }` or `{ keyring = "SERVICE" }`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    env: str | None = None
    file: str | None = None
    keyring: str | None = None
    user: str = "user-directory-mcp"
    """The user name under which a keyring holds the key."""

    @model_validator(mode="after")
    def _one_source(self) -> "KeySource":
        if sum(source is not None for source in (self.env, self.file, self.keyring)) != 1:
            raise ValueError("give one of `env`, `file` and `keyring`")
        return self

    def place(self) -> str:
        """Say where the key is kept, in a word or two; only of a source from which a key was read."""
        return self.env or self.file or f"the keyring ({self.keyring})"

    def changing(self, place: str, file: Path) -> "KeyFile | None":
        """Return what reads the key of a file again; None where the key stays as it is."""
        return None if self.file is None else KeyFile(path_of(self.file, place, file), place, file)

    def read(self, place: str, file: Path, environment: Environment) -> SecretStr:
        """Read the key for a table of `file`.

        Raises: ConfigurationError naming the place, and neither the value nor a name that may be the key itself.
        """
        if self.env is not None:
            if self.env not in environment:
                raise ConfigurationError(place, *_not_set(self.env), file)
            return check_key(environment[self.env], self.env)
        if self.file is not None:
            return KeyFile(path_of(self.file, place, file), place, file).first()
        return _from_keyring(self.keyring or "", self.user, place, file)


def _not_set(name: str) -> tuple[str, str]:
    if is_variable(name):
        return f"the environment variable {name} is not set", "Set it, or correct the name."
    return (
        "`env` names no environment variable that is set",
        "Write the name of a variable that holds the key, never the key itself.",
    )


def check_key(text: str, place: str, file: Path | None = None) -> SecretStr:
    """Check that a key fits in a header: not empty, printable ASCII without spaces inside.

    Raises: ConfigurationError.
    """
    key = text.strip(" \t")
    if not key.strip():
        raise ConfigurationError(place, "the API key is empty", "Set the key, or remove the variable.", file)
    if "\n" in key or "\r" in key:
        raise ConfigurationError(place, "the API key contains a line break", "Set the key alone, on one line.", file)
    if is_placeholder(key):
        fix = "Put the key there, or remove the variable."
        raise ConfigurationError(place, "there is a placeholder in place of the API key", fix, file)
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigurationError(place, "the API key contains a character that no key has", "Copy it again.", file)
    return SecretStr(key)


def path_of(text: str, place: str, file: Path) -> Path:
    """Return the path that a table of `file` names, beside which it is. Raises: ConfigurationError."""
    try:
        return file.parent / Path(text).expanduser()
    except RuntimeError as error:
        raise ConfigurationError(place, "it names no home folder", "Write the whole path.", file) from error


class KeyFile:
    """A key in a file, which is read again when the file is another one or was written."""

    def __init__(self, path: Path, place: str, file: Path) -> None:
        self._path = path
        self._place = place
        self._file = file
        self._seen = self._look()

    def first(self) -> SecretStr:
        """Read the key, and say in the log if other users can, too. Raises: ConfigurationError."""
        try:
            key = self._checked()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "not UTF-8 text"
            problem = f"the key file cannot be read ({reason})"
            raise ConfigurationError(self._place, problem, "Check the path.", self._file) from error
        self._tell_of_loose_rights()
        return key

    def _checked(self) -> SecretStr:
        text = self._path.read_text(encoding="utf-8")
        return check_key(text.rstrip("\r\n"), f"{self._place}, the key file", self._file)

    def changed(self) -> SecretStr | None:
        """Return the key if the file is another one, or was written, since the last look."""
        now = self._look()
        if now == self._seen:
            return None
        key = self.read()
        self._seen = now if key is not None else self._seen  # a file that is being written is looked at again
        return key

    def read(self) -> SecretStr | None:
        """Return the key in the file; None if there is none that can be used."""
        try:
            return self._checked()
        except (ConfigurationError, OSError, ValueError):
            return None

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _tell_of_loose_rights(self) -> None:
        if os.name == "posix" and (loose := self._path.stat().st_mode & _OF_OTHERS):
            may = "write" if loose & _WRITABLE else "read"
            logger.warning("%s: other users can %s the key file. Use chmod 600.", self._place, may)


def _from_keyring(service: str, user: str, place: str, file: Path) -> SecretStr:
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        fix = "Install it: pip install keyring."
        raise ConfigurationError(place, "the keyring package is not installed", fix, file) from error
    try:
        key = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        fix = "Use env or file instead."
        raise ConfigurationError(place, "the system's keyring cannot be read", fix, file) from error
    if key is None:
        fix = "Store it with `keyring set SERVICE USER`, or correct the name of the service."
        raise ConfigurationError(place, "the keyring has no key for this service", fix, file)
    return check_key(key, place, file)
