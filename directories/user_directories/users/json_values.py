"""The JSON edge: untyped values become typed here, or None."""

from typing import Any, TypeGuard

__all__ = ["is_list", "is_object"]


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Return whether a JSON value is an array."""
    return isinstance(value, list)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether a JSON value is an object."""
    return isinstance(value, dict)
