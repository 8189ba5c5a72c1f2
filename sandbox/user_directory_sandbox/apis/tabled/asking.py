"""What a request asks to see of each record, and whether it asks in the way that some questions need."""

from collections.abc import Mapping
from typing import Any

from user_directory_sandbox.expressions import Rules
from user_directory_sandbox.http import Request


class UnknownField(ValueError):
    """The request asks for a field that no record has; the message names it."""


def shown(record: Mapping[str, Any], request: Request, rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a request selects; without a word from it, those of `default`. Raises: UnknownField."""
    text = request.value(rule["parameter"])
    names = rule["default"] if text is None else text.split(",")
    for name in names:
        if name not in record:
            raise UnknownField(f"Could not find a property named '{name}'.")
    return {name: record[name] for name in names}


def has_what_it_needs(request: Request, rule: Mapping[str, Any], *, also: bool = True) -> bool:
    """Return whether a request has the header of a rule, and, if `also`, its parameter."""
    parameter, value = rule["parameter"]
    header, wanted = rule["header"]
    has_header = request.headers.get(header.lower(), "").lower() == wanted
    return has_header and (not also or (request.value(parameter) or "").lower() == value)


def rules_of(rule: Mapping[str, Any], *, advanced: bool) -> Rules:
    """Return what a filter takes, and what it takes besides of a request that asks in that way."""
    more: Mapping[str, Any] = rule.get("advanced", {}) if advanced else {}
    attributes: dict[str, list[str]] = {name: list(each) for name, each in rule["attributes"].items()}
    for name, operators in more.get("attributes", {}).items():
        attributes[name] = [*attributes.get(name, ()), *operators]
    words = (*rule.get("words", ("and", "or", "not")), *more.get("words", ()))
    return Rules(attributes, words, rule.get("folds", True), rule.get("paths", {}))
