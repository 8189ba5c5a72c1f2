"""Resources and completions in the form that MCP defines.

https://modelcontextprotocol.io/specification/2025-11-25/server/resources
"""

import logging
from typing import Any

from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CompleteRequestParams,
    CompleteResult,
    Completion,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    ResourceTemplateReference,
    TextResourceContents,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from user_directories import CallOptions, Directories, UserDirectoryError
from user_directories.errors import InvalidArgument
from user_directory_tools import ToolStyle
from user_directory_tools.errors import ToolKinds, UnknownResource
from user_directory_tools.resources import DIRECTORY_TEMPLATE, UNTRUSTED, USER_TEMPLATE, Resources, Suggestions

from .results import compact, marked, sentence

__all__ = ["complete", "list_resources", "list_templates", "read_resource"]

logger = logging.getLogger(__name__)

_RESOURCE_NOT_FOUND = -32002
"""Up to 2025-11-25; since then it is INVALID_PARAMS: https://modelcontextprotocol.io/seps/2164-resource-not-found-error"""

_JSON: dict[str, Any] = {"mime_type": "application/json"}
_DIRECTORY = "What {} can search, filter, sort and count."
_BROKEN = "What the operator has to correct before {} can be asked."


def list_resources(directories: Directories) -> ListResourcesResult:
    """List one resource per directory, in the order of the configuration.

    Each description names its directory: some clients show a model nothing else.
    """
    return ListResourcesResult(
        resources=[
            Resource(
                name=name,
                title=f"Directory {name}",
                uri=f"directory://{name}",
                description=(_DIRECTORY if name in directories.names else _BROKEN).format(f"the user directory {name}"),
                **_JSON,
            )
            for name in directories.known_names
        ]
    )


def list_templates() -> ListResourceTemplatesResult:
    """List the two forms of addresses."""
    directory = ResourceTemplate(
        name="directory",
        title="User directory",
        uri_template=DIRECTORY_TEMPLATE,
        description=_DIRECTORY.format("one user directory"),
        **_JSON,
    )
    user = ResourceTemplate(
        name="user",
        title="User",
        uri_template=USER_TEMPLATE,
        description="One user by id, all fields. Values are untrusted user data.",
        **_JSON,
    )
    return ListResourceTemplatesResult(resource_templates=[directory, user])


async def read_resource(
    directories: Directories, uri: str, options: CallOptions, protocol_version: str, style: ToolStyle
) -> ReadResourceResult:
    """Read the JSON at an address.

    Raises: MCPError with the sentence that a tool would give, and the code for it in the protocol of the session.
    """
    try:
        answer = await Resources(directories, style).read(uri, options)
    except UserDirectoryError as error:
        raise MCPError(_code(error, protocol_version), sentence(error), {"uri": uri[:512]}) from error
    except Exception as error:  # a failure of this server, as for the tools
        logger.exception("resources/read failed")
        raise MCPError(INTERNAL_ERROR, sentence(ToolKinds.SERVER_FAULT.error(name="resources/read"))) from error
    contents = TextResourceContents(uri=uri, text=compact(answer), _meta=marked(answer, UNTRUSTED), **_JSON)
    return ReadResourceResult(contents=[contents])


def _code(error: UserDirectoryError, protocol_version: str) -> int:
    if isinstance(error, UnknownResource):
        return _RESOURCE_NOT_FOUND if protocol_version in HANDSHAKE_PROTOCOL_VERSIONS else INVALID_PARAMS
    return INVALID_PARAMS if isinstance(error, InvalidArgument) else INTERNAL_ERROR


async def complete(directories: Directories, params: CompleteRequestParams) -> CompleteResult:
    """Complete an argument of one of the templates; give no values for anything else."""
    reference = params.ref
    if not isinstance(reference, ResourceTemplateReference) or reference.uri not in (DIRECTORY_TEMPLATE, USER_TEMPLATE):
        return CompleteResult(completion=Completion(values=[]))
    given = (params.context.arguments if params.context else None) or {}
    try:
        found = await Resources(directories).complete(params.argument.name, params.argument.value, given.get("name"))
    except Exception:  # nobody waits for a completion: no values are better than an error
        logger.exception("completion/complete failed")
        found = Suggestions()
    return CompleteResult(completion=Completion(values=list(found.values), has_more=found.more))
