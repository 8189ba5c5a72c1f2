"""How a request shows who asks."""

from typing import Annotated, Literal

from pydantic import Field

from .table import HeaderName, Table

__all__ = ["Auth"]


class Auth(Table):
    """How the key is sent: `{header}: {scheme} {key}`, or the bare key if `scheme` is empty."""

    header: HeaderName = "Authorization"
    scheme: Literal["Bearer", "Basic", "Token", ""] = "Bearer"
    environment: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
    """The environment variable that makes this provider a configured directory."""
