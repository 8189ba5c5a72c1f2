"""Checking whether a user was asked for, so that no provider can get this wrong.

Names are compared in their folded form (`folding`), with their words in any order. An id is mostly random: it is found
by itself or by a long beginning, never by a fragment, and never beside other words.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from .encodings import holds_at
from .folding import fold, other_spelling, raw_words, words
from .text import MAX_LENGTH, is_plain
from .user import FIELDS, Texts, User

__all__ = [
    "TEXT_FIELDS",
    "Check",
    "all_of",
    "flat",
    "id_test",
    "lacking",
    "matches_text",
    "named_whole",
    "other_spellings",
    "texts_reader",
    "unspaced_names",
    "whole_values",
]

_Test = Callable[[User], bool]

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
"""Kana, Han and Hangul, in which names are written without a space."""
_LONG = 8
"""The length in characters from which the beginning of an id finds its user: random ids hardly share so much."""
TEXT_FIELDS = frozenset({"id", "name", "given_name", "family_name", "email", "emails", "username"})
"""The fields that a free-text search looks in."""


@dataclass(frozen=True)
class Check:
    """A test of a user, and the fields that it looks at."""

    test: _Test
    fields: frozenset[str] = frozenset(FIELDS)
    words: tuple[str, ...] = ()
    """Folded words without white space that a user who passes has in these fields; none if that cannot be said."""

    def __call__(self, user: User) -> bool:
        return self.test(user)


def all_of(checks: Sequence[Check]) -> Check | None:
    """Combine checks into one that passes if all pass; None if there are none."""
    if len(checks) <= 1:
        return checks[0] if checks else None
    fields = frozenset[str]().union(*(check.fields for check in checks))
    return Check(lambda user: all(check(user) for check in checks), fields)


def matches_text(
    text: str, whole: Collection[str] = (), hidden: Collection[str] = (), *, guards_ids: bool = False
) -> Check:
    """Make a check: every word of `text` occurs in the name, email or username, also as a fragment; or it is the id.

    Of the fields of `whole` (see `whole_values`), a whole value has to be named. The fields of `hidden` are not looked
    at. An id that is an address is looked at like one; if `guards_ids`, it has to be named whole, too.
    """
    wanted = words(text) or [text]  # a text without a word matches nobody, not everybody
    fields = TEXT_FIELDS.difference(hidden)
    in_words = not any(char.isspace() for word in wanted for char in word)
    open_texts = texts_reader(fields.difference(whole, ("id",) if guards_ids else ()), in_words=in_words)
    masked = fields.intersection(whole)
    names_id = _nobody if "id" in hidden else id_test(text, wanted, whole_only="id" in whole, guards=guards_ids)
    others = other_spellings(text)
    is_plain_query = not (others or any("-" in word.strip("-") for word in wanted))

    def matches(user: User) -> bool:
        haystack = _folded_lines(open_texts(user))
        missing = [word for word in wanted if word not in haystack]
        if missing and not is_plain_query:
            missing = [word for word in missing if not _is_spelt_otherwise(word, haystack, others.get(word))]
        if not missing or names_id(user.id):
            return True
        return bool(masked) and named_whole(whole_values(user, masked), wanted, others).issuperset(missing)

    return Check(matches, fields, _surely_in(wanted, others) if in_words and not whole else ())


def whole_values(user: User, fields: Collection[str]) -> list[str]:
    """Return the values of fields of which only a whole one finds its user: of a name, not its parts.

    Whoever knows a part would otherwise find out who has it, and then the next part.
    """
    names = [name for name in ("given_name", "family_name") if name in fields]
    if "name" in fields and user.name:
        names = ["name"]
    places = [name for name in ("email", "emails", "username") if name in fields]
    places += ["id"] if "id" in fields and "@" in user.id else []
    found = flat([value for name in (*names, *places) if (value := cast("Texts | None", getattr(user, name)))])
    return [*found, *(unspaced_names(user) if "name" in names else ())]


def named_whole(values: Sequence[str], wanted: Sequence[str], others: Mapping[str, str]) -> set[str]:
    """Return those of the wanted words that name some of the values whole, in any order."""
    forms = {word: [_parts(word), *([_parts(others[word])] if word in others else [])] for word in wanted}
    asked = set[str]().union(*(form for each in forms.values() for form in each))
    named = [known for value in values if (known := _words_of(value)) and known <= asked]
    told = set[str]().union(*named)
    return {word for word, each in forms.items() if any(form and form <= told for form in each)}


def _words_of(value: str) -> set[str]:
    return set[str]().union(*map(_parts, words(value)))


def _parts(word: str) -> set[str]:
    """Return the words that hyphens join: Jean-Luc is Jean Luc, too."""
    return {word} if "@" in word else {part for part in word.split("-") if part}


def id_test(
    text: str, wanted: Sequence[str], *, whole_only: bool = False, guards: bool = False
) -> Callable[[str], bool]:
    """Make a test of an id: a text, with the words in `wanted`, is the whole of it or one word that begins it.

    If it `guards` ids, one that holds an address has to be named whole.
    """
    names = {fold(text), *(wanted if len(wanted) == 1 else ())} - {""}
    beginning = wanted[0] if len(wanted) == 1 and len(wanted[0]) >= _LONG and not whole_only else None

    def is_meant(identifier: str) -> bool:
        folded = fold(identifier)
        if folded in names:
            return True
        begins = beginning is not None and folded.startswith(beginning)
        return begins and not (guards and holds_at(identifier))

    return is_meant


def _nobody(_: str) -> bool:
    return False


def other_spellings(text: str) -> dict[str, str]:
    """Return the folded other spelling of each folded address in a text whose domain can be written in two ways."""
    if text.isascii() and "xn--" not in text.lower():
        return {}
    return {fold(word): fold(other) for word in raw_words(text) if (other := other_spelling(word)) is not None}


def _surely_in(wanted: Sequence[str], others: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the raw texts of each user who matches have, once folded, however a word is spelt there."""
    found = [word.partition("@")[0] if word in others else word for word in wanted]
    return tuple(part for word in found for part in re.split("[-']", word) if part)


def _is_spelt_otherwise(word: str, haystack: str, other: str | None) -> bool:
    """Return whether a word is there in its other spelling, or with a space for its hyphen."""
    if other is not None and other in haystack:
        return True
    return bool(word.strip("-")) and word.replace("-", " ") in haystack.replace("-", " ")


def lacking(wanted: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Make a test of raw texts: whether they, as they are shown, also joined, certainly lack a wanted word.

    The words are folded and without white space. It decides only on texts of which cleaning changes nothing but white
    space. Raises: TypeError if a text is none.
    """

    def lacks(texts: Sequence[str]) -> bool:
        line = " ".join(texts)
        if len(line) > MAX_LENGTH or not line.isprintable():
            return False
        if not line.isascii():
            told = [_folded_if_plain(text) for text in texts if not text.isascii()]
            if None in told:
                return False
            line = " ".join([line, *cast("list[str]", told)])
        line = line.lower()
        return bool([word for word in wanted if word not in line])

    return lacks


@lru_cache(maxsize=4096)
def _folded_if_plain(text: str) -> str | None:
    """Fold a printable text; None if cleaning changes it, or if it is of a name that is shown in other forms, too."""
    return None if _UNSPACED.search(text) or not is_plain(text) else fold(text)


def _folded_lines(texts: Sequence[str]) -> str:
    """Fold each text, one a line; texts of ASCII, which nearly all are, together."""
    try:
        lines = "\n".join(texts)
    except TypeError:  # a field with several values
        texts = flat(texts)
        lines = "\n".join(texts)
    return fold(lines) if lines.isascii() else "\n".join([fold(text) for text in texts])


def flat(texts: Sequence[Texts]) -> list[str]:
    """Return all texts of fields of which some have several."""
    return [text for each in texts for text in (each if isinstance(each, tuple) else (each,))]


def texts_reader(fields: Collection[str], *, in_words: bool = False) -> Callable[[User], list[str]]:
    """Compile a function that reads the strings of some fields; a scan reads hundreds of thousands of users.

    An id is read only if it is an address.

    `in_words`: only for words without white space, to which a name that is its parts says nothing new.
    """
    singles = [name for name in sorted(fields) if name not in ("emails", "name", "id")]
    reads_id = "id" in fields
    places = [User._fields.index(name) for name in singles]
    reads_name, reads_emails = "name" in fields, "emails" in fields
    parts_tell = in_words and {"given_name", "family_name"} <= set(fields)

    def read(user: User) -> list[str]:
        cells = cast("Sequence[str]", user)
        texts = [cell for place in places if (cell := cells[place])]
        if reads_id and "@" in user.id:
            texts.append(user.id)
        if reads_name:
            name, given, family = user.name, user.given_name, user.family_name
            if name and not (parts_tell and given and family and name == f"{given} {family}"):
                texts.append(name)
            if name or (given and family):
                texts += unspaced_names(user)
        if reads_emails and user.emails:
            texts += user.emails
        return texts

    return read


def unspaced_names(user: User) -> list[str]:
    """Return a two-part name as scripts without spaces write it (王敏), with either part as the family name."""
    given: Sequence[str | tuple[str, ...] | None] = (user.given_name, user.family_name)
    parts = flat([part for part in given if part]) or " ".join(flat([user.name] if user.name else [])).split()
    if len(parts) != 2 or parts[0].isascii() or not _UNSPACED.search(parts[0]):
        return []
    return [parts[0] + parts[1], parts[1] + parts[0]]
