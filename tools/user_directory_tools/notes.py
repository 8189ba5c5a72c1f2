"""The closed list of what tools say beside an answer, in the words of their callers."""

from user_directories.notes import NoteKind

__all__ = ["ToolNotes"]


class ToolNotes:
    """`ToolNotes.COUNTS_OVERLAP.note()` is the note to hand on."""

    EMPTY_COLUMNS = NoteKind("No user here has these fields, so the columns are empty: {names}.")
    ONLY_BY_GET = NoteKind("Only {get!o} knows: {names}.")
    NO_SUCH_ID = NoteKind("No user has the id {id!r}.")
    NO_SUCH_EMAIL = NoteKind("No user has the email {email!r}.")
    NOT_FOUND_SO_FAR = NoteKind("Not found so far among 1 user.", "Not found so far among {count} users.")
    GO_ON_BY_SEARCH = NoteKind("Call {search!o} with this cursor to go on.")
    FILTERS_DROPPED = NoteKind("Empty filters were taken as not given: {names}. Applied: {applied}.")
    COUNTS_OVERLAP = NoteKind("A person may be in several directories: the counts do not add up to people.")
    NOTHING_CONFIGURED = NoteKind("No directory is configured. Ask the operator to set one of the following.")
    CURSORS_IN_MEMORY = NoteKind("Cursors are kept in memory and end with this server: {problem}.")
