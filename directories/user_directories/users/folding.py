"""The forms in which text is compared: names, words and addresses.

Text is folded to what the Unicode Collation Algorithm calls its primary strength (https://www.unicode.org/reports/tr10/
§1.1): no letter case, no accents, compatibility forms and digits of all scripts resolved. The exceptions are tables
here. A mark that makes another letter is no accent: a Cyrillic short i is no i, and ガ is not カ.
"""

import re
import unicodedata
from functools import lru_cache

from .text import MAX_LENGTH

__all__ = [
    "fold",
    "id_spellings",
    "is_bare_address",
    "other_spelling",
    "plain_address",
    "raw_words",
    "same_address",
    "same_id",
    "stored_address",
    "words",
]

_MOST_KNOWN = 4096
"""The most texts whose folded form is kept in memory: a scan sees the same names again and again."""

_APOSTROPHES = (
    "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u055a\u05f3"
    "\u2018\u2019\u201a\u201b\u2032\u2035\ua78c\uff07\uff40"
)
_DASHES = "\u058a\u05be\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_PUNCTUATION = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_DASHES, "-"))
"""What keyboards, word processors and other scripts have for the apostrophe and the hyphen."""

_LETTERS = str.maketrans(
    {
        # Letters that have no decomposition, although people type the plain letter (UTR #30 §4.2).
        **dict(zip("łøđðħ\u0131ŧ", "loddhit", strict=True)),
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        # Yeh, kaf and heh as Persian, Urdu and Kurdish write them; the kashida and joiners, which are no letters.
        **dict.fromkeys("\u06cc\u0649", "\u064a"),
        "\u06a9": "\u0643",
        **dict.fromkeys("\u06c1\u06be\u06d5", "\u0647"),
        **dict.fromkeys("\u0640\u200c\u200d", ""),
        # Katakana, which only writes what hiragana writes.
        **{chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)},
    }
)
_ODD = re.compile(f"[{''.join(map(chr, _LETTERS))}]")
_ACCENTS = re.compile(
    "(?<![\u0438\u0443])\u0306|(?<!\u0456)\u0308|(?<![\u0433\u043a])\u0301"
    "|[\u0300\u0302-\u0305\u0307\u0309-\u034e\u0350-\u036f]"
)
"""The combining characters of the alphabets of Europe, but for those that make another letter: й, ў, ї, ѓ, ќ."""
_LETTER_MARKS = frozenset("\u0306\u0308\u0301")
_POINTS = frozenset((7, *range(10, 37), 107, 122, *range(200, 241)))
"""The combining classes of nuktas, vowel points and tone marks; others are vowels, viramas and voicing marks."""
_DIGIT = re.compile(r"\d")

_SEPARATORS = re.compile(r"[\s,;()<>\"“”„«»]+")
_EDGES = ".:!?'…·"
"""Punctuation that at the beginning or the end of a word is no part of it."""
_ADDRESS = r"(?i:mailto:)?([^<>@\s]+@[^<>@\s?]+?)(?:\?\S*)?[.,;:!]*"
_COPIED = re.compile(rf"[^<>@]*<\s*{_ADDRESS}\s*>[\s.,;]*|{_ADDRESS}")
"""An address as mail programs and sentences have it; what follows a `?` is no part of it (RFC 6068 §2)."""
_BARE = re.compile(
    r"(?!\S*(?:\*\*|[•…]))(?:[^\s@<>()\[\]\\,;:\"]+|\"[^\"]+\")@(?:[^\s@<>()\[\]\\,;:\"]*[^\s@<>()\[\]\\,;:\".]|\[\S+\])"
)
"""An address alone (RFC 5321 §4.1.2), of which nothing is masked."""
_MAIL = re.compile(r"(?i:smtp):\s*(.+)")
"""How Exchange marks addresses of mail among those of other services; in capitals, the first of them.

https://learn.microsoft.com/en-us/troubleshoot/microsoft-365/entra/user-prov-sync/proxyaddresses-attribute-populate
"""
_OTHER_SERVICE = re.compile(r"(?i:sips?|xmpp|eum|spo|x400|x500|notes|gwise|msmail|ccmail):.+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_QUOTES = "[\"'“”„«»\u2018\u2019]"
_IN_QUOTES = re.compile(f"{_QUOTES}(.+){_QUOTES}")


def fold(text: str) -> str:
    """Bring text to the form in which it is compared."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return _folded_before(text) if len(text) <= MAX_LENGTH else _folded(text)


def _folded(text: str) -> str:
    # Decomposed twice, because a styled capital becomes a plain one only when it is casefolded.
    plain = unicodedata.normalize("NFKD", text.translate(_PUNCTUATION)).translate(_PUNCTUATION)
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain.casefold()))
    if not (plain.isascii() or plain.replace(" ", "").isalpha()):
        plain = "".join([each for each in plain if each in _LETTER_MARKS or not _is_point(each)])
        plain = _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), plain)
    return plain.translate(_LETTERS) if _ODD.search(plain) else plain


_folded_before = lru_cache(maxsize=_MOST_KNOWN)(_folded)


def _is_point(char: str) -> bool:
    return unicodedata.combining(char) in _POINTS


def words(text: str) -> list[str]:
    """Return the folded words of a query or a name, without punctuation around them."""
    return raw_words(fold(text))


def raw_words(text: str) -> list[str]:
    """Return the words of a text as they are, without punctuation around them."""
    found = (word.strip(_EDGES).removeprefix("mailto:") for word in _SEPARATORS.split(text))
    return [word for word in found if word]


def same_address(address: str) -> str:
    """Bring an address to the form in which mail compares it.

    The domain is an A-label (https://www.rfc-editor.org/rfc/rfc5890 §2.3.2.1), so both of its spellings are equal. Of
    the part before the @ only the letter case is ignored: an accent, or `ß` instead of `ss`, makes another mailbox.
    """
    if address.isascii() and "xn--" not in address:
        return address.lower()
    local, at, domain = address.rpartition("@")
    return _lower(_composed(local)) + at + _ascii_domain(domain)


def plain_address(text: str) -> str:
    """Return the address in `Name <address>`, `mailto:address`, `"address"` or `address.`; another text as it is."""
    quoted = _IN_QUOTES.fullmatch(text.strip())
    found = _COPIED.fullmatch(quoted[1] if quoted else text.strip())
    return found[1] or found[2] if found else text


def is_bare_address(text: str) -> bool:
    """Return whether a text is one address and nothing else."""
    return _BARE.fullmatch(text) is not None


def stored_address(text: str) -> str | None:
    """Return the address that a directory means by a text; None if it holds some address, but not plainly one.

    A text without an address, or with one of another service than mail, stays as it is.
    """
    if "@" not in text or is_bare_address(text):
        return text
    marked = _MAIL.fullmatch(text)
    address = plain_address(marked[1] if marked else text)
    if is_bare_address(address):
        return address
    return text if _OTHER_SERVICE.fullmatch(text) else None


def same_id(identifier: str) -> str:
    """Bring an id to the form in which it is compared: a UUID is the same in either letter case (RFC 9562 §4)."""
    return identifier.lower() if _UUID.fullmatch(identifier) else identifier


def id_spellings(identifier: str) -> tuple[str, ...]:
    """Return how an id can be written: as it is, and a UUID with letters also in the other letter case."""
    if not _UUID.fullmatch(identifier):
        return (identifier,)
    other = identifier.upper() if identifier == identifier.lower() else identifier.lower()
    return tuple(dict.fromkeys((identifier, other)))


def other_spelling(address: str) -> str | None:
    """Return an address with its domain in the other of its two spellings; None if there is only one."""
    local, at, domain = address.rpartition("@")
    if not at or (domain.isascii() and "xn--" not in domain.lower()):
        return None
    other = _ascii_domain(domain) if not domain.isascii() else _unicode_domain(domain)
    return None if other == domain else local + at + other


def _composed(text: str) -> str:
    """Compose accents, but take no sign for the letter of ASCII that it is equivalent to: the Kelvin sign is no K."""
    is_mistaken = any(not each.isascii() and unicodedata.normalize("NFC", each).isascii() for each in text)
    return text if is_mistaken else unicodedata.normalize("NFC", text)


def _lower(text: str) -> str:
    return "".join([each if each.lower().isascii() and not each.isascii() else each.lower() for each in text])


@lru_cache(maxsize=_MOST_KNOWN)
def _ascii_domain(domain: str) -> str:
    import idna

    try:
        return idna.encode(domain.rstrip("."), uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return _lower(_composed(domain))


def _unicode_domain(domain: str) -> str:
    import idna

    try:
        return idna.decode(domain.lower().rstrip("."))
    except (idna.IDNAError, UnicodeError):
        return domain
