"""States are kept encrypted: the file alone tells nobody what was searched for, or which ids have which digests.

AES-GCM with a random nonce for each state (https://www.rfc-editor.org/rfc/rfc5116#section-5.1). The key is a file of
its own beside, so that a copy of the states, in a backup for example, is not a copy of the key.
"""

import errno
import os
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .private_files import open_private_file

__all__ = ["Seal", "key_beside"]

_KEY_BYTES = 32
_NONCE_BYTES = 12


class Seal:
    """Encrypts states, each for the handle under which it is kept."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, handle: str, state: str) -> bytes:
        """Encrypt a state."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, state.encode("utf-8", "surrogatepass"), handle.encode())

    def open(self, handle: str, sealed: bytes) -> str | None:
        """Decrypt a state; None if it was sealed with another key or for another handle, or was changed."""
        try:
            text = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], handle.encode())
        except (InvalidTag, ValueError):
            return None
        return text.decode("utf-8", "surrogatepass")


def key_beside(path: Path) -> bytes:
    """Return the key for the states in `path`; the first process that asks makes it.

    Raises: OSError if it can be neither read nor made.
    """
    file = path.with_suffix(".key")
    if not file.exists():
        _make_key(file)
    with os.fdopen(open_private_file(file), "rb") as opened:
        key = opened.read(_KEY_BYTES + 1)
    if len(key) != _KEY_BYTES:
        raise OSError(errno.EINVAL, f"{file} does not hold a key: delete it")
    return key


def _make_key(file: Path) -> None:
    """Write a random key. A file appears whole or not at all, and never replaces that of another process."""
    descriptor, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(os.urandom(_KEY_BYTES))
        Path(name).chmod(0o600)
        os.link(name, file)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
