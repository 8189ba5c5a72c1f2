"""A first conversation with an installed server over stdio, with nothing but Python's own library.

`python distribution/first_answer.py COMMAND …` starts the command as a client does, initializes, lists the tools, asks
for the first users of each directory, and prints what came in one line. The exit status is 1 if there is no answer.
It runs where no package is installed: in a fresh home, in an unpacked bundle, in the root of an image.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any

__all__ = ["Conversation", "Silent", "conversation", "first_answer"]

_SECONDS = 180.0
"""The first start of a bundle installs what it needs."""

_PROTOCOL = "2025-11-25"


class Silent(Exception):
    """The server ended, or did not answer what was asked."""


class Conversation:
    """The client's side: one request after another, each answered before the next."""

    def __init__(self, to_server: IO[str], from_server: IO[str]) -> None:
        self._to, self._from = to_server, from_server
        self._last = 0

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the result of one request.

        Raises: Silent.
        """
        self._last += 1
        self._say({"id": self._last, "method": method, "params": params})
        for line in self._from:
            message = json.loads(line)
            if message.get("id") == self._last and "method" not in message:
                return self._result(message)
        raise Silent(f"the server ended without an answer to {method}")

    def tell(self, method: str) -> None:
        """Send a notification."""
        self._say({"method": method})

    def _say(self, message: Mapping[str, Any]) -> None:
        try:
            self._to.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            self._to.flush()
        except BrokenPipeError:
            raise Silent("the server ended") from None

    @staticmethod
    def _result(message: dict[str, Any]) -> dict[str, Any]:
        if "result" not in message:
            raise Silent(f"the server answered with an error: {message.get('error')}")
        result: dict[str, Any] = message["result"]
        return result


@contextmanager
def conversation(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[Conversation]:
    """Start a server, and end it; after three minutes in any case.

    Raises: OSError if there is no such command.
    """
    server = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert server.stdin is not None
    assert server.stdout is not None
    watch = threading.Timer(_SECONDS, server.kill)
    watch.start()
    try:
        yield Conversation(server.stdin, server.stdout)
    finally:
        with suppress(BrokenPipeError):  # what it did not read
            server.stdin.close()  # a server over stdio ends with its client
        server.wait()
        watch.cancel()
        server.stdout.close()


def first_answer(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Return in one line which server answered, with which tools, and how many users each directory showed.

    Raises: Silent, OSError.
    """
    with conversation(command, environment) as talk:
        client = {"name": "first-answer", "version": "1"}
        begun = talk.ask("initialize", protocolVersion=_PROTOCOL, capabilities={}, clientInfo=client)
        talk.tell("notifications/initialized")
        tools = [tool["name"] for tool in talk.ask("tools/list")["tools"]]
        known = _answer(talk, "list_directories")["directories"]
        shown = [f"{each['name']} {_users(talk, each['name'])}" for each in known]
    server = begun["serverInfo"]
    return f"{server['name']} {server['version']}: {', '.join(tools)}; users: {', '.join(shown) or 'no directory'}"


def _users(talk: Conversation, directory: str) -> int:
    return len(_answer(talk, "list_users", directory=directory, limit=3)["rows"])


def _answer(talk: Conversation, tool: str, **arguments: Any) -> dict[str, Any]:
    result = talk.ask("tools/call", name=tool, arguments=arguments)
    text = result["content"][0]["text"]
    if result.get("isError"):
        raise Silent(f"{tool} failed: {text}")
    answer: dict[str, Any] = json.loads(text)
    return answer


def main(command: Sequence[str]) -> int:
    """Print what came; return the exit status."""
    try:
        print(first_answer(command, os.environ))
    except (Silent, OSError) as error:
        print(f"no answer from {' '.join(command)}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
