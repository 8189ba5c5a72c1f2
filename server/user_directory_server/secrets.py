"""The secrets of one directory: from a table of the file, else from the environment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import SecretStr

from user_directories import ConfigurationError, KeptKey, Manifest, listed
from user_directories.manifest import Auth
from user_directories.manifest.grants import RefreshToken
from user_directories.manifest.placeholders import filled

from .addresses import checked_token_url
from .collected import tried
from .echo import is_variable, plainly
from .keys import Check, check_key, check_password, check_private_key, kept_in_variable
from .named_settings import in_address
from .where import Where

__all__ = ["Secrets", "secrets_of"]

_NO_KEY = KeptKey(SecretStr(""), "no key")


@dataclass(frozen=True)
class Secrets:
    """What a directory is asked with; `further` by header."""

    key: KeptKey
    further: Mapping[str, KeptKey]
    client: KeptKey | None = None
    token_url: str | None = None


def secrets_of(manifest: Manifest, where: Where, values: Mapping[str, str]) -> Secrets:
    """Return them; `values` are those of the named settings. Raises: ConfigurationError, with every fault."""
    faults, auth = list(_unused(manifest, where)), manifest.auth
    key = tried(faults, partial(_key, manifest, where)) or _NO_KEY
    further = {header: tried(faults, partial(_further, name, where)) for header, name in auth.headers.items()}
    client = (
        tried(faults, partial(_further, variable, where, check_password)) if (variable := _of_client(auth)) else None
    )
    if not faults and auth.user is not None and ":" in filled(auth.user, values):
        faults.append(_of_user(manifest, where))
    url = None if faults or auth.token is None else tried(faults, partial(_token_url, manifest, values, where))
    if faults:
        raise ConfigurationError.together(faults)
    return Secrets(key, {header: kept for header, kept in further.items() if kept is not None}, client, url)


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
    place, file = where.place or manifest.auth.environment or "", where.told_file
    if template is None:
        fix = 'Add token_url = "https://…" here, or url to [auth.token] of the manifest.'
        raise ConfigurationError(place, "no token endpoint", fix, file)
    url = in_address(template, named, place, file)
    return checked_token_url(url, f"{place}: url of [auth.token]", file, plain_http)


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
    file = where.told_file
    problem = "the user of `auth.user` contains a colon, which Basic cannot send"
    return ConfigurationError(place, problem, "Correct it there, or in settings.", file)
