"""What a rule sends: a value in a parameter of its own, or a condition in an expression that it shares."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from ..dialects import DIALECTS, PREFIX, VALUE, Dialect, DialectName
from ..errors import listed
from .table import Table, Text

__all__ = ["Asked"]


class Asked(Table):
    """A query parameter, and what stands in it.

    Without an expression, that is the value itself. Conditions that share a parameter are joined into one expression.
    """

    parameter: Text
    """The query parameter."""
    expression: Text | None = None
    """The condition, in the dialect: `{value}` is replaced by the value with its quotes, `{prefix}` by the pattern of
    all values that begin with it."""
    dialect: DialectName | None = None
    """Default: the `dialect` at the top of the page."""
    also: Mapping[Text, str] = Field(default={}, alias="with")
    """Further parameters that go along."""

    @property
    def speaks(self) -> Dialect | None:
        """The dialect of what it sends; None for a bare value."""
        return DIALECTS[self.dialect] if self.dialect is not None and self.is_expression else None

    @property
    def is_expression(self) -> bool:
        """Whether a condition is sent, and no bare value."""
        return self.expression is not None

    @model_validator(mode="after")
    def _has_a_dialect(self) -> Self:
        if self.is_expression and self.dialect is None:
            raise ValueError(f"an expression needs a `dialect`, here or at the top of the page: {listed(DIALECTS)}")
        if not self.is_expression and self.dialect is not None:
            raise ValueError("`dialect` says how an expression is written, and there is none")
        if self.parameter in self.also:
            raise ValueError(f"`with` cannot name {self.parameter}, which is the parameter itself")
        return self

    @model_validator(mode="after")
    def _has_a_place_for_the_value(self) -> Self:
        dialect, expression = self.speaks, self.expression
        if dialect is None or expression is None:
            return self
        if VALUE not in expression and PREFIX not in expression:
            raise ValueError(f"the expression lacks {VALUE}, which is replaced by the value")
        if PREFIX in expression and dialect.prefix is None:
            raise ValueError(f"{dialect.name} has no {PREFIX}: write {VALUE}")
        if dialect.quotes_values(expression):
            raise ValueError(f"{VALUE} stands in quotes or beside an open one: it brings its own, so remove them")
        return self
