"""Tools: the specification of a tool, and the tool as a client sees it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from user_directories import USUAL, CallOptions, ConfigurationError, Directories, Note, Operation, Operations

from .answer_schemas import RowForm
from .arguments import ArgumentModel

__all__ = ["Answer", "Run", "Setup", "Tool", "ToolSpec", "Unconfigured"]

Answer = dict[str, Any]


@dataclass(frozen=True)
class Unconfigured:
    """A provider that is not configured, and what the operator has to set to use it."""

    provider: str
    set: str


def _nothing() -> Sequence[Note]:
    return ()


@dataclass(frozen=True)
class Setup:
    """What the tools work on. `notes` returns further notes for list_directories.

    `faults` are those of the operator's settings that hold for the whole server. `rows`: how pages are written.
    """

    directories: Directories
    unconfigured: Sequence[Unconfigured] = ()
    notes: Callable[[], Sequence[Note]] = _nothing
    faults: Sequence[ConfigurationError] = ()
    rows: RowForm = "arrays"


@dataclass(frozen=True)
class ToolSpec:
    """One tool, for any directories. `description` names other tools by their operations: `{search!o}`."""

    name: str
    operation: Operation
    title: str
    description: str
    arguments: type[ArgumentModel]
    output_schema: Mapping[str, Any]
    untrusted: tuple[str, ...]
    """Where in an answer values may stand that users typed, or that a provider sends: keys, `[]` for each of a list."""
    run: Callable[[Setup, Any, CallOptions], Awaitable[Answer]]
    """Returns an answer with notes as `Note`; the toolset turns them into text. Raises: UserDirectoryError."""
    schema_of_objects: Mapping[str, Any] | None = None
    """The output schema where users are objects, if it is another one."""

    def schema_of(self, rows: RowForm) -> dict[str, Any]:
        """Return the output schema where users are written in this form."""
        return dict(self.output_schema if rows == "arrays" else self.schema_of_objects or self.output_schema)


class Run(Protocol):
    """The function of a tool: takes raw arguments, and how to run the call."""

    def __call__(self, arguments: Mapping[str, Any], options: CallOptions = USUAL) -> Awaitable[Answer]:
        """Run the tool. Raises: UserDirectoryError, which says what to do next."""
        ...


@dataclass(frozen=True)
class Tool:
    """One tool as clients see it, with the function behind it."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Any]
    output_schema: dict[str, Any]
    untrusted: tuple[str, ...]
    run: Run
    operations: Operations
    """The names of all tools in the same set, by operation."""
