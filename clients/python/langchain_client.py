"""LangChain: tools of langchain-mcp-adapters, called as an agent calls them; the model sees the message's content."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from answering import Call, Seen, Target, answer_calls
from langchain_core.tools import BaseTool
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools


@asynccontextmanager
async def connect(target: Target) -> AsyncGenerator[tuple[list[str], Call]]:
    async with AsyncExitStack() as exits:
        tools = {tool.name: tool for tool in await _tools(target, exits)}

        async def call(tool: str, arguments: dict[str, Any]) -> Seen:
            asked = {"type": "tool_call", "id": "1", "name": tool, "args": arguments}
            message = await tools[tool].ainvoke(asked)
            return {"text": message.text}

        yield list(tools), call


async def _tools(target: Target, exits: AsyncExitStack) -> list[BaseTool]:
    """Over stdio, a server for each call, which is the default; over HTTP, one session that is held."""
    if "url" not in target:
        return await MultiServerMCPClient({"users": {"transport": "stdio", **target}}).get_tools()
    client = MultiServerMCPClient({"users": {"transport": "http", **target}})
    return await load_mcp_tools(await exits.enter_async_context(client.session("users")))


if __name__ == "__main__":
    answer_calls(connect)
