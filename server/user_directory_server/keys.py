"""Reading API keys from the environment, a file or the system's keyring; never from the configuration file."""

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

from user_directories import ConfigurationError

__all__ = ["Environment", "KeySource", "check_key"]

Environment = Mapping[str, str]


_PLACEHOLDER = re.compile(r"<.*>|\$\w+|\$\{[^}]*\}|\{\{.*\}\}|%\w+%")
"""Placeholders from examples, and variables that a client did not expand."""


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
        """Say where the key is kept, in a word or two."""
        return self.env or self.file or f"the keyring ({self.keyring})"

    def read(self, place: str, folder: Path, environment: Environment) -> SecretStr:
        """Read the key. Raises: ConfigurationError naming the place, never the value."""
        if self.env is not None:
            if self.env not in environment:
                fix = "Set it, or correct the name."
                raise ConfigurationError(place, f"the environment variable {self.env} is not set", fix)
            return check_key(environment[self.env], self.env)
        if self.file is not None:
            return _from_file(folder / Path(self.file).expanduser(), place)
        return _from_keyring(self.keyring or "", self.user, place)


def check_key(text: str, place: str) -> SecretStr:
    """Check that a key fits in a header: not empty, printable ASCII without spaces inside.

    Raises: ConfigurationError.
    """
    key = text.strip(" \t")
    if not key.strip():
        raise ConfigurationError(place, "the API key is empty", "Set the key, or remove the variable.")
    if "\n" in key or "\r" in key:
        raise ConfigurationError(place, "the API key contains a line break", "Set the key alone, on one line.")
    if _PLACEHOLDER.fullmatch(key):
        raise ConfigurationError(place, "there is a placeholder in place of the API key", "Put the key there.")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigurationError(place, "the API key contains a character that no key has", "Copy it again.")
    return SecretStr(key)


def _from_file(path: Path, place: str) -> SecretStr:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(place, f"the key file {path} cannot be read", "Check the path.") from error
    return check_key(text.rstrip("\r\n"), str(path))


def _from_keyring(service: str, user: str, place: str) -> SecretStr:
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        fix = "Install it: pip install keyring."
        raise ConfigurationError(place, "the keyring package is not installed", fix) from error
    try:
        key = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        raise ConfigurationError(place, "the system's keyring cannot be read", "Use env or file instead.") from error
    if key is None:
        fix = f"Store it: keyring set {service} {user}."
        raise ConfigurationError(place, f"the keyring has no key for {service}", fix)
    return check_key(key, place)
