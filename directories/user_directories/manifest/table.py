"""The base of all tables of a page, and the types of strings in them."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = ["EndpointPath", "HeaderName", "HeaderValue", "Pattern", "Table", "Text", "Variable"]

Text = Annotated[str, Field(min_length=1)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
HeaderValue = Annotated[str, Field(pattern=r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$")]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""The name of an environment variable."""
EndpointPath = Annotated[str, Field(pattern=r"^/[^?#]*$")]


def _valid_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_valid_pattern)]
"""A regular expression."""


class Table(BaseModel):
    """The base of all tables. A key that a table does not list is refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, serialize_by_alias=True)
