"""What a question costs an agent: both agents, each with a sandbox of its own, and what they spend there.

Each has its own, because a provider counts the requests of one key: what one agent asked for would be taken from the
rate of the other.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

from mcp import Client

from agent_calls import Agent, DirectoryAgent, Unanswered
from raw_agent import RawAgent
from raw_endpoints import pretty, raw_server
from sandboxed import SandboxProcess, sandbox_process
from tokens import compact, counter
from user_directories import built_in
from user_directory_sandbox import DIRECTORIES
from user_directory_server.app import build_server
from user_directory_tools import toolset

__all__ = ["LATENCY", "UNIT", "Agents", "Conditions", "Cost", "Run", "open_agents"]

UNIT, SIZE = counter()

LATENCY = 0.05
"""Seconds before each answer of a provider where its rate is kept."""

AnAgent = TypeVar("AnAgent", bound=Agent)
Cost = dict[str, Any]


@dataclass(frozen=True)
class Conditions:
    """How many users each directory has, how many seconds before each answer, and whether documented rates hold."""

    users: int
    latency: float = 0.0
    paced: bool = False

    async def hold(self, sandbox: SandboxProcess) -> None:
        """Let the simulated APIs keep them: beyond its documented rate, each answers 429."""
        for name in DIRECTORIES:
            rate = built_in(name).requests_per_second if self.paced else None
            await sandbox.tell(name, "behaviour", latency=self.latency, rate_limit=rate)


@cache
def sizes(text: str) -> tuple[int, int]:
    """Of a result as it came, and indented. Several tasks read the same pages, so it is remembered."""
    return SIZE(text), SIZE(pretty(text))


@dataclass(frozen=True)
class Run(Generic[AnAgent]):
    """An agent, and the sandbox that only it asks."""

    agent: AnAgent
    client: Client
    sandbox: SandboxProcess

    async def carry_out(self, script: Callable[[AnAgent], Awaitable[Any]], truth: Any) -> Cost:
        """What a task costs the agent, and whether its answer is right."""
        self.agent.texts.clear()
        requests, refused = await self._traffic()
        started = time.perf_counter()
        try:
            answer = await script(self.agent)
        except Unanswered as why:
            answer = f"unanswered: {why}"
        seconds = time.perf_counter() - started
        measured = [sizes(text) for text in self.agent.texts]
        all_requests, all_refused = await self._traffic()
        return {
            "right": answer == truth,
            "calls": len(self.agent.texts),
            "requests": all_requests - requests,
            "refused": all_refused - refused,
            "size": sum(plain for plain, _ in measured),
            "indented": sum(indented for _, indented in measured),
            "seconds": round(seconds, 3),
        } | ({} if answer == truth else {"answer": answer, "truth": truth})

    async def _traffic(self) -> tuple[int, int]:
        """How many requests the APIs got so far, and how many of them they answered with 429."""
        stats = [await self.sandbox.hear(name, "stats") for name in DIRECTORIES]
        return sum(each["requests"] for each in stats), sum(each["by_status"].get("429", 0) for each in stats)

    async def definitions(self) -> int:
        """The size of what a model is told of the tools before it calls any."""
        listed = (await self.client.list_tools()).tools
        tools = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed]
        return sum(SIZE(compact({key: tool[key] for key in ("name", "description", "inputSchema")})) for tool in tools)


class Agents(NamedTuple):
    """The agent with these tools, and the one with the raw endpoints."""

    ours: Run[DirectoryAgent]
    raw: Run[RawAgent]


@asynccontextmanager
async def open_agents(conditions: Conditions) -> AsyncGenerator[Agents]:
    """Both agents. Ours is answered as a client is of which nothing is known: within four seconds."""
    async with AsyncExitStack() as stack:
        sandbox, other = [await stack.enter_async_context(sandbox_process(conditions.users)) for _ in range(2)]
        await conditions.hold(sandbox)
        await conditions.hold(other)
        directories = await stack.enter_async_context(sandbox.directories(*DIRECTORIES, paced=conditions.paced))
        server = build_server(toolset(directories), by_wire=True, hurries=True)
        client = await stack.enter_async_context(Client(server))
        raw = await stack.enter_async_context(Client(raw_server(other.web, other.url)))
        yield Agents(Run(DirectoryAgent(client), client, sandbox), Run(RawAgent(raw), raw, other))
