"""FastMCP: `Client.call_tool(…).data`, an object of the class that FastMCP makes from the tool's output schema."""

import dataclasses
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from answering import Call, Seen, Target, answer_calls
from fastmcp import Client
from fastmcp.client.transports import StdioTransport


@asynccontextmanager
async def connect(target: Target) -> AsyncGenerator[tuple[list[str], Call]]:
    transport = target["url"] if "url" in target else StdioTransport(**target)
    async with Client(transport) as client:

        async def call(tool: str, arguments: dict[str, Any]) -> Seen:
            data = (await client.call_tool(tool, arguments)).data
            return {"data": dataclasses.asdict(data) if dataclasses.is_dataclass(data) else data}

        yield [tool.name for tool in await client.list_tools()], call


if __name__ == "__main__":
    answer_calls(connect)
