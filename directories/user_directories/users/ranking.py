"""How well a user fits a free text: those whom it names in whole words come before those who only contain it."""

import re
from collections.abc import Callable, Iterable, Sequence

from .folding import fold, words
from .matching import TEXT_FIELDS, flat, id_test, other_spellings, texts_reader
from .user import User

__all__ = ["rank_by_text"]

_WHOLE, _BEGINNING, _FRAGMENT = range(3)
_BETWEEN = re.compile(r"[\s@._+/|:-]+")
"""What stands between the words of an address, a username or a double name."""

_Form = tuple[str, ...]
"""One way to write a word: as one, or as the parts that hyphens join."""


def rank_by_text(text: str) -> Callable[[User], int]:
    """Make a function that ranks users who match a text: 0 whole words, 1 beginnings of words, 2 fragments.

    It looks only at what is shown, so that the order tells nothing of what is masked or hidden.
    """
    wanted = words(text) or [text]
    others = other_spellings(text)
    asked = [_forms(word, others.get(word)) for word in wanted]
    is_id, begins_id = id_test(text, wanted, whole_only=True), id_test(text, wanted)
    read = texts_reader(TEXT_FIELDS)

    def rank(user: User) -> int:
        if is_id(user.id):
            return _WHOLE
        known = set(_known(flat(read(user))))
        if all(any(known.issuperset(form) for form in forms) for forms in asked):
            return _WHOLE
        begun = begins_id(user.id) or all(any(_begin(form, known) for form in forms) for forms in asked)
        return _BEGINNING if begun else _FRAGMENT

    return rank


def _forms(word: str, other: str | None) -> Sequence[_Form]:
    parts = tuple(part for part in word.split("-") if part)
    return [(word,), *([parts] if len(parts) > 1 else ()), *([(other,)] if other is not None else ())]


def _known(values: Iterable[str]) -> Iterable[str]:
    """Yield each value as a whole, its words, and the parts of these."""
    for value in values:
        yield fold(value)
        for word in words(value):
            yield word
            yield from filter(None, _BETWEEN.split(word))


def _begin(form: _Form, known: set[str]) -> bool:
    return all(any(each.startswith(part) for each in known) for part in form)
