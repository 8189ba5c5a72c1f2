"""Where a directory's API is: from the environment, a table of the file or the provider's page."""

import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from user_directories import ConfigurationError, Manifest, listed

from .config_file import DirectoryTable
from .echo import is_placeholder, plainly
from .keys import Environment

__all__ = ["address_in_environment", "address_of_environment", "address_of_table"]

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z0-9](:\d{1,5})?")
"""A host name with at least one full stop, so that a key is none."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def address_in_environment(manifest: Manifest, environment: Environment) -> str | None:
    """Return the variable that says where this provider is; None if none that is set does."""
    names = (manifest.base_url_environment, manifest.domain_environment)
    return next((name for name in names if name and environment.get(name)), None)


def address_of_environment(manifest: Manifest, environment: Environment) -> str:
    """Return the base URL that the environment names, or the provider's own. Raises: ConfigurationError."""
    variable = address_in_environment(manifest, environment)
    if variable is not None and variable == manifest.base_url_environment:
        return _checked_url(environment[variable], variable)
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
        raise ConfigurationError(manifest.auth.environment, f"{manifest.title} needs an address too", needed)
    return manifest.base_url


def address_of_table(
    table: DirectoryTable, manifest: Manifest, place: str, file: Path, environment: Environment
) -> str:
    """Return the base URL for a table of the file. Raises: ConfigurationError."""
    if table.base_url is not None:
        return _checked_url(table.base_url, f"{place}.base_url", file)
    if table.region is not None:
        if table.region not in manifest.regions:
            problem = f"unknown region {plainly(table.region, '(not shown)')!r}"
            regions = listed(manifest.regions) or "none: leave region out"
            raise ConfigurationError(place, problem, f"Regions of this provider: {regions}.", file)
        return _checked_url(manifest.regions[table.region], place, file)
    if table.manifest is None:
        return address_of_environment(manifest, environment)
    if manifest.base_url is None:
        raise ConfigurationError(place, "no base_url", "Add base_url here or in the manifest.", file)
    return _checked_url(manifest.base_url, f"{place}: base_url of its manifest", file)


def _checked_url(url: str, place: str, file: Path | None = None) -> str:
    """Check a URL: https, or http to this machine; no user, query or fragment."""
    parts = _split(url.strip(), place, file)
    if parts.username or parts.password or parts.query or parts.fragment:
        problem = "a base URL cannot have a user, a query or a fragment"
        raise ConfigurationError(place, problem, "Leave them out.", file)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        problem = "plain http to another host would send the key in the clear"
        raise ConfigurationError(place, problem, "Use https://.", file)
    return url.strip().rstrip("/")


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
