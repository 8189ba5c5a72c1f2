"""Answers with a status of success that say in their body that the request failed."""

from typing import Any

from ..users.json_values import is_list, is_object

__all__ = ["holds_something", "says_error"]

_DEPTH = 20
"""Levels of a value that are looked at."""

_KEYS = frozenset({"error", "errors", "errormessage", "fault", "exception"})
"""Usual names of what went wrong: GraphQL's `errors` (https://spec.graphql.org/October2021/#sec-Errors), OAuth's and
Google's `error`, SOAP's `fault`; without letter case, `_` and `-`."""

_SUCCESS = frozenset({"ok", "success"})
"""Usual names of a flag that is false if the request failed, as Slack's `ok`."""

_FAILED = frozenset({"error", "fail", "failed", "failure"})
"""What `status` says of a request that failed (https://github.com/omniti-labs/jsend)."""


def says_error(body: Any) -> bool:
    """Return whether an object has a usual key for an error, with something in it, or a flag that says so."""
    return is_object(body) and any(_tells(_plain(name), value) for name, value in body.items())


def _tells(name: str, value: Any) -> bool:
    if name in _KEYS:
        return holds_something(value)
    is_failure = name == "status" and isinstance(value, str) and value.lower() in _FAILED
    return is_failure or (name in _SUCCESS and value is False)


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def holds_something(value: Any, depth: int = _DEPTH) -> bool:
    """Return whether a value has text, a number that is not 0, or true; or is nested so deeply that it is not empty."""
    if not depth:
        return True
    if is_object(value):
        return any(holds_something(each, depth - 1) for each in value.values())
    if is_list(value):
        return any(holds_something(each, depth - 1) for each in value)
    return bool(value.strip() if isinstance(value, str) else value)
