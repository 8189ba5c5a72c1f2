"""What an HTTP client may send: its headers are checked before its body is read, and the body is bounded."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import anyio
from mcp.server.transport_security import TransportSecuritySettings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["MOST_BODY", "Guard"]

MOST_BODY = 2**20
"""Bytes of a request; the largest that means anything has fifty values of 256 characters."""

_BODY_SECONDS = 10.0
"""Seconds within which a body must have come."""


class Guard:
    """ASGI middleware that answers 421, 403, 413 or 408 where a request is not to be read further."""

    def __init__(self, app: "ASGIApp", headers: TransportSecuritySettings) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Check the headers, read the body, and pass both on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if (refusal := self._refusal(scope)) is not None:
            await _refuse(send, *refusal)
            return
        body = bytearray()
        try:
            with anyio.fail_after(_BODY_SECONDS):
                last = await _read(receive, body)
        except TimeoutError:
            await _refuse(send, 408, "The body did not come in time")
            return
        if len(body) > MOST_BODY:
            await _refuse(send, 413, f"The body has more than {MOST_BODY} bytes")
            return
        await self._app(scope, _replayed(body, last, receive), send)

    def _refusal(self, scope: "Scope") -> tuple[int, str] | None:
        """Return the status and the text for headers that are not taken, without a word of what they say."""
        values: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            values.setdefault(name, []).append(value.decode("latin-1"))
        hosts, origins = values.get(b"host", []), values.get(b"origin", [])
        if len(hosts) != 1 or not _is_allowed(hosts[0], self._headers.allowed_hosts):
            return 421, "Invalid Host header"
        if not all(_is_allowed(origin, self._headers.allowed_origins) for origin in origins):
            return 403, "Invalid Origin header"
        declared = values.get(b"content-length", ["0"])[0]
        if not declared.isdecimal() or len(declared) > 19 or int(declared) > MOST_BODY:
            return 413, f"The body has more than {MOST_BODY} bytes"
        return None


def _is_allowed(value: str, allowed: Collection[str]) -> bool:
    """Return whether a header is one of those that are allowed; `name:*` allows any port."""
    name, _, port = value.rpartition(":")
    return value in allowed or (port.isdecimal() and len(port) <= 5 and f"{name}:*" in allowed)


async def _read(receive: "Receive", body: bytearray) -> "Message | None":
    """Read a body until it ends or is too large; return the message that came in its place, if one did."""
    while len(body) <= MOST_BODY:
        message = await receive()
        if message["type"] != "http.request":
            return message
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return None


def _replayed(body: bytearray, last: "Message | None", receive: "Receive") -> "Receive":
    """Return what gives a body that was read, and then what `receive` gives."""
    waiting: list[Message] = [last or {"type": "http.request", "body": bytes(body), "more_body": False}]

    async def replay() -> "Message":
        return waiting.pop() if waiting else await receive()

    return replay


async def _refuse(send: "Send", status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
