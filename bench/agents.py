"""Twenty look-ups by a scripted agent with these tools, beside the same by one with the raw endpoints.

    python bench/agents.py [--users 5000] [--latency 0.05]
    python bench/agents.py --paced

Both agents are MCP clients of servers over a sandbox each, in one run, and neither asks to hear of progress. Nothing is
paced, and without --latency the sandboxes answer at once, as no provider does. With --paced they answer after 50 ms,
and 429 beyond the rate that a provider documents (Klavis 2 a second, OpenPhone and Quo 10; the others document none).

An agent is a fixed script a task, which sees nothing but what its tools answer, and takes no time to think; the judge
knows the sandbox's people. The raw endpoints are what generators make out of the providers' OpenAPI documents: a tool
an endpoint, with the body as its answer. The agent that has them makes the most of each API; see `raw_agent.py`.

Results are counted in o200k tokens where `pip install rs-bpe` was done, in characters where not: those of raw bodies as
compact JSON, and indented as generators often send them.
"""

import argparse
import json
import sys
from dataclasses import asdict
from statistics import median
from typing import Any

import anyio

from agent_finding import finding
from agent_listing import listing
from agent_people import Population
from agent_runs import LATENCY, UNIT, Conditions, Cost, open_agents
from agent_task import Task

MOST_CALLS, MOST_SHARE = 4, 0.05


async def measure(tasks: list[Task], conditions: Conditions) -> dict[str, Any]:
    """All tasks by both agents; a line each as it is done."""
    done = list[dict[str, Any]]()
    async with open_agents(conditions) as (ours, raw):
        defined = {"ours": await ours.definitions(), "raw": await raw.definitions()}
        print(f"tool definitions: {defined['ours']:,} {UNIT}, raw endpoints {defined['raw']:,}\n\n{head()}", flush=True)
        for task in tasks:
            row = {
                "question": task.question,
                "ours": await ours.carry_out(task.ours, task.truth),
                "raw": await raw.carry_out(task.raw, task.truth),
            }
            done.append(row)
            print(line(row), flush=True)
    return {"unit": UNIT, "definitions": defined, "tasks": done} | asdict(conditions)


def head() -> str:
    """The first lines of the table."""
    columns = f"{'calls':>6}{'requests':>9}{'429':>5}{UNIT:>11}{'seconds':>8}"
    return f"{'':<61}{'these tools':>39}{'raw endpoints':>47}\n{'':<61}{columns}        {columns}"


def line(row: dict[str, Any]) -> str:
    """A task in the table."""

    def cells(cost: Cost) -> str:
        traffic = f"{cost['calls']:>6}{cost['requests']:>9}{cost['refused']:>5}"
        return f"{traffic}{cost['size']:>11,}{cost['seconds']:>8.2f} {'right' if cost['right'] else 'WRONG'}"

    return f"{row['question']:<61}{cells(row['ours'])}  {cells(row['raw'])}"


def totals(tasks: list[dict[str, Any]], who: str) -> Cost:
    """All tasks of an agent."""
    costs = [task[who] for task in tasks]
    keys = ("right", "requests", "refused", "size", "indented", "seconds")
    summed = {key: sum(cost[key] for cost in costs) for key in keys}
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
        requests = f"{of['requests']:,} requests ({of['refused']:,} of them 429)"
        lines.append(f"{name + ':':<14} {right}, {calls}, {requests}, {size}, {of['seconds']:.1f} s")
    single = [task for task in figures["tasks"] if task["raw"]["calls"] == 1]
    ours, raw = (sum(task[who]["size"] for task in single) for who in ("ours", "raw"))
    lines.append(f"the {len(single)} tasks that take one raw call: {ours:,} {UNIT}, raw {raw:,}")
    return "\n".join(lines)


def judge(figures: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """The goals: what it is, what came out, whether that meets it."""
    tasks, ours, raw = figures["tasks"], figures["ours"], figures["raw"]
    share = ours["size"] / raw["size"]
    goals = [
        ("every task right", f"{ours['right']} of {len(tasks)}", ours["right"] == len(tasks)),
        ("median of calls 1", f"{ours['median_calls']:g}", ours["median_calls"] == 1),
        (f"at most {MOST_CALLS} calls a task", f"{ours['most_calls']}", ours["most_calls"] <= MOST_CALLS),
        (f"at most {MOST_SHARE:.0%} of the raw {figures['unit']}", f"{share:.2%}", share <= MOST_SHARE),
    ]
    within = ("no request beyond a rate", f"{ours['refused']} x 429", ours["refused"] == 0)
    return [*goals, within] if figures["paced"] else goals


def main() -> None:
    """Print a table and the same as JSON; exit status 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=5000, help="users a directory, 200 to 10,000")
    parser.add_argument("--latency", type=float, help="seconds before each answer of a provider")
    parser.add_argument("--paced", action="store_true", help="keep the rates that providers document")
    options = parser.parse_args()
    if not 200 <= options.users <= 10_000:  # beyond, no name stands there only once
        parser.error("--users is 200 to 10000")
    people = Population(options.users)
    tasks = [*finding(people), *listing(people)]
    usual = LATENCY if options.paced else 0.0
    latency = usual if options.latency is None else options.latency
    figures = anyio.run(measure, tasks, Conditions(options.users, latency, options.paced))
    figures |= {who: totals(figures["tasks"], who) for who in ("ours", "raw")}
    print(f"\n{summary(figures)}\n")
    goals = judge(figures)
    for goal, value, met in goals:
        print(f"{goal:<28} {value:>10}  {'met' if met else 'MISSED'}")
    print(json.dumps(figures, ensure_ascii=False))
    sys.exit(not all(met for _, _, met in goals))


if __name__ == "__main__":
    main()
