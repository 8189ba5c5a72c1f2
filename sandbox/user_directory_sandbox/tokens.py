"""A simulated OAuth 2 token endpoint, `POST /_token/<directory>`, and the tokens that the API then accepts.

RFC 6749 §4.4 (client credentials) and §6 (refresh tokens), RFC 7523 (private_key_jwt, jwt_bearer), RFC 8707
(audiences). Written from these, and from no client.
"""

import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from user_directory_sandbox.assertions import Wrong, claims_of, key_pair
from user_directory_sandbox.behaviour import Behaviour
from user_directory_sandbox.http import Reply, Request, json_reply
from user_directory_sandbox.settings import Setting, number, one_of, switch, whole, word

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_WRONG: Mapping[str, tuple[bytes, int]] = {
    "html": (b"<html>Sign in</html>", 200),
    "nothing": (b"", 200),
    "no_token": (b'{"token_type":"Bearer","expires_in":3600}', 200),
    "spaced_token": (b'{"access_token":"two words","expires_in":3600}', 200),
    "list": (b"[]", 200),
    "redirect": (b"", 302),
}
"""Answers in place of a token, by name: the body and the status."""

_SETTINGS: Mapping[str, Setting] = {
    "client": one_of("basic", "post", "either", "private_key_jwt", "none"),  # how a client must show who it is
    "expires_in": number(3600.0, least=-1.0e12, nullable=True),  # seconds that an answer says; null: it does not say
    "lives": number(None, nullable=True),  # seconds for which a token is accepted; null: as long as it says
    "uses": whole(None, least=1, nullable=True),  # requests for which a token is accepted
    "audience": word(None),  # which tokens must be asked for
    "assertion_audience": word(None),  # for whom what clients sign must be; null: for this endpoint
    "scope": word(None),
    "subject": word(None),  # for whom a service account must ask
    "public_key": word(None),  # PEM: checks what clients sign; null: that of the sandbox's own service account
    "rotates": switch(default=False),  # whether a refresh token can be used once, and gives the next
    "status": whole(None, least=200, nullable=True),  # of every answer, if it is not the usual one
    "error": word(None),  # the code of every answer
    "answer": one_of("token", *_WRONG),
    "latency": number(0.0),  # seconds before each answer
}


class Refusal(Exception):
    """No token is given (RFC 6749 §5.2)."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


class Tokens:
    """The token endpoint of one directory, and the tokens that it has given; `usual` is how it behaves if not told."""

    def __init__(self, directory: str, usual: Mapping[str, Any] = MappingProxyType({})) -> None:
        self._directory = directory
        self._usual = usual
        self.behaviour = Behaviour(_SETTINGS)
        self.reset()

    def _clear(self) -> None:
        self.requests = 0
        self.issued = 0
        self._accepted: dict[str, list[float]] = {}  # token → when it ends, and the requests that are left
        self._refresh_tokens = {self.refresh_token}

    @property
    def client_id(self) -> str:
        return f"sandbox-{self._directory}-client"

    @property
    def client_secret(self) -> str:
        return f"sandbox-{self._directory}-secret"

    @property
    def refresh_token(self) -> str:
        return f"sandbox-{self._directory}-refresh"

    def service_account(self, url: str) -> dict[str, str]:
        """Return the JSON file of a service account, in the form of Google's; `url` is that of the endpoint.

        https://developers.google.com/identity/protocols/oauth2/service-account#creatinganaccount
        """
        return {
            "type": "service_account",
            "client_email": self.client_id,
            "private_key_id": f"sandbox-{self._directory}-1",
            "private_key": key_pair().private,
            "token_uri": url,
        }

    def reset(self) -> None:
        """Forget all tokens and return to the usual behaviour."""
        self.behaviour.reset()
        self.behaviour.change(self._usual)
        self._clear()

    def as_dict(self) -> dict[str, Any]:
        counted = {"requests": self.requests, "issued": self.issued, "live": len(self._accepted)}
        return self.behaviour.as_dict() | counted

    def accepts(self, token: str | None) -> bool:
        """Return whether the API accepts a token now, which counts as one use of it."""
        state = self._accepted.get(token or "")
        if state is None:
            return False
        state[1] -= 1
        if time.monotonic() >= state[0] or state[1] < 0:
            del self._accepted[token or ""]
            return False
        return True

    def answer(self, request: Request) -> Reply:
        """Answer one request to the endpoint."""
        self.requests += 1
        if request.method != "POST":
            return json_reply({"error": "invalid_request"}, 405, (("Allow", "POST"),))
        wrong = self._wrong_answer()
        if wrong is not None:
            return wrong
        form = dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True))
        try:
            return json_reply(self._granted(request, form), headers=(("Cache-Control", "no-store"),))
        except Refusal as refusal:
            described = {
                "error": refusal.code,
                "error_description": f"Your request was {request.body.decode('latin-1')}",
            }
            return json_reply(described, refusal.status)

    def _wrong_answer(self) -> Reply | None:
        """Return the answer that a test has ordered in place of the right one."""
        status, code, answer = (self.behaviour[name] for name in ("status", "error", "answer"))
        if answer == "token":
            return json_reply({"error": code} if code else {}, status or 400) if status or code else None
        body, usual = _WRONG[answer]
        headers = (("Location", "https://elsewhere.example/token"),) if answer == "redirect" else ()
        kind = "text/html" if answer == "html" else "application/json"
        return Reply(status or usual, body, kind, headers)

    def _granted(self, request: Request, form: Mapping[str, str]) -> dict[str, Any]:
        url = f"http://{request.headers.get('host', '')}{request.path}"
        more: dict[str, Any] = {}
        match form.get("grant_type"):
            case "client_credentials":
                self._check_client(request, form, url)
            case "refresh_token":
                self._check_client(request, form, url)
                more = self._refreshed(form.get("refresh_token", ""))
            case grant if grant == _JWT_BEARER:
                self._check_account(form.get("assertion", ""), url)
            case _:
                raise Refusal("unsupported_grant_type")
        self._check_wish(form)
        return self._token() | more

    def _check_client(self, request: Request, form: Mapping[str, str], url: str) -> None:
        shown = form.get("client_id", ""), form.get("client_secret", "")
        match self.behaviour["client"]:
            case "basic":
                shown = _basic(request.headers.get("authorization", ""))
            case "either" if "authorization" in request.headers:
                shown = _basic(request.headers["authorization"])
            case "private_key_jwt":
                self._check_assertion(form, url)
                return
            case "none":
                shown = shown[0], self.client_secret
            case _:
                pass
        if shown != (self.client_id, self.client_secret):
            raise Refusal("invalid_client", 401)

    def _check_assertion(self, form: Mapping[str, str], url: str) -> None:
        """RFC 7523 §3: both names are the client's, and it is meant for this endpoint."""
        if form.get("client_assertion_type") != _ASSERTION:
            raise Refusal("invalid_client", 401)
        claims = self._claims(form.get("client_assertion", ""), url, "invalid_client")
        if not (claims.get("iss") == claims.get("sub") == self.client_id) or not claims.get("jti"):
            raise Refusal("invalid_client", 401)

    def _check_account(self, assertion: str, url: str) -> None:
        claims = self._claims(assertion, url, "invalid_grant")
        if claims.get("iss") != self.client_id or claims.get("sub") != self.behaviour["subject"]:
            raise Refusal("invalid_grant")
        if self.behaviour["scope"] not in (None, claims.get("scope")):
            raise Refusal("invalid_scope")

    def _claims(self, assertion: str, url: str, code: str) -> Mapping[str, Any]:
        try:
            claims = claims_of(assertion, self.behaviour["public_key"] or key_pair().public)
        except Wrong:
            raise Refusal(code, 401 if code == "invalid_client" else 400) from None
        now = time.time()
        if (
            claims.get("aud") != (self.behaviour["assertion_audience"] or url)
            or not now - 60 < claims.get("exp", 0) <= now + 3600
        ):
            raise Refusal(code)
        return claims

    def _refreshed(self, token: str) -> dict[str, Any]:
        if token not in self._refresh_tokens:
            raise Refusal("invalid_grant")
        if not self.behaviour["rotates"]:
            return {}
        following = f"{self.refresh_token}-{self.issued + 1}"
        self._refresh_tokens = {following}
        return {"refresh_token": following}

    def _check_wish(self, form: Mapping[str, str]) -> None:
        if self.behaviour["audience"] is not None and form.get("audience") != self.behaviour["audience"]:
            raise Refusal("invalid_target")
        if form.get("grant_type") != _JWT_BEARER and self.behaviour["scope"] not in (None, form.get("scope")):
            raise Refusal("invalid_scope")

    def _token(self) -> dict[str, Any]:
        self.issued += 1
        token, says = f"sandbox-{self._directory}-token-{self.issued}", self.behaviour["expires_in"]
        lives = self.behaviour["lives"] if self.behaviour["lives"] is not None else (says or 3600.0)
        self._accepted[token] = [time.monotonic() + lives, self.behaviour["uses"] or float("inf")]
        answer: dict[str, Any] = {"access_token": token, "token_type": "Bearer"}
        return answer if says is None else answer | {"expires_in": int(says) if says == int(says) else says}


def _basic(header: str) -> tuple[str, str]:
    """Return the two parts of a client's header, each encoded as in a form (RFC 6749 §2.3.1)."""
    scheme, _, encoded = header.partition(" ")
    try:
        user, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return "", ""
    return (unquote_plus(user), unquote_plus(password)) if scheme.lower() == "basic" else ("", "")
