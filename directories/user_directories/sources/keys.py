"""The secrets of one directory, each of which may be another one by the next request."""

from collections import deque
from typing import Protocol
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from .renewal import Fetch, Renewal

__all__ = ["ChangingKey", "FetchedKey", "Key"]

_MOST_KNOWN = 16
"""How many of the last secrets are hidden in texts: a provider repeats the one that it was sent."""


class ChangingKey(Protocol):
    """Where a key is kept that may be replaced while the server runs."""

    def changed(self) -> SecretStr | None:
        """Return the key if it seems to be another one than was read last; it takes microseconds."""
        ...

    def read(self) -> SecretStr | None:
        """Read the key; None if there is none that can be used now."""
        ...


class Key:
    """A key, read again when it changes and when a provider refuses it."""

    def __init__(self, key: SecretStr, kept: ChangingKey | None = None) -> None:
        self._key = key
        self._kept = kept
        self._known: deque[str] = deque(maxlen=_MOST_KNOWN)
        self.remember(key.get_secret_value())

    async def now(self) -> str:
        """Return the key to send; the last one that was usable if the new one is not.

        Raises: KeyFault if it has to be fetched, and cannot be.
        """
        if self._kept is not None:
            self._replace(self._kept.changed())
        return self._key.get_secret_value()

    async def renew(self, refused: str) -> None:
        """Read the key again, because a provider refused one; nothing happens if that is another one by now.

        Raises: KeyFault if it has to be fetched, and cannot be.
        """
        if self._kept is not None and self._key.get_secret_value() == refused:
            self._replace(self._kept.read())

    def _replace(self, key: SecretStr | None) -> None:
        if key is not None and key != self._key:
            self._key = key
            self.remember(key.get_secret_value())

    def remember(self, text: str) -> None:
        """Hide this text from now on: the secret, or a form in which it is sent."""
        for form in {text, quote(text, safe=""), quote_plus(text)}:
            if form and form not in self._known:
                self._known.append(form)

    def hide(self, text: str) -> str:
        """Return a text without this key, as it is and as it was."""
        for each in sorted(self._known, key=len, reverse=True):  # one form may be a part of another
            text = text.replace(each, "…")
        return text


class FetchedKey(Key):
    """A key that a program or another server gives, for a time."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__(SecretStr(""))
        self._renewal = Renewal(fetch)

    async def now(self) -> str:
        """Return the key to send, fetched if there is none, or it ends soon. Raises: KeyFault."""
        key = await self._renewal.now()
        self.remember(key)
        return key

    async def renew(self, refused: str) -> None:
        """Fetch the key again, unless it is another one than was refused by now. Raises: KeyFault."""
        await self._renewal.replace(refused)
