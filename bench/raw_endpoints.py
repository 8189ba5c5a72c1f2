"""The provider APIs passed through as MCP tools, one an endpoint, as generators make them out of OpenAPI documents.

A tool has the parameters of its endpoint under their own names, and answers with the body as it comes. What is in a
header is lost on the way, as it is with the generators; but a refusal says when to come back, lest an agent must guess.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2
from mcp.server import Server, ServerRequestContext
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
)

from tokens import compact

__all__ = ["pretty", "raw_server"]

Schema = dict[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """One GET: what stands in braces in its path is a parameter too."""

    directory: str
    path: str
    description: str
    parameters: Mapping[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    def tool(self, name: str) -> Tool:
        schema: Schema = {"type": "object", "properties": dict(self.parameters)}
        if self.required:
            schema["required"] = list(self.required)
        return Tool(name=name, description=self.description, input_schema=schema)


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description} | more


def _whole(description: str, **more: Any) -> Schema:
    return {"type": "integer", "description": description} | more


def _texts(description: str, **more: Any) -> Schema:
    return {"type": "array", "items": {"type": "string"} | more, "description": description}


def _time(description: str) -> Schema:
    return _text(description, format="date-time")


def _one(directory: str, path: str, parameter: str, **more: Any) -> Endpoint:
    schema = {parameter: _text("The id of the user.", **more)}
    return Endpoint(directory, path, "Get one user by id.", schema, (parameter,))


_BRAINTRUST = {
    "limit": _whole("How many objects to return at most.", minimum=0),
    "starting_after": _text("The id of the last object of the page before; not with ending_before.", format="uuid"),
    "ending_before": _text("The id of the first object of the page behind; not with starting_after.", format="uuid"),
    "ids": _texts("Only the users with these ids.", format="uuid"),
    "given_name": _texts("Only users with one of these given names."),
    "family_name": _texts("Only users with one of these family names."),
    "email": _texts("Only users with one of these email addresses."),
    "org_name": _text("Only users of this organization."),
}
_DELAY = {
    "sort_by": _text("The field to sort by."),
    "sort_order": _text("The direction of the sort.", enum=["asc", "desc"]),
    "id": _text("Filter by id; needs metadata permission."),
    "created_by": _text("Filter by who created the user; needs metadata permission."),
    "updated_by": _text("Filter by who updated the user last; needs metadata permission."),
    "user_type": _text("Filter by type.", enum=["saas_admin", "saas_user", "saas_user_client"]),
    "status": _text("Filter by status.", enum=["active", "onboarding", "inactive", "suspended", "risky"]),
    "created_at_from": _time("Created after this time."),
    "created_at_to": _time("Created before this time."),
    "updated_at_from": _time("Updated after this time."),
    "updated_at_to": _time("Updated before this time."),
    "search": _text("Match id, email, name or description fuzzily."),
    "page": _whole("Which page.", minimum=1),
    "page_size": _whole("Users a page.", minimum=1, maximum=100),
}

_ENDPOINTS: dict[str, Endpoint] = {
    "klavis_list_users": Endpoint(
        "klavis",
        "/user/",
        "List all users of the account, page by page.",
        {
            "page_size": _whole("Results a page, 1000 at most.", minimum=1, maximum=1000, default=50),
            "page_number": _whole("Which page, from 1 on.", minimum=1, default=1),
        },
    ),
    "klavis_get_user": _one("klavis", "/user/{user_id}", "user_id"),
    "braintrust_list_users": Endpoint(
        "braintrust", "/v1/user", "List all users, those who were created last first.", _BRAINTRUST
    ),
    "braintrust_get_user": _one("braintrust", "/v1/user/{user_id}", "user_id", format="uuid"),
    "delay_list_users": Endpoint("delay", "/users", "Retrieve a list of users.", _DELAY),
    "delay_get_user": _one("delay", "/users/{id}", "id"),
    "openphone_list_users": Endpoint(
        "openphone",
        "/v1/users",
        "List the users of the workspace, page by page. totalItems is not accurate.",
        {
            "maxResults": _whole("Results a page at most.", minimum=1, maximum=50, default=10),
            "pageToken": _text("The nextPageToken of the page before."),
        },
        ("maxResults",),
    ),
    "openphone_get_user": _one("openphone", "/v1/users/{userId}", "userId", pattern="^US(.*)$"),
    "quo_list_users": Endpoint(
        "quo",
        "/users",
        "List the users of the workspace, page by page.",
        {
            "limit": _whole("Results a page at most.", minimum=1, maximum=50, default=10),
            "after": _text("The nextCursor of the page before."),
        },
    ),
    "quo_get_user": _one("quo", "/users/{userId}", "userId", pattern="^US(.*)$"),
    "monocloud_list_users": Endpoint(
        "monocloud",
        "/api/users",
        "Get a page of the users with their profiles.",
        {
            "page": _whole("Which page.", default=1),
            "size": _whole("Items a page.", default=10),
            "filter": _text("A text to search users for."),
            "sort": _text("sort_key:sort_order; keys creation_time and last_updated, order 1 (ascending) or -1."),
        },
    ),
    "monocloud_get_user": _one("monocloud", "/api/users/{id}", "id"),
}

_SCHEMES = {"klavis": ("Authorization", "Bearer "), "braintrust": ("Authorization", "Bearer ")} | {
    "delay": ("Authorization", "Bearer "),
    "openphone": ("Authorization", ""),
    "quo": ("Authorization", ""),
    "monocloud": ("X-API-KEY", ""),
}


def raw_server(web: httpx2.AsyncClient, url: str) -> Server[Any]:
    """An MCP server over the APIs of the sandbox at `url`."""
    listing = ListToolsResult(tools=[endpoint.tool(name) for name, endpoint in _ENDPOINTS.items()])

    async def list_tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return listing

    async def call_tool(_: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        endpoint, sent = _ENDPOINTS[params.name], dict(params.arguments or {})
        inside = {
            name: quote(str(sent.pop(name)), safe="") for name in endpoint.required if f"{{{name}}}" in endpoint.path
        }
        address = f"{url}/{endpoint.directory}{endpoint.path.format(**inside)}"
        answer = await web.get(address, params=sent, headers=_headers(endpoint.directory))
        text = compact(answer.json()) if answer.is_success else _refusal(answer)
        return CallToolResult(content=[TextContent(type="text", text=text)], is_error=not answer.is_success)

    return Server("raw-endpoints", on_list_tools=list_tools, on_call_tool=call_tool)


def _refusal(answer: httpx2.Response) -> str:
    wait = answer.headers.get("Retry-After")
    return f"HTTP {answer.status_code}{f', Retry-After: {wait}' if wait else ''}: {answer.text}"


def _headers(directory: str) -> dict[str, str]:
    name, scheme = _SCHEMES[directory]
    version = {"Quo-Api-Version": "2026-03-30"} if directory == "quo" else {}
    return {name: f"{scheme}sandbox-{directory}-key"} | version


def pretty(text: str) -> str:
    """A result as generators send it that indent their JSON."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text
