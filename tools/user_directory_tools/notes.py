"""The closed list of notes that tools add to an answer."""

from user_directories.notes import NoteKind

__all__ = ["ToolNotes"]


class ToolNotes:
    """The notes, by name: `ToolNotes.COUNTS_OVERLAP.note()` makes one."""

    EMPTY_COLUMNS = NoteKind("No user here has these fields, so their columns are empty: {names}.")
    ONLY_BY_GET = NoteKind("Only {get!o} returns these fields: {names}.")
    NO_SUCH_ID = NoteKind("No user has the id {id!r}.")
    NO_SUCH_EMAIL = NoteKind("No user has the email {email!r}.")
    NOT_FOUND_SO_FAR = NoteKind("Not found so far among 1 user.", "Not found so far among {count} users.")
    OTHERS_IN_SHORT = NoteKind("Of `others` there is room for {names} only; {get!o} by id returns the rest.")
    GO_ON_BY_SEARCH = NoteKind("Call {search!o} with this cursor to continue.")
    FILTERS_DROPPED = NoteKind("Empty filters were ignored: {names}. Filters applied: {applied}.")
    COUNTS_OVERLAP = NoteKind(
        "A person may be in several directories: the sum of the counts is not the number of people."
    )
    NOTHING_CONFIGURED = NoteKind("No directory is configured. Ask the operator to set up one of the following.")
    BROKEN = NoteKind(
        "What stands under broken cannot be asked, and answers over all directories miss it. Tell the operator what to "
        "change; afterwards this server has to be started again."
    )
    SETTING_NOT_USED = NoteKind("A setting of this server has a fault, so it is not used. {fault} Tell the operator.")
    CURSORS_IN_MEMORY = NoteKind("Cursors are kept in memory and are lost when this server stops: {problem}.")
