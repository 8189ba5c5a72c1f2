"""What the tool definitions and a page of 50 users cost a model, beside the raw upstream JSON.

    python bench/tokens.py

Counts o200k tokens where `rs-bpe` is installed (it carries the vocabulary), characters where it is not.
"""

import json
from collections.abc import Callable
from itertools import islice
from typing import Any

import anyio
from mcp import Client

from user_directory_sandbox import DIRECTORIES, Sandbox
from user_directory_server.runtime import open_runtime

USERS = 50


def counter() -> tuple[str, Callable[[str], int]]:
    """The unit and the function that measures a text in it."""
    try:
        from rs_bpe.bpe import openai
    except ImportError:
        return "characters", len
    encoding = openai.o200k_base()
    return "tokens", lambda text: len(encoding.encode(text))


def compact(value: Any) -> str:
    """JSON without white space, as it goes over the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def measure() -> dict[str, Any]:
    """All figures of one run."""
    unit, size = counter()
    async with open_runtime(sandbox=True, users=200) as runtime, Client(runtime.server) as client:
        tools = [
            tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in (await client.list_tools()).tools
        ]
        seen = [{key: tool[key] for key in ("name", "description", "inputSchema")} for tool in tools]
        pages = {}
        for directory in DIRECTORIES:
            result = await client.call_tool("list_users", {"directory": directory, "limit": USERS})
            records = list(islice(Sandbox(users=200).records(directory), USERS))
            pages[directory] = {
                "raw_pretty": size(json.dumps(records, ensure_ascii=False, indent=2)),
                "raw_compact": size(compact(records)),
                "page": sum(size(block.text) for block in result.content if block.type == "text"),
            }
    return {
        "unit": unit,
        "definitions": {
            "shown_to_models": sum(map(size, map(compact, seen))),
            "whole": sum(map(size, map(compact, tools))),
        },
        "pages": pages,
    }


def main() -> None:
    """Print a table and the same as JSON."""
    figures = anyio.run(measure)
    definitions, pages = figures["definitions"], figures["pages"]
    print(f"definitions: {definitions['shown_to_models']} {figures['unit']} of name, description, arguments (goal 900)")
    print(f"definitions with titles, annotations, output schemas: {definitions['whole']}\n")
    total = {key: sum(page[key] for page in pages.values()) for key in ("raw_pretty", "raw_compact", "page")}
    print(f"{USERS} users    raw pretty  raw compact    page  of pretty")
    for name, page in [*pages.items(), ("all", total)]:
        share = page["page"] / page["raw_pretty"]
        print(f"{name:<11} {page['raw_pretty']:>10} {page['raw_compact']:>12} {page['page']:>7} {share:>10.1%}")
    print(json.dumps(figures | {"share": total["page"] / total["raw_pretty"], "goal": 0.22}))


if __name__ == "__main__":
    main()
