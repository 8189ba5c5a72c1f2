"""How an access token is asked for. A grant is a class here, and a line in `GRANTS`."""

import json
import logging
import secrets
import time
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote_plus

import anyio
from pydantic import SecretStr

from ..errors import Kinds
from ..manifest.grants import ClientCredentials, JwtBearer, RefreshToken
from ..manifest.placeholders import filled
from .keys import Key
from .renewal import Fresh, KeyFault
from .token_endpoint import Refused, TokenEndpoint, fresh_token

__all__ = ["GRANTS", "TokenGrant", "grant_of"]

logger = logging.getLogger(__name__)

_ASSERTION_SECONDS = 300
"""Seconds for which what is signed is valid: clocks differ, and Google takes an hour at most."""
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_Rule = TypeVar("_Rule", bound=ClientCredentials | JwtBearer | RefreshToken)


@dataclass(frozen=True)
class _Request:
    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


class TokenGrant(ABC, Generic[_Rule]):
    """One way of asking for a token. `key` is the secret of `[auth]`, `client` that of the client where it has both."""

    def __init__(
        self, rule: _Rule, url: str, endpoint: TokenEndpoint, key: Key, client: Key, named: Mapping[str, str]
    ) -> None:
        self._rule = rule
        self._url = url
        self._endpoint = endpoint
        self._key = key
        self._client = client
        self._named = named

    @abstractmethod
    async def _request(self, secret: str) -> _Request:
        """Return what is sent, without the scope and the like. Raises: KeyFault."""

    async def __call__(self) -> Fresh:
        """Fetch a token; if it is refused, once more with another secret, if there is one by now. Raises: KeyFault."""
        secrets_now = await self._secrets()
        try:
            return await self._fetched(secrets_now[0])
        except Refused:
            for key, refused in zip((self._key, self._client), secrets_now, strict=True):
                await key.renew(refused)
            if await self._secrets() == secrets_now:
                raise
        return await self._fetched((await self._secrets())[0])

    async def _secrets(self) -> tuple[str, str]:
        return await self._key.now(), await self._client.now()

    async def _fetched(self, secret: str) -> Fresh:
        request = await self._request(secret)
        common = {"scope": self._text(self._rule.scope), "audience": self._text(self._rule.audience)}
        further = {name: self._text(value) for name, value in self._rule.parameters.items()}
        form = {**request.form, **{name: value for name, value in common.items() if value}, **further}
        answer = await self._endpoint.post(form, request.headers)
        token = fresh_token(answer, self._rule.lifetime)
        self._learn(answer)
        return token

    def _learn(self, answer: Mapping[str, Any]) -> None:
        """Take what else is in an answer with a token."""

    def _text(self, template: str | None) -> str:
        return filled(template or "", self._named)

    def told(self) -> str:
        """Say for the operator what is asked for, and of whom."""
        asked = self._endpoint.requests
        times = "once" if asked == 1 else f"{asked} times"
        return f"an OAuth 2 token of {self._endpoint.host} ({self._rule.grant}), asked for {times} so far"

    def hide(self, text: str) -> str:
        """Return a text without the secrets."""
        return self._client.hide(self._key.hide(text))


def _basic(client_id: str, secret: str) -> dict[str, str]:
    """Return the header of a client; both of its parts are encoded as in a form (RFC 6749 §2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _by_secret(client: str, client_id: str, secret: str) -> _Request:
    if client == "basic":
        return _Request({}, _basic(client_id, secret))
    return _Request({"client_id": client_id} | ({"client_secret": secret} if client == "post" else {}))


class ByClientCredentials(TokenGrant[ClientCredentials]):
    """https://www.rfc-editor.org/rfc/rfc6749#section-4.4"""

    async def _request(self, secret: str) -> _Request:
        client_id = self._text(self._rule.client_id)
        form = {"grant_type": "client_credentials"}
        if self._rule.client != "private_key_jwt":
            shown = _by_secret(self._rule.client, client_id, secret)
            return _Request(form | dict(shown.form), shown.headers)
        claims = {"iss": client_id, "sub": client_id, "jti": secrets.token_urlsafe(16)}
        assertion = await _signed(self._rule, claims, secret, self._url, self._named)
        return _Request(
            form | {"client_id": client_id, "client_assertion_type": _JWT_BEARER, "client_assertion": assertion}
        )


class ByJwtBearer(TokenGrant[JwtBearer]):
    """https://www.rfc-editor.org/rfc/rfc7523#section-2.1"""

    async def _request(self, secret: str) -> _Request:
        account = _account(secret)
        issuer = self._text(self._rule.issuer) or account.get("client_email", "")
        if not issuer:
            raise _of_key("has no client_email beside it", "write issuer in [auth.token], or use the whole JSON file")
        subject = {"sub": self._text(self._rule.subject)} if self._rule.subject else {}
        further = {name: self._text(value) for name, value in self._rule.claims.items()}
        claims = {"iss": issuer, **subject, **further}
        assertion = await _signed(self._rule, claims, secret, self._url, self._named)
        return _Request({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion})


class ByRefreshToken(TokenGrant[RefreshToken]):
    """https://www.rfc-editor.org/rfc/rfc6749#section-6

    A token that the endpoint gives in place of the refresh token is used from then on, and is in memory only.
    """

    _replaced: tuple[str, str] | None = None
    """The operator's refresh token, and that which has taken its place."""
    _used = ""
    """The operator's refresh token at the last request."""

    async def _request(self, secret: str) -> _Request:
        kept = self._replaced
        token = kept[1] if kept is not None and kept[0] == secret else secret
        shown = _by_secret(self._rule.client, self._text(self._rule.client_id), await self._client.now())
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return _Request(form | dict(shown.form), shown.headers)

    async def _fetched(self, secret: str) -> Fresh:
        self._used = secret
        return await super()._fetched(secret)

    def _learn(self, answer: Mapping[str, Any]) -> None:
        another = answer.get("refresh_token")
        if not isinstance(another, str) or another == self._used or not another:
            return
        if self._replaced is None:
            logger.warning(
                "The token endpoint %s replaces refresh tokens at each use. The new one is in memory only: after a "
                "restart, the one that is configured may be refused.",
                self._endpoint.host,
            )
        self._key.remember(another)
        self._replaced = (self._used, another)


GRANTS: Mapping[type, type[TokenGrant[Any]]] = {
    ClientCredentials: ByClientCredentials,
    JwtBearer: ByJwtBearer,
    RefreshToken: ByRefreshToken,
}
"""By the table of the manifest."""


def grant_of(
    rule: ClientCredentials | JwtBearer | RefreshToken,
    url: str,
    endpoint: TokenEndpoint,
    key: Key,
    client: Key | None,
    named: Mapping[str, str],
) -> TokenGrant[Any]:
    """Return the grant that a manifest describes."""
    return GRANTS[type(rule)](rule, url, endpoint, key, client or Key(SecretStr("")), named)


async def _signed(
    rule: ClientCredentials | JwtBearer,
    claims: Mapping[str, str],
    secret: str,
    url: str,
    named: Mapping[str, str],
) -> str:
    """Sign claims with the private key in a secret, in a thread: it takes milliseconds. Raises: KeyFault."""
    now, account = int(time.time()), _account(secret)
    times = {"iat": now, "exp": now + _ASSERTION_SECONDS}
    whole = {"aud": filled(rule.assertion_audience or "", named) or url, **times, **claims}
    key_id = {"kid": account["private_key_id"]} if isinstance(account.get("private_key_id"), str) else {}
    headers = {**key_id, **{name: filled(value, named) for name, value in rule.assertion_headers.items()}}
    pem = account.get("private_key", secret)
    return await anyio.to_thread.run_sync(_encoded, whole, pem, rule.algorithm, headers)


def _encoded(claims: Mapping[str, Any], pem: str, algorithm: str, headers: Mapping[str, str]) -> str:
    import jwt

    try:
        return jwt.encode(dict(claims), pem, algorithm=algorithm, headers=dict(headers))
    except (jwt.exceptions.PyJWTError, ValueError, TypeError, AttributeError) as error:  # of a key of another kind
        what = f"is not one that can sign with {algorithm}"
        fix = (
            "check algorithm in [auth.token]: RS… and PS… need an RSA key, ES… one of that curve, EdDSA an Ed25519 key"
        )
        raise _of_key(what, fix) from error


def _account(secret: str) -> Mapping[str, Any]:
    """Return the JSON file of a service account; empty if the secret is none."""
    if not secret.lstrip().startswith("{"):
        return {}
    return cast("Mapping[str, Any]", json.loads(secret))


def _of_key(what: str, fix: str) -> KeyFault:
    return KeyFault(Kinds.PRIVATE_KEY, what=what, fix=fix)
