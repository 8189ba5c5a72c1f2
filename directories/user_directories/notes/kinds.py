"""The closed list of notes that directories add to an answer."""

from .kind import NoteKind

__all__ = ["Notes"]


class Notes:
    """The notes, by name: `Notes.MAY_HAVE_MISSED.note()` makes one."""

    # What could not be read, or cannot be vouched for
    MAY_HAVE_MISSED = NoteKind(
        "Users may have been missed: the directory changed while it was read, or its pages do not add up."
    )
    ORDER_MOVES = NoteKind("Sorted by a time that changes: users updated while the list was read may have been missed.")
    NAMELESS = NoteKind(
        "1 record has no usable id and was left out.", "{count} records have no usable id and were left out."
    )
    REPEATED = NoteKind(
        "1 record repeats the id of another record on the same page and was left out.",
        "{count} records repeat the id of another record on the same page and were left out.",
    )
    UNREADABLE = NoteKind(
        "{name} cannot be read in 1 of {most} records ({what}), so that user may match, too. The command `doctor` "
        "tells the operator what helps.",
        "{name} cannot be read in {count} of {most} records ({what}), so those users may match, too. The command "
        "`doctor` tells the operator what helps.",
    )
    UNREADABLE_HIDDEN = NoteKind(
        "{name} cannot be read in 1 of {most} records, so that user may match, too.",
        "{name} cannot be read in {count} of {most} records, so those users may match, too.",
    )
    NEVER_THERE = NoteKind(
        "The 1 record has no {name} where the manifest looks for it, so it is not known who matches.",
        "None of {count} records has a {name} where the manifest looks for it, so it is not known who matches.",
    )
    SPELT_OTHERWISE = NoteKind(
        "The provider found nobody for a value of {names}, but may spell or compare it otherwise: follow the cursor to "
        "check everybody here, or use exhaustive=true."
    )
    UNCONFIRMED = NoteKind(
        "The provider gave 1 user who has no value to compare in a field that others have: it may not match.",
        "The provider gave {count} users who have no value to compare in a field that others have: they may not match.",
    )
    WITHOUT_EFFECT = NoteKind(
        "The provider is not known to apply the filter by {names}, and its list does not show it: these users may not "
        "match."
    )
    NOT_IN_INDEX_YET = NoteKind(
        "Nobody is in the provider's search index yet, which may be behind: exhaustive=true looks at the list itself."
    )
    PROMISE_BROKEN = NoteKind(
        "The provider's search has missed somebody: exhaustive=true looks at everybody, and so do new searches."
    )
    WITHOUT_TIME = NoteKind(
        "1 user has no {name} and is in no range of it.", "{count} users have no {name} and are in no range of it."
    )
    TOTAL_DISAGREES = NoteKind(
        "The provider counts {total} here, but its list ended after {count} user: there may be others that it did "
        "not return.",
        "The provider counts {total} here, but its list ended after {count} users: there may be others that it did "
        "not return.",
    )
    TOTAL_TOO_LOW = NoteKind(
        "The provider counts only {total} here, but its list has {count} user: its own number is wrong.",
        "The provider counts only {total} here, but its list has {count} users: its own number is wrong.",
    )
    THINNED = NoteKind(
        "The provider leaves users out of its pages (hidden or not permitted ones), so it cannot be proved that none "
        "follow."
    )
    BOUND = NoteKind(
        "Only the first user can be read: the provider refuses to go further. Filters may reach others.",
        "Only the first {count} users can be read: the provider refuses to go further. Filters may reach others.",
    )
    MORE_THAN_REMEMBERED = NoteKind("More users matched than can be remembered: some may appear twice.")
    FILTER_IGNORED = NoteKind(
        "The provider ignores a filter listed in its manifest: users who do not match it were left out of this answer."
    )
    COUNT_MOVED = NoteKind(
        "Rows moved while they were counted, so the number may be off by those who came or went meanwhile."
    )
    CHANGED_SINCE = NoteKind(
        "The directory has changed since this cursor was last used: this page differs from the one it gave then."
    )
    NOT_READ_NOW = NoteKind("These fields could not be read just now: {names}.")

    # Why a call stopped before the end
    OWN_MATCHES_FIRST = NoteKind("These are the provider's own matches; follow the cursor to check everybody else.")
    CONTRADICTION = NoteKind(
        "{reason} The rest could not be read; follow the cursor to try again from there. If that fails too, tell the "
        "operator: check list.pagination."
    )
    OUT_OF_SECONDS = NoteKind(
        "The time for one call ran out before the end was reached; follow the cursor to continue."
    )
    OUT_OF_REQUESTS = NoteKind(
        "The requests for one call ran out before the end was reached; follow the cursor to continue."
    )
    OUT_OF_ROWS = NoteKind("The rows for one call ran out before the end was reached; follow the cursor to continue.")
    FAULT = NoteKind("{what}. {fix} The cursor continues from there.")
    LIMITED = NoteKind("{what}. Continue with the cursor {when}.")

    # What a question means here
    NOT_SEARCHED = NoteKind("not searched. {reason}")
    NOT_COUNTED = NoteKind("not counted. {reason}")
    NOT_CONFIGURED_RIGHT = NoteKind(
        "not asked, because it is not configured right. {faults} Tell the operator; afterwards this server has to be "
        "started again."
    )
    MAY_LACK_DIRECTORIES = NoteKind(
        "Directories may be missing, because the configuration has a fault. {faults} Tell the operator; afterwards "
        "this server has to be started again."
    )
    COMPARED_BY_THE_PROVIDER = NoteKind(
        "Only the provider can compare {name}, and it may match the exact spelling only."
    )
    NOT_INCLUDES_MISSING = NoteKind("`not` also finds users who have no value for {names}.")
    NOBODY_CAN_MATCH = NoteKind("The time bounds exclude each other: nobody can match.")
    MASKED_HERE = NoteKind("Masked here, so only a whole value finds its user: {names}.")
    HIDDEN_HERE = NoteKind("Hidden here and not searched: {names}.")
    NOT_LISTED_HERE = NoteKind("Only a single user has {names} here, no list: not searched.")
    JOINED_SEARCHES = NoteKind("Several searches were joined: rows are sorted only within each of them.")
    SAME_ADDRESS = NoteKind("{count} users with this address were found: the first as `user`, the rest as `others`.")
    PERHAPS_OTHERS = NoteKind("Not everybody was looked at: others may have this address, too.")
    OTHER_IDS_HERE = NoteKind(
        "Ids in this directory look different: take one from a list or a search, or give an email."
    )
    TOTAL_COUNTS_RECORDS = NoteKind(
        "The provider's total also counts records without a usable id; exhaustive=true counts every user."
    )
    TOTAL_REFUTED = NoteKind("The provider's own total was seen to be wrong; exhaustive=true counts every user.")
    TOTAL_UNCHECKED = NoteKind(
        "Nothing shows yet that the provider's own total is right; exhaustive=true counts every user."
    )
    INACCURATE_TOTAL = NoteKind("The provider calls its own total inaccurate; exhaustive=true counts every user.")
