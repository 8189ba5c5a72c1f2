"""Tool schemas as small as clients can use them: no titles, no nullable `anyOf`, no null defaults."""

from collections.abc import Mapping, Sequence
from typing import Any

from user_directories import Capabilities, listed

from .arguments import ArgumentModel

__all__ = ["count_schema", "directories_schema", "filters_of", "input_schema", "page_schema", "user_schema"]

_NOISE = frozenset({"title", "additionalProperties"})


def input_schema(
    model: type[ArgumentModel], directories: Sequence[str], filters: str | None = None, sort: str = ""
) -> dict[str, Any]:
    """The trimmed JSON schema of a tool's arguments.

    `directories` become the enum of `directory`. With `filters`, which describes its filters, the schema is for one
    directory only: it takes no `directory`, and no sort but those that `sort` describes.
    """
    full = model.model_json_schema()
    properties = {name: _trimmed(value) for name, value in full.get("properties", {}).items()}
    required = list(full.get("required", []))
    if filters is not None:
        properties.pop("directory", None)
        required = [name for name in required if name != "directory"]
        if "filters" in properties:
            properties["filters"]["description"] = filters
        if "sort" in properties:
            properties["sort"]["description"] = sort
            if not sort:
                del properties["sort"]
    elif "directory" in properties and directories:
        properties["directory"]["enum"] = list(directories)
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return schema | ({"required": required} if required else {})


def _trimmed(schema: Mapping[str, Any]) -> dict[str, Any]:
    trimmed = {name: value for name, value in schema.items() if name not in _NOISE and value not in (None, "")}
    choices = [choice for choice in trimmed.pop("anyOf", []) if choice.get("type") != "null"]
    for choice in choices:
        trimmed = _trimmed(choice) | trimmed
    if isinstance(trimmed.get("items"), Mapping):
        trimmed["items"] = _trimmed(trimmed["items"])
    return trimmed


def filters_of(able: Capabilities) -> str:
    """The filters of one directory, with the values that are known."""
    known = {name: f"{name} ({'|'.join(values)})" for name, values in able.values.items()}
    return f"{{field: value or [values]}}, fields: {listed(known.get(name, name) for name in able.filters)}"


def directories_schema() -> dict[str, Any]:
    """The answer of list_directories."""
    return {"type": "object", "properties": {"directories": {"type": "array"}}, "required": ["directories"]}


def page_schema() -> dict[str, Any]:
    """The answer of list_users and search_users."""
    return {
        "type": "object",
        "properties": {
            "returned": {"type": "integer"},
            "complete": {"type": "boolean"},
            "cursor": {"type": "string"},
            "columns": {"type": "array"},
            "rows": {"type": "array"},
        },
        "required": ["returned", "complete", "columns", "rows"],
    }


def user_schema() -> dict[str, Any]:
    """The answer of get_user."""
    return {
        "type": "object",
        "properties": {"found": {"type": "boolean"}, "complete": {"type": "boolean"}, "user": {"type": "object"}},
        "required": ["found", "complete"],
    }


def count_schema() -> dict[str, Any]:
    """The answer of get_user_count."""
    return {
        "type": "object",
        "properties": {
            "count": {"type": "integer"},
            "exactness": {"enum": ["exact", "at_least", "estimate"]},
            "counts": {"type": "array"},
            "cursor": {"type": "string"},
        },
    }
