"""Cleaning text that users typed, so that it is safe for a language model and a terminal.

Removed: control characters, escape sequences, bidirectional controls, tag characters, invisible
separators, surrogates and noncharacters, and joiners or variation selectors that join or select nothing.
Kept: every letter, mark, emoji, and the joiners that a script or an emoji sequence needs.
"""

import math
import re
import unicodedata
from functools import lru_cache
from itertools import islice
from typing import Any

from .json_values import is_list, is_object

__all__ = ["MAX_LENGTH", "clean_text", "clean_value", "is_plain", "is_safe_id", "visible"]

MAX_LENGTH = 256
"""The most characters of one field; one `…` replaces the rest."""

_MOST_KNOWN = 4096
"""The most texts of which it is kept in memory whether they are plain: the same names come again and again."""

# Invisible or steering code points: C0, C1, soft hyphen, Arabic letter mark, Hangul fillers, Mongolian vowel
# separator, zero width space, directional marks, embeddings, isolates, word joiner, byte order mark,
# interlinear annotation, hieroglyph layout, surrogates, noncharacters and tags (https://www.unicode.org/reports/tr36/).
_BANNED = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_SPACES = re.compile(r"  +")
_CONTEXTUAL = re.compile("[\u200c\u200d\ufe0e\ufe0f]")
_SPECIAL = re.compile(f"{_BANNED.pattern[:-1]}{_CONTEXTUAL.pattern[1:]}")
"""The characters that may have to be removed."""
_TERMINAL_ESCAPE = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[@-Z\\\\-_]")
_ZWNJ, _ZWJ = "\u200c", "\u200d"
_TEXT_STYLE, _EMOJI_STYLE = "\ufe0e", "\ufe0f"
_KEYCAP_BASES = frozenset("#*0123456789")
_OTHER_BASES = frozenset("\u2139\u3030")  # emoji that are a letter and a dash to Unicode
_OTHER_SYMBOLS = frozenset("\u203c\u2049🏻🏼🏽🏾🏿")  # emoji that are punctuation and modifiers to it
_LARGEST = 2**63


def clean_text(text: str, limit: int = MAX_LENGTH) -> str:
    """Return `text` without the code points named above, in NFC, at most `limit` characters.

    Cleaning twice gives the same as cleaning once. Line breaks and tabs become one space.
    """
    if len(text) <= limit and text.isprintable() and "  " not in text and (text.isascii() or is_plain(text)):
        return text.strip()
    # A bound before the costly steps: 8 code points per visible one are more than any script needs.
    return _settle(text[: limit * 8], limit)


def visible(text: str) -> str:
    """Return what a caller typed or copied, without invisible characters; unchanged if it has no others."""
    return clean_text(text, max(1, len(text))) or text.strip()


def is_safe_id(text: str) -> bool:
    """Return whether an id can be shown unchanged; a changed id would not find its user again."""
    if text.isascii() and text.isprintable():
        return True
    if _BANNED.search(text) or _BREAKS.search(text):
        return False
    return not _CONTEXTUAL.search(text) or all(_stands(text, index) for index in range(len(text)))


def clean_value(value: Any) -> Any:
    """Clean every string in a JSON value, at most three levels deep and 20 items wide."""
    return _clean_nested(value, depth=3)


@lru_cache(maxsize=_MOST_KNOWN)
def is_plain(text: str) -> bool:
    """Return whether nothing has to be removed from a printable text or composed in it: a fast way to know."""
    return unicodedata.is_normalized("NFC", text) and not _SPECIAL.search(text)


def _settle(text: str, limit: int) -> str:
    """Repeat the steps until nothing changes: a removal can bring together a pair that composes."""
    while True:
        cleaned = _cut(_pass(text), limit)
        if cleaned == text:
            return cleaned
        text = cleaned


def _pass(text: str) -> str:
    text = _BREAKS.sub(" ", _TERMINAL_ESCAPE.sub("", text))
    text = unicodedata.normalize("NFC", _BANNED.sub("", text))
    if _CONTEXTUAL.search(text):
        text = "".join(char for index, char in enumerate(text) if _stands(text, index))
    return _SPACES.sub(" ", text).strip()


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _stands(text: str, index: int) -> bool:
    """Return whether the character at `index` affects the characters beside it."""
    char = text[index]
    before = text[index - 1] if index else ""
    after = text[index + 1] if index + 1 < len(text) else ""
    if char in (_TEXT_STYLE, _EMOJI_STYLE):
        return _takes_style(before)
    if char in (_ZWJ, _ZWNJ):
        return _joins(before, after) or (char == _ZWJ and _joins_emoji(before, after))
    return True


def _takes_style(before: str) -> bool:
    return before in _KEYCAP_BASES or before in _OTHER_BASES or (before != "" and _is_symbol(before))


def _joins(before: str, after: str) -> bool:
    """Return whether a joiner is between two letters (or a virama and a letter) of a joining script."""
    return before != "" and after != "" and _is_joining(before) and _is_joining(after)


def _joins_emoji(before: str, after: str) -> bool:
    return before != "" and after != "" and (_is_symbol(before) or before == _EMOJI_STYLE) and _is_symbol(after)


def _is_joining(char: str) -> bool:
    """Return whether joiners shape a character: Arabic, Syriac, N'Ko, Mongolian and the Indic scripts."""
    is_in_script = "\u0600" <= char <= "\u0dff" or "\u1800" <= char <= "\u18af"
    return is_in_script and unicodedata.category(char)[0] in "LMN"


def _is_symbol(char: str) -> bool:
    return char in _OTHER_SYMBOLS or (unicodedata.category(char) in ("So", "Sm") and not char.isascii())


def _clean_nested(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if is_list(value) and depth:
        return [_clean_nested(item, depth - 1) for item in value[:20]]
    if is_object(value) and depth:
        return {clean_text(str(key), 64): _clean_nested(item, depth - 1) for key, item in islice(value.items(), 20)}
    return None if isinstance(value, (list, dict)) else _clean_number(value)


def _clean_number(value: Any) -> Any:
    """Clean a number: None if JSON does not have it; a string if it has too many digits."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return clean_text(str(value)) if isinstance(value, int) and abs(value) > _LARGEST else value
