"""What walks, counts and scans cost, each beside its goal and, where there is one, its comparison in the same run.

    python bench/pagination.py [--only walk,count,scan,rate,memory,deep,tokens]

All against the sandbox in a process of its own. Times are compared within the run only: what counts is the ratio.
Tokens are counted where `pip install rs-bpe` was done, characters where not. Takes about four minutes.
"""

import argparse
import itertools
import json
import re
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

import anyio
import httpx2
from mcp import Client

from sandboxed import SandboxProcess, cpu_seconds, sandbox_process
from tokens import compact, counter
from user_directories import Budget, Query, Request
from user_directory_sandbox import DIRECTORIES
from user_directory_server.app import build_server
from user_directory_tools import toolset

AMPLE = partial(Budget, seconds=600.0, requests=10**6, rows=10**9)


class Figure(NamedTuple):
    """One line of the table; `met` is None where a line only compares."""

    name: str
    value: str
    goal: str
    met: bool | None
    data: dict[str, Any]


async def walk() -> list[Figure]:
    """Whole walks of `list_users`, 50 users a page."""
    figures = []
    async with sandbox_process(5000) as sandbox:
        for name in DIRECTORIES:
            async with sandbox.directories(name) as directories:
                page = await directories.users(Request("list", name, Query(), 50))
                first, found = await sandbox.requests(name), len(page.users)
                while page.cursor:
                    page = await directories.users(Request("list", name, Query(), 50, page.cursor))
                    found += len(page.users)
            requests = await sandbox.requests(name)
            data = {"first_page": first, "requests": requests, "users": found, "per_page": requests / 100}
            met = first == 1 and requests <= 125 and found == 5000
            figures.append(
                Figure(
                    f"walk of 5,000 at limit 50, {name}",
                    f"{first} first, {requests} in all",
                    "1 first, <= 125",
                    met,
                    data,
                )
            )
    return figures


async def count() -> list[Figure]:
    """Counts: numbered pages without a total, totals, and a keyset that must be walked."""
    figures = []
    async with sandbox_process(1_000_000) as sandbox, sandbox.directories("delay", budget=AMPLE) as directories:
        await sandbox.tell("delay", "behaviour", latency=0.2)
        (counted,), _, _ = await directories.count(Request("count", "delay", Query()))
        times = sorted(visit["t"] for visit in (await sandbox.hear("delay", "requests"))["requests"])
        rounds = 1 + sum(later - earlier > 0.1 for earlier, later in itertools.pairwise(times))
        data = {"requests": len(times), "rounds": rounds, "count": counted.count, "exactness": counted.exactness}
        met = len(times) <= 30 and rounds <= 9 and (counted.count, counted.exactness) == (1_000_000, "exact")
        figures.append(
            Figure(
                "count of Delay at 1,000,000", f"{len(times)} requests in {rounds} rounds", "<= 30 in <= 9", met, data
            )
        )
    async with sandbox_process(5000) as sandbox:
        for name, most in (("klavis", 1), ("braintrust", 7), ("monocloud", 1)):
            async with sandbox.directories(name) as directories:
                (counted,), _, _ = await directories.count(Request("count", name, Query()))
            requests = await sandbox.requests(name)
            met = requests <= most and (counted.count, counted.exactness) == (5000, "exact")
            data = {"requests": requests, "count": counted.count, "exactness": counted.exactness}
            goal = "1" if most == 1 else "5 pages of 1,000, and the end twice"
            figures.append(Figure(f"count of 5,000 at {name}", f"{requests} requests", goal, met, data))
    return figures


async def one_page_at_a_time(sandbox: SandboxProcess, wanted: str) -> int:
    """The loop that everybody writes: all pages of 1,000, one after another, until the user is found."""
    headers = {"Authorization": "Bearer sandbox-klavis-key"}
    for page in range(1, 10_000):
        answer = await sandbox.web.get(
            f"{sandbox.url}/klavis/user/", params={"page_size": 1000, "page_number": page}, headers=headers
        )
        users = answer.json()["users"]
        if not users or any(user["userId"] == wanted for user in users):
            return page
    return 0


async def last_email(sandbox: SandboxProcess, name: str) -> str:
    """The last id of a directory that is an email address."""
    ids = (await sandbox.hear(name, "ids"))["ids"]
    return str(next(each for each in reversed(ids) if re.fullmatch(r"[^@/# ]+@[^@/# ]+", each)))


async def scan() -> list[Figure]:
    """A search for one of the last users of 100,000, beside reading one page at a time."""
    async with sandbox_process(100_000) as sandbox, sandbox.directories("klavis", budget=AMPLE) as directories:
        await sandbox.tell("klavis", "behaviour", latency=0.1)
        wanted = await last_email(sandbox, "klavis")
        spent: dict[str, dict[str, float]] = {}

        async def timed(name: str, run: Callable[[], Awaitable[Any]]) -> Any:
            began, ours, theirs = time.perf_counter(), cpu_seconds(), cpu_seconds(sandbox.pid)
            requests = await sandbox.requests("klavis")
            answer = await run()
            spent[name] = {
                "seconds": round(time.perf_counter() - began, 2),
                "client_cpu": round(cpu_seconds() - ours, 2),
                "sandbox_cpu": round(cpu_seconds(sandbox.pid) - theirs, 2),
                "requests": await sandbox.requests("klavis") - requests,
            }
            return answer

        await timed("one at a time", partial(one_page_at_a_time, sandbox, wanted))
        page = await timed(
            "this engine", lambda: directories.users(Request("search", "klavis", Query(text=wanted), 25))
        )
        found = [user.user.id for user in page.users] == [wanted]
    loop, ours = spent["one at a time"], spent["this engine"]
    ratio = loop["seconds"] / ours["seconds"]
    cpu = f"CPU: server {ours['client_cpu']} s, sandbox {ours['sandbox_cpu']} s"
    value = f"{ratio:.1f} x as fast ({ours['requests']:.0f} requests; {cpu})"
    return [Figure("search for one of 100,000 at 100 ms a page", value, ">= 5 x", ratio >= 5 and found, spent)]


async def rate() -> list[Figure]:
    """The same where the provider allows 10 requests a second."""
    async with (
        sandbox_process(100_000) as sandbox,
        sandbox.directories("klavis", requests_per_second=10, budget=AMPLE) as directories,
    ):
        await sandbox.tell("klavis", "behaviour", latency=0.1, rate_limit=10)
        wanted = await last_email(sandbox, "klavis")
        began = time.perf_counter()
        page = await directories.users(Request("search", "klavis", Query(text=wanted), 25))
        seconds = time.perf_counter() - began
        stats = await sandbox.hear("klavis", "stats")
    refused, requests = stats["by_status"].get("429", 0), stats["requests"]
    over = seconds / (requests / 10) - 1
    met = abs(over) <= 0.05 and refused == 0 and [user.user.id for user in page.users] == [wanted]
    data = {"seconds": round(seconds, 2), "requests": requests, "refused": refused, "over": round(over, 3)}
    value = f"{over:+.1%} of {requests} pages / 10 s, {refused} x 429"
    return [Figure("the same at 10 requests a second", value, "within 5 %, no 429", met, data)]


async def memory() -> list[Figure]:
    """Peak memory of a scan through everybody, each in a process of its own."""
    peaks = {}
    for users in (10_000, 1_000_000):
        async with sandbox_process(users) as sandbox:
            child = [sys.executable, __file__, "--scan-at", sandbox.url]
            done = await anyio.run_process(child, stderr=None)
        scanned, peak = map(int, done.stdout.split())
        assert scanned == users, scanned
        peaks[users] = peak
    more = (peaks[1_000_000] - peaks[10_000]) / 1024
    data = {f"peak_kib_{users}": peak for users, peak in peaks.items()}
    value = f"{more:+.1f} MiB"
    return [Figure("peak memory of a scan of 1,000,000 over one of 10,000", value, "<= +20 MB", more <= 20, data)]


async def scan_at(url: str) -> None:
    """The child of `memory`: scan, and print how many users were looked at and the peak memory in KiB."""
    async with httpx2.AsyncClient() as web:
        sandbox = SandboxProcess(0, url, web)
        async with sandbox.directories("klavis", budget=AMPLE) as directories:
            page = await directories.users(Request("search", "klavis", Query(text="nobody has this name"), 25))
    print(page.scanned, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


async def deep() -> list[Figure]:
    """What the thousandth page costs by its cursor, and the second."""
    figures = []
    async with sandbox_process(30_000) as sandbox:
        for name in DIRECTORIES:
            costs = []
            async with sandbox.directories(name) as directories:
                before, cursor = 0, None
                for _ in range(1000):
                    page = await directories.users(Request("list", name, Query(), 25, cursor))
                    after, cursor = await sandbox.requests(name), page.cursor
                    costs.append(after - before)
                    before = after
            data = {"page_2": costs[1], "page_1000": costs[-1], "dearest": max(costs), "mean": sum(costs) / 1000}
            value = f"{costs[-1]} = {costs[1]} request (dearest {max(costs)}, mean {data['mean']:.2f})"
            met = costs[-1] <= max(costs[1], 1)
            figures.append(Figure(f"page 1,000 and page 2, {name}", value, "the same", met, data))
    return figures


async def tokens() -> list[Figure]:
    """What it costs an agent to find the last of 5,000 OpenPhone users, beside tools that pass the API through."""
    unit, size = counter()
    async with sandbox_process(5000) as sandbox:
        headers, parameters, raw, calls = {"Authorization": "sandbox-openphone-key"}, {"maxResults": "50"}, 0, 0
        last: dict[str, Any] = {}
        while True:
            answer = await sandbox.web.get(f"{sandbox.url}/openphone/v1/users", params=parameters, headers=headers)
            calls += 1
            raw += size(compact(answer.json()))
            last = answer.json()["data"][-1]
            if not answer.json()["nextPageToken"]:
                break
            parameters["pageToken"] = answer.json()["nextPageToken"]
        async with (
            sandbox.directories("openphone", requests_per_second=10) as directories,
            Client(build_server(toolset(directories))) as client,
        ):
            asked: dict[str, Any] = {"directory": "openphone", "query": last["email"]}
            results, ours = 0, 0
            while True:
                result = await client.call_tool("search_users", asked)
                results += sum(size(block.text) for block in result.content if block.type == "text")
                ours += 1
                page = result.structured_content or {}
                if page["rows"] or "cursor" not in page:
                    break
                asked = {"cursor": page["cursor"]}
        found = any(last["id"] in row for row in page["rows"])
    data = {"unit": unit, "calls": ours, "results": results, "raw_calls": calls, "raw": raw}
    value = f"{ours} calls, {results} {unit} (passed through: {calls} calls, {raw:,})"
    met = found and ours <= 2 and results < 600 if unit == "tokens" else None
    return [Figure("the last of 5,000 OpenPhone users", value, "<= 2 calls, < 600 tokens", met, data)]


MEASURES: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "walk": walk,
    "count": count,
    "scan": scan,
    "rate": rate,
    "memory": memory,
    "deep": deep,
    "tokens": tokens,
}


async def measure(names: list[str]) -> list[Figure]:
    """The figures, printed as they come."""
    figures = []
    for name in names:
        for figure in await MEASURES[name]():
            verdict = {True: "met", False: "MISSED", None: ""}[figure.met]
            print(f"{figure.name:<54} {figure.value:<74} {figure.goal:<30} {verdict}", flush=True)
            figures.append(figure)
    return figures


def main() -> None:
    """Print a table and the same as JSON; exit status 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(MEASURES), help="which figures, separated by commas")
    parser.add_argument("--scan-at", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.scan_at:
        anyio.run(scan_at, options.scan_at)
        return
    figures = anyio.run(measure, options.only.split(","))
    print(json.dumps([figure._asdict() for figure in figures]))
    sys.exit(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    main()
