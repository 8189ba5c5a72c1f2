"""Whether a user is one that was asked for: the check that no provider can get wrong for us.

Names are compared without regard to letter case and accents (NFKD), their words in any order.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

from .errors import InvalidArgument
from .timestamps import parse_time
from .user import User

__all__ = ["Predicate", "fold", "matches_filters", "matches_text", "words"]

Predicate = Callable[[User], bool]

_SEPARATORS = re.compile(r"[\s,;()\"“”]+")
# Letters that NFKD leaves whole although people type the plain one (https://www.unicode.org/reports/tr30/ §4.2).
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "\u0131": "i", "ŧ": "t", "æ": "ae", "œ": "oe"})
_EXACT_FIELDS = frozenset({"username", "status", "role", "organization"})
_NAME_FIELDS = frozenset({"given_name", "family_name"})


def fold(text: str) -> str:
    """Bring text to the form in which it is compared: no case, no accents, compatibility forms resolved."""
    if text.isascii():
        return text.lower()
    # Twice, because a styled capital becomes a plain one only here.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_STROKES)


def words(text: str) -> list[str]:
    """The folded words of a query or a name."""
    return [word for word in _SEPARATORS.split(fold(text)) if word]


def matches_text(text: str) -> Predicate:
    """Match users in whose name, email, username or id every word of `text` occurs, also as a fragment."""
    wanted = words(text)

    def matches(user: User) -> bool:
        shown = (user.name, user.given_name, user.family_name, user.email, *(user.emails or ()), user.username, user.id)
        haystack = fold("\n".join([part for part in shown if part]))
        return all(word in haystack for word in wanted)

    return matches


def matches_filters(filters: Mapping[str, tuple[str, ...]]) -> Predicate:
    """Match users that meet every filter; a filter is met by any of its values."""
    checks = [_check(name, values) for name, values in filters.items()]

    def matches(user: User) -> bool:
        return all(check(user) for check in checks)

    return matches


def _check(name: str, values: tuple[str, ...]) -> Predicate:
    if name == "id":
        wanted = frozenset(values)
        return lambda user: user.id in wanted
    if name == "email":
        addresses = frozenset(fold(value) for value in values)
        return lambda user: any(fold(each) in addresses for each in (user.email, *(user.emails or ())) if each)
    if name in _EXACT_FIELDS or name in _NAME_FIELDS:
        folded = frozenset(fold(value) for value in values)
        return lambda user: (value := user.value(name)) is not None and fold(value) in folded
    if name == "name":
        return _name_check([words(value) for value in values])
    return _time_check(name, values[0])


def _name_check(queries: list[list[str]]) -> Predicate:
    def matches(user: User) -> bool:
        have = words(" ".join(part for part in (user.name, user.given_name, user.family_name) if part))
        return any(all(word in have for word in query) for query in queries)

    return matches


def _time_check(name: str, value: str) -> Predicate:
    """`…_after` includes the moment itself, `…_before` does not, so that two ranges can meet."""
    field, _, side = name.partition("_")
    limit = parse_time(value)
    if limit is None:
        raise InvalidArgument(f"filters.{name}: {value[:40]!r} is no time.")

    def matches(user: User) -> bool:
        moment = parse_time(user.value(f"{field}_at"))
        if moment is None:
            return False
        return moment >= limit if side == "after" else moment < limit

    return matches
