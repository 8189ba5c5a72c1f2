"""What all that is published says alike, read where it is written: `pyproject.toml` and the providers' pages."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["PACKAGES", "ROOT", "Field", "fields", "project", "registry_name", "repository"]

ROOT = Path(__file__).parents[1]
_PROVIDERS = ROOT / "directories/user_directories/providers"


class Field(NamedTuple):
    """An environment variable that a person may fill in."""

    variable: str
    title: str
    description: str
    is_secret: bool = False


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def project() -> dict[str, Any]:
    """The `[project]` table."""
    table: dict[str, Any] = _pyproject()["project"]
    return table


def registry_name() -> str:
    """The name in the MCP registry, which its owner must be able to prove."""
    name: str = _pyproject()["tool"]["distribution"]["registry-name"]
    return name


def repository() -> str | None:
    """The address of the repository; None as long as `[project.urls]` has none."""
    urls: dict[str, str] = project().get("urls", {})
    return urls.get("Repository")


PACKAGES: tuple[str, ...] = tuple(_pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
"""The folders of the importable packages, in the repository."""


def fields() -> tuple[Field, ...]:
    """The variables of the providers, and the one that names a file for all else."""
    every = [field for page in sorted(_PROVIDERS.glob("*.toml")) for field in _of_provider(page)]
    file = "Other directories (Entra, Okta, SCIM, your own API), limits and what may be shown: a TOML file."
    return (*every, Field("USER_DIRECTORY_CONFIG", "Configuration file", file))


def _of_provider(page: Path) -> Iterator[Field]:
    provider = tomllib.loads(page.read_text(encoding="utf-8"))
    title, key = provider["title"], provider["auth"]["environment"]
    yield Field(key, f"{title}: key", f"The key for {title}. Leave it empty if you do not use it.", is_secret=True)
    if domain := provider.get("domain_environment"):
        yield Field(domain, f"{title}: domain", f"The host name of your tenant of {title}; needed with its key.")
    elif "base_url" not in provider:
        address = provider["base_url_environment"]
        yield Field(address, f"{title}: address", f"The address of your installation of {title}; needed with its key.")
