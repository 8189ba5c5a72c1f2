"""A kind of note: what a reader must know beside an answer, as a template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import OPERATIONS, Operations, Sentence, listed

__all__ = ["Note", "NoteKind", "notes_of"]


@dataclass(frozen=True)
class Note:
    """One note. `kind` is its name in the closed list; `directories` are those of several that it is about.

    Two notes are equal if they are of one kind and say the same.
    """

    kind: str
    sentence: Sentence
    directories: tuple[str, ...] = ()

    def about(self, directories: Sequence[str]) -> "Note":
        """The same note, about these directories of several."""
        return replace(self, directories=tuple(directories))

    def text(self, operations: Operations = OPERATIONS) -> str:
        """What it says, in a caller's names for the operations."""
        said = self.sentence.text(operations)
        return f"{listed(self.directories)}: {said}" if self.directories else said

    def __str__(self) -> str:
        return self.text()

    def __hash__(self) -> int:
        return hash((self.kind, self.directories, str(self)))


class NoteKind:
    """One thing that can be said. `many` is the sentence where a `count` is not 1."""

    def __init__(self, one: str, many: str | None = None) -> None:
        self.one = one
        self.many = many
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.lower()

    def note(self, **values: Any) -> Note:
        """The note, with the values of its template."""
        template = self.one if self.many is None or values.get("count") == 1 else self.many
        return Note(self.name, Sentence(template, values))


def notes_of(*lists: type) -> dict[str, NoteKind]:
    """Every kind of some lists by its name, in their order."""
    return {kind.name: kind for each in lists for kind in vars(each).values() if isinstance(kind, NoteKind)}
