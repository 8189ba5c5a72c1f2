"""The hidden values of one user, and whether a text tells one of them, however it is written there.

Where addresses are hidden, a text tells one if it holds any address: whether it is shown must not depend on what is
hidden, or it could be found out by what is shown.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import md5, sha256
from typing import Any

from ..users.encodings import is_in_parts, plain_forms
from ..users.folding import fold, other_spelling
from ..users.json_values import is_object
from ..users.user import COMMON_FIELDS
from .masks import items_of

__all__ = ["Secrets", "texts_in"]

_LONG = 8
"""The length in characters from which a value that is not just a word is equal to another hardly by chance."""
_ADDRESS = re.compile(r"[^\s<>\"'(),;:/|@]+@[^\s<>\"'(),;:/|@]+")
_AT = re.compile(r"[^\s@]@[^\s@]")
_SPOKEN = {re.compile(r"\s+at\s+", re.IGNORECASE): "@", re.compile(r"\s+dot\s+", re.IGNORECASE): "."}
_BETWEEN = re.compile(r"[\W_]+")
_TELEPHONE = re.compile(r"[+\d ().\-/]+")
_DIGEST = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{64})(?![0-9a-f])")
"""The digests by which pictures are named: https://docs.gravatar.com/rest/hash/"""


class Secrets:
    """What of one user may not be seen: `texts` are the hidden values, of which those in `known` are shown elsewhere.

    `no_address`: addresses are hidden, so no other address may be seen than one of `known`.
    """

    def __init__(self, texts: Iterable[str], known: Iterable[str], *, no_address: bool) -> None:
        self._known = frozenset(map(fold, known))
        hidden = {fold(text): text for text in texts}.items()
        kept = [text for folded, text in hidden if folded not in self._known]
        self._no_address = no_address
        self._addresses = [text for text in kept if "@" in text]
        self._telephones = {digits for text in kept if len(digits := _telephone(text)) >= _LONG}
        self._others = frozenset(fold(text) for text in kept if _is_own(text))
        self._joined = frozenset(each for text in self._addresses if len(each := squeezed(text)) >= _LONG)
        self._spellings = frozenset(map(fold, _spellings(self._addresses)))

    def __bool__(self) -> bool:
        return bool(self._no_address or self._addresses or self._others or self._telephones)

    def are_told_by(self, field: str, text: str) -> bool:
        """Return whether a text in a field tells a hidden value."""
        forms = plain_forms(text)
        if any(map(self._holds_address, forms)) or self._is_joined_in(forms):
            return True
        if field in COMMON_FIELDS:
            return False
        return self._has_digest(text) or any(
            fold(each) in self._others or self._holds_telephone(each) for each in forms
        )

    def are_told_by_parts(self, field: str, value: Any) -> bool:
        """Return whether the texts of a nested value tell a hidden value together."""
        joined = {" ".join(texts_in(value)), " ".join(texts_in(value, keys=True))}
        has_telephone = field not in COMMON_FIELDS and any(map(self._holds_telephone, joined))
        return has_telephone or self._is_joined_in(joined)

    def _holds_address(self, text: str) -> bool:
        if "@" not in text:
            return False
        if self._no_address:
            found = _ADDRESS.findall(text)
            has_other = any(fold(each.strip(".")) not in self._known for each in found)
            return has_other or len(found) < len(_AT.findall(text))
        folded = fold(text)
        return any(address in folded for address in self._spellings)

    def _holds_telephone(self, text: str) -> bool:
        digits = re.sub(r"\D", "", text) if self._telephones else ""
        return any(each in digits for each in self._telephones)

    def _is_joined_in(self, forms: Collection[str]) -> bool:
        if not self._joined:
            return False
        written = {squeezed(each) for form in forms if is_in_parts(form) for each in (form, _written(form))}
        return any(each in text for text in written for each in self._joined)

    def _has_digest(self, text: str) -> bool:
        found = _DIGEST.findall(text.lower()) if self._addresses else ()
        return bool(found) and any(not _digests(address).isdisjoint(found) for address in self._addresses)


def squeezed(text: str) -> str:
    """Return the letters and digits of a text, folded: what is left of it wherever it is cut."""
    return _BETWEEN.sub("", fold(text))


def _written(text: str) -> str:
    """Return a text with the signs that it spells out: `ada at acme dot example`."""
    for pattern, sign in _SPOKEN.items():
        text = pattern.sub(sign, text)
    return text


def texts_in(value: Any, *, keys: bool = False) -> Iterable[str]:
    """Yield the texts of a value, also those in lists and objects; a whole number as it is written.

    `keys`: the keys of objects, too.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif is_object(value):
        for key, each in value.items():
            yield from (key,) if keys else ()
            yield from texts_in(each, keys=keys)
    else:
        for each in items_of(value) or ():
            yield from texts_in(each, keys=keys)


def _is_own(text: str) -> bool:
    """Return whether a text that is no address is hardly that of another user, or of another field."""
    return len(text) >= _LONG and not text.isalpha() and "@" not in text


def _telephone(text: str) -> str:
    return re.sub(r"\D", "", text) if _TELEPHONE.fullmatch(text) else ""


def _spellings(addresses: Iterable[str]) -> Iterable[str]:
    for each in addresses:
        yield each
        if (other := other_spelling(each)) is not None:
            yield other


@lru_cache(maxsize=4096)
def _digests(address: str) -> frozenset[str]:
    plain = address.strip().lower().encode("utf-8", "replace")
    return frozenset((md5(plain, usedforsecurity=False).hexdigest(), sha256(plain).hexdigest()))
