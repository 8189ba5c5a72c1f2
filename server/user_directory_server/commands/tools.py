"""`tools`: the tools as a client sees them."""

import json
from argparse import Namespace
from typing import Any

import anyio

from ..runtime import open_runtime

__all__ = ["run"]


def run(options: Namespace) -> int:
    """Print every tool with its arguments, or the exact definitions."""
    return anyio.run(_show, options)


async def _show(options: Namespace) -> int:
    from mcp import Client

    async with (
        open_runtime(
            config=options.config,
            sandbox=options.sandbox,
            style=options.tool_style,
            structured=options.structured,
            rows=options.rows,
            strict=options.strict,
        ) as runtime,
        Client(runtime.server) as client,
    ):
        tools = [
            tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in (await client.list_tools()).tools
        ]
    if options.json:
        print(json.dumps(tools, ensure_ascii=False, indent=2))
    else:
        for tool in tools:
            _print_tool(tool)
    return 0


def _print_tool(tool: dict[str, Any]) -> None:
    from .printing import say
    from .shown_answer import print_cells

    schema = tool["inputSchema"]
    say(tool["name"], "bold green")
    say(f"  {tool['description']}")
    rows = [
        [name, _kind(value), "required" if name in schema.get("required", ()) else "", value.get("description", "")]
        for name, value in schema["properties"].items()
    ]
    print_cells(("argument", "values", "", "meaning"), rows)


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    bounds = f" {schema['minimum']}-{schema['maximum']}" if "minimum" in schema else ""
    default = f" = {json.dumps(schema['default'])}" if "default" in schema else ""
    return f"{schema.get('type', 'any')}{bounds}{default}"
