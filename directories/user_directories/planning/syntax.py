"""Refusing what other searches understand and this one would find nobody by: wildcards, operators, half addresses."""

import re

from ..errors import Kinds
from ..users.filters import FILTER_FIELDS, FieldKind

__all__ = ["is_whole_address", "refuse_syntax_in_query", "refuse_syntax_in_value"]

_WILDCARD = re.compile(r"^[*%]|(?:\*|(?<!\d)%)$")
_WILDCARD_WORD = re.compile(r"(?<!\S)(?:[*%]\S*|\S*(?:\*|(?<!\d)%))(?!\S)")
_OPERATOR = re.compile(r"(?<=\S)\s(?:AND|OR|NOT|\|\||&&)\s(?=\S)|^NOT\s(?=\S)")
_OPERATOR_OF_QUERIES = re.compile(rf"{_OPERATOR.pattern}|(?<=\S)\s\|\s(?=\S)")
_COMPARISON = re.compile(r"^(?:!=?|==?|<=?|>=?|<>)\s*(?=\S)")
_FIELD = re.compile(
    rf"(?<!\S)(?:{'|'.join(FILTER_FIELDS)}|mail|user|username|login|phone)\s?[:=]\s?(?=[^\s/])", re.IGNORECASE
)
_WHOLE_ADDRESS = re.compile(r"[^@\s*%](?:.*[^@\s])?@[^@\s]+", re.DOTALL)


def refuse_syntax_in_query(text: str) -> None:
    """Refuse a free text in which a wildcard, a field or an operator stands. Raises: InvalidArgument."""
    if found := _WILDCARD_WORD.search(text):
        raise Kinds.QUERY_WILDCARD.error(value=found[0])
    if found := _FIELD.search(text):
        raise Kinds.QUERY_FIELD.error(value=found[0].strip())
    if found := _OPERATOR_OF_QUERIES.search(text):
        raise Kinds.QUERY_OPERATOR.error(value=found[0].strip())


def refuse_syntax_in_value(name: str, kind: FieldKind, operator: str, value: str) -> None:
    """Refuse a value of a filter that no user can have. Raises: InvalidArgument."""
    if kind == "id":
        return
    if _WILDCARD.search(value):
        raise Kinds.NO_WILDCARDS.error(name=name, value=value)
    if _OPERATOR.search(value) or _COMPARISON.search(value):
        raise Kinds.NO_SYNTAX.error(name=name, value=value)
    if kind == "address" and operator == "is" and not is_whole_address(value):
        raise Kinds.HALF_ADDRESS.error(name=name, value=value)


def is_whole_address(text: str) -> bool:
    """Return whether a text has what stands before the @ of an address, and what stands behind it."""
    return _WHOLE_ADDRESS.fullmatch(text) is not None
