"""What a provider would read in an expression: a tree of conditions, told by parsers that know nothing of the writers.

SCIM, OData and Lucene are read by public parsers. (Of the two for SCIM, `scim2-filter-parser` 0.7 reads no escape: to
its lexer, the first quote ends a string, also one behind a backslash.) No public parser reads those of Okta, Google and
Salesforce: they are read here, from the vendor's document, token by token.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import luqum.tree as lucene
from luqum.parser import parser as luqum_parser
from odata_query import ast as odata
from odata_query.grammar import ODataLexer, ODataParser
from scim2_models import ScimFilter


class Read(NamedTuple):
    """A condition as it was read; an `operator` is one of ours."""

    attribute: str
    operator: str
    value: str | None = None


class Joined(NamedTuple):
    """Conditions that a conjunction or a disjunction joins."""

    word: str
    parts: tuple[Any, ...]


def joined(word: str, parts: list[Any]) -> Any:
    """The parts in one row: (a and b) and c is a and b and c."""
    flat: list[Any] = []
    for part in parts:
        flat += part.parts if isinstance(part, Joined) and part.word == word else [part]
    return flat[0] if len(flat) == 1 else Joined(word, tuple(flat))


COMPARED = {"eq": "is", "sw": "starts_with", "co": "contains", "ge": "after", "lt": "before"}


def scim(expression: str) -> Any:
    """Read a filter of SCIM with scim2-models."""
    return _scim(ScimFilter(expression).ast)


def _scim(node: Any) -> Any:
    match type(node).__name__:
        case "LogicalExpr":
            return joined(str(node.op.value), [_scim(each) for each in node.terms])
        case "Comparison":
            return Read(str(node.attr_path), COMPARED[node.op.value], node.value)
        case "Present":
            return Read(str(node.attr_path), "present")
        case "Not":
            (name, operator, _) = _scim(node.expr)
            assert operator == "present"
            return Read(name, "missing")
    raise AssertionError(node)


def odata_filter(expression: str) -> Any:
    """Read a $filter of OData with odata-query."""
    return _odata(ODataParser().parse(ODataLexer().tokenize(expression)))


def _odata(node: Any) -> Any:
    match node:
        case odata.BoolOp(op=op, left=left, right=right):
            return joined("and" if isinstance(op, odata.And) else "or", [_odata(left), _odata(right)])
        case odata.Call(func=odata.Identifier(name="startswith"), args=[name, value]):
            return Read(_odata_name(name), "starts_with", _odata_value(value))
        case odata.Compare(comparator=comparator, left=name, right=odata.Null()):
            return Read(_odata_name(name), "missing" if isinstance(comparator, odata.Eq) else "present")
        case odata.Compare(comparator=comparator, left=name, right=value):
            words = {odata.Eq: "is", odata.GtE: "after", odata.Lt: "before"}
            return Read(_odata_name(name), words[type(comparator)], _odata_value(value))
    raise AssertionError(node)


def _odata_name(node: Any) -> str:
    return node.name if isinstance(node, odata.Identifier) else f"{_odata_name(node.owner)}/{node.attr}"


def _odata_value(node: Any) -> str:
    assert isinstance(node, odata.String | odata.DateTime | odata.Boolean | odata.Integer | odata.Float)
    return node.val


def lucene_query(expression: str) -> Any:
    """Read a query with luqum."""
    return _lucene(luqum_parser.parse(expression))


def _lucene(node: Any) -> Any:
    match node:
        case lucene.AndOperation() | lucene.OrOperation():
            word = "and" if isinstance(node, lucene.AndOperation) else "or"
            return joined(word, [_lucene(each) for each in node.children])
        case lucene.Group():
            return _lucene(node.expr)
        case lucene.Not(a=lucene.SearchField(name="_exists_", expr=name)):
            return Read(str(name), "missing")
        case lucene.SearchField(name="_exists_", expr=name):
            return Read(str(name), "present")
        case lucene.SearchField(name=name, expr=lucene.Range(low=low, high=high)):
            if str(high).strip() == "*":
                assert node.expr.include_low
                return Read(name, "after", _phrase(low))
            assert not node.expr.include_high
            return Read(name, "before", _phrase(high))
        case lucene.SearchField(name=name, expr=lucene.Phrase() as phrase):
            return Read(name, "is", _phrase(phrase))
        case lucene.SearchField(name=name, expr=lucene.Word(value=value)):
            return Read(name, "starts_with", _beginning(value))
    raise AssertionError(repr(node))


def _phrase(node: Any) -> str:
    assert isinstance(node, lucene.Phrase)
    return _unescaped(node.value[1:-1])


def _beginning(text: str) -> str:
    """What stands before the only star that is no sign of the value."""
    bare = re.sub(r"\\.", "", text, flags=re.DOTALL)
    assert bare.endswith("*")
    assert not re.search(r"[*?]", bare[:-1])
    return _unescaped(text[:-1])


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


class Tokens:
    """The tokens of an expression, in their order; a string becomes its value at once."""

    def __init__(self, text: str, forms: Mapping[str, str], values: Mapping[str, Callable[[str], str]]) -> None:
        self._pattern = re.compile("|".join(f"(?P<{name}>{form})" for name, form in forms.items()))
        self._values = values
        self.left = list(self._split(text))

    def _split(self, text: str) -> Iterator[tuple[str, str]]:
        place = 0
        while place < len(text):
            found = self._pattern.match(text, place)
            assert found is not None, f"no token at {place}"
            assert found.lastgroup is not None
            place = found.end()
            yield found.lastgroup, self._values.get(found.lastgroup, str)(found[0])

    def take(self, kind: str, *texts: str) -> str:
        name, text = self.left.pop(0)
        assert name == kind
        assert not texts or text.lower() in texts
        return text

    def takes(self, kind: str, *texts: str) -> bool:
        if not self.left or self.left[0][0] != kind or (texts and self.left[0][1].lower() not in texts):
            return False
        del self.left[0]
        return True


def _any_of(tokens: Tokens, condition: Callable[[Tokens], Any]) -> Any:
    """`or` binds less than `and`; parentheses, more than both."""
    parts = [_all_of(tokens, condition)]
    while tokens.takes("blank") and tokens.takes("word", "or"):
        tokens.take("blank")
        parts.append(_all_of(tokens, condition))
    return joined("or", parts)


def _all_of(tokens: Tokens, condition: Callable[[Tokens], Any]) -> Any:
    parts = [_one(tokens, condition)]
    while tokens.left[:1] == [("blank", " ")] and tokens.left[1][1].lower() == "and":
        del tokens.left[:2]
        tokens.take("blank")
        parts.append(_one(tokens, condition))
    return joined("and", parts)


def _one(tokens: Tokens, condition: Callable[[Tokens], Any]) -> Any:
    if not tokens.takes("open"):
        return condition(tokens)
    found = _any_of(tokens, condition)
    tokens.take("close")
    return found


def _whole(tokens: Tokens, found: Any) -> Any:
    assert tokens.left == []
    return found


def okta(expression: str) -> Any:
    r"""Read a filter of Okta: SCIM's, with strings in double quotes, in which \ makes a sign one of the value.

    https://developer.okta.com/docs/api/#filter
    """
    forms = {
        "blank": " ",
        "open": r"\(",
        "close": r"\)",
        "string": r'"(?:[^"\\\x00-\x1f]|\\["\\])*"',
        "word": r"[A-Za-z0-9._-]+",
    }
    tokens = Tokens(expression, forms, {"string": lambda text: _unescaped(text[1:-1])})
    return _whole(tokens, _any_of(tokens, _okta_condition))


def _okta_condition(tokens: Tokens) -> Read:
    name = tokens.take("word")
    tokens.take("blank")
    operator = tokens.take("word")
    if operator == "pr":
        return Read(name, "present")
    tokens.take("blank")
    kind, value = tokens.left.pop(0)
    assert kind == "string" or re.fullmatch(r"true|false|-?[0-9.]+", value)
    return Read(name, COMPARED[operator], value)


def google(expression: str) -> Any:
    r"""Read a query for users of Google: clauses with a blank between, values bare or in single quotes, \' in them.

    https://developers.google.com/workspace/admin/directory/v1/guides/search-users
    """
    forms = {
        "blank": " ",
        "string": r"'(?:[^'\\]|\\')*'",
        "prefix": r"[\w.@+-]+\*",
        "word": r"[\w.@+-]+",
        "sign": "[=:]",
    }
    tokens = Tokens(expression, forms, {"string": lambda text: text[1:-1].replace("\\'", "'")})
    parts = [_google_clause(tokens)]
    while tokens.takes("blank"):
        parts.append(_google_clause(tokens))
    return _whole(tokens, joined("and", parts))


def _google_clause(tokens: Tokens) -> Read:
    name, sign = tokens.take("word"), tokens.take("sign")
    kind, value = tokens.left.pop(0)
    if sign == ":":
        assert kind == "prefix"
        return Read(name, "starts_with", value[:-1])
    assert kind in ("string", "word")
    return Read(name, "is", value)


SOQL_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\a", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def soql(expression: str) -> Any:
    """Read conditions of SOQL: strings in single quotes with these escapes, everything else of a backslash is an error.

    https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
    """
    forms = {
        "blank": " ",
        "open": r"\(",
        "close": r"\)",
        "string": r"'(?:[^'\\]|\\[nrtbf\"'\\_%]|\\u[0-9a-fA-F]{4})*'",
        "sign": r"!=|>=|=|<",
        "word": r"[A-Za-z0-9_.:-]+",
    }
    tokens = Tokens(expression, forms, {})
    return _whole(tokens, _any_of(tokens, _soql_condition))


def _soql_condition(tokens: Tokens) -> Read:
    name = tokens.take("word")
    tokens.take("blank")
    _, operator = tokens.left.pop(0)
    tokens.take("blank")
    kind, text = tokens.left.pop(0)
    if text == "null":
        return Read(name, {"=": "missing", "!=": "present"}[operator])
    if operator == "LIKE":
        assert kind == "string"
        bare = re.sub(r"\\.", "", text[1:-1])
        assert bare.endswith("%")
        assert not re.search("[%_]", bare[:-1])
        return Read(name, "starts_with", _soql_value(text[1:-2]))
    value = _soql_value(text[1:-1]) if kind == "string" else text
    assert kind != "string" or not re.search(r"(?<!\\)(?:\\\\)*\\[%_]", text)
    return Read(name, {"=": "is", ">=": "after", "<": "before"}[operator], value)


def _soql_value(text: str) -> str:
    def sign(found: re.Match[str]) -> str:
        if found[1].startswith("u"):
            return chr(int(found[1][1:], 16))
        return SOQL_ESCAPES.get(found[1], found[1])

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", sign, text)


READERS: Mapping[str, Callable[[str], Any]] = {
    "scim": scim,
    "odata": odata_filter,
    "lucene": lucene_query,
    "okta": okta,
    "google": google,
    "soql": soql,
}
"""By dialect. `none` has no grammar that could be read."""
