"""How long a client waits for an answer, as far as that can be known."""

from collections.abc import Mapping
from typing import Any

from mcp.server import ServerRequestContext

__all__ = ["HURRIED_SECONDS", "PATIENT_CLIENTS", "is_patient"]

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
"""The names in `clientInfo` of clients that are known to wait for 60 s or more, each with the reason."""


def is_patient(context: ServerRequestContext[Any]) -> bool:
    """Return whether the client of a request says by its name that it waits."""
    client = context.session.client_params
    return client is not None and client.client_info.name in PATIENT_CLIENTS
