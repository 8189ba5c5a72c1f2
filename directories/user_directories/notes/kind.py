"""Kinds of notes: what a reader must know besides the answer, as templates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import OPERATIONS, Operations, Sentence, listed

__all__ = ["Note", "NoteKind", "notes_of"]


@dataclass(frozen=True)
class Note:
    """One note. `kind` is its name in the closed list; `directories` are those that it is about, if several were asked.

    Two notes are equal if they have the same kind and say the same.
    """

    kind: str
    sentence: Sentence
    directories: tuple[str, ...] = ()

    def about(self, directories: Sequence[str]) -> "Note":
        """Return the same note, about these directories of several."""
        return replace(self, directories=tuple(directories))

    def text(self, operations: Operations = OPERATIONS) -> str:
        """Return what it says, with a caller's names for the operations."""
        said = self.sentence.text(operations)
        return f"{listed(self.directories)}: {said}" if self.directories else said

    def __str__(self) -> str:
        return self.text()

    def __hash__(self) -> int:
        return hash((self.kind, self.directories, str(self)))


class NoteKind:
    """One kind of note. `many` is the sentence to use if `count` is not 1."""

    def __init__(self, one: str, many: str | None = None) -> None:
        self.one = one
        self.many = many
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.lower()

    def note(self, **values: Any) -> Note:
        """Return the note, with the values of its template."""
        template = self.one if self.many is None or values.get("count") == 1 else self.many
        return Note(self.name, Sentence(template, values))


def notes_of(*lists: type) -> dict[str, NoteKind]:
    """Return every kind in the given lists, by name and in order."""
    return {kind.name: kind for each in lists for kind in vars(each).values() if isinstance(kind, NoteKind)}
