"""`serve`: answer MCP clients over stdio, SSE or streamable HTTP."""

import gc
import os
import signal
import sys
from argparse import Namespace
from types import FrameType

import anyio

from ..runtime import open_runtime
from ..transports import allowed_headers, listen, serve_http, serve_stdio

__all__ = ["run"]

_PATHS = {"sse": "/sse", "http": "/mcp"}


def run(options: Namespace) -> int:
    """Serve until the client leaves, or until interrupted."""
    anyio.run(_serve, options)
    return 0


def _leave(_: int, __: FrameType | None) -> None:
    """Exit at once: the thread that reads stdin cannot be interrupted in another way, and nothing is left to save."""
    os._exit(130)


async def _serve(options: Namespace) -> None:
    over_http = options.transport != "stdio"
    headers = None
    if over_http:
        headers = allowed_headers(options.host, options.allowed_host, unauthenticated=options.unauthenticated)
    async with open_runtime(
        config=options.config,
        sandbox=options.sandbox,
        style=options.tool_style,
        structured=options.structured,
        rows=options.rows,
        by_wire=True,
        seconds=options.seconds,
        strict=options.strict,
    ) as runtime:
        gc.freeze()  # what lives as long as the process is not looked through beside the rows of each large page
        if headers is None:
            if sys.stdin.isatty():
                print("Waiting for an MCP client on stdin. To look around: user-directory-mcp demo", file=sys.stderr)
            signal.signal(signal.SIGINT, _leave)
            await serve_stdio(runtime.server)
            return
        if options.transport == "sse":
            print("SSE is deprecated by the MCP specification: prefer --transport http.", file=sys.stderr)
        with listen(options.host, options.port) as listener:
            host = f"[{options.host}]" if ":" in options.host else options.host
            url = f"http://{host}:{listener.getsockname()[1]}{_PATHS[options.transport]}"
            print(f"Serving on {url}", file=sys.stderr, flush=True)
            await serve_http(runtime.server, options.transport, listener, headers)
