"""What a text says where it is encoded: what may not be seen must not be seen as `ada%40acme.example` either."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import unquote

__all__ = ["holds_at", "is_in_parts", "plain_forms"]

_MOST_FORMS = 16
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|=([0-9A-F]{2})")
"""How JSON, JavaScript and quoted-printable (https://www.rfc-editor.org/rfc/rfc2045 §6.7) write a character."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){5,}")
_PART = re.compile(r"\w+")
_FEWEST_PARTS = 3
"""The local part, a domain and the domain above it."""
_SPOKEN = re.compile(r"\s*[(\[{<]\s*(at|@)\s*[)\]}>]\s*", re.IGNORECASE)
_SPOKEN_DOT = re.compile(r"\s*[(\[{<]\s*(dot|\.)\s*[)\]}>]\s*", re.IGNORECASE)
"""How people hide an address from programs."""
_SIGNS = re.compile(r"[%&\\=]")
_URL_SAFE = str.maketrans("-_", "+/")


@lru_cache(maxsize=4096)
def plain_forms(text: str) -> tuple[str, ...]:
    """Return a text and what it says once it is decoded, also several times: at most 16 texts.

    Decoded are percent-encoding, HTML entities, escapes of JSON and of quoted-printable, base64, hexadecimal digits,
    `(at)` and `(dot)`.
    """
    found = {text: None}
    for each in _following(found):
        for decoded in _decoded(each):
            if len(found) < _MOST_FORMS:
                found.setdefault(decoded)
    return tuple(found)


def holds_at(text: str) -> bool:
    """Return whether a text, decoded, has the sign of an address."""
    return any("@" in form for form in plain_forms(text))


def is_in_parts(text: str) -> bool:
    """Return whether a text has as many parts as the plainest address: it may be one without its signs."""
    return len(_PART.findall(text)) >= _FEWEST_PARTS


def _following(found: dict[str, None]) -> Iterator[str]:
    """Yield the keys of a growing dictionary, in order."""
    done = 0
    while done < len(found):
        yield list(found)[done]
        done += 1


def _decoded(text: str) -> Iterator[str]:
    if _SIGNS.search(text):
        import html  # its table of entities takes a millisecond, and few texts have any

        yield from (unquote(text), html.unescape(text), _ESCAPE.sub(_character, text))
    if _SPOKEN.search(text):
        yield _SPOKEN_DOT.sub(".", _SPOKEN.sub("@", text))
    for pattern, decode in ((_BASE64, _from_base64), (_HEX, bytes.fromhex)):
        for token in pattern.findall(text):
            if (decoded := _text(decode, token)) is not None:
                yield decoded


def _character(found: re.Match[str]) -> str:
    return chr(int(next(filter(None, found.groups())), 16))


def _from_base64(token: str) -> bytes:
    whole = token.translate(_URL_SAFE)
    return base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True)


def _text(decode: Callable[[str], bytes], token: str) -> str | None:
    """Return what a token stands for, if that is a text."""
    try:
        text = decode(token).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return text if text.isprintable() else None
