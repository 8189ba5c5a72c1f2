"""OpenAI Agents: the function tools that an `Agent` makes of an MCP server, with the default time-outs."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from agents.mcp import MCPServerStdio, MCPServerStreamableHttp
from agents.tool_context import ToolContext
from answering import Call, Seen, Target, answer_calls

from agents import Agent, RunContextWrapper


@asynccontextmanager
async def connect(target: Target) -> AsyncGenerator[tuple[list[str], Call]]:
    server_class = MCPServerStreamableHttp if "url" in target else MCPServerStdio
    async with server_class(target) as server:
        agent = Agent("lookup", mcp_servers=[server])
        tools = {tool.name: tool for tool in await agent.get_mcp_tools(RunContextWrapper(None))}

        async def call(tool: str, arguments: dict[str, Any]) -> Seen:
            asked = json.dumps(arguments)
            context = ToolContext(None, tool_name=tool, tool_call_id="1", tool_arguments=asked, agent=agent)
            output = await tools[tool].on_invoke_tool(context, asked)
            return {"text": output["text"] if isinstance(output, dict) else output}

        yield list(tools), call


if __name__ == "__main__":
    answer_calls(connect)
