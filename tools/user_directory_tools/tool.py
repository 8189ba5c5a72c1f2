"""What a tool is: a name and schemas for the client, and a function that answers or raises."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from user_directories import Report

__all__ = ["Answer", "Run", "Tool"]

Answer = dict[str, Any]


class Run(Protocol):
    """The function of a tool: raw arguments, and who hears of the progress of a long call."""

    def __call__(self, arguments: Mapping[str, Any], report: Report | None = None) -> Awaitable[Answer]:
        """Raises: UserDirectoryError with a text that teaches."""
        ...


@dataclass(frozen=True)
class Tool:
    """One tool as clients see it; with the function behind it."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Any]
    output_schema: dict[str, Any]
    run: Run
