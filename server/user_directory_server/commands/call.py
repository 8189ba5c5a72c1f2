"""`call`: call one tool through the real server, with a real MCP client."""

import json
import sys
from argparse import Namespace
from collections.abc import Sequence

import anyio

from user_directories import ConfigurationError

from ..runtime import open_runtime

__all__ = ["run"]


def run(options: Namespace) -> int:
    """Print the answer: users as a table, or the exact JSON; an error goes to stderr."""
    return anyio.run(_call, options)


async def _call(options: Namespace) -> int:
    from mcp import Client

    from .progress import progress_bar
    from .shown_answer import print_answer

    arguments = _read_arguments(options.arguments)
    async with (
        open_runtime(
            config=options.config,
            sandbox=options.sandbox,
            style=options.tool_style,
            structured=options.structured,
            rows=options.rows,
            seconds=options.seconds,
            strict=options.strict,
        ) as runtime,
        Client(runtime.server) as client,
    ):
        with progress_bar(options.tool) as bar:
            result = await client.call_tool(options.tool, arguments, progress_callback=bar.heard)
    text = "".join(block.text for block in result.content if block.type == "text")
    if result.is_error:
        print(text, file=sys.stderr)
        return 1
    if options.json:
        print(text)
    else:
        print_answer(json.loads(text))
    return 0


def _read_arguments(pairs: Sequence[str]) -> dict[str, str]:
    """Read the arguments; values stay strings: the server reads `limit=10` and `filters={"status":"active"}` itself."""
    arguments: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name):
            raise ConfigurationError(pair, "not of the form key=value", "Write it like query=ada or limit=10.")
        if name in arguments:
            raise ConfigurationError(pair, f"{name} is given twice", "Write a list as name=a,b or as JSON.")
        arguments[name] = value
    return arguments
