"""Pydantic AI: an `Agent` with an `MCPToolset`, whose model is a function that calls one tool and tells what it saw."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from answering import Call, Seen, Target, answer_calls
from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelMessage, ModelResponse, RetryPromptPart, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel


@asynccontextmanager
async def connect(target: Target) -> AsyncGenerator[tuple[list[str], Call]]:
    toolset = MCPToolset(target["url"] if "url" in target else StdioTransport(**target))
    async with Agent(toolsets=[toolset]) as agent:

        async def call(tool: str, arguments: dict[str, Any]) -> Seen:
            run = await agent.run("", model=FunctionModel(_calling(tool, arguments)))
            return {"text": run.output}

        yield [tool.name for tool in await toolset.list_tools()], call


def _calling(tool: str, arguments: dict[str, Any]) -> Any:
    def model(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
        part = messages[-1].parts[-1]
        if isinstance(part, ToolReturnPart):
            return ModelResponse([TextPart(part.model_response_str())])
        if isinstance(part, RetryPromptPart):
            return ModelResponse([TextPart(part.model_response())])
        return ModelResponse([ToolCallPart(tool, arguments)])

    return model


if __name__ == "__main__":
    answer_calls(connect)
