"""Rows that a request asks to have without some of their fields, such as `briefRepresentation=true`."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from user_directory_sandbox.http import Request, to_json


def brief(rule: Mapping[str, Any], request: Request, rows: Sequence[bytes]) -> Sequence[bytes]:
    """Return the rows without the fields of the rule, if the request has its parameter."""
    if not rule or request.value(rule["parameter"]) != "true":
        return rows
    return [to_json(_without(json.loads(row), rule["without"])) for row in rows]


def _without(record: object, names: Collection[str]) -> object:
    if not isinstance(record, dict):
        return record
    return {name: value for name, value in cast("dict[str, Any]", record).items() if name not in names}
