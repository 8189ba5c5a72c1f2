"""A directory as the operator configured it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import SecretStr

from ..manifest import Manifest, Show
from ..records.policy import restrict
from ..sources.keys import ChangingKey

__all__ = ["DirectorySettings"]


@dataclass(frozen=True)
class DirectorySettings:
    """A configured directory. `requests_per_second` None means that requests are not paced."""

    name: str
    manifest: Manifest
    base_url: str
    key: SecretStr
    requests_per_second: float | None = None
    changing_key: ChangingKey | None = field(default=None, compare=False)
    """Where the key is read again, if it may change while the server runs."""
    key_source: str = "the API key"
    """Where the operator keeps the key, for `doctor`."""
    fields: Mapping[str, Show] = field(default_factory=dict[str, Show])
    """What the operator allows to be seen; see `records.policy`."""

    @cached_property
    def shown_manifest(self) -> Manifest:
        """The provider's page, restricted to what the operator allows to be seen. Raises: ConfigurationError."""
        return restrict(self.manifest, self.fields, f"{self.name}: fields")

    def version(self) -> str:
        """Digest the provider's page, the host, the key and what may be seen; a new digest ends all cursors."""
        page = f"{self.base_url}\n{self.manifest.model_dump_json()}\n{json.dumps(dict(self.fields), sort_keys=True)}"
        key = hashlib.blake2b(self.key.get_secret_value().encode(), digest_size=32).digest()
        return hashlib.blake2b(page.encode(), digest_size=8, key=key).hexdigest()
