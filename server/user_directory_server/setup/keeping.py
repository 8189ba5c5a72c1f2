"""Where the keys of a directory are kept, and how its table names that place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from user_directories import ConfigurationError

from ..keys import INSTALL_KEYRING
from .files import write_private
from .needs import Provider

__all__ = ["PLACES", "Kept", "Place", "keep", "key_sources"]

Place = Literal["keyring", "file", "variable", "client"]
PLACES: tuple[Place, ...] = get_args(Place)

_FOLDER = "keys"
_USER = "user-directory-mcp"
"""The user name under which the server looks a key up in a keyring."""


@dataclass(frozen=True)
class Kept:
    """One secret, and where it is kept: in a file beside the server's, or under the name of a service in a keyring."""

    variable: str
    source: Mapping[str, str]
    secret: str | None = None
    """None if only the person knows it."""

    def __repr__(self) -> str:
        """Return what may be seen of it."""
        return f"Kept({self.variable!r}, {self.source!r})"


def key_sources(provider: Provider, place: Place, keys: Mapping[str, str]) -> tuple[Kept, ...]:
    """Return where the secrets of a directory are kept; `keys` by variable."""
    return tuple(Kept(each, _source(provider, place, each), keys.get(each)) for each in provider.secrets)


def _source(provider: Provider, place: Place, variable: str) -> Mapping[str, str]:
    name = provider.name if variable == provider.key else f"{provider.name}.{variable}"
    if place == "file":
        return {"file": f"{_FOLDER}/{name}"}
    if place == "keyring":
        return {"keyring": f"{_USER}.{name}"}
    return {"env": variable}


def as_table(provider: Provider, kept: tuple[Kept, ...]) -> dict[str, Any]:
    """Return the part of a directory's table that says where its secrets are."""
    sources = {each.variable: dict(each.source) for each in kept}
    table: dict[str, Any] = {} if provider.key is None else {"api_key": sources.pop(provider.key)}
    return {**table, **({"secrets": sources} if sources else {})}


def keep(kept: Kept, server_file: Path) -> str | None:
    """Write a secret to its place; return that place, None if nothing is to write. Raises: ConfigurationError."""
    if kept.secret is None:
        return None
    if "file" in kept.source:
        return str(_in_file(server_file.parent / kept.source["file"], kept.secret))
    if "keyring" in kept.source:
        return _in_keyring(kept.source["keyring"], kept.secret)
    return None


def _in_file(path: Path, secret: str) -> Path:
    try:
        write_private(path, secret + "\n")
    except OSError as error:
        fix = "Correct the rights of that folder, or keep the key elsewhere: --keys."
        raise ConfigurationError("", f"the key cannot be written ({error.strerror or error})", fix, path) from error
    return path


def _in_keyring(service: str, secret: str) -> str:
    keyring, failures = _keyring()
    try:
        keyring.set_password(service, _USER, secret)
    except failures as error:
        fix = "Unlock it, or keep the key elsewhere: --keys file."
        raise ConfigurationError("--keys keyring", "the system's keyring takes no key", fix) from error
    return f"the keyring ({service})"


def check_place(place: Place) -> None:
    """Check that keys can be kept there, before anything is asked or written. Raises: ConfigurationError."""
    if place == "keyring":
        keyring, failures = _keyring()
        try:
            keyring.get_password(f"{_USER}.setup", _USER)
        except failures as error:
            fix = "Unlock it, or keep the key elsewhere: --keys file."
            raise ConfigurationError("--keys keyring", "the system's keyring cannot be used", fix) from error


def _keyring() -> tuple[Any, type[Exception]]:
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        fix = f"{INSTALL_KEYRING}; or keep the key elsewhere: --keys file."
        raise ConfigurationError("--keys keyring", "the keyring package is not installed", fix) from error
    return keyring, keyring.errors.KeyringError


def written_places(kept: tuple[Kept, ...], server_file: Path) -> Iterator[str]:
    """Yield where secrets would be written."""
    for each in kept:
        if each.secret is not None and "file" in each.source:
            yield f"{each.variable}: into {server_file.parent / each.source['file']}, which only you can read"
        if each.secret is not None and "keyring" in each.source:
            yield f"{each.variable}: into the system's keyring, as {each.source['keyring']}"
