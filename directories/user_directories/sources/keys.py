"""The API key of one directory, which may be another one by the next request."""

from typing import Protocol

from pydantic import SecretStr

__all__ = ["ChangingKey", "Key"]


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
        self._known = {key.get_secret_value()}

    def now(self) -> str:
        """Return the key to send; the last one that was usable if the new one is not."""
        if self._kept is not None:
            self._replace(self._kept.changed())
        return self._key.get_secret_value()

    def is_another_by_now(self) -> bool:
        """Read the key again, after a refusal; return whether it is worth another try."""
        return self._kept is not None and self._replace(self._kept.read())

    def _replace(self, key: SecretStr | None) -> bool:
        if key is None or key == self._key:
            return False
        self._key = key
        self._known.add(key.get_secret_value())
        return True

    def hide(self, text: str) -> str:
        """Return a text without this key, as it is and as it was."""
        for each in self._known:
            text = text.replace(each, "…")
        return text
