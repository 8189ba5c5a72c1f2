"""Queries in a provider's own query parameters. OR is never turned into two ANDed parameters."""

import re
from collections.abc import Iterator, Sequence

from user_directory_pagination import Parameters

from ..dialects import Clause, clause
from ..manifest import FilterRule, Manifest, Search
from ..users.filters import Condition
from ..users.folding import other_spelling
from ..users.user import NAME_FIELDS
from .discretion import is_open, may_ask, may_search
from .terms import Terms, can_join, condition_term, parameters_of, written

__all__ = [
    "WHOLE_ADDRESS",
    "can_send",
    "filter_terms",
    "requests_needed",
    "search_parameters",
    "text_terms",
    "trial_parameters",
    "values_asked",
]

_ASKED_BY_TEXT = ("id", "email", "given_name", "family_name")
WHOLE_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_LUCENE_WORDS = re.compile(r"\b(AND|OR|NOT|TO)\b")
_LUCENE_SPECIAL = re.compile(r'([+\-!(){}\[\]^"~*?:\\/&|])')


_MOST_ALTERNATIVES = 15
"""Values in one expression; Graph takes no more (https://learn.microsoft.com/graph/filter-query-parameter)."""


def can_send(rule: FilterRule, operator: str, values: Sequence[str], *, is_checked: bool) -> bool:
    """Return whether the values reach the provider unchanged: it may take a comma for the end of a value.

    If nothing is checked here, they are sent unless commas are known to separate them. In an expression, each value
    needs a literal of its dialect.
    """
    if rule.is_expression:
        return all(written(rule, operator, value) is not None for value in _spellings(rule, values))
    return not any("," in value for value in values) or not (is_checked or rule.several == "comma")


def requests_needed(rule: FilterRule, values: Sequence[str]) -> int:
    """Return how many requests the values need: one per value if the parameter takes only one."""
    number = len(_spellings(rule, values))
    if rule.several == "or":
        return -(-number // _MOST_ALTERNATIVES)
    return number if rule.several == "one" else 1


def filter_terms(rule: FilterRule, operator: str, values: Sequence[str]) -> list[Terms]:
    """Return the requests that ask for any of `values`: one, or several whose answers are joined here.

    Raises: ValueError if `can_send` says no.
    """
    spellings = _spellings(rule, values)
    if rule.several == "comma":
        return [condition_term(rule, [Clause(",".join(spellings))])]
    clauses = [_clause(rule, operator, value) for value in spellings]
    together = {"one": 1, "or": _MOST_ALTERNATIVES}.get(rule.several, len(clauses))
    return [condition_term(rule, clauses[start : start + together]) for start in range(0, len(clauses), together)]


def trial_parameters(manifest: Manifest, rule: FilterRule, operator: str, value: str) -> Parameters | None:
    """Return the request that asks for a value as it is spelt; None if it cannot be sent."""
    found = written(rule, operator, value)
    return None if found is None else parameters_of(condition_term(rule, [found]), manifest.list.parameters)


def values_asked(rule: FilterRule, operator: str, values: Sequence[str], parameters: Parameters) -> list[str]:
    """Return which of the values, as they are sent, a request asks for."""
    sent = [text for name, text in parameters if name == rule.parameter]
    if not rule.is_expression:
        return sent
    conditions = {value: found.text for value in values if (found := written(rule, operator, value)) is not None}
    return [value for value, text in conditions.items() if any(_holds(expression, text) for expression in sent)]


def _holds(expression: str, condition: str) -> bool:
    """Return whether a condition stands in an expression: it has quotes in it, so no value contains it as it is."""
    return re.search(rf"(?<!\w){re.escape(condition)}(?!\w)", expression) is not None


def _clause(rule: FilterRule, operator: str, value: str) -> Clause:
    found = written(rule, operator, value)
    if found is None:
        raise ValueError(f"{rule.dialect} has no literal for the value")
    return found


def _spellings(rule: FilterRule, values: Sequence[str]) -> list[str]:
    sent = [rule.values.get(value, value) for value in values]
    if rule.case == "lower":
        sent = [value.lower() for value in sent]
    if rule.case == "both":
        sent += [value.lower() for value in sent]
    sent += [other for value in sent if (other := other_spelling(value)) is not None]
    return list(dict.fromkeys(sent))


def text_terms(manifest: Manifest, text: str) -> list[Terms]:
    """Return the requests that ask for a free text, to be joined here; `[()]` if the provider cannot be asked."""
    if manifest.search is not None:
        return [_search_terms(manifest.search, text)] if may_search(manifest) else [()]
    return list(dict.fromkeys(_exact_terms(manifest, text))) or [()]


def search_parameters(manifest: Manifest, search: Search, text: str) -> Parameters:
    """Return the request that searches for a text; nothing if it cannot be sent."""
    fixed = dict[str, str]() if search.path is not None else manifest.list.parameters
    return parameters_of(_search_terms(search, text), fixed)


def _search_terms(search: Search, text: str) -> Terms:
    dialect, template = search.speaks, search.expression
    if dialect is not None and template is not None:
        sent = dialect.written(template, "text", text)
        return () if sent is None else condition_term(search, [clause(dialect, template, sent)])
    return condition_term(search, [Clause(_as_lucene_text(text) if search.escape == "lucene" else text)])


def _as_lucene_text(text: str) -> str:
    """Remove operators: escape signs, drop `<` and `>`, which cannot be escaped, and turn AND, OR, NOT into words."""
    escaped = _LUCENE_SPECIAL.sub(r"\\\1", text.replace("<", " ").replace(">", " "))
    return _LUCENE_WORDS.sub(lambda found: found[0].lower(), escaped)


def _exact_terms(manifest: Manifest, text: str) -> Iterator[Terms]:
    """Yield a free text as requests to exact filters: an id, an address, or a name split in two in every way."""
    by_id, by_email, given, family = (_rule_for(manifest, name, text) for name in _ASKED_BY_TEXT)
    if by_id is not None and manifest.get and re.fullmatch(manifest.get.ids, text):
        yield condition_term(by_id, [_clause(by_id, "is", text)])
    elif by_email is not None and WHOLE_ADDRESS.fullmatch(text):
        yield from filter_terms(by_email, "is", [text])
    elif given is not None and family is not None:
        yield from _name_terms(given, family, text.split())


def _rule_for(manifest: Manifest, field: str, text: str) -> FilterRule | None:
    """Return how to ask for a text in a field; None if the provider does not filter by it, or is not to be asked."""
    rule = manifest.filter_rule(field)
    if rule is None or (rule.is_expression and not can_send(rule, "is", [text], is_checked=True)):
        return None
    may_be_asked = field not in NAME_FIELDS or is_open(manifest, field)
    return rule if may_be_asked and may_ask(manifest, Condition(field, "is", (text,))) else None


def _name_terms(given: FilterRule, family: FilterRule, parts: list[str]) -> Iterator[Terms]:
    if len(parts) == 1:
        yield from (_names(rule, parts[0]) for rule in (given, family))
    elif len(parts) <= 4:
        for cut in range(1, len(parts)):
            first, second = " ".join(parts[:cut]), " ".join(parts[cut:])
            for one, other in ((first, second), (second, first)):
                terms = _names(given, one), _names(family, other)
                if can_join(*terms):
                    yield terms[0] + terms[1]


def _names(rule: FilterRule, name: str) -> Terms:
    """Return a name as it was typed and, if several values can be sent, as names are usually written."""
    spellings = [name, name.title()] if rule.several in ("repeat", "or") else [name]
    return condition_term(rule, [_clause(rule, "is", spelling) for spelling in dict.fromkeys(spellings)])
