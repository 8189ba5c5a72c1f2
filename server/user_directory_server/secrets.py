"""The secrets and the named settings of one directory: from a table of the file, else from the environment."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from user_directories import ConfigurationError, KeptKey, Manifest, listed
from user_directories.manifest import Auth
from user_directories.manifest.grants import RefreshToken
from user_directories.manifest.placeholders import filled, names_in

from .addresses import checked_token_url
from .collected import tried
from .config_file import DirectoryTable
from .echo import is_placeholder, is_variable, plainly
from .keys import Check, Environment, KeySource, check_key, check_password, check_private_key, kept_in_variable

__all__ = ["Secrets", "Where", "secrets_of"]

_NO_KEY = KeptKey(SecretStr(""), "no key")
_LONGEST_SETTING = 256
_IN_ADDRESS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~-]*[A-Za-z0-9])?(?::\d{1,5})?")
"""A value that stays where it is put in an address: a host name, or a part of a path."""


@dataclass(frozen=True)
class Secrets:
    """What a directory is asked with; `further` by header, `named` by the names of settings."""

    key: KeptKey
    further: Mapping[str, KeptKey]
    named: Mapping[str, str]
    client: KeptKey | None = None
    token_url: str | None = None


@dataclass(frozen=True)
class Where:
    """Where a directory is configured: in the environment, and perhaps in a table of a file, at `place`."""

    environment: Environment
    table: DirectoryTable | None = None
    place: str = ""
    file: Path = field(default_factory=Path)

    def source(self, variable: str) -> KeySource | None:
        """Return where the table keeps a further secret; None if it does not say."""
        return None if self.table is None else self.table.secrets.get(variable)

    def setting(self, name: str) -> str | None:
        """Return the table's value of a named setting; None if it has none."""
        return None if self.table is None else self.table.settings.get(name)

    def not_given(self, variable: str, what: str, otherwise: str) -> ConfigurationError:
        """Return the fault of what neither the table nor the environment has."""
        if self.table is None:
            return ConfigurationError(variable, "it is not set, but the key of this directory is", "Set it, too.")
        named = variable if is_variable(variable) else "that its manifest names"
        return ConfigurationError(
            self.place, what, f"Set the environment variable {named}, or add {otherwise}.", self.file
        )


def secrets_of(manifest: Manifest, where: Where) -> Secrets:
    """Return them. Raises: ConfigurationError, with every fault."""
    faults, auth = list(_unused(manifest, where)), manifest.auth
    key = tried(faults, partial(_key, manifest, where)) or _NO_KEY
    further = {header: tried(faults, partial(_further, name, where)) for header, name in auth.headers.items()}
    named = {name: tried(faults, partial(_named, name, manifest, where)) for name in manifest.settings}
    values = {name: value for name, value in named.items() if value is not None}
    client = (
        tried(faults, partial(_further, variable, where, check_password)) if (variable := _of_client(auth)) else None
    )
    if not faults and auth.user is not None and ":" in filled(auth.user, values):
        faults.append(_of_user(manifest, where))
    url = None if faults or auth.token is None else tried(faults, partial(_token_url, manifest, values, where))
    if faults:
        raise ConfigurationError.together(faults)
    return Secrets(key, {header: kept for header, kept in further.items() if kept is not None}, values, client, url)


def _of_client(auth: Auth) -> str | None:
    """Return the variable of the client's secret, if a grant needs one beside the key."""
    return auth.token.secret if isinstance(auth.token, RefreshToken) else None


def _check(auth: Auth) -> Check:
    """Return how the key is checked: if it is not sent as it is, it may be a pass phrase or a private key."""
    if auth.token is not None:
        return check_private_key if auth.token.has_private_key else check_password
    return check_password if auth.user is not None else check_key


def _token_url(manifest: Manifest, named: Mapping[str, str], where: Where) -> str:
    """Return the token endpoint: that of the table, or that of the manifest with the named settings in it."""
    table, token = where.table, manifest.auth.token
    plain_http = None if table is None else table.plain_http
    if table is not None and table.token_url is not None:
        return checked_token_url(table.token_url, f"{where.place}.token_url", where.file, plain_http)
    template = None if token is None else token.url
    place, file = where.place or manifest.auth.environment or "", None if where.table is None else where.file
    if template is None:
        fix = 'Add token_url = "https://…" here, or url to [auth.token] of the manifest.'
        raise ConfigurationError(place, "no token endpoint", fix, file)
    for name in names_in(template):
        if not _IN_ADDRESS.fullmatch(named[name]):
            problem = f"the setting `{name}` stands in an address, and cannot"
            raise ConfigurationError(place, problem, "Use letters, digits, full stops and dashes.", file)
    return checked_token_url(filled(template, named), f"{place}: url of [auth.token]", file, plain_http)


def _key(manifest: Manifest, where: Where) -> KeptKey:
    variable, table, check = manifest.auth.environment, where.table, _check(manifest.auth)
    if variable is None:
        return _NO_KEY
    if table is not None and table.api_key is not None:
        return table.api_key.kept(f"{where.place}.api_key", where.file, where.environment, check)
    if variable in where.environment:
        return kept_in_variable(variable, where.environment, check)
    named = variable if is_variable(variable) else "that `auth.environment` of its manifest names"
    fix = f'Set the environment variable {named}, or add api_key = {{ env = "NAME" }}.'
    raise ConfigurationError(where.place, "no API key", fix, where.file)


def _further(variable: str, where: Where, check: Check = check_key) -> KeptKey:
    if (source := where.source(variable)) is not None:
        return source.kept(f"{where.place}.secrets.{variable}", where.file, where.environment, check)
    if variable in where.environment:
        return kept_in_variable(variable, where.environment, check)
    raise where.not_given(variable, "it needs a further secret", f'secrets.{variable} = {{ file = "PATH" }}')


def _named(name: str, manifest: Manifest, where: Where) -> str:
    variable, given = manifest.settings[name], where.setting(name)
    value = where.environment.get(variable) if given is None else given
    if value is None:
        raise where.not_given(variable, f"it needs the setting `{name}`", f'settings = {{ {name} = "…" }}')
    place, file = (variable, None) if given is None else (f"{where.place}.settings.{name}", where.file)
    value = value.strip()
    if not value or is_placeholder(value):
        problem = "there is a placeholder in place of the value" if value else "it is empty"
        raise ConfigurationError(place, problem, "Write the value.", file)
    if not value.isprintable() or len(value) > _LONGEST_SETTING:
        raise ConfigurationError(place, "it is not a name or an address", "Copy it again.", file)
    return value


def _unused(manifest: Manifest, where: Where) -> Iterator[ConfigurationError]:
    """Yield what the table gives and nothing takes: it may be meant for something else."""
    table = where.table
    if table is None:
        return
    if table.api_key is not None and manifest.auth.environment is None:
        problem, fix = "this directory is asked without a key", "Leave api_key out."
        yield ConfigurationError(f"{where.place}.api_key", problem, fix, where.file)
    if table.token_url is not None and manifest.auth.token is None:
        problem, fix = "its manifest asks for no token", "Leave token_url out, or add [auth.token] to the manifest."
        yield ConfigurationError(f"{where.place}.token_url", problem, fix, where.file)
    further = {*manifest.auth.headers.values(), *filter(None, [_of_client(manifest.auth)])}
    taken = {"secrets": further, "settings": set(manifest.settings)}
    given = {"secrets": set(table.secrets), "settings": set(table.settings)}
    for key, names in given.items():
        for name in sorted(names - taken[key]):
            problem = f"this directory takes no `{plainly(name, '(not shown)')}`"
            fix = f"It takes: {listed(sorted(taken[key]))}." if taken[key] else f"Leave {key} out."
            yield ConfigurationError(f"{where.place}.{key}", problem, fix, where.file)


def _of_user(manifest: Manifest, where: Where) -> ConfigurationError:
    place = where.place or manifest.auth.environment or ""
    file = where.file if where.table is not None else None
    problem = "the user of `auth.user` contains a colon, which Basic cannot send"
    return ConfigurationError(place, problem, "Correct it there, or in settings.", file)
