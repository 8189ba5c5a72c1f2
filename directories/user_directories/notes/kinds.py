"""The closed list of what directories say beside an answer."""

from .kind import NoteKind

__all__ = ["Notes"]


class Notes:
    """`Notes.MAY_HAVE_MISSED.note()` is the note to hand on."""

    # What could not be read, or not be vouched for
    MAY_HAVE_MISSED = NoteKind(
        "Users may have been missed: the directory changed while it was read, or its pages do not add up."
    )
    TOKENS_MAY_BE_ROW_NUMBERS = NoteKind(
        "Page tokens may be row numbers: if users were deleted during the walk, others may have been missed."
    )
    ORDER_MOVES = NoteKind("Sorted by a time that changes: users who were updated meanwhile may have been missed.")
    NAMELESS = NoteKind(
        "1 record has no usable id and was left out.", "{count} records have no usable id and were left out."
    )
    REPEATED = NoteKind(
        "1 record repeats the id of another on its page and was left out.",
        "{count} records repeat the id of another on their page and were left out.",
    )
    TOTAL_DISAGREES = NoteKind(
        "The provider counts {total} here, and its list ended after {count} user: others may exist that it did not "
        "give.",
        "The provider counts {total} here, and its list ended after {count} users: others may exist that it did not "
        "give.",
    )
    MORE_THAN_REMEMBERED = NoteKind("More users matched than can be remembered: some may come twice.")
    FILTER_IGNORED = NoteKind(
        "The provider ignores a filter of its manifest: users who do not match it were removed here."
    )
    CHANGED_SINCE = NoteKind(
        "The directory changed since this cursor was last followed: this is not the page that it gave then."
    )
    NOT_READ_NOW = NoteKind("Could not be read just now: {names}.")

    # Why a call ended before the end
    OWN_MATCHES_FIRST = NoteKind("These are the provider's own matches; the cursor goes on to check everybody else.")
    CONTRADICTION = NoteKind("{reason} The rest could not be read; the cursor tries again from there.")
    OUT_OF_SECONDS = NoteKind("The time for one call ran out before the end was seen; the cursor goes on.")
    OUT_OF_REQUESTS = NoteKind("The requests for one call ran out before the end was seen; the cursor goes on.")
    OUT_OF_ROWS = NoteKind("The rows for one call ran out before the end was seen; the cursor goes on.")
    FAULT = NoteKind("{what}. {fix} The cursor goes on from there.")
    LIMITED = NoteKind("{what}. Go on with the cursor {when}.")

    # What a question means here
    NOT_SEARCHED = NoteKind("not searched. {reason}")
    NOT_COUNTED = NoteKind("not counted. {reason}")
    COMPARED_BY_THE_PROVIDER = NoteKind("{name} is compared by the provider alone, perhaps only in its exact spelling.")
    NOT_INCLUDES_MISSING = NoteKind("`not` also finds users who have no {names}.")
    NOBODY_CAN_MATCH = NoteKind("The time bounds exclude each other: nobody can match.")
    MASKED_HERE = NoteKind("Masked here, so that only a whole value finds its user: {names}.")
    HIDDEN_HERE = NoteKind("Hidden here, and not searched: {names}.")
    JOINED_SEARCHES = NoteKind("Several searches were joined: rows are sorted within each of them only.")
    OTHER_IDS_HERE = NoteKind("Ids of this directory look different: take one from a list or search, or give an email.")
    TOTAL_COUNTS_RECORDS = NoteKind(
        "The provider's total also counts records without a usable id; exhaustive=true counts every user."
    )
    INACCURATE_TOTAL = NoteKind("The provider calls its own total inaccurate; exhaustive=true counts every user.")
