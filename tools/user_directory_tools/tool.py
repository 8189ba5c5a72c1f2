"""What a tool is: its specification, and the tool as a client sees it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from user_directories import Directories, Note, Operation, Operations, Report

from .arguments import ArgumentModel

__all__ = ["Answer", "Run", "Setup", "Tool", "ToolSpec", "Unconfigured"]

Answer = dict[str, Any]


@dataclass(frozen=True)
class Unconfigured:
    """A provider that could be used, and what the operator would have to set."""

    provider: str
    set: str


def _nothing() -> Sequence[Note]:
    return ()


@dataclass(frozen=True)
class Setup:
    """What the tools work on. `notes` says what list_directories should tell besides."""

    directories: Directories
    unconfigured: Sequence[Unconfigured] = ()
    notes: Callable[[], Sequence[Note]] = _nothing


@dataclass(frozen=True)
class ToolSpec:
    """One tool, whatever directories there are. `description` names other tools by what they do: `{search!o}`."""

    name: str
    operation: Operation
    title: str
    description: str
    arguments: type[ArgumentModel]
    output_schema: Mapping[str, Any]
    run: Callable[[Setup, Any, Report | None], Awaitable[Answer]]
    """Answers with notes as `Note`; the toolset words them. Raises: UserDirectoryError."""


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
    operations: Operations
    """The names of the tools that stand beside it, by what they do."""
