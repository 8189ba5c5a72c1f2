"""The transports for clients: stdio, SSE and streamable HTTP."""

import logging
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import JSONRPCError

from user_directories import ConfigurationError

from .http_guard import Guard

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import Receive, Scope, Send

__all__ = ["HttpTransport", "allowed_headers", "http_app", "listen", "serve_http", "serve_stdio"]

HttpTransport = Literal["sse", "http"]

logger = logging.getLogger(__name__)

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_LOOPBACK_BINDS = frozenset({"127.0.0.1", "localhost", "::1"})


async def serve_stdio(server: Server[Any]) -> None:
    """Serve the client that started this process, until it closes stdin."""
    from mcp.server.stdio import stdio_server
    from mcp.shared.message import SessionMessage

    from .stdin import Messages

    opened: list[Any] = []

    async def answer(error: JSONRPCError) -> None:
        await opened[0].send(SessionMessage(error))

    messages: Any = Messages(sys.stdin.buffer, answer)
    async with stdio_server(stdin=messages) as (read, write):
        opened.append(write)
        await server.run(read, write, server.create_initialization_options())


def listen(host: str, port: int) -> socket.socket:
    """Open the port; 0 means any free port.

    Raises: ConfigurationError if the port cannot be opened.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
        # Each connection inherits it; otherwise the body of an answer waits up to 40 ms for the ACK of its headers.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        reason = error.strerror or "the port cannot be opened"
        raise ConfigurationError(f"--host {host} --port {port}", reason, "Choose another.") from error
    return listener


async def serve_http(
    server: Server[Any], transport: HttpTransport, listener: socket.socket, headers: TransportSecuritySettings
) -> None:
    """Serve over HTTP until interrupted."""
    import uvicorn

    from .http_connection import MOST_HEAD, BoundedConnection

    app = Guard(http_app(server, transport, headers), headers)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        http=BoundedConnection,
        h11_max_incomplete_event_size=MOST_HEAD,
    )
    await uvicorn.Server(config).serve(sockets=[listener])


def allowed_headers(
    host: str, allowed_hosts: Sequence[str], *, unauthenticated: bool = False
) -> TransportSecuritySettings:
    """Return the Host and Origin headers to accept: those of this machine, and the names that the operator allows.

    Without such a list, a web page could reach the server through a name that it re-points (DNS rebinding).

    Raises: ConfigurationError if other machines can reach `host`, and that is not meant or no name is allowed.
    """
    if host not in _LOOPBACK_BINDS:
        if not (unauthenticated and allowed_hosts):
            raise ConfigurationError(
                f"--host {host}",
                "other machines could reach the server, which has no authentication",
                "Put a proxy in front that authenticates, and use --unauthenticated, with --allowed-host NAME for each "
                "host name that clients use.",
            )
        logger.warning("No authentication: whoever reaches %s can ask for every user that this server can see.", host)
    names = [*_LOOPBACK, *allowed_hosts]
    hosts = [form for name in names for form in (name, f"{name}:*")]
    origins = [f"{scheme}://{form}" for form in hosts for scheme in ("http", "https")]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)


def http_app(server: Server[Any], transport: HttpTransport, headers: TransportSecuritySettings) -> "Starlette":
    """Build the ASGI application: `/mcp` for streamable HTTP; `/sse` and `/messages/` for SSE.

    Streamable HTTP keeps no sessions in the 2025 era either, because several clients never begin a new one if theirs is
    gone after a restart. So a call of that era has no `clientInfo`, and it is ended by a disconnect, not by
    `notifications/cancelled`.
    """
    if transport == "http":
        return server.streamable_http_app(transport_security=headers, stateless_http=True)
    from mcp.server.sse import SseServerTransport
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route

    sse = SseServerTransport("/messages/", security_settings=headers)
    return Starlette(
        routes=[
            Route("/sse", _SseEndpoint(server, sse), methods=["GET"]),
            Mount("/messages/", app=sse.handle_post_message),
        ]
    )


class _SseEndpoint:
    """The long GET of one SSE client."""

    def __init__(self, server: Server[Any], sse: Any) -> None:
        self._server = server
        self._sse = sse

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        try:
            async with self._sse.connect_sse(scope, receive, send) as (read, write):
                await self._server.run(read, write, self._server.create_initialization_options())
        except ValueError as error:  # the answer, 421 or 403, is already sent
            logger.warning("An SSE connection was refused: %s", error)
