"""What is known of a client by the name that it gives in `clientInfo`."""

from collections.abc import Mapping
from typing import Any

from mcp.server import ServerRequestContext

__all__ = ["HURRIED_SECONDS", "PATIENT_CLIENTS", "TWICE_SHOWING_CLIENTS", "is_patient", "shows_both_forms"]

HURRIED_SECONDS = 4.0
"""The most seconds for an answer to a client that may give up early: a second less than the shortest default known.

openai-agents and google-adk give up after 5 s:
https://openai.github.io/openai-agents-python/ref/mcp/server/ (`client_session_timeout_seconds`),
https://google.github.io/adk-docs/ (`StdioConnectionParams`).
"""

PATIENT_CLIENTS: Mapping[str, str] = {
    "claude-code": "hours, unless MCP_TOOL_TIMEOUT is set: https://code.claude.com/docs/en/mcp",
    "claude-ai": "Claude Desktop, 60 s: https://github.com/anthropics/claude-code/issues/22542",
}
"""Clients that are known to wait for 60 s or more, each with the reason."""

TWICE_SHOWING_CLIENTS: Mapping[str, str] = {
    "@langchain/mcp-adapters": "both in the content of its message: https://www.npmjs.com/package/@langchain/mcp-adapters",
}
"""Clients that are known to show a model both forms of an answer, each with the reason.

Others do so too, but give a name that many share, such as `mcp`.
"""


def is_patient(context: ServerRequestContext[Any]) -> bool:
    """Return whether the client of a request says by its name that it waits."""
    return _name(context) in PATIENT_CLIENTS


def shows_both_forms(context: ServerRequestContext[Any]) -> bool:
    """Return whether the client of a request says by its name that it shows a model an answer twice."""
    return _name(context) in TWICE_SHOWING_CLIENTS


def _name(context: ServerRequestContext[Any]) -> str | None:
    """Return the name of a client; None for those of 2025 over stateless HTTP, whose calls bring none."""
    client = context.session.client_params
    return None if client is None else client.client_info.name
