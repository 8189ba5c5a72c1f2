"""The closed list of what can go wrong in a tool, in the words of its callers."""

from user_directories.errors import InvalidArgument, Kind, UserDirectoryError

__all__ = ["ServerFault", "ToolKinds", "UnknownResource", "UnknownTool"]


class UnknownTool(UserDirectoryError):
    """A client called a tool that is not offered."""


class UnknownResource(UserDirectoryError):
    """A client read a resource that there is not."""


class ServerFault(UserDirectoryError):
    """A fault of ours: the operator finds the trace in the log."""


class ToolKinds:
    """`ToolKinds.NO_QUERY.error()` is the error to raise."""

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
        InvalidArgument, "The arguments hold a lone surrogate, which is no character.", "Leave it out."
    )
    ARGUMENTS_TOO_LARGE = Kind(
        InvalidArgument, "The arguments hold a number or a nesting that is too large.", "Leave it out."
    )

    # What is asked for
    NO_QUERY = Kind(InvalidArgument, "query is missing.", "Give a name, an email or an id; {list!o} lists everybody.")
    EMPTY_QUERY = Kind(
        InvalidArgument, "query is empty.", "Leave it out to count everybody, or give a name, an email or an id."
    )
    NO_FILTER_LEFT = Kind(
        InvalidArgument, "filters: every one is empty: {names}.", "Give them values, or leave filters out."
    )
    ID_OR_EMAIL = Kind(InvalidArgument, "Give either id or email, and not both.", "For a name use {search!o}.")
    MASKED_VALUE = Kind(
        InvalidArgument,
        "{value!r} is a masked value: what an answer shows of it finds nobody.",
        "Give the whole value, or use {search!o} with what else is known.",
    )
    ID_TOO_LONG = Kind(InvalidArgument, "id and email take at most {most} characters.", "For a name use {search!o}.")
    UNKNOWN_FIELD = Kind(InvalidArgument, "fields: unknown {names!r}.", "Use: {valid}.")

    # Resources, and faults of ours
    UNKNOWN_RESOURCE = Kind(
        UnknownResource,
        "There is no resource {uri!r}.",
        "Resources: directory://NAME and directory://NAME/users/ID, NAME one of: {valid}.",
    )
    NO_SUCH_USER = Kind(
        UnknownResource, "{directory}: no user has the id {id!r}.", "For a name or an email use {search!o}."
    )
    SERVER_FAULT = Kind(
        ServerFault,
        "{name}: the server has a fault of its own.",
        "Tell the operator to look at its log.",
    )
