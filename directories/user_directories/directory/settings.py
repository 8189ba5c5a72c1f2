"""A directory as the operator configured it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import SecretStr

from ..manifest import Manifest, Show
from ..records.policy import restrict

__all__ = ["DirectorySettings"]


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
    """What the operator lets be seen; see `records.policy`."""

    @cached_property
    def shown_manifest(self) -> Manifest:
        """The provider's page with what the operator lets be seen. Raises: ConfigurationError."""
        return restrict(self.manifest, self.fields, f"{self.name}: fields")

    def version(self) -> str:
        """Changes when the provider's page, the host, the key or what may be seen does: it ends all cursors."""
        page = f"{self.base_url}\n{self.manifest.model_dump_json()}\n{json.dumps(dict(self.fields), sort_keys=True)}"
        key = hashlib.blake2b(self.key.get_secret_value().encode(), digest_size=32).digest()
        return hashlib.blake2b(page.encode(), digest_size=8, key=key).hexdigest()
