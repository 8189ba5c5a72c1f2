"""Answers as MCP results: the same compact JSON as text and as structured content.

Some clients show the model only one of the two. An error is text alone.
"""

import json
from typing import Any

from mcp_types import CallToolResult, TextContent

__all__ = ["MAX_ERROR_CHARACTERS", "error_result", "result"]

MAX_ERROR_CHARACTERS = 500


def result(answer: dict[str, Any]) -> CallToolResult:
    """A tool's answer."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=answer)


def error_result(message: str) -> CallToolResult:
    """An error that teaches: what was wrong, which values are valid, what to call next."""
    if len(message) > MAX_ERROR_CHARACTERS:
        message = message[: MAX_ERROR_CHARACTERS - 1] + "…"
    return CallToolResult(content=[TextContent(type="text", text=message)], is_error=True)
