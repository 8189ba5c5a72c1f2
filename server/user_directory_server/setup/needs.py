"""What a directory needs before it can be asked: its secrets, and what must be said of its tenant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from user_directories import ConfigurationError, Manifest, built_in, built_in_names, listed, load_manifest, preset_names
from user_directories.manifest.grants import RefreshToken
from user_directories.manifest.placeholders import names_in

__all__ = ["BASE_URL", "Need", "Provider", "provider_names", "provider_of"]

BASE_URL = "base_url"
TABLE_KEYS = (BASE_URL, "region", "token_url", "plain_http")
"""What stands in the table of a directory itself, and not under its settings."""


@dataclass(frozen=True)
class Need:
    """One thing that a directory needs: `key` is its name in the table, `variable` the one that may hold it."""

    key: str
    variable: str
    default: str | None = None


@dataclass(frozen=True)
class Provider:
    """A provider that can become a directory. `file` is its manifest, if it is the person's own."""

    name: str
    manifest: Manifest
    file: Path | None = None

    @property
    def is_preset(self) -> bool:
        """Whether it needs a table, because no variable enables it."""
        return self.file is not None or self.name in preset_names()

    @property
    def key(self) -> str | None:
        """The variable of its key; None if it is asked without one."""
        return self.manifest.auth.environment

    @property
    def further(self) -> tuple[str, ...]:
        """The variables of its further secrets."""
        token = self.manifest.auth.token
        of_client = token.secret if isinstance(token, RefreshToken) else None
        return tuple(dict.fromkeys([*self.manifest.auth.headers.values(), *filter(None, [of_client])]))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The variables of all of them, the key first."""
        return tuple(filter(None, [self.key, *self.further]))

    @property
    def has_private_key(self) -> bool:
        """Whether its key is a private key, of many lines."""
        token = self.manifest.auth.token
        return token is not None and token.has_private_key

    def address(self, environment: Mapping[str, str]) -> str | None:
        """Return the base URL that variables name; None if none does."""
        manifest = self.manifest
        if url := environment.get(manifest.base_url_environment or ""):
            return url
        host = environment.get(manifest.domain_environment or "", "")
        return host if not host or "://" in host else f"https://{host}"

    def needs(self, given: Mapping[str, str]) -> Iterator[Need]:
        """Yield what has to be said of a tenant, where some is `given` already."""
        manifest = self.manifest
        if manifest.base_url is None and BASE_URL not in given:
            yield Need(BASE_URL, manifest.domain_environment or manifest.base_url_environment or "")
        without = ["base_url", "regions."] if BASE_URL in given else []
        without += ["auth.token.url"] if "token_url" in given else []
        templates = [text for key, text in manifest.templates().items() if not key.startswith(tuple(without))]
        used = {name for text in templates for name in names_in(text)}
        for name, variable in manifest.settings.items():
            if name in used and name not in given:
                yield Need(name, variable, manifest.defaults.get(name))

    def table(self, values: Mapping[str, str]) -> dict[str, object]:
        """Return its table, as far as it is about the tenant; `values` by name."""
        source = {"provider": self.name} if self.file is None else {"manifest": str(self.file)}
        own = {name: value for name, value in values.items() if name in TABLE_KEYS}
        settings = {name: value for name, value in values.items() if name not in TABLE_KEYS}
        return {**source, **own, **({"settings": settings} if settings else {})}


def provider_names() -> tuple[str, ...]:
    """Return the names of the providers that ship, presets last."""
    return (*built_in_names(), *preset_names())


def provider_of(name: str, folder: Path) -> Provider:
    """Return a provider by its name, or that of a manifest in `folder`. Raises: ConfigurationError."""
    if name in provider_names():
        return Provider(name, built_in(name))
    if not name.endswith(".toml"):
        fix = f"Use: {listed(provider_names())}; or the path of your own manifest, a .toml file."
        raise ConfigurationError("--directory", "there is no such provider", fix)
    file = (folder / Path(name).expanduser()).absolute()
    manifest = load_manifest(file)
    return Provider(manifest.name, manifest, file)
