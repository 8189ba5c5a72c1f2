"""The closed list of errors in tools. Each says what is wrong, which values are valid and what to do next."""

from user_directories.errors import InvalidArgument, Kind, UserDirectoryError

__all__ = ["ServerFault", "ToolKinds", "UnknownResource", "UnknownTool"]


class UnknownTool(UserDirectoryError):
    """The client called a tool that is not offered."""


class UnknownResource(UserDirectoryError):
    """The client read a resource that does not exist."""


class ServerFault(UserDirectoryError):
    """This server failed; the operator finds the trace in the log."""


class ToolKinds:
    """The errors, by name: `ToolKinds.NO_QUERY.error()` makes one."""

    # Tools and their arguments
    UNKNOWN_TOOL = Kind(UnknownTool, "There is no tool {name!r}.", "Tools: {valid}.")
    MISTYPED_TOOL = Kind(UnknownTool, "There is no tool {name!r}.", "Did you mean {close}? Tools: {valid}.")
    UNKNOWN_ARGUMENT = Kind(InvalidArgument, "Unknown argument {name!r}.", "This tool takes: {valid}.")
    NO_ARGUMENTS = Kind(InvalidArgument, "Unknown argument {name!r}.", "This tool takes no arguments.")
    MISSING_ARGUMENT = Kind(InvalidArgument, "{name} is missing.", "Use one of: {valid}.")
    NOT_A_CHOICE = Kind(InvalidArgument, "{name}: {value!r} is not valid.", "Use one of: {valid}.")
    NOT_A_NUMBER = Kind(
        InvalidArgument, "{name}: {value!r} is not valid.", "Use a whole number from {least} to {most}."
    )
    NOT_A_FLAG = Kind(InvalidArgument, "{name}: {value!r} is not valid.", "Use true or false.")
    NOT_A_LIST = Kind(
        InvalidArgument, "{name}: {value!r} is not valid.", 'Use a list of names, such as ["name", "email"].'
    )
    NOT_AN_OBJECT = Kind(
        InvalidArgument, "{name}: {value!r} is not valid.", 'Use an object, such as {{"status": "active"}}.'
    )
    NOT_A_TEXT = Kind(InvalidArgument, "{name}: {value!r} is not valid.", "Use a string.")
    SEVERAL_FAULTS = Kind(InvalidArgument, "{faults}", "")
    LONE_SURROGATE = Kind(
        InvalidArgument, "The arguments contain a lone surrogate, which is not a character.", "Leave it out."
    )
    ARGUMENTS_TOO_LARGE = Kind(
        InvalidArgument,
        "The arguments are too many, too long or nested too deeply, or contain a number that is too large.",
        "Leave that part out.",
    )

    # What is asked for
    NO_QUERY = Kind(InvalidArgument, "query is missing.", "Give a name, an email or an id; {list!o} lists everybody.")
    EMPTY_QUERY = Kind(
        InvalidArgument, "query is empty.", "Leave it out to count everybody, or give a name, an email or an id."
    )
    NO_FILTER_LEFT = Kind(
        InvalidArgument, "filters: every filter is empty: {names}.", "Give them values, or leave filters out."
    )
    ID_OR_EMAIL = Kind(InvalidArgument, "Give either id or email, not both.", "For a name use {search!o}.")
    MASKED_VALUE = Kind(
        InvalidArgument,
        "{value!r} is a masked value, and finds nobody in this form.",
        "Give the whole value, or use {search!o} with something else that is known.",
    )
    ID_TOO_LONG = Kind(InvalidArgument, "id and email take at most {most} characters.", "For a name use {search!o}.")
    UNKNOWN_FIELD = Kind(InvalidArgument, "fields: unknown {names!r}.", "Use: {valid}.")

    # Resources, and failures of this server
    UNKNOWN_RESOURCE = Kind(
        UnknownResource,
        "There is no resource {uri!r}.",
        "Resources: directory://NAME and directory://NAME/users/ID, where NAME is one of: {valid}.",
    )
    NO_SUCH_USER = Kind(
        UnknownResource, "{directory}: no user has the id {id!r}.", "For a name or an email use {search!o}."
    )
    SERVER_FAULT = Kind(
        ServerFault,
        "{name}: this server failed.",
        "Tell the operator to look at its log.",
    )
