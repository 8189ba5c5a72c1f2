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
from ..sources.renewal import Fetch

__all__ = ["DirectorySettings", "KeptKey"]


@dataclass(frozen=True)
class KeptKey:
    """A secret, and where the operator keeps it (`source`, in words).

    One that is fetched is not known before it is needed: then `key` is what says how it is fetched.
    """

    key: SecretStr
    source: str
    changing: ChangingKey | None = field(default=None, compare=False)
    """Where it is read again, if it may change while the server runs."""
    fetch: Fetch | None = field(default=None, compare=False)


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
    fetch_key: Fetch | None = field(default=None, compare=False)
    """Fetches the key, if it is not known; see `KeptKey`."""
    further_keys: Mapping[str, KeptKey] = field(default_factory=dict[str, KeptKey])
    """Further secrets, by the header in which each is sent."""
    client_secret: KeptKey | None = None
    """The secret of the client, where a refresh token needs one."""
    token_url: str | None = None
    """The token endpoint, if a token is sent in place of the key."""
    named: Mapping[str, str] = field(default_factory=dict[str, str])
    """The values of the manifest's `[settings]`."""
    fields: Mapping[str, Show] = field(default_factory=dict[str, Show])
    """What the operator allows to be seen; see `records.policy`."""

    @cached_property
    def shown_manifest(self) -> Manifest:
        """The provider's page with the named settings in its paths, restricted to what the operator allows to be seen.

        Raises: ConfigurationError.
        """
        return restrict(self.manifest.with_settings(self.named), self.fields, f"{self.name}: fields")

    @property
    def kept_key(self) -> KeptKey:
        """The key, and where it is kept."""
        return KeptKey(self.key, self.key_source, self.changing_key, self.fetch_key)

    def version(self) -> str:
        """Digest the provider's page, the host, the secrets and what may be seen; a new digest ends all cursors."""
        of_operator = json.dumps([dict(self.fields), *([dict(self.named)] if self.named else [])], sort_keys=True)
        page = f"{self.base_url}\n{self.token_url or ''}\n{self.manifest.model_dump_json()}\n{of_operator}"
        secrets = [self.key, *(each.key for _, each in sorted(self.further_keys.items()))]
        joined = "\n".join(each.get_secret_value() for each in secrets)
        key = hashlib.blake2b(joined.encode(), digest_size=32).digest()
        return hashlib.blake2b(page.encode(), digest_size=8, key=key).hexdigest()
