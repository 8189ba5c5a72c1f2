"""Answers as MCP results: the same compact JSON as text and as structured content.

Some clients show the model only one of the two. An error is text alone.
"""

import json
from typing import Any

from mcp_types import CallToolResult, TextContent

__all__ = ["MAX_ERROR_CHARACTERS", "compact", "error_result", "result"]

MAX_ERROR_CHARACTERS = 500


def compact(answer: dict[str, Any]) -> str:
    """JSON without white space, every script as itself."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def result(answer: dict[str, Any], *, structured: bool = True) -> CallToolResult:
    """A tool's answer; without `structured` as text alone, for clients that show the model both."""
    content = [TextContent(type="text", text=compact(answer))]
    return CallToolResult(content=list(content), structured_content=answer if structured else None)


def error_result(message: str) -> CallToolResult:
    """An error that teaches: what was wrong, which values are valid, what to call next."""
    if len(message) > MAX_ERROR_CHARACTERS:
        message = message[: MAX_ERROR_CHARACTERS - 1] + "…"
    return CallToolResult(content=[TextContent(type="text", text=message)], is_error=True)
