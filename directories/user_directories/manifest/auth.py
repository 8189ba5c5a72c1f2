"""How a request shows who asks."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from ..users.json_values import is_object
from .grants import Grant
from .table import HeaderName, Table, Text, Variable

__all__ = ["Auth", "Way"]

Way = Literal["header", "query", "user", "token", "none"]

_WAYS: Mapping[str, Way] = {
    "none": "none",
    "query": "query",
    "user": "user",
    "token": "token",
    "scheme": "header",
    "header": "header",
}
"""By the key that chooses it, the first one first. A header without one of these keys is `Authorization: Bearer`."""
_BESIDE = frozenset({("user", "header"), ("token", "header"), ("token", "scheme")})
"""A key that chooses a way, and one that then says how it is sent."""

Scheme = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]*$")]
"""A word (https://www.rfc-editor.org/rfc/rfc9110#section-11.1), or empty for the bare key."""


class Auth(Table):
    """How the key is sent: `{header}: {scheme} {key}`, or the bare key if `scheme` is empty.

    `auth = "none"` if there is no key.
    """

    header: HeaderName = "Authorization"
    """The header that the key goes into."""
    scheme: Scheme = "Bearer"
    """With `Basic`, the key is already `user:password` in base64; see `user`."""
    environment: Variable | None = None
    """The environment variable that makes this provider a configured directory."""
    query: Text | None = None
    """The query parameter for the key, in place of a header."""
    user: Text | None = None
    """The user of Basic, whose password is the key. `{name}` is a value of `[settings]`."""
    headers: Mapping[HeaderName, Variable] = {}
    """Further headers, each with the environment variable of the secret in it."""
    token: Grant | None = None
    """How a token is had that is sent in place of the key, which is then the secret for it."""
    none: bool = False
    """There is no key."""

    @property
    def way(self) -> Way:
        """The way of signing in."""
        chosen = (key for key in ("query", "user", "token") if getattr(self, key) is not None)
        return "none" if self.none else _WAYS[next(chosen, "header")]

    def templates(self) -> Mapping[str, str]:
        """Return the texts in which named settings may stand, by their keys."""
        found = {} if self.user is None else {"user": self.user}
        return found if self.token is None else {f"token.{key}": text for key, text in self.token.templates()}

    @model_validator(mode="before")
    @classmethod
    def _one_way(cls, table: Any) -> Any:
        if table == "none":
            return {"none": True}
        if not is_object(table):
            return table
        chosen = [key for key in _WAYS if table.get(key) not in (None, False)]
        for other in chosen[1:]:
            if _WAYS[other] != _WAYS[chosen[0]] and (chosen[0], other) not in _BESIDE:
                raise _two_ways(chosen[0], other)
        if chosen[:1] == ["none"] and (more := [key for key in table if key != "none"]):
            raise _two_ways("none", more[0])
        return table

    @model_validator(mode="after")
    def _names_its_key(self) -> "Auth":
        if self.environment is None and not self.none:
            missing = InitErrorDetails(type="missing", loc=("environment",), input=None)
            raise ValidationError.from_exception_data("Auth", [missing])
        return self

    @model_serializer(mode="wrap")
    def _as_written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what the page does not say, which would be another way beside the one that it chooses."""
        return {name: value for name, value in write(self).items() if name in self.model_fields_set}


def _two_ways(one: str, other: str) -> PydanticCustomError:
    what = f"`{one}` and `{other}` are two ways to authenticate"
    return PydanticCustomError("two_ways", "{what}", {"what": what, "fix": f"Leave out {one} or {other}."})
