"""Variants of a table: what customers, or versions, of one API have otherwise; a test chooses one by its name."""

from collections.abc import Mapping
from typing import Any, cast

from user_directory_sandbox.settings import Setting, one_of

USUAL = "usual"
"""The table itself."""


def variant_setting(table: Mapping[str, Any]) -> Setting:
    """Return the setting of the behaviour that chooses a variant."""
    return one_of(USUAL, *table.get("variants", {}))


def in_variant(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a table with what a variant has in place of its own."""
    return table if name == USUAL else _merged(table, table["variants"][name])


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    merged = dict(one)
    for key, value in other.items():
        own = merged.get(key)
        both = isinstance(own, dict) and isinstance(value, dict)
        merged[key] = _merged(cast("dict[str, Any]", own), cast("dict[str, Any]", value)) if both else value
    return merged
