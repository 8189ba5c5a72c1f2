"""Tool schemas as small as clients can use them: no titles, no nullable `anyOf`, no null defaults."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from user_directories import Capabilities, Operations, Sentence, listed

from .arguments import ALL, FILTERS, ArgumentModel

__all__ = ["filters_of", "input_schema", "sorts_of"]

_NOISE = frozenset({"title", "additionalProperties"})


def input_schema(
    model: type[ArgumentModel],
    operations: Operations,
    fields: Sequence[str],
    directories: Sequence[str] = (),
    filters: str | None = None,
    sort: str = "",
) -> dict[str, Any]:
    """Return the trimmed JSON schema of a tool's arguments, which names other tools as its callers know them.

    `directories` become the enum of `directory`. `fields` become the properties of `filters`, whose values may have any
    type: some clients read an object without properties as one that takes none. If `filters` describes them, the schema
    is for one directory only: it has no `directory`, and only the sort orders that `sort` describes.
    """
    full = _full_schema(model)
    properties = {name: _worded(_trimmed(value), operations) for name, value in full.get("properties", {}).items()}
    required = list(full.get("required", []))
    if "filters" in properties:
        properties["filters"] |= {"properties": {name: {} for name in fields}, "additionalProperties": True}
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
        takes_all = "directory" not in required
        properties["directory"]["enum"] = [*directories, *([ALL] if takes_all else [])]
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return schema | ({"required": required} if required else {})


@cache
def _full_schema(model: type[ArgumentModel]) -> dict[str, Any]:
    """Return what pydantic makes of a model, which takes some milliseconds; nobody changes it."""
    return model.model_json_schema()


def _worded(schema: dict[str, Any], operations: Operations) -> dict[str, Any]:
    said = schema.get("description")
    return schema if said is None else schema | {"description": Sentence(said).text(operations)}


def _trimmed(schema: Mapping[str, Any]) -> dict[str, Any]:
    trimmed = {name: value for name, value in schema.items() if name not in _NOISE and value not in (None, "")}
    choices = [choice for choice in trimmed.pop("anyOf", []) if choice.get("type") != "null"]
    for choice in choices:
        trimmed = _trimmed(choice) | trimmed
    if isinstance(trimmed.get("items"), Mapping):
        trimmed["items"] = _trimmed(trimmed["items"])
    return trimmed


def filters_of(able: Capabilities) -> str:
    """Describe the filters of one directory, with the values that are known."""
    known = [f"{name} ({'|'.join(values)})" for name, values in able.values.items() if name in able.filters]
    return Sentence(FILTERS).text() + (f"; values: {listed(known)}" if known else "")


def sorts_of(able: Capabilities) -> str:
    """Describe the sort orders of one directory."""
    return listed(able.sort)
