"""How a request shows who asks. A way of signing in is a class here, and a line in `WAYS`."""

from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ..manifest import Auth
from .grants import TokenGrant
from .keys import FetchedKey, Key

__all__ = ["WAYS", "ByToken", "Proof", "SignIn"]


@dataclass(frozen=True)
class Proof:
    """What is added to a request: headers, and a part of the query, already encoded."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    query: str = field(default="", repr=False)


class SignIn(ABC):
    """One way of signing in. `others` are further secrets, by the header that each is sent in."""

    def __init__(self, rule: Auth, key: Key, others: Mapping[str, Key] | None = None, user: str = "") -> None:
        self._rule = rule
        self._key = key
        self._others = others or {}
        self._user = user

    @abstractmethod
    def _shown(self, key: str) -> Proof:
        """Return how a key is sent."""

    @abstractmethod
    def told(self) -> str:
        """Say for the operator how this signs in, without any secret."""

    async def proof(self) -> Proof:
        """Return what shows who asks. Raises: KeyFault."""
        shown = self._shown(await self._key.now())
        return Proof({**shown.headers, **{name: await key.now() for name, key in self._others.items()}}, shown.query)

    async def another(self, refused: Proof) -> Proof | None:
        """Return what to show after a 401: every secret is read again. None if it is still the same.

        Raises: KeyFault.
        """
        now = await self.proof()
        if now == refused:  # else somebody else has renewed it
            for key in (self._key, *self._others.values()):
                await key.renew(await key.now())
            now = await self.proof()
        return None if now == refused else now

    def hide(self, text: str) -> str:
        """Return a text without any of the secrets, as they are and as they are sent."""
        for key in (self._key, *self._others.values()):
            text = key.hide(text)
        return text


class InHeader(SignIn):
    """A key in a header: `{header}: {scheme} {key}`, or the bare key where the scheme is empty (RFC 9110 §11.4)."""

    def _shown(self, key: str) -> Proof:
        return Proof({self._rule.header: f"{self._rule.scheme} {key}".strip()})

    def told(self) -> str:
        """Name the header and the scheme."""
        return f"a key {self._where()}"

    def _where(self) -> str:
        scheme = self._rule.scheme
        return f"in the header {self._rule.header}, {f'as {scheme}' if scheme else 'without a scheme'}"


class InQuery(SignIn):
    """A key in a query parameter. No text shows the URL of such a request."""

    def _shown(self, key: str) -> Proof:
        return Proof(query=f"{quote(self._rule.query or '', safe='')}={quote(key, safe='')}")

    def told(self) -> str:
        """Name the parameter."""
        return f"a key in the query parameter {self._rule.query}"


class WithPassword(SignIn):
    """A user and a password, or a key in its place: Basic (https://www.rfc-editor.org/rfc/rfc7617#section-2)."""

    def _shown(self, key: str) -> Proof:
        encoded = b64encode(f"{self._user}:{key}".encode()).decode()
        self._key.remember(encoded)
        return Proof({self._rule.header: f"Basic {encoded}"})

    def told(self) -> str:
        """Name the scheme."""
        return "a user and a password (Basic)"


class ByToken(InHeader):
    """An access token in a header, as a bearer token unless the manifest says otherwise (RFC 6750 §2.1)."""

    def __init__(
        self, rule: Auth, grant: TokenGrant[Any], others: Mapping[str, Key] | None = None, user: str = ""
    ) -> None:
        super().__init__(rule, FetchedKey(grant), others, user)
        self._grant = grant

    def told(self) -> str:
        """Name the grant, the host of the token endpoint and the header."""
        return f"{self._grant.told()}, {self._where()}"

    def hide(self, text: str) -> str:
        """Return a text without the token, and without the secret that it is asked for with."""
        return super().hide(self._grant.hide(text))


class WithoutKey(SignIn):
    """Nothing: the API answers everybody who can reach it."""

    def _shown(self, key: str) -> Proof:
        return Proof()

    def told(self) -> str:
        """Say that there is no key."""
        return "no key"


WAYS: Mapping[str, type[SignIn]] = {
    "header": InHeader,
    "query": InQuery,
    "user": WithPassword,
    "none": WithoutKey,
}
"""By `Auth.way`; `ByToken` needs a grant beside the key."""
