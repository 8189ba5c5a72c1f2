"""What a tool is: a name and schemas for the client, and a function that answers or raises."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Answer", "Run", "Tool"]

Answer = dict[str, Any]
Run = Callable[[Mapping[str, Any]], Awaitable[Answer]]


@dataclass(frozen=True)
class Tool:
    """One tool as clients see it; `run` takes raw arguments and raises UserDirectoryError with a teaching text."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Any]
    output_schema: dict[str, Any]
    run: Run
