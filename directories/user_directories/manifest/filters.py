"""How a provider filters by our fields."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from ..dialects import DIALECTS, PREFIX, VALUE, Kind
from ..errors import listed
from ..users.filters import FILTER_FIELDS, OPERATORS, operators_for
from .asked import Asked
from .table import Text

__all__ = ["FilterField", "FilterRule", "FilterTable", "FilterTables"]


def _known_field(name: str) -> str:
    if name not in FILTER_FIELDS:
        raise ValueError(f"not a field to filter by; use one of: {listed(FILTER_FIELDS)}")
    return name


def _known_operator(name: str) -> str:
    if name not in OPERATORS:
        raise ValueError(f"not an operator; use one of: {listed(OPERATORS)}")
    return name


FilterField = Annotated[str, AfterValidator(_known_field)]
OperatorName = Annotated[str, AfterValidator(_known_operator)]


class FilterRule(Asked):
    """How one of our filters is sent, and how the provider matches it.

    `match` exact: the answer is exactly what was asked for. contains, fuzzy, unknown: it may contain more, so every row
    is checked here too.
    """

    match: Literal["exact", "contains", "fuzzy", "unknown"]
    """How it matches; only `exact` is believed, as far as it is seen to be kept."""
    attribute: Text | None = None
    """In place of an expression: their name of the field. The dialect knows how to write each operator."""
    operators: tuple[OperatorName, ...] = ()
    """Beside `attribute`: the operators that the provider takes; default: `is`, of times `after` and `before`."""
    conditions: Mapping[Text, Text] = {}
    """In place of an expression: each of their values → the condition that asks for it, if no attribute has them."""
    type: Kind | None = None
    """What the value is in their record, where an expression writes it otherwise; default: a text, of times a time."""
    several: Literal["repeat", "comma", "or", "one"] = "one"
    """How several values are sent; `one`: in as many requests. In an expression the default is `or`, if any."""
    values: Mapping[str, str] = {}
    """Our value → theirs, if the words differ; a value that is not listed is sent unchanged."""
    case: Literal["as_given", "lower", "both"] = "as_given"
    """The letter case to send: `both` sends the value as given and in lower case."""
    eventual: bool = False
    """Whether the filter looks at an index that may be behind: that it finds nobody is then not certain."""

    @property
    def is_expression(self) -> bool:
        """Whether a condition is sent, and no bare value."""
        return self.expression is not None or self.attribute is not None or bool(self.conditions)

    def kind(self, operator: str) -> Kind:
        """Return what the values of an operator are."""
        return self.type or ("time" if OPERATORS[operator].takes == "time" else "text")

    def template(self, operator: str, value: str) -> str | None:
        """Return the condition in which the value is to be put; None if the dialect has none for it."""
        if self.conditions:
            return self.conditions.get(value)
        if self.attribute is None or self.dialect is None:
            return self.expression
        name = "present" if operator == "missing" and value == "false" else operator
        template = DIALECTS[self.dialect].operators.get(name)
        return None if template is None else template.replace("{attribute}", self.attribute)

    @model_validator(mode="after")
    def _has_keys_that_fit(self) -> Self:
        ways = [name for name in ("expression", "attribute", "conditions") if getattr(self, name)]
        if len(ways) > 1:
            raise ValueError(f"has `{ways[0]}` and `{ways[1]}`: keep one of them")
        open_value = next((name for name, text in self.conditions.items() if VALUE in text or PREFIX in text), None)
        if open_value is not None:
            raise ValueError(f"`conditions.{open_value}` is for this value alone: write the value itself into it")
        if self.operators:
            raise ValueError("`operators` goes with `attribute`, in the table of a field and not of one operator")
        if self.type is not None and not self.is_expression:
            raise ValueError("`type` says how an expression writes the value, and there is none")
        if self.is_expression is not (self.several in ("or", "one")) and self.several != "one":
            fitting = '"or" or "one"' if self.is_expression else '"repeat", "comma" or "one"'
            raise ValueError(f'`several` = "{self.several}" does not fit: here it is {fitting}')
        return self

    @model_validator(mode="after")
    def _is_within_the_dialect(self) -> Self:
        dialect = self.speaks
        if dialect is not None and self.several == "or" and dialect.disjunction is None:
            raise ValueError(f'{dialect.name} has no "or": write several = "one"')
        if dialect is not None and self.attribute is not None and not dialect.operators:
            raise ValueError(f"{dialect.name} has no operators: write an `expression` with {VALUE}")
        return self


FilterTable = Mapping[OperatorName, FilterRule]
"""The rules of one field, by operator."""


def _fitting(tables: Mapping[str, FilterTable]) -> Mapping[str, FilterTable]:
    for field, table in tables.items():
        for operator, rule in table.items():
            if operator not in operators_for(field):
                raise ValueError(f"{field} does not take {operator}; it takes: {listed(operators_for(field)[:-1])}")
            if (fault := _unwritable(operator, rule)) is not None:
                raise ValueError(f"{field}: {fault}")
    return tables


def _unwritable(operator: str, rule: FilterRule) -> str | None:
    """Say why a dialect cannot write a rule for an operator; None if it can."""
    dialect = rule.speaks
    if dialect is None:
        return None
    if rule.conditions and operator != "is":
        return "`conditions` ask for whole values: they stand under `is`"
    if operator == "missing" and rule.attribute is None:
        return "`missing` has no value to put into an expression: write `attribute`"
    known = {"missing" if name == "present" else name for name in dialect.operators}
    if rule.attribute is not None and operator not in known:
        return f"{dialect.name} cannot write {operator}; it can write: {listed(sorted(known))}"
    kind = rule.kind(operator)
    return None if kind in dialect.writers else f"{dialect.name} has no literal for a {kind}"


FilterTables = Annotated[Mapping[FilterField, FilterTable], AfterValidator(_fitting)]
"""`status = { parameter = … }` filters by `is`; `created_at.after = { parameter = … }` by another operator."""
