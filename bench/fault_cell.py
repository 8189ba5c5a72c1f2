"""A cell of the fault matrix, and one operation on its way through it."""

from dataclasses import dataclass, field
from typing import Any

from fault_judge import Answer, rows_of
from fault_operations import Asked
from user_directories import UserDirectoryError

__all__ = ["Cell", "Progress", "content_of"]


@dataclass
class Cell:
    """What came of one cell. `outcome` is right, partly, error or wrong; `afterwards` is right or in doubt."""

    fault: str
    directory: str
    operation: str
    state: str
    outcome: str = "wrong"
    afterwards: str = ""
    error: str = ""
    said: list[str] = field(default_factory=list[str])
    """The notes, and the errors."""
    wrong: str = ""
    """Why it is dishonest; empty if it is not."""

    @property
    def name(self) -> str:
        """The cell in words."""
        return f"{self.fault} / {self.directory} / {self.operation} / {self.state}"


@dataclass
class Progress:
    """One operation as far as it came."""

    asked: Asked
    found: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    last: Answer | None = None
    error: UserDirectoryError | None = None
    said: list[str] = field(default_factory=list[str])

    def next_call(self) -> tuple[str, dict[str, Any]]:
        """Return the tool to call next, and its arguments: those of the beginning, or the cursor."""
        tool, arguments = self.asked.tool, dict(self.asked.arguments)
        if self.cursor is None:
            return tool, arguments
        size = {"limit": arguments["limit"]} if "limit" in arguments else {}
        return "search_users" if tool == "get_user" else tool, {"cursor": self.cursor} | size

    def add(self, answer: Answer) -> None:
        """Go on from an answer."""
        self.last = answer
        self.said += [note for each in (answer, *answer.get("counts", [])) for note in each.get("notes", [])]
        if "rows" in answer:
            self.found += rows_of(answer)
        elif answer.get("found"):
            users = (answer["user"], *answer.get("others", []))
            self.found = [(answer["directory"], user["id"]) for user in users]

    @property
    def cursor(self) -> str | None:
        """Where it goes on; None at the beginning and at the end."""
        return None if self.last is None else self.last.get("cursor")

    @property
    def is_certain(self) -> bool:
        """Whether the answer claims to be all that was asked for."""
        if self.last is None or self.error is not None:
            return False
        if "complete" in self.last:
            return bool(self.last["complete"])
        return all(each.get("exactness") == "exact" for each in self.last.get("counts", [self.last]))


def content_of(progress: Progress) -> Any:
    """What an answer says, apart from its cursor, its time and its notes."""
    last = {} if progress.last is None else progress.last
    counts = [
        (each["directory"], each.get("count"), each.get("exactness"))
        for each in last.get("counts", [last])
        if "method" in each
    ]
    return sorted(progress.found), last.get("complete"), last.get("found"), counts
