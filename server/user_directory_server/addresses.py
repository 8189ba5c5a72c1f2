"""Where a directory's API is: from the environment, a table of the file or the provider's page."""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from user_directories import ConfigurationError, Manifest, listed

from .config_file import DirectoryTable
from .echo import is_placeholder, plainly
from .keys import Environment
from .named_settings import in_address
from .where import Where

__all__ = ["address_in_environment", "address_of_environment", "address_of_table", "checked_token_url"]

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z0-9](:\d{1,5})?")
"""A host name with at least one full stop, so that a key is none."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def address_in_environment(manifest: Manifest, environment: Environment) -> str | None:
    """Return the variable that says where this provider is; None if none that is set does."""
    names = (manifest.base_url_environment, manifest.domain_environment)
    return next((name for name in names if name and environment.get(name)), None)


def address_of_environment(
    manifest: Manifest, environment: Environment, named: Mapping[str, str], plain_http: str | None = None
) -> str:
    """Return the base URL that the environment names, or the provider's own; `plain_http` as in a table of the file.

    `named` are the values of its settings.

    Raises: ConfigurationError.
    """
    variable = address_in_environment(manifest, environment)
    if variable is not None and variable == manifest.base_url_environment:
        return _checked_url(environment[variable], variable, plain_http=plain_http)
    if variable is not None:
        host = environment[variable].strip().removeprefix("https://").rstrip("/")
        if not _HOST.fullmatch(host):
            raise ConfigurationError(variable, *_no_address(host, "host name", "acme.eu.monocloud.com"))
        return _checked_url(f"https://{host}", variable)
    if manifest.base_url is None:
        domain = manifest.domain_environment
        needed = (
            f"Set {domain} to the tenant's domain."
            if domain
            else f"Set {manifest.base_url_environment} to the address of the API."
        )
        raise ConfigurationError(manifest.auth.environment or "", f"{manifest.title} needs an address too", needed)
    return in_address(manifest.base_url, named, manifest.auth.environment or "", None)


def address_of_table(manifest: Manifest, where: Where, table: DirectoryTable, named: Mapping[str, str]) -> str:
    """Return the base URL for a table of the file. Raises: ConfigurationError."""
    url, place, file = _address_of_table(manifest, where, table, named), where.place, where.file
    if table.plain_http is not None:
        _check_plain_http(urlsplit(url), table.plain_http, f"{place}.plain_http", file)
    return url


def _address_of_table(manifest: Manifest, where: Where, table: DirectoryTable, named: Mapping[str, str]) -> str:
    plain_http, place, file = table.plain_http, where.place, where.file
    if table.base_url is not None:
        return _checked_url(table.base_url, f"{place}.base_url", file, plain_http=plain_http)
    if table.region is not None:
        if table.region not in manifest.regions:
            problem = f"unknown region {plainly(table.region, '(not shown)')!r}"
            regions = listed(manifest.regions) or "none: leave region out"
            raise ConfigurationError(place, problem, f"Regions of this provider: {regions}.", file)
        return _checked_url(in_address(manifest.regions[table.region], named, place, file), place, file)
    if table.manifest is None:
        return address_of_environment(manifest, where.environment, named, plain_http)
    if manifest.base_url is None:
        raise ConfigurationError(place, "no base_url", "Add base_url here or in the manifest.", file)
    url = in_address(manifest.base_url, named, place, file)
    return _checked_url(url, f"{place}: base_url of its manifest", file, plain_http=plain_http)


def _checked_url(url: str, place: str, file: Path | None = None, *, plain_http: str | None = None) -> str:
    """Check a URL: https, or http to this machine or where the operator allows some; no user, query or fragment.

    That the host which is allowed is this one is checked when the whole table is known.
    """
    parts = _split(url.strip(), place, file)
    if parts.username or parts.password or parts.query or parts.fragment:
        problem = "a base URL cannot have a user, a query or a fragment"
        raise ConfigurationError(place, problem, "Leave them out.", file)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK and plain_http is None:
        problem = "plain http to another host would send the key in the clear"
        fix = 'Use https://. Only within a network that you trust: add plain_http = "HOST" to its table.'
        raise ConfigurationError(place, problem, fix, file)
    return url.strip().rstrip("/")


def checked_token_url(url: str, place: str, file: Path | None, plain_http: str | None) -> str:
    """Check the address of a token endpoint: https, or http to this machine or to the host that is allowed.

    Raises: ConfigurationError.
    """
    allowed = plain_http if plain_http is not None and _split(url.strip(), place, file).hostname == plain_http else None
    return _checked_url(url, place, file, plain_http=allowed)


def _check_plain_http(url: SplitResult, host: str, place: str, file: Path) -> None:
    """Check that the host which is allowed in plain http is the one that is asked. Raises: ConfigurationError."""
    if url.scheme != "http":
        raise ConfigurationError(place, "the address of this directory is https", "Leave plain_http out.", file)
    if host.strip().lower() != url.hostname:
        problem = "it does not name the host of the address"
        fix = "Write the host of base_url, without scheme, port or path; or use https://."
        raise ConfigurationError(place, problem, fix, file)
    if _is_public(host.strip()):
        raise ConfigurationError(place, "it names a public address", "Use https:// there.", file)


def _is_public(host: str) -> bool:
    """Return whether a host is an address that anybody can reach; of a name, nobody knows."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _split(url: str, place: str, file: Path | None) -> SplitResult:
    fault = ConfigurationError(place, *_no_address(url, "URL", "https://api.example.com"), file)
    try:
        parts = urlsplit(url)
        port = parts.port  # raises if it is out of bounds
    except ValueError as error:
        raise fault from error
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0 or len(url.split()) != 1:
        raise fault
    if is_placeholder(url):
        raise fault
    return parts


def _no_address(text: str, form: str, example: str) -> tuple[str, str]:
    if is_placeholder(text):
        return f"there is a placeholder in place of the {form}", f"Write it like {example}, or remove the variable."
    return f"not a {form}", f"Write it like {example}."
