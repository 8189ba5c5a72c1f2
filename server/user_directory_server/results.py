"""Answers as MCP results: the same compact JSON as text and as structured content.

Some clients show the model only one of the two. An error is text only.
"""

import json
from typing import Any

from mcp_types import CallToolResult, TextContent

__all__ = ["MAX_ERROR_CHARACTERS", "compact", "error_result", "result", "sentence"]

MAX_ERROR_CHARACTERS = 500


def compact(answer: dict[str, Any]) -> str:
    """Write JSON without white space, with every script unescaped."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def result(answer: dict[str, Any], *, structured: bool = True) -> CallToolResult:
    """Make the result of a tool; without `structured`, text only, for clients that show the model both."""
    content = [TextContent(type="text", text=compact(answer))]
    return CallToolResult(content=list(content), structured_content=answer if structured else None)


def error_result(error: Exception) -> CallToolResult:
    """Make the result of an error: what is wrong, which values are valid, what to call next."""
    return CallToolResult(content=[TextContent(type="text", text=sentence(error))], is_error=True)


def sentence(error: Exception) -> str:
    """Return the text of an error, cut to `MAX_ERROR_CHARACTERS`."""
    said = str(error)
    return said if len(said) <= MAX_ERROR_CHARACTERS else said[: MAX_ERROR_CHARACTERS - 1] + "…"
