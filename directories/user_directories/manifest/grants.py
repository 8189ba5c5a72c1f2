"""`[auth.token]`: how an access token is had from an OAuth 2 token endpoint (https://www.rfc-editor.org/rfc/rfc6749).

The secret of each grant is in the variable `environment` of `[auth]`. In each text `{name}` is a value of `[settings]`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from ..users.json_values import is_object
from .table import Table, Text, Variable

__all__ = ["ClientCredentials", "Grant", "JwtBearer", "RefreshToken"]

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_CLIENT_CREDENTIALS = "client_credentials"


class _Grant(Table):
    url: Text | None = None
    """The token endpoint; None: the configuration names it (`token_url`)."""
    scope: Text | None = None
    """What is asked for (RFC 6749 §3.3); several with blanks between them."""
    audience: Text | None = None
    """For which API the token is, where the endpoint wants to know."""
    parameters: Mapping[Text, Text] = {}
    """Further parameters of the request."""
    lifetime: Annotated[float, Field(gt=0)] | None = None
    """Seconds for which a token can be used, if the answer does not say it (`expires_in`)."""

    def templates(self) -> Iterator[tuple[str, str]]:
        """Yield every text in which settings may stand, with its key."""
        for key, value in self:
            if isinstance(value, str) and key not in ("secret", "grant"):
                yield key, value
            elif is_object(value):
                yield from ((f"{key}.{name}", text) for name, text in value.items())


class _Signed(_Grant):
    algorithm: Algorithm = "RS256"
    """How it is signed (RFC 7518 §3.1)."""
    assertion_audience: Text | None = None
    """`aud` of what is signed; None: the token endpoint (https://www.rfc-editor.org/rfc/rfc7523#section-3)."""
    assertion_headers: Mapping[Text, Text] = {}
    """Further headers of what is signed: `kid`, `x5t#S256`."""


class ClientCredentials(_Signed):
    """The client asks for itself (RFC 6749 §4.4). With `private_key_jwt` the secret is a private key in PEM."""

    grant: Literal["client_credentials"] = "client_credentials"
    """May be left out."""
    client_id: Text
    """The name of the client at the token endpoint."""
    client: Literal["basic", "post", "private_key_jwt"] = "basic"
    """How the client shows who it is (RFC 6749 §2.3.1, RFC 7523 §2.2)."""

    @property
    def has_private_key(self) -> bool:
        """Whether the secret is a private key."""
        return self.client == "private_key_jwt"


class JwtBearer(_Signed):
    """A service account asks, for a user if there is a `subject` (https://www.rfc-editor.org/rfc/rfc7523#section-2.1).

    The secret is a private key in PEM, or the JSON file of a Google service account.
    https://developers.google.com/identity/protocols/oauth2/service-account#httprest
    """

    grant: Literal["jwt_bearer"]
    """What chooses this form."""
    issuer: Text | None = None
    """None: the `client_email` of the JSON file."""
    subject: Text | None = None
    """For whom the service account asks."""
    claims: Mapping[Text, Text] = {}
    """Further claims of what is signed; Google has the scope there."""

    @property
    def has_private_key(self) -> bool:
        """Whether the secret is a private key."""
        return True


class RefreshToken(_Grant):
    """The secret is a refresh token, which somebody got by signing in with a browser (RFC 6749 §6)."""

    grant: Literal["refresh_token"]
    """What chooses this form."""
    client_id: Text
    """The name of the client at the token endpoint."""
    client: Literal["basic", "post", "none"] = "post"
    """How the client shows who it is; `none` for a public one, which has no secret."""
    secret: Variable | None = None
    """The environment variable of the client's secret."""

    @property
    def has_private_key(self) -> bool:
        """Whether the secret is a private key."""
        return False


def _grant(table: Any) -> Any:
    return table.get("grant", _CLIENT_CREDENTIALS) if is_object(table) else getattr(table, "grant", None)


Grant = Annotated[
    Annotated[ClientCredentials, Tag(_CLIENT_CREDENTIALS)]
    | Annotated[JwtBearer, Tag("jwt_bearer")]
    | Annotated[RefreshToken, Tag("refresh_token")],
    Discriminator(
        _grant,
        custom_error_type="grant",
        custom_error_message="grant should be 'client_credentials', 'jwt_bearer' or 'refresh_token'",
    ),
]
