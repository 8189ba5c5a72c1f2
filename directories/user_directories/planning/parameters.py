"""Queries in a provider's own query parameters. OR is never turned into two ANDed parameters."""

import re
from collections.abc import Iterator, Sequence

from user_directory_pagination import Parameters

from ..manifest import FilterRule, Manifest
from ..users.filters import Condition
from ..users.folding import other_spelling
from ..users.user import NAME_FIELDS
from .discretion import is_open, may_ask, may_search

__all__ = ["WHOLE_ADDRESS", "can_send", "filter_parameters", "requests_needed", "text_parameters"]

_ASKED_BY_TEXT = ("id", "email", "given_name", "family_name")
WHOLE_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_LUCENE_WORDS = re.compile(r"\b(AND|OR|NOT|TO)\b")
_LUCENE_SPECIAL = re.compile(r'([+\-!(){}\[\]^"~*?:\\/&|])')


def can_send(rule: FilterRule, values: Sequence[str], *, is_checked: bool) -> bool:
    """Return whether the values reach the provider unchanged: it may take a comma for the end of a value.

    If nothing is checked here, they are sent unless commas are known to separate them.
    """
    return not any("," in value for value in values) or not (is_checked or rule.several == "comma")


def requests_needed(rule: FilterRule, values: Sequence[str]) -> int:
    """Return how many requests the values need: one per value if the parameter takes only one."""
    return 1 if rule.several != "one" else len(_spellings(rule, values))


def filter_parameters(rule: FilterRule, values: Sequence[str]) -> list[Parameters]:
    """Return the requests that ask for any of `values`: one, or several whose answers are joined here."""
    spellings = _spellings(rule, values)
    if requests_needed(rule, values) > 1:
        return [((rule.parameter, value),) for value in spellings]
    if rule.several == "comma":
        return [((rule.parameter, ",".join(spellings)),)]
    return [tuple((rule.parameter, value) for value in spellings)]


def _spellings(rule: FilterRule, values: Sequence[str]) -> list[str]:
    sent = [rule.values.get(value, value) for value in values]
    if rule.case == "lower":
        sent = [value.lower() for value in sent]
    if rule.case == "both":
        sent += [value.lower() for value in sent]
    sent += [other for value in sent if (other := other_spelling(value)) is not None]
    return list(dict.fromkeys(sent))


def text_parameters(manifest: Manifest, text: str) -> list[Parameters]:
    """Return the requests that ask for a free text, to be joined here; `[()]` if the provider cannot be asked."""
    if manifest.search is not None:
        if not may_search(manifest):
            return [()]
        sent = _as_lucene_text(text) if manifest.search.escape == "lucene" else text
        return [((manifest.search.parameter, sent),)]
    return list(dict.fromkeys(_exact_parameters(manifest, text))) or [()]


def _as_lucene_text(text: str) -> str:
    """Remove operators: escape signs, drop `<` and `>`, which cannot be escaped, and turn AND, OR, NOT into words."""
    escaped = _LUCENE_SPECIAL.sub(r"\\\1", text.replace("<", " ").replace(">", " "))
    return _LUCENE_WORDS.sub(lambda found: found[0].lower(), escaped)


def _exact_parameters(manifest: Manifest, text: str) -> Iterator[Parameters]:
    """Yield a free text as requests to exact filters: an id, an address, or a name split in two in every way."""
    by_id, by_email, given, family = (_rule_for(manifest, name, text) for name in _ASKED_BY_TEXT)
    if by_id is not None and manifest.get and re.fullmatch(manifest.get.ids, text):
        yield ((by_id.parameter, text),)
    elif by_email is not None and WHOLE_ADDRESS.fullmatch(text):
        yield from filter_parameters(by_email, [text])
    elif given is not None and family is not None:
        yield from _name_parameters(given, family, text.split())


def _rule_for(manifest: Manifest, field: str, text: str) -> FilterRule | None:
    """Return how to ask for a text in a field; None if the provider does not filter by it, or is not to be asked."""
    rule = manifest.filter_rule(field)
    may_be_asked = rule is not None and (field not in NAME_FIELDS or is_open(manifest, field))
    return rule if may_be_asked and may_ask(manifest, Condition(field, "is", (text,))) else None


def _name_parameters(given: FilterRule, family: FilterRule, parts: list[str]) -> Iterator[Parameters]:
    if len(parts) == 1:
        yield from (_names(rule, parts[0]) for rule in (given, family))
    elif len(parts) <= 4:
        for cut in range(1, len(parts)):
            first, second = " ".join(parts[:cut]), " ".join(parts[cut:])
            yield _names(given, first) + _names(family, second)
            yield _names(given, second) + _names(family, first)


def _names(rule: FilterRule, name: str) -> Parameters:
    """Return a name as it was typed and, if several values can be sent, as names are usually written."""
    spellings = [name, name.title()] if rule.several == "repeat" else [name]
    return tuple((rule.parameter, spelling) for spelling in dict.fromkeys(spellings))
