"""Answers as MCP results: the same compact JSON as text and as structured content.

Some clients show the model only one of the two. An error is text alone.
"""

import json
from typing import Any

from mcp_types import CallToolResult, TextContent

__all__ = ["MAX_ERROR_CHARACTERS", "compact", "error_result", "result", "sentence"]

MAX_ERROR_CHARACTERS = 500


def compact(answer: dict[str, Any]) -> str:
    """JSON without white space, every script as itself."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def result(answer: dict[str, Any], *, structured: bool = True) -> CallToolResult:
    """A tool's answer; without `structured` as text alone, for clients that show the model both."""
    content = [TextContent(type="text", text=compact(answer))]
    return CallToolResult(content=list(content), structured_content=answer if structured else None)


def error_result(error: Exception) -> CallToolResult:
    """An error that teaches: what was wrong, which values are valid, what to call next."""
    return CallToolResult(content=[TextContent(type="text", text=sentence(error))], is_error=True)


def sentence(error: Exception) -> str:
    """What an error says, cut to `MAX_ERROR_CHARACTERS`."""
    said = str(error)
    return said if len(said) <= MAX_ERROR_CHARACTERS else said[: MAX_ERROR_CHARACTERS - 1] + "…"
