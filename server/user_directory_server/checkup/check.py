"""One check of a directory, and how bad several are together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

__all__ = ["Check", "Outcome", "Severity", "bad", "not_tried", "ok", "severity_of", "warning"]

Outcome = Literal["ok", "warning", "bad", "not tried"]
Severity = Literal["ok", "warning", "bad"]


@dataclass(frozen=True)
class Check:
    """What was tried, and what was seen: no value of any user but the words for status, state, kind and role.

    `milliseconds` contain the waiting for the directory's own pace.
    """

    name: str
    outcome: Outcome
    seen: str
    fix: str | None = None
    requests: int = 0
    milliseconds: int = 0

    def named(self, name: str, requests: int, milliseconds: int) -> "Check":
        """Return the same check with its name and what it cost."""
        return replace(self, name=name, requests=requests, milliseconds=milliseconds)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON, without what it has not."""
        return {name: value for name, value in vars(self).items() if value is not None}


def ok(seen: str) -> Check:
    """Return a check that went well."""
    return Check("", "ok", seen)


def warning(seen: str, fix: str | None = None) -> Check:
    """Return a check that found something to know: answers are right, but slower or less certain."""
    return Check("", "warning", seen, fix)


def bad(seen: str, fix: str | None = None) -> Check:
    """Return a check that found something broken: a question of an agent is answered wrongly or not at all."""
    return Check("", "bad", seen, fix)


def not_tried(why: str) -> Check:
    """Return a check that could not be tried, which is no fault."""
    return Check("", "not tried", f"because {why}")


def severity_of(outcomes: Iterable[Outcome | Severity]) -> Severity:
    """Return the worst of several; what was not tried says nothing."""
    found = set(outcomes)
    return "bad" if "bad" in found else "warning" if "warning" in found else "ok"
