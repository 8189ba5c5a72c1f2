"""The set of tools for a configuration: shared by all directories, or a set for each.

The order is fixed, so that a client's prompt cache holds.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from types import ModuleType
from typing import Any, Literal

from user_directories import ConfigurationError, Directories, Report, listed

from . import get_user, get_user_count, list_directories, list_users, schema, search_users
from .arguments import (
    ArgumentModel,
    CountArguments,
    GetArguments,
    ListArguments,
    NoArguments,
    SearchArguments,
    read_arguments,
)
from .list_directories import Unconfigured
from .tool import Answer, Tool

__all__ = ["MAX_NAME_LENGTH", "ToolStyle", "toolset"]

ToolStyle = Literal["shared", "per-directory"]

MAX_NAME_LENGTH = 32

_USER_TOOLS: tuple[tuple[str, ModuleType, type[ArgumentModel], Callable[[], dict[str, Any]]], ...] = (
    ("list_users", list_users, ListArguments, schema.page_schema),
    ("search_users", search_users, SearchArguments, schema.page_schema),
    ("get_user", get_user, GetArguments, schema.user_schema),
    ("get_user_count", get_user_count, CountArguments, schema.count_schema),
)
_TOOL_NAMES = re.compile("|".join(rf"\b{name}\b" for name, *_ in _USER_TOOLS))


def toolset(
    directories: Directories,
    unconfigured: Sequence[Unconfigured] = (),
    style: ToolStyle = "shared",
    notes: Callable[[], Sequence[str]] = tuple,
) -> tuple[Tool, ...]:
    """All tools for these directories. `notes` says what else list_directories should tell.

    Raises: ConfigurationError if a directory's name is too long for the per-directory style.
    """
    first = _list_directories(directories, unconfigured, notes)
    if style == "shared":
        return (first, *(_shared(directories, *parts) for parts in _USER_TOOLS))
    return (first, *(_for_one(directories, name, *parts) for name in directories.names for parts in _USER_TOOLS))


def _list_directories(
    directories: Directories, unconfigured: Sequence[Unconfigured], notes: Callable[[], Sequence[str]]
) -> Tool:
    arguments_schema = schema.input_schema(NoArguments, ())

    async def run(arguments: Mapping[str, Any], report: Report | None = None) -> Answer:
        read_arguments(NoArguments, arguments, arguments_schema)
        return await list_directories.run(directories, unconfigured, notes())

    return Tool(
        "list_directories",
        list_directories.TITLE,
        list_directories.DESCRIPTION,
        arguments_schema,
        schema.directories_schema(),
        run,
    )


def _shared(
    directories: Directories,
    name: str,
    module: ModuleType,
    model: type[ArgumentModel],
    output: Callable[[], dict[str, Any]],
) -> Tool:
    arguments_schema = schema.input_schema(model, directories.names)
    run = partial(_run, directories, module.run, model, arguments_schema, {})
    return Tool(name, module.TITLE, module.DESCRIPTION, arguments_schema, output(), run)


def _for_one(
    directories: Directories,
    directory: str,
    name: str,
    module: ModuleType,
    model: type[ArgumentModel],
    output: Callable[[], dict[str, Any]],
) -> Tool:
    prefix = directory.replace("-", "_")
    full_name = f"{prefix}_{name}"
    if len(full_name) > MAX_NAME_LENGTH:
        fix = f"Use a name of at most {MAX_NAME_LENGTH - len('_get_user_count')} characters, or --tool-style shared."
        raise ConfigurationError(f"directory {directory}", f"the tool name {full_name} is too long", fix)
    able = next(able for able in directories.capabilities() if able.directory == directory)
    filters = schema.filters_of(able) if module is list_users else f"as in {prefix}_list_users"
    arguments_schema = schema.input_schema(model, (), filters, listed(able.sort))
    run = partial(_run, directories, module.run, model, arguments_schema, {"directory": directory})
    said = _TOOL_NAMES.sub(rf"{prefix}_\g<0>", module.DESCRIPTION)
    return Tool(full_name, f"{module.TITLE}: {directory}", said, arguments_schema, output(), run)


async def _run(
    directories: Directories,
    function: Callable[[Directories, Any, Report | None], Awaitable[Answer]],
    model: type[ArgumentModel],
    arguments_schema: Mapping[str, Any],
    fixed: Mapping[str, Any],
    arguments: Mapping[str, Any],
    report: Report | None = None,
) -> Answer:
    unknown = {name: value for name, value in arguments.items() if name in fixed}
    if unknown:  # a tool of one directory takes no other
        read_arguments(NoArguments, unknown, arguments_schema)
    return await function(directories, read_arguments(model, {**arguments, **fixed}, arguments_schema), report)
