"""Arguments that hosts add to those of the model, and that mean nothing here: they are ignored.

This is a list of names and no rule: any other unknown argument is refused by name, because a model that misspells one
would get the answer to another question.
"""

from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["HOST_ARGUMENTS", "without_host_arguments"]

HOST_ARGUMENTS: Mapping[str, str] = {
    # n8n sends all fields of the item that its agent works on, with those of its chat trigger
    "toolCallId": "https://github.com/n8n-io/n8n/issues/21500",
    "sessionId": "https://github.com/n8n-io/n8n/issues/22787",
    "action": "https://github.com/n8n-io/n8n/issues/22787",
    "chatInput": "https://github.com/n8n-io/n8n/issues/22787",
    # frameworks that inject the id of the call or of the conversation
    "tool_call_id": "https://reference.langchain.com/python/langchain-core/tools/base/InjectedToolCallId",
    "session_id": "https://github.com/langflow-ai/langflow/pull/13124",
    "_sessionID": "https://github.com/siyuan-note/siyuan/issues/17927",
    # the metadata of the request, put among the arguments
    "_meta": "https://github.com/langchain-ai/langchain-mcp-adapters/pull/412",
    # what a tool without parameters is given by a host whose model API takes no such tool
    "random_string": "public servers declare it for Cursor, as a dummy parameter for no-parameter tools",
}
"""The names, each with where a host is seen to send it."""


def without_host_arguments(arguments: Mapping[str, Any], taken: Collection[str]) -> dict[str, Any]:
    """Leave out what a host added; a name that the tool has `taken` itself stays."""
    return {name: value for name, value in arguments.items() if name in taken or name not in HOST_ARGUMENTS}
