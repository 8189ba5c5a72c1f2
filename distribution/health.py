"""Whether the server in this container answers: the health check of the image.

It asks the server over HTTP to `initialize`, which asks no provider anything. A server that its client talks to over
stdio is healthy as long as it runs. The exit status is 1 if there is no answer.
"""

import json
import sys
import urllib.request
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from urllib.error import HTTPError, URLError

__all__ = ["Unhealthy", "address", "check"]

_COMMAND_LINE = Path("/proc/1/cmdline")
"""Of the first process in the container: the server, or an init that was told how to start it (`docker run --init`)."""

_SECONDS = 5.0
_PATHS = {"http": "/mcp", "sse": "/sse"}


class Unhealthy(Exception):
    """There is no answer, or another one than that of a server."""


def address(command: Sequence[str]) -> str | None:
    """Return where a server that was started like this listens; None over stdio."""
    transport = _option(command, "--transport")
    if transport not in _PATHS:
        return None
    return f"http://127.0.0.1:{_option(command, '--port') or 8000}{_PATHS[transport]}"


def _option(command: Sequence[str], name: str) -> str | None:
    """Return the last value of an option, written as two words or as one."""
    values = [following for word, following in pairwise(command) if word == name]
    values += [word.partition("=")[2] for word in command if word.startswith(f"{name}=")]
    return values[-1] if values else None


def check(url: str) -> None:
    """Ask a server whether it is there.

    Raises: Unhealthy.
    """
    try:
        with urllib.request.urlopen(_request(url), timeout=_SECONDS) as answer:  # noqa: S310 - of this machine
            begins = answer.read(64)
    except HTTPError as error:
        with error:
            raise Unhealthy(f"{url} answers with the status {error.code}") from None
    except (URLError, TimeoutError, ConnectionError) as error:
        raise Unhealthy(f"{url} does not answer: {error}") from None
    if not begins:
        raise Unhealthy(f"{url} answers with nothing")


def _request(url: str) -> urllib.request.Request:
    """Ask `/mcp` to initialize; `/sse` sends its first event by itself."""
    headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    if url.endswith(_PATHS["sse"]):
        return urllib.request.Request(url, headers=headers)  # noqa: S310
    client = {"name": "health", "version": "1"}
    params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    return urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310


def main() -> int:
    """Return the exit status."""
    command = _COMMAND_LINE.read_bytes().decode(errors="replace").split("\0")
    url = address(command)
    if url is None:
        return 0
    try:
        check(url)
    except Unhealthy as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
