"""Twenty look-ups by a scripted agent with these tools, beside the same by one with the raw endpoints.

    python bench/agents.py [--users 5000] [--latency 0.05]

Both agents are MCP clients of servers over the same sandbox, in one run; neither is paced, and without --latency the
sandbox answers at once, as no provider does. An agent is a fixed script a task, which sees nothing but what its tools
answer; the judge knows the sandbox's people. The raw endpoints are what generators make out of the providers' OpenAPI
documents: a tool an endpoint, with the body as its answer. The agent that has them makes the most of each API; see
`raw_agent.py`.

Results are counted in o200k tokens where `pip install rs-bpe` was done, in characters where not: those of raw bodies as
compact JSON, and indented as generators often send them.
"""

import argparse
import json
import sys
import time
from collections.abc import Awaitable, Callable
from functools import cache
from statistics import median
from typing import Any, TypeVar

import anyio
from mcp import Client

from agent_calls import Agent, DirectoryAgent, Unanswered
from agent_finding import finding
from agent_listing import listing
from agent_people import Population
from agent_task import Task
from raw_agent import RawAgent
from raw_endpoints import pretty, raw_server
from sandboxed import SandboxProcess, sandbox_process
from tokens import compact, counter
from user_directory_sandbox import DIRECTORIES
from user_directory_server.app import build_server
from user_directory_tools import toolset

UNIT, SIZE = counter()
MOST_CALLS, MOST_SHARE = 4, 0.05

AnAgent = TypeVar("AnAgent", bound=Agent)
Cost = dict[str, Any]


@cache
def sizes(text: str) -> tuple[int, int]:
    """Of a result as it came, and indented. Several tasks read the same pages, so it is remembered."""
    return SIZE(text), SIZE(pretty(text))


async def carry_out(
    script: Callable[[AnAgent], Awaitable[Any]], truth: Any, agent: AnAgent, sandbox: SandboxProcess
) -> Cost:
    """What a task costs an agent, and whether its answer is right."""
    agent.texts.clear()
    before, started = await requests(sandbox), time.perf_counter()
    try:
        answer = await script(agent)
    except Unanswered as why:
        answer = f"unanswered: {why}"
    seconds = time.perf_counter() - started
    measured = [sizes(text) for text in agent.texts]
    return {
        "right": answer == truth,
        "calls": len(agent.texts),
        "requests": await requests(sandbox) - before,
        "size": sum(plain for plain, _ in measured),
        "indented": sum(indented for _, indented in measured),
        "seconds": round(seconds, 3),
    } | ({} if answer == truth else {"answer": answer, "truth": truth})


async def requests(sandbox: SandboxProcess) -> int:
    """How many the APIs got so far."""
    return sum([await sandbox.requests(name) for name in DIRECTORIES])


async def definitions(client: Client) -> int:
    """The size of what a model is told of the tools before it calls any."""
    tools = [
        tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in (await client.list_tools()).tools
    ]
    return sum(SIZE(compact({key: tool[key] for key in ("name", "description", "inputSchema")})) for tool in tools)


async def measure(tasks: list[Task], users: int, latency: float) -> dict[str, Any]:
    """All tasks by both agents; a line each as it is done."""
    done = list[dict[str, Any]]()
    async with (
        sandbox_process(users) as sandbox,
        sandbox.directories(*DIRECTORIES) as directories,
        Client(build_server(toolset(directories))) as ours,
        Client(raw_server(sandbox.web, sandbox.url)) as raw,
    ):
        for name in DIRECTORIES:
            await sandbox.tell(name, "behaviour", latency=latency)
        defined = {"ours": await definitions(ours), "raw": await definitions(raw)}
        print(f"tool definitions: {defined['ours']:,} {UNIT}, raw endpoints {defined['raw']:,}\n\n{head()}", flush=True)
        agent, raw_agent = DirectoryAgent(ours), RawAgent(raw)
        for task in tasks:
            row = {
                "question": task.question,
                "ours": await carry_out(task.ours, task.truth, agent, sandbox),
                "raw": await carry_out(task.raw, task.truth, raw_agent, sandbox),
            }
            done.append(row)
            print(line(row), flush=True)
    return {"unit": UNIT, "users": users, "latency": latency, "definitions": defined, "tasks": done}


def head() -> str:
    """The first lines of the table."""
    columns = f"{'calls':>6}{'requests':>9}{UNIT:>11}{'seconds':>8}"
    return f"{'':<61}{'these tools':>34}{'raw endpoints':>42}\n{'':<61}{columns}        {columns}"


def line(row: dict[str, Any]) -> str:
    """A task in the table."""

    def cells(cost: Cost) -> str:
        numbers = f"{cost['calls']:>6}{cost['requests']:>9}{cost['size']:>11,}{cost['seconds']:>8.2f}"
        return f"{numbers} {'right' if cost['right'] else 'WRONG'}"

    return f"{row['question']:<61}{cells(row['ours'])}  {cells(row['raw'])}"


def totals(tasks: list[dict[str, Any]], who: str) -> Cost:
    """All tasks of an agent."""
    costs = [task[who] for task in tasks]
    summed = {key: sum(cost[key] for cost in costs) for key in ("right", "requests", "size", "indented", "seconds")}
    calls = [cost["calls"] for cost in costs]
    return summed | {"calls": sum(calls), "median_calls": median(calls), "most_calls": max(calls)}


def summary(figures: dict[str, Any]) -> str:
    """Both agents in a line each, and those tasks alone that the raw endpoints do in one call."""
    lines = []
    for who, name in (("ours", "these tools"), ("raw", "raw endpoints")):
        of = figures[who]
        calls = f"{of['calls']:,} calls (median {of['median_calls']:g}, most {of['most_calls']:,})"
        size = f"{of['size']:,} {UNIT}" + (f" (indented {of['indented']:,})" if who == "raw" else "")
        right = f"{of['right']} of {len(figures['tasks'])} right"
        lines.append(f"{name + ':':<14} {right}, {calls}, {of['requests']:,} requests, {size}, {of['seconds']:.1f} s")
    single = [task for task in figures["tasks"] if task["raw"]["calls"] == 1]
    ours, raw = (sum(task[who]["size"] for task in single) for who in ("ours", "raw"))
    lines.append(f"the {len(single)} tasks that take one raw call: {ours:,} {UNIT}, raw {raw:,}")
    return "\n".join(lines)


def judge(figures: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """The goals: what it is, what came out, whether that meets it."""
    tasks, ours, raw = figures["tasks"], figures["ours"], figures["raw"]
    share = ours["size"] / raw["size"]
    return [
        ("every task right", f"{ours['right']} of {len(tasks)}", ours["right"] == len(tasks)),
        ("median of calls 1", f"{ours['median_calls']:g}", ours["median_calls"] == 1),
        (f"at most {MOST_CALLS} calls a task", f"{ours['most_calls']}", ours["most_calls"] <= MOST_CALLS),
        (f"at most {MOST_SHARE:.0%} of the raw {figures['unit']}", f"{share:.2%}", share <= MOST_SHARE),
    ]


def main() -> None:
    """Print a table and the same as JSON; exit status 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=5000, help="users a directory, 200 to 10,000")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer of a provider")
    options = parser.parse_args()
    if not 200 <= options.users <= 10_000:  # beyond, no name stands there only once
        parser.error("--users is 200 to 10000")
    people = Population(options.users)
    tasks = [*finding(people), *listing(people)]
    figures = anyio.run(measure, tasks, options.users, options.latency)
    figures |= {who: totals(figures["tasks"], who) for who in ("ours", "raw")}
    print(f"\n{summary(figures)}\n")
    goals = judge(figures)
    for goal, value, met in goals:
        print(f"{goal:<28} {value:>10}  {'met' if met else 'MISSED'}")
    print(json.dumps(figures, ensure_ascii=False))
    sys.exit(not all(met for _, _, met in goals))


if __name__ == "__main__":
    main()
