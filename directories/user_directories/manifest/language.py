"""The versions of the language that manifests are written in.

Keys of an earlier form work for one release: they are rewritten here, and each is named with what to write instead.
"""

from collections.abc import Mapping
from typing import Any

from ..users.filters import ALIASES
from ..users.json_values import is_object

__all__ = ["VERSION", "current"]

VERSION = 1

_SINCE_SHARED = ("department", "title", "employee_id", "manager")
_SINCE_CLOSED = ("state", "kind")


def current(page: Any) -> tuple[Any, tuple[str, ...]]:
    """A page in the language of today, and a sentence for each thing in it that was written otherwise."""
    if not is_object(page):
        return page, ()
    old: list[str] = []
    if "version" not in page:
        page = {"version": VERSION, **page}
        old.append(f"`version` is missing: add version = {VERSION}.")
    if is_object(page.get("filters")):
        page = page | {"filters": _by_field(page["filters"], old)}
    if is_object(page.get("user")) and is_object(page["user"].get("extra")):
        page = page | {"user": _with_shared_fields(page["user"], old)}
    return page, tuple(old)


def _with_shared_fields(user: dict[str, Any], old: list[str]) -> dict[str, Any]:
    """Fields of a provider's own that have since become shared ones."""
    extra, show = dict(user["extra"]), dict(user.get("show", {}))
    for name in _SINCE_SHARED:
        if name in extra and name not in user:
            user = user | {name: extra.pop(name)}
            old.append(f"`user.extra.{name}` is deprecated: write user.{name}, which all directories share.")
    for name in _SINCE_CLOSED:
        if name in extra:
            extra[f"own_{name}"] = extra.pop(name)
            if name in show:
                show[f"own_{name}"] = show.pop(name)
            old.append(f"`user.extra.{name}` is shown as own_{name}: {name} is a shared field, with words of its own.")
    return user | {"extra": extra} | ({"show": show} if show else {})


def _by_field(filters: Mapping[str, Any], old: list[str]) -> dict[str, Any]:
    """Filters by field and operator: a rule that stands for a field itself is its `is`."""
    tables: dict[str, Any] = {}
    for name, rule in filters.items():
        field, operator = ALIASES.get(name, (name, "is"))
        if name in ALIASES:
            old.append(f"`filters.{name}` is deprecated: write filters.{field}.{operator}.")
        by_operator = is_object(rule) and bool(rule) and all(map(is_object, rule.values())) and name not in ALIASES
        tables[field] = _merged(tables.get(field), rule if by_operator else {operator: rule})
    return tables


def _merged(before: Any, more: Mapping[str, Any]) -> Any:
    return {**before, **more} if is_object(before) else dict(more)
