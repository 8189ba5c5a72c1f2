"""Reading secrets from the environment, a file, the system's keyring or a program; the configuration holds none."""

import logging
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from user_directories import ConfigurationError, KeptKey

from .echo import is_placeholder, is_variable

__all__ = [
    "INSTALL_KEYRING",
    "Check",
    "Environment",
    "KeyFile",
    "KeySource",
    "check_key",
    "check_password",
    "check_private_key",
    "kept_in_variable",
    "path_of",
]

Environment = Mapping[str, str]

INSTALL_KEYRING = (
    "Install it beside this server: uv tool install '.[keyring]', pipx inject user-directory-mcp keyring, or "
    "pip install keyring in its environment"
)
"""What helps where the package is missing."""

Check = Callable[[str, str, Path | None], SecretStr]
"""Checks a secret of a place, in a file. Raises: ConfigurationError."""

logger = logging.getLogger(__name__)

_WRITABLE = stat.S_IWGRP | stat.S_IWOTH
_OF_OTHERS = _WRITABLE | stat.S_IROTH
"""The rights that a key file should not give; a group may be meant to read it."""


class KeySource(BaseModel):
    """`{ env = "NAME" }`, `{ file = "PATH" }`, `{ keyring = "SERVICE" }` or `{ command = ["PROGRAM", …] }`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    env: str | None = None
    file: str | None = None
    keyring: str | None = None
    user: str = "user-directory-mcp"
    """The user name under which a keyring holds the key."""
    command: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """A program and its arguments, which no shell reads; it prints the key, alone, on one line."""
    ttl: Annotated[float, Field(gt=0)] | None = None
    """Seconds for which the key that it prints can be used; None: until the provider refuses it."""

    @model_validator(mode="after")
    def _one_source(self) -> "KeySource":
        if sum(source is not None for source in (self.env, self.file, self.keyring, self.command)) != 1:
            raise ValueError("give one of `env`, `file`, `keyring` and `command`")
        if self.ttl is not None and self.command is None:
            raise ValueError("`ttl` is for a `command`")
        return self

    def kept(self, place: str, file: Path, environment: Environment, check: Check) -> KeptKey:
        """Return the secret for a table of `file`, and where it is read again.

        Raises: ConfigurationError naming the place, and neither the value nor a name that may be the key itself.
        """
        if self.env is not None:
            if self.env not in environment:
                raise ConfigurationError(place, *_not_set(self.env), file)
            return kept_in_variable(self.env, environment, check)
        if self.file is not None:
            kept = KeyFile(path_of(self.file, place, file), place, file, check)
            return KeptKey(kept.first(), self.file, changing=kept)
        if self.command is not None:
            return _printed(self.command, self.ttl, place, lambda line: check(line, place, file))
        service = self.keyring or ""
        return KeptKey(_from_keyring(service, self.user, place, file, check), f"the keyring ({service})")


def kept_in_variable(name: str, environment: Environment, check: Check) -> KeptKey:
    """Return the secret in an environment variable that is set. Raises: ConfigurationError."""
    return KeptKey(check(environment[name], name, None), name)


def _printed(words: tuple[str, ...], ttl: float | None, place: str, check: Callable[[str], SecretStr]) -> KeptKey:
    from .key_commands import KeyCommand

    identity = SecretStr("\0".join(words))
    return KeptKey(identity, f"the command of {place}", fetch=KeyCommand(words, ttl, place, check))


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
    key = _one_line(text, place, file, "API key")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigurationError(place, "the API key contains a character that no key has", "Copy it again.", file)
    return SecretStr(key)


def check_password(text: str, place: str, file: Path | None = None) -> SecretStr:
    """Check that a password can be sent: not empty, without control characters (RFC 7617 §2).

    Raises: ConfigurationError.
    """
    password = _one_line(text, place, file, "password")
    if any(ord(each) < 32 or ord(each) == 127 for each in password):
        problem = "the password contains a control character"
        raise ConfigurationError(place, problem, "Copy it again.", file)
    return SecretStr(password)


def check_private_key(text: str, place: str, file: Path | None = None) -> SecretStr:
    r"""Check that this looks like a private key in PEM, or the JSON file of a service account with one.

    In a variable, `\n` may stand for the ends of lines. Whether the key can sign is seen when it does.

    Raises: ConfigurationError.
    """
    secret = text.strip()
    pem = _pem_in(secret)
    if secret == pem and "\n" not in pem:
        secret = pem = pem.replace("\\n", "\n")
    wrong = next((what for word, what in _NO_PRIVATE_KEY.items() if word in pem), None)
    if wrong is None and not ("-----BEGIN" in pem and "PRIVATE KEY-----" in pem):
        wrong = "it is no private key in PEM (-----BEGIN PRIVATE KEY-----)"
    if wrong is not None:
        raise ConfigurationError(place, wrong, "Give the private key that belongs to this client.", file)
    return SecretStr(secret)


_NO_PRIVATE_KEY = {
    "ENCRYPTED": "the private key is encrypted with a pass phrase",
    "OPENSSH": "the private key is one of SSH",
    "PUBLIC KEY": "it is a public key",
}


def _pem_in(secret: str) -> str:
    """Return the key in the JSON file of a service account; any other text as it is."""
    if not secret.startswith("{"):
        return secret
    import json

    try:
        key = json.loads(secret).get("private_key")
    except (ValueError, RecursionError):
        return ""
    return key if isinstance(key, str) else ""


def _one_line(text: str, place: str, file: Path | None, what: str) -> str:
    """Return a secret without what stands around it. Raises: ConfigurationError."""
    secret, word = text.strip(" \t"), what.rpartition(" ")[2]
    if not secret.strip():
        raise ConfigurationError(place, f"the {what} is empty", f"Set the {word}, or remove the variable.", file)
    if "\n" in secret or "\r" in secret:
        problem = f"the {what} contains a line break"
        raise ConfigurationError(place, problem, f"Set the {word} alone, on one line.", file)
    if is_placeholder(secret):
        fix = f"Put the {word} there, or remove the variable."
        raise ConfigurationError(place, f"there is a placeholder in place of the {what}", fix, file)
    return secret


def path_of(text: str, place: str, file: Path) -> Path:
    """Return the path that a table of `file` names, beside which it is. Raises: ConfigurationError."""
    try:
        return file.parent / Path(text).expanduser()
    except RuntimeError as error:
        raise ConfigurationError(place, "it names no home folder", "Write the whole path.", file) from error


class KeyFile:
    """A key in a file, which is read again when the file is another one or was written."""

    def __init__(self, path: Path, place: str, file: Path, check: Check = check_key) -> None:
        self._path = path
        self._place = place
        self._file = file
        self._check = check
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
        return self._check(text.rstrip("\r\n"), f"{self._place}, the key file", self._file)

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


def _from_keyring(service: str, user: str, place: str, file: Path, check: Check) -> SecretStr:
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        fix = f"{INSTALL_KEYRING}."
        raise ConfigurationError(place, "the keyring package is not installed", fix, file) from error
    try:
        key = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        fix = "Use env or file instead."
        raise ConfigurationError(place, "the system's keyring cannot be read", fix, file) from error
    if key is None:
        fix = "Store it with `keyring set SERVICE USER`, or correct the name of the service."
        raise ConfigurationError(place, "the keyring has no key for this service", fix, file)
    return check(key, place, file)
