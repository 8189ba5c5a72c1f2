"""Notes that go with an answer: a closed list of kinds, each with its sentence."""

from .kind import Note, NoteKind, notes_of
from .kinds import Notes

__all__ = ["Note", "NoteKind", "Notes", "notes_of"]
