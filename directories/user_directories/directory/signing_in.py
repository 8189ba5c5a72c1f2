"""The way in which one directory signs in, as its manifest says and its operator configured it."""

from collections.abc import Callable

from ..manifest.placeholders import filled
from ..sources.client import HttpClient
from ..sources.credentials import WAYS, ByToken, SignIn
from ..sources.grants import grant_of
from ..sources.keys import FetchedKey, Key
from ..sources.token_endpoint import TokenEndpoint
from .settings import DirectorySettings, KeptKey

__all__ = ["sign_in_of"]


def sign_in_of(settings: DirectorySettings, client_for: Callable[[str], HttpClient]) -> SignIn:
    """Return the way of signing in of a directory; `client_for` opens connections to another host."""
    rule, url = settings.manifest.auth, settings.token_url
    key = _key(settings.kept_key)
    further = {header: _key(kept) for header, kept in settings.further_keys.items()}
    if rule.token is None or url is None:
        return WAYS[rule.way](rule, key, further, filled(rule.user or "", settings.named))
    client = None if settings.client_secret is None else _key(settings.client_secret)
    endpoint = TokenEndpoint(url, client_for(url))
    return ByToken(rule, grant_of(rule.token, url, endpoint, key, client, settings.named), further)


def _key(kept: KeptKey) -> Key:
    return Key(kept.key, kept.changing) if kept.fetch is None else FetchedKey(kept.fetch)
