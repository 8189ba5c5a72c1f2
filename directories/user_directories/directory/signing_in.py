"""The way in which one directory signs in, as its manifest says and its operator configured it."""

from ..manifest.placeholders import filled
from ..sources.credentials import WAYS, SignIn
from ..sources.keys import FetchedKey, Key
from .settings import DirectorySettings, KeptKey

__all__ = ["sign_in_of"]


def sign_in_of(settings: DirectorySettings) -> SignIn:
    """Return the way of signing in of a directory."""
    rule = settings.manifest.auth
    further = {header: _key(kept) for header, kept in settings.further_keys.items()}
    user = filled(rule.user or "", settings.named)
    return WAYS[rule.way](rule, _key(settings.kept_key), further, user)


def _key(kept: KeptKey) -> Key:
    return Key(kept.key, kept.changing) if kept.fetch is None else FetchedKey(kept.fetch)
