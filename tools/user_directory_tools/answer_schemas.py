"""The schemas of answers. They declare every key, because some clients drop the others without a word.

mcpo (https://github.com/open-webui/mcpo) and FastMCP (https://gofastmcp.com/clients/tools) build a class from a schema,
nested objects included. Objects whose keys are data have `additionalProperties` instead of properties.
"""

from collections.abc import Mapping
from typing import Any, Literal

from user_directories import FIELDS

__all__ = ["COUNT", "DIRECTORIES", "PAGE", "PAGE_OF_OBJECTS", "USER", "RowForm"]

RowForm = Literal["arrays", "objects"]
"""How the users of a page are written: as arrays below the names of their columns, or each with its names."""

_Schema = Mapping[str, Any]

_TEXT: _Schema = {"type": "string"}
_NUMBER: _Schema = {"type": "integer"}
_FLAG: _Schema = {"type": "boolean"}
_TEXTS: _Schema = {"type": "array", "items": _TEXT}
_DATA: _Schema = {"type": "object", "additionalProperties": True}
_CELL: _Schema = {"type": ["string", "number", "boolean", "array", "object", "null"]}
"""A value of a user; fields of a provider's own may be lists or objects."""
_EXACTNESS: _Schema = {"enum": ["exact", "at_least", "estimate"]}


def _object(*required: str, **properties: _Schema) -> _Schema:
    schema: _Schema = {"type": "object", "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def _objects(**properties: _Schema) -> _Schema:
    return {"type": "array", "items": _object(**properties)}


DIRECTORIES = _object(
    "directories",
    directories=_objects(
        name=_TEXT,
        provider=_TEXT,
        search=_TEXT,
        count=_TEXT,
        filters=_TEXTS,
        sort=_TEXTS,
        values=_DATA,
        values_seen=_DATA,
        fields=_TEXTS,
        only_by_get_user=_TEXTS,
        masked=_TEXTS,
        hidden=_TEXTS,
        notes=_TEXTS,
    ),
    broken=_objects(name=_TEXT, provider=_TEXT, faults=_TEXTS),
    legend=_DATA,
    notes=_TEXTS,
    not_configured=_objects(provider=_TEXT, set=_TEXT),
)
"""The schema of the answer of list_directories."""


def _page(*required: str, **rows: _Schema) -> _Schema:
    return _object(
        "returned",
        "complete",
        *required,
        directory=_TEXT,
        directories=_TEXTS,
        returned=_NUMBER,
        complete=_FLAG,
        cursor=_TEXT,
        total=_NUMBER,
        total_exactness=_EXACTNESS,
        searched={},
        scanned=_NUMBER,
        notes=_TEXTS,
        people=_DATA,
        **rows,
    )


def _user_object() -> _Schema:
    own = {"directory": _TEXT, "person": _NUMBER}
    return {"type": "object", "properties": own | dict.fromkeys(FIELDS, _CELL), "additionalProperties": True}


PAGE = _page("columns", "rows", columns=_TEXTS, rows={"type": "array", "items": {"type": "array", "items": _CELL}})
"""The schema of the answer of list_users and search_users. `searched` is a text, or one for each directory."""

PAGE_OF_OBJECTS = _page("rows", rows={"type": "array", "items": _user_object()})
"""That of the same answer, where each user is an object."""

USER = _object(
    "found",
    "complete",
    directory=_TEXT,
    found=_FLAG,
    complete=_FLAG,
    cursor=_TEXT,
    notes=_TEXTS,
    user=_DATA,
    others={"type": "array", "items": _DATA},
)
"""The schema of the answer of get_user. `others` have the same email address as `user`."""

_ONE_COUNT: Mapping[str, _Schema] = {
    "directory": _TEXT,
    "count": _NUMBER,
    "exactness": _EXACTNESS,
    "method": _TEXT,
    "as_of": _TEXT,
    "notes": _TEXTS,
}

COUNT = _object(**_ONE_COUNT, counts=_objects(**_ONE_COUNT), cursor=_TEXT)
"""The schema of the answer of get_user_count: one count, or one for each directory."""
