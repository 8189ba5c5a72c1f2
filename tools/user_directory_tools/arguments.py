"""The arguments of the tools, as language models send them: read leniently, checked strictly.

`"25"` is 25, null means the default, and an object or a list may come as a JSON string; an unknown name is refused.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from user_directories import Kinds, UserDirectoryError, listed, operators_for
from user_directories.users.json_values import is_list, is_object

from .errors import ToolKinds

__all__ = [
    "ArgumentModel",
    "CountArguments",
    "GetArguments",
    "ListArguments",
    "NoArguments",
    "SearchArguments",
    "read_arguments",
]


ALL = "all"
"""The value that means all directories, for arguments that allow it."""


def _from_json_text(value: Any) -> Any:
    """Read an object or a list that a client sends as a JSON string; `name,email` is a list too."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text[:1] not in ("{", "["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return value


def _object_from_json_text(value: Any) -> Any:
    if isinstance(value, str):
        return {} if not value.strip() else _from_json_text(value)
    return value


def _no_truth(value: Any) -> Any:
    """Turn `true` and `false` into strings, which are refused: to Python, `true` is 1."""
    return str(value) if isinstance(value, bool) else value


class ArgumentModel(BaseModel):
    """The base of all arguments: unknown names are errors, null means the default."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_default(cls, arguments: Any) -> Any:
        given = {name: value for name, value in arguments.items() if value is not None}
        return {name: value for name, value in given.items() if not cls._is_absent(name, value)}

    @classmethod
    def _is_absent(cls, name: str, value: Any) -> bool:
        """Return whether an optional argument is `""`, which some clients send because they cannot leave it out."""
        field = cls.model_fields.get(name)
        return value == "" and field is not None and not field.is_required()


def _all_is_none(value: Any) -> Any:
    """Read `all`, or `""` from clients that cannot leave an argument out, as None."""
    return None if isinstance(value, str) and value.strip().lower() in ("", ALL) else value


Limit = Annotated[int, Field(ge=1, le=100, description="per page"), BeforeValidator(_no_truth)]
Cursor = Annotated[str | None, Field(description="from an answer; 60 minutes")]
Filters = Annotated[dict[str, Any] | None, BeforeValidator(_object_from_json_text)]
FILTERS = (
    "{{field: whole value, [any of 50] or {{operator: value}}}}; operators: "
    f"{listed(operators_for('name'))}; times: {listed(operators_for('created_at')[:-2])}"
)
"""The description of `filters`, as a template."""

Fields = Annotated[list[str] | None, BeforeValidator(_from_json_text), Field(description="columns")]
Detail = Annotated[Literal["concise", "full"], Field(description="full: all fields")]
OneDirectory = Annotated[str, Field(description="where to look")]
AnyDirectory = Annotated[str | None, BeforeValidator(_all_is_none), Field(description=f"default: {ALL}")]


class NoArguments(ArgumentModel):
    """No arguments."""


class ListArguments(ArgumentModel):
    """The arguments of list_users. A cursor knows its directory, so only a first page must name one."""

    model_config = ConfigDict(json_schema_extra={"required": ["directory"]})

    directory: Annotated[str | None, Field(description="where to look")] = None
    limit: Limit = 25
    cursor: Cursor = None
    sort: Annotated[str | None, Field(description="field:asc or field:desc")] = None
    filters: Annotated[Filters, Field(description=FILTERS)] = None
    fields: Fields = None
    detail: Detail = "concise"


class SearchArguments(ArgumentModel):
    """The arguments of search_users."""

    query: Annotated[str | None, Field(description="all words must match; part of name, email; or id")] = None
    directory: AnyDirectory = None
    filters: Annotated[Filters, Field(description="see {list!o}")] = None
    limit: Limit = 25
    cursor: Cursor = None
    exhaustive: Annotated[bool, Field(description="check every user")] = False
    fields: Fields = None
    detail: Detail = "concise"


class GetArguments(ArgumentModel):
    """The arguments of get_user."""

    directory: OneDirectory
    id: Annotated[str | None, Field(description="exact id")] = None
    email: Annotated[str | None, Field(description="or email")] = None


class CountArguments(ArgumentModel):
    """The arguments of get_user_count."""

    directory: AnyDirectory = None
    filters: Annotated[Filters, Field(description="see {list!o}")] = None
    query: Annotated[str | None, Field(description="see {search!o}")] = None
    cursor: Cursor = None
    exhaustive: Annotated[bool, Field(description="no estimate")] = False


_MOST_FAULTS = 3
"""The most faults to report at once."""

_MOST_VALUES = 2_000
"""Names and values in all arguments of a call; fifty values for each of twenty filters are a thousand."""
_DEEPEST = 8
"""Objects and lists in one another; a filter with an operator and a list has four."""
_MOST_DIGITS = 30
_MOST_CHARACTERS = 500_000

_Model = TypeVar("_Model", bound=ArgumentModel)


def read_arguments(model: type[_Model], arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> _Model:
    """Read raw arguments; errors take the valid values from `schema`, the tool's input schema.

    Raises: InvalidArgument, NothingConfigured.
    """
    if not _is_bounded(arguments):
        raise ToolKinds.ARGUMENTS_TOO_LARGE.error()
    try:
        json.dumps(arguments, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:  # legal in JSON, but it cannot be sent to any provider or client
        raise ToolKinds.LONE_SURROGATE.error() from error
    except (ValueError, RecursionError) as error:
        raise ToolKinds.ARGUMENTS_TOO_LARGE.error() from error
    try:
        properties = schema["properties"]
        return model.model_validate({name: _chosen(value, properties.get(name)) for name, value in arguments.items()})
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        faults = [_teach(fault, schema) for fault in found[:_MOST_FAULTS]]
        if len(faults) == 1:
            raise faults[0] from error
        raise ToolKinds.SEVERAL_FAULTS.error(faults=" ".join(map(str, faults))) from error


def _is_bounded(arguments: Mapping[str, Any]) -> bool:
    """Return whether arguments have a size that means something, before anything else looks at them."""
    left, characters, level = _MOST_VALUES, _MOST_CHARACTERS, list[Any]([arguments])
    for _ in range(_DEEPEST + 1):
        inner = list[Any]()
        for value in level:
            if is_object(value):
                left -= len(value)
                inner += () if left < 0 else (*value, *value.values())
            elif is_list(value):
                left -= len(value)
                inner += () if left < 0 else value
            elif isinstance(value, str):
                characters -= len(value)
            elif isinstance(value, int) and abs(value) >= 10**_MOST_DIGITS:
                return False
        if left < 0 or characters < 0:
            return False
        level = inner
    return not level


def _chosen(value: Any, argument: Mapping[str, Any] | None) -> Any:
    """Read a choice in any letter case, if it can mean one only."""
    if not isinstance(value, str) or argument is None or value in argument.get("enum", ()):
        return value
    meant = [choice for choice in argument.get("enum", ()) if choice.casefold() == value.strip().casefold()]
    return meant[0] if len(meant) == 1 else value


def _teach(fault: Mapping[str, Any], schema: Mapping[str, Any]) -> UserDirectoryError:
    name = str(fault["loc"][0]) if fault["loc"] else "arguments"
    properties: Mapping[str, Any] = schema["properties"]
    if name not in properties:
        valid = list(properties)
        return (
            ToolKinds.UNKNOWN_ARGUMENT.error(name=name, valid=valid)
            if valid
            else ToolKinds.NO_ARGUMENTS.error(name=name)
        )
    argument: Mapping[str, Any] = properties[name]
    if fault["type"] == "missing":  # directory alone is required
        valid = argument.get("enum", [])
        return ToolKinds.MISSING_ARGUMENT.error(name=name, valid=valid) if valid else Kinds.NOTHING_CONFIGURED.error()
    return _not_valid(name, str(fault["input"]), argument)


def _not_valid(name: str, value: str, argument: Mapping[str, Any]) -> UserDirectoryError:
    if "enum" in argument:
        return ToolKinds.NOT_A_CHOICE.error(name=name, value=value, valid=list(map(str, argument["enum"])))
    match argument.get("type"):
        case "integer":
            return ToolKinds.NOT_A_NUMBER.error(
                name=name, value=value, least=argument["minimum"], most=argument["maximum"]
            )
        case "boolean":
            return ToolKinds.NOT_A_FLAG.error(name=name, value=value)
        case "array":
            return ToolKinds.NOT_A_LIST.error(name=name, value=value)
        case "object":
            return ToolKinds.NOT_AN_OBJECT.error(name=name, value=value)
        case _:
            return ToolKinds.NOT_A_TEXT.error(name=name, value=value)
