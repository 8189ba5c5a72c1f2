"""The versions of the language that manifests are written in.

Keys in an earlier form work for one release: they are rewritten here, with a sentence on what to write instead.
"""

from collections.abc import Mapping
from typing import Any

from ..users.filters import ALIASES
from ..users.json_values import is_list, is_object

__all__ = ["VERSION", "current"]

VERSION = 1

_SINCE_SHARED = ("department", "title", "employee_id", "manager")
_SINCE_CLOSED = ("state", "kind")


def current(page: Any) -> tuple[Any, tuple[str, ...]]:
    """Return a page in the current language, and a sentence for each key that has an earlier form."""
    if not is_object(page):
        return page, ()
    old: list[str] = []
    if "version" not in page:
        page = {"version": VERSION, **page}
        old.append(f"`version` is missing: add version = {VERSION}.")
    if is_object(page.get("filters")):
        page = page | {"filters": _by_field(page["filters"], old)}
    if is_object(page.get("get")) and "nobody" in page["get"]:
        page = page | {"get": _with_absent(page["get"], old)}
    if is_object(page.get("user")) and is_object(page["user"].get("extra")):
        page = _with_shared_fields(page, old)
    return page, tuple(old)


def _with_absent(get: Mapping[str, Any], old: list[str]) -> dict[str, Any]:
    """Rewrite the statuses that say that there is nobody."""
    told = "`get.nobody` is deprecated: write get.absent"
    old.append(f"{told}, which is also there and takes precedence." if "absent" in get else f"{told}.")
    renamed = {"absent" if name == "nobody" else name: value for name, value in get.items()}
    return renamed | {"absent": get.get("absent", get["nobody"])}


def _with_shared_fields(page: dict[str, Any], old: list[str]) -> dict[str, Any]:
    """Rewrite a provider's own fields that have since become shared fields."""
    user: dict[str, Any] = page["user"]
    extra, renamed = dict(user["extra"]), dict[str, str]()
    for name in _SINCE_SHARED:
        if name in extra and name not in user:
            user = user | {name: extra.pop(name)}
            old.append(f"`user.extra.{name}` is deprecated: write user.{name}, a string that all directories share.")
    for name in _SINCE_CLOSED:
        own = f"own_{name}"
        if name in extra and own not in extra:
            extra[own] = extra.pop(name)
            renamed[name] = own
            old.append(f"`user.extra.{name}` is shown as {own}: {name} is a shared field, with its own set of words.")
    user = user | {"extra": extra}
    if is_object(user.get("show")):
        user = user | {"show": {renamed.get(name, name): level for name, level in user["show"].items()}}
    get = page.get("get")
    if renamed and is_object(get) and is_list(get.get("only")):
        page = page | {"get": get | {"only": [renamed.get(name, name) for name in get["only"]]}}
    return page | {"user": user}


def _by_field(filters: Mapping[str, Any], old: list[str]) -> dict[str, Any]:
    """Rewrite filters by field and operator: a rule for the field itself is its `is`."""
    tables: dict[str, Any] = {}
    for name, rule in filters.items():
        if name not in ALIASES:
            by_operator = is_object(rule) and bool(rule) and all(map(is_object, rule.values()))
            tables[name] = rule if by_operator else {"is": rule}
    for name in (name for name in filters if name in ALIASES):
        field, operator = ALIASES[name]
        told = f"`filters.{name}` is deprecated: write filters.{field}.{operator}"
        table = tables.setdefault(field, {})
        old.append(f"{told}, which is also there and takes precedence." if operator in table else f"{told}.")
        tables[field] = {operator: filters[name], **table}
    return tables
