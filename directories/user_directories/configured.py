"""A directory as the operator configured it, and what it can answer: known before anything is asked of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from pydantic import SecretStr

from .manifest import Manifest, OffsetPagination, PagePagination, Show
from .planning import filterable, sortable
from .privacy import restrict

__all__ = ["Capabilities", "DirectorySettings", "capabilities"]


@dataclass(frozen=True)
class DirectorySettings:
    """An instance of a provider. `requests_per_second` None means that requests are not paced."""

    name: str
    manifest: Manifest
    base_url: str
    key: SecretStr
    requests_per_second: float | None = None
    key_source: str = "the API key"
    """Where the operator keeps the key, for `doctor`."""
    fields: Mapping[str, Show] = field(default_factory=dict[str, Show])
    """What the operator lets be seen; see `privacy`."""

    @cached_property
    def shown_manifest(self) -> Manifest:
        """The provider's page with what the operator lets be seen. Raises: ConfigurationError."""
        return restrict(self.manifest, self.fields, f"{self.name}: fields")

    def version(self) -> str:
        """Changes when the provider's page, the host, the key or what may be seen does: it ends all cursors."""
        page = f"{self.base_url}\n{self.manifest.model_dump_json()}\n{json.dumps(dict(self.fields), sort_keys=True)}"
        key = hashlib.blake2b(self.key.get_secret_value().encode(), digest_size=32).digest()
        return hashlib.blake2b(page.encode(), digest_size=8, key=key).hexdigest()


@dataclass(frozen=True)
class Capabilities:
    """What a directory can answer, and how well.

    `search`: provider (its own free text, checked here), exact (whole names and addresses) or scan.
    `count`: exact, estimate (the provider's own total is inaccurate), probes (exact, by finding the last of its
    numbered pages) or walk.
    """

    directory: str
    provider: str
    search: str
    count: str
    filters: tuple[str, ...]
    sort: tuple[str, ...]
    fields: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    masked: tuple[str, ...] = ()
    """Fields of which only the beginning is shown; whole values find their users."""
    get_only: tuple[str, ...] = ()
    """Fields that are known of a user who is asked for alone, and of nobody in a list."""
    hidden: tuple[str, ...] = ()
    """Fields that the operator does not let be seen or searched."""


def capabilities(settings: DirectorySettings) -> Capabilities:
    """What a directory can answer, without asking it."""
    manifest = settings.shown_manifest
    exact_names = manifest.filter_rule("email") is not None
    return Capabilities(
        directory=settings.name,
        provider=manifest.title,
        search="provider" if manifest.search else "exact" if exact_names else "scan",
        count=_counted_by(manifest),
        filters=tuple(filterable(manifest)),
        sort=tuple(sortable(manifest)),
        fields=manifest.user.fields(),
        values=cast("Mapping[str, tuple[str, ...]]", manifest.values),
        notes=manifest.notes,
        masked=tuple(name for name in manifest.user.fields() if manifest.user.shown(name) == "masked"),
        get_only=manifest.sent_by_get_only(),
        hidden=tuple(name for name in manifest.user.all_fields() if manifest.user.shown(name) == "none"),
    )


def _counted_by(manifest: Manifest) -> str:
    if manifest.list.total is not None:
        return "exact" if manifest.list.total.exact else "estimate"
    return "probes" if isinstance(manifest.list.pagination, PagePagination | OffsetPagination) else "walk"
