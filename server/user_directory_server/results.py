"""Answers as MCP results: the same compact JSON as text and as structured content.

Some clients show the model only one of the two. An error is text only.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mcp_types import CallToolResult, TextContent

__all__ = ["MAX_ERROR_CHARACTERS", "UNTRUSTED", "compact", "error_result", "marked", "result", "sentence"]

MAX_ERROR_CHARACTERS = 500

UNTRUSTED = "user-directory-mcp/untrusted"
"""The key in `_meta` for the places of an answer whose values are data, never instructions, such as `rows`."""


def compact(answer: dict[str, Any]) -> str:
    """Write JSON without white space, with every script unescaped."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def result(answer: dict[str, Any], untrusted: Sequence[str] = (), *, structured: bool = True) -> CallToolResult:
    """Make the result of a tool; without `structured`, text only, for clients that show the model both.

    `untrusted`: where the answer may hold what users typed.
    """
    return CallToolResult(
        content=[TextContent(type="text", text=compact(answer))],
        structured_content=answer if structured else None,
        _meta=marked(answer, untrusted),
    )


def marked(answer: Mapping[str, Any], untrusted: Sequence[str]) -> dict[str, Any] | None:
    """Return the `_meta` of an answer: the places of it that may hold what users typed.

    https://modelcontextprotocol.io/specification/2026-07-28/basic#meta
    """
    held = [place for place in untrusted if place.partition("[")[0] in answer]
    return {UNTRUSTED: held} if held else None


def error_result(error: Exception) -> CallToolResult:
    """Make the result of an error: what is wrong, which values are valid, what to call next."""
    return CallToolResult(content=[TextContent(type="text", text=sentence(error))], is_error=True)


def sentence(error: Exception) -> str:
    """Return the text of an error, cut to `MAX_ERROR_CHARACTERS`."""
    said = str(error)
    return said if len(said) <= MAX_ERROR_CHARACTERS else said[: MAX_ERROR_CHARACTERS - 1] + "…"
