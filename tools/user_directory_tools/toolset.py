"""The tools for a configuration: one set for all directories, or one set for each.

The order is fixed, so that a client's prompt cache stays valid.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

from user_directories import (
    USUAL,
    CallOptions,
    ConfigurationError,
    Directories,
    Kinds,
    Note,
    Operations,
    Sentence,
    UserDirectoryError,
)
from user_directories.users.json_values import is_list, is_object

from .answer_schemas import RowForm
from .arguments import NoArguments, read_arguments
from .get_user import GET_USER
from .get_user_count import GET_USER_COUNT
from .host_arguments import without_host_arguments
from .list_directories import LIST_DIRECTORIES
from .list_users import LIST_USERS
from .schema import filters_of, input_schema, sorts_of
from .search_users import SEARCH_USERS
from .tool import Answer, Setup, Tool, ToolSpec, Unconfigured

__all__ = ["MAX_NAME_LENGTH", "SPECS", "ToolStyle", "error_of_broken", "fault_of_name", "names_for", "toolset"]

ToolStyle = Literal["shared", "per-directory"]

MAX_NAME_LENGTH = 32

SPECS: tuple[ToolSpec, ...] = (LIST_DIRECTORIES, LIST_USERS, SEARCH_USERS, GET_USER, GET_USER_COUNT)


def toolset(
    directories: Directories,
    unconfigured: Sequence[Unconfigured] = (),
    style: ToolStyle = "shared",
    notes: Callable[[], Sequence[Note]] = tuple,
    faults: Sequence[ConfigurationError] = (),
    rows: RowForm = "arrays",
) -> tuple[Tool, ...]:
    """Make all tools for these directories; in the per-directory style, a broken directory has none.

    `notes` returns further notes for list_directories, and `faults` are those of the server's settings. `rows`: how
    pages are written.

    Raises: ConfigurationError if a directory's name is too long for the per-directory style.
    """
    setup = Setup(directories, unconfigured, notes, faults, rows)
    if style == "shared":
        return tuple(_shared(spec, setup) for spec in SPECS)
    of_each = (_of_one(spec, setup, name) for name in directories.names for spec in SPECS[1:])
    return (_shared(LIST_DIRECTORIES, setup, names_for(directories, style)), *of_each)


def names_for(directories: Directories, style: ToolStyle, directory: str | None = None) -> Operations:
    """Return the names of the tools; in the per-directory style, those of one directory, by default the first."""
    if style == "shared" or not directories.names:
        return {spec.operation: spec.name for spec in SPECS}
    return _names_of_one(directory or directories.names[0])


def _names_of_one(directory: str) -> Operations:
    prefix = directory.replace("-", "_")
    return {spec.operation: spec.name if spec is LIST_DIRECTORIES else f"{prefix}_{spec.name}" for spec in SPECS}


def fault_of_name(directory: str, style: ToolStyle) -> ConfigurationError | None:
    """Return what is wrong with the name of a directory in this style; None if nothing is."""
    name = max(_names_of_one(directory).values(), key=len)
    if style == "shared" or len(name) <= MAX_NAME_LENGTH:
        return None
    fix = f"Use a name of at most {MAX_NAME_LENGTH - len('_get_user_count')} characters, or --tool-style shared."
    return ConfigurationError(f"directory {directory}", f"the tool name {name} is too long", fix)


def error_of_broken(directories: Directories, tool: str) -> UserDirectoryError | None:
    """Return the error of a tool that a broken directory would have in the per-directory style, which has the fix."""
    for broken in directories.broken:
        names = _names_of_one(broken.name)
        if broken.can_be_named and tool in set(names.values()) - {LIST_DIRECTORIES.name}:
            error = Kinds.MISCONFIGURED.error(name=broken.name, faults=broken.told())
            return error.naming(names_for(directories, "per-directory"))
    return None


def _shared(spec: ToolSpec, setup: Setup, names: Operations | None = None) -> Tool:
    operations = names or names_for(setup.directories, "shared")
    return _tool(
        spec,
        setup,
        operations,
        input_schema(spec.arguments, operations, _filters_of_any(setup.directories), setup.directories.known_names),
    )


def _filters_of_any(directories: Directories) -> Sequence[str]:
    return directories.filters(None) if directories.names else ()


def _of_one(spec: ToolSpec, setup: Setup, directory: str) -> Tool:
    operations = names_for(setup.directories, "per-directory", directory)
    if (fault := fault_of_name(directory, "per-directory")) is not None:
        raise fault
    able = next(able for able in setup.directories.capabilities() if able.directory == directory)
    filters = filters_of(able) if spec is LIST_USERS else f"see {operations['list']}"
    schema = input_schema(spec.arguments, operations, able.filters, filters=filters, sort=sorts_of(able))
    return _tool(spec, setup, operations, schema, directory)


def _tool(
    spec: ToolSpec, setup: Setup, operations: Operations, schema: dict[str, Any], directory: str | None = None
) -> Tool:
    return Tool(
        name=operations[spec.operation],
        title=spec.title if directory is None else f"{spec.title}: {directory}",
        description=Sentence(spec.description).text(operations),
        input_schema=schema,
        output_schema=spec.schema_of(setup.rows),
        untrusted=spec.untrusted,
        run=partial(_run, spec, setup, operations, schema, {} if directory is None else {"directory": directory}),
        operations=operations,
    )


async def _run(
    spec: ToolSpec,
    setup: Setup,
    operations: Operations,
    schema: Mapping[str, Any],
    fixed: Mapping[str, Any],
    arguments: Mapping[str, Any],
    options: CallOptions = USUAL,
) -> Answer:
    """Run a tool on raw arguments; its answer or error uses the tool names that its caller knows."""
    given = without_host_arguments(arguments, schema["properties"])
    try:
        unknown = {name: value for name, value in given.items() if name in fixed}
        if unknown:  # a tool of one directory takes no `directory`
            read_arguments(NoArguments, unknown, schema)
        answer = await spec.run(setup, read_arguments(spec.arguments, {**given, **fixed}, schema), options)
    except UserDirectoryError as error:
        raise error.naming(operations) from error.__cause__
    return worded(answer, operations)


def worded(answer: Answer, operations: Operations) -> Answer:
    """Return an answer with its notes as text."""
    return {name: _worded(value, operations) for name, value in answer.items()}


def _worded(value: Any, operations: Operations) -> Any:
    if isinstance(value, Note):
        return value.text(operations)
    if is_list(value):
        return [_worded(item, operations) for item in value] if value and not is_list(value[0]) else value
    return worded(value, operations) if is_object(value) and "notes" in value else value
