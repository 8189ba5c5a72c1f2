"""Reading manifests: those that ship with the package, and a user's own."""

import logging
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ..errors import ConfigurationError, listed
from .expressions import getter
from .manifest import Manifest

__all__ = ["built_in", "built_in_names", "load_manifest", "preset_names", "validation_problems"]

logger = logging.getLogger(__name__)

_PACKAGE = __name__.rsplit(".", 2)[0]


def load_manifest(path: Path) -> Manifest:
    """Read a user's own manifest.

    Raises: ConfigurationError naming the file, the key and what was expected.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:  # no UTF-8, or a path that none can be
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not UTF-8 text"
        raise ConfigurationError("", f"the manifest cannot be read ({reason})", "Check the path.", path) from error
    manifest = _parse(text, path)
    for sentence in manifest.deprecations():
        logger.warning("%s: %s", path, sentence)
    for expression in manifest.expressions():
        try:
            getter(expression)
        except ValueError as error:
            raise ConfigurationError("", str(error), "See https://jmespath.org.", path) from error
    return manifest


@cache
def built_in_names() -> tuple[str, ...]:
    """Return the names of the providers that the environment alone configures, in alphabetical order."""
    return _names_in("providers")


def preset_names() -> tuple[str, ...]:
    """Return the names of the further providers that ship with the package, for `provider` in a configuration file."""
    return _names_in("presets")


def _names_in(folder: str) -> tuple[str, ...]:
    files = resources.files(_PACKAGE) / folder
    return tuple(sorted(file.name.removesuffix(".toml") for file in files.iterdir() if file.name.endswith(".toml")))


@cache
def built_in(name: str) -> Manifest:
    """Return one of the providers, or of the presets, that ship with the package.

    Raises: KeyError if none has this name.
    """
    folder = next((each for each in ("providers", "presets") if name in _names_in(each)), None)
    if folder is None:
        raise KeyError(name)
    file = resources.files(_PACKAGE) / folder / f"{name}.toml"
    return _parse(file.read_text(encoding="utf-8"), Path(f"{folder}/{name}.toml"))


def _parse(text: str, file: Path) -> Manifest:
    try:
        page = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of too many digits is an error of its own
        reason = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
        raise ConfigurationError("", f"not valid TOML: {reason}", "Correct that line.", file) from error
    try:
        return Manifest.model_validate(page)
    except ValidationError as error:
        found = [ConfigurationError("", *each, file) for each in validation_problems(error, Manifest)]
        raise ConfigurationError.together(found) from error


def validation_problems(
    error: ValidationError,
    model: type[BaseModel],
    in_own_words: Callable[[ErrorDetails], tuple[str, str] | None] = lambda _: None,
) -> list[tuple[str, str]]:
    """Describe the faults of a TOML page as (problem, fix): unknown keys first, each of which explains a missing one.

    `in_own_words` describes those for which the caller has better words.
    """
    faults = error.errors(include_url=False, include_input=False)
    unknown = [each for each in faults if each["type"] == "extra_forbidden"]
    explained = {each["loc"][:-1] for each in unknown}
    others = [each for each in faults if each not in unknown]
    others = [each for each in others if each["type"] != "missing" or each["loc"][:-1] not in explained]
    return [in_own_words(each) or _problem(each, model) for each in (*unknown, *others)]


def _problem(fault: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    key = _as_written(fault["loc"]) or "the page"
    if fault["type"] == "extra_forbidden":
        valid = _keys_beside(fault["loc"], model)
        return f"unknown key `{key}`", f"Valid keys there: {listed(valid)}." if valid else "Remove it."
    if fault["type"] == "missing":
        return f"the key `{key}` is missing", "Add it."
    fix = fault.get("ctx", {}).get("fix", "Correct that value.")
    return f"`{key}`: {fault['msg'].removeprefix('Value error, ')}", fix


def _as_written(location: tuple[Any, ...]) -> str:
    """Return a key as a page writes it: `filters.FIELD` instead of `filters.FIELD.is`."""
    parts = [str(part) for part in location]
    if parts[:1] == ["filters"] and parts[2:3] == ["is"]:
        del parts[2]
    return ".".join(parts)


def _keys_beside(location: tuple[Any, ...], model: type[BaseModel]) -> list[str]:
    """Return the valid keys of the table that contains the last part of `location`, if we define that table."""
    parts = [str(part) for part in location[:-1]]
    while parts:
        field = model.model_fields.get(parts.pop(0))
        annotation: Any = None if field is None else field.annotation
        while get_origin(annotation) is Mapping:
            parts = parts[1:]  # any name may stand there
            annotation = _bare(get_args(annotation)[1])
        tables = _tables(annotation)
        if len(tables) > 1:
            tag = parts.pop(0)
            tables = [table for table in tables if any(tag in get_args(each.annotation) for each in _fields(table))]
        if len(tables) != 1:
            return []
        model = tables[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _bare(annotation: Any) -> Any:
    """Return a type without its annotations."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _fields(table: type[BaseModel]) -> Iterable[FieldInfo]:
    return table.model_fields.values()


def _tables(annotation: Any) -> list[type[BaseModel]]:
    """Return the tables that may stand there, one or several."""
    found = [_bare(item) for item in get_args(annotation) or (annotation,)]
    arguments = [each for item in found for each in (map(_bare, get_args(item)) if get_origin(item) else (item,))]
    return [item for item in arguments if isinstance(item, type) and issubclass(item, BaseModel)]
