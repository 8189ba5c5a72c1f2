"""Short forms of rules, written out: what is said once for the page, and one line for several operators."""

from collections.abc import Mapping
from typing import Any

from ..dialects import DIALECTS
from ..users.filters import FILTER_FIELDS
from ..users.json_values import is_list, is_object

__all__ = ["written_out"]


def written_out(page: Any) -> Any:
    """Return a page with its rules written out. What has another form stays, so that it is refused as it is written."""
    if not is_object(page):
        return page
    said = page.get("dialect")
    dialect = said if isinstance(said, str) and said in DIALECTS else None
    found = dict(page)
    if is_object(page.get("filters")):
        found["filters"] = {field: _table(field, table, dialect) for field, table in page["filters"].items()}
    if is_object(page.get("search")):
        found["search"] = _in_dialect(page["search"], dialect)
    return found


def _table(field: str, table: Any, dialect: str | None) -> Any:
    """Return the rules of a field by operator."""
    if not is_object(table):
        return table
    rule = table.get("is")
    if is_object(rule) and rule.get("attribute") is not None and not rule.get("expression"):
        table = _by_operator(field, rule) | {name: each for name, each in table.items() if name != "is"}
    return {operator: _with_or(_in_dialect(each, dialect)) for operator, each in table.items()}


def _by_operator(field: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule for each operator that is named beside the attribute."""
    usual = ["after", "before"] if FILTER_FIELDS.get(field) == "time" else ["is"]
    named = rule.get("operators") or usual
    if not is_list(named) or not all(isinstance(name, str) for name in named):
        return {"is": rule}
    bare: dict[str, Any] = {key: value for key, value in rule.items() if key != "operators"}
    return dict.fromkeys(named, bare)


def _in_dialect(rule: Any, dialect: str | None) -> Any:
    if not is_object(rule) or dialect is None or rule.get("dialect") is not None or not _is_expression(rule):
        return rule
    return {**rule, "dialect": dialect}


def _with_or(rule: Any) -> Any:
    if not is_object(rule) or "several" in rule or not _is_expression(rule):
        return rule
    known = DIALECTS.get(str(rule.get("dialect")))
    return {**rule, "several": "or"} if known is not None and known.disjunction is not None else rule


def _is_expression(rule: Mapping[str, Any]) -> bool:
    return rule.get("expression") is not None or rule.get("attribute") is not None or bool(rule.get("conditions"))
