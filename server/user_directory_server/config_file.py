"""The operator's TOML file: its tables, and reading it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from user_directories import ConfigurationError, Show, listed, validation_problem

from .keys import KeySource

__all__ = ["LEAST_SECONDS", "MOST_SECONDS", "BudgetTable", "ConfigFile", "DirectoryTable", "read_config"]

LEAST_SECONDS, MOST_SECONDS = 1, 25
"""The bounds of the seconds for one call: patient clients give up after 30 seconds or more."""


class DirectoryTable(BaseModel):
    """One `[directories.NAME]` table of the configuration file."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    provider: str | None = None
    manifest: str | None = None
    base_url: str | None = None
    region: str | None = None
    api_key: KeySource | None = None
    requests_per_second: Annotated[float, Field(ge=0)] | None = None
    """0 means no limit; absent means the documented one."""
    fields: Mapping[str, Show] = {}
    """What may be seen in this directory; overrides `[fields]`."""

    @model_validator(mode="after")
    def _one_source(self) -> "DirectoryTable":
        if (self.provider is None) == (self.manifest is None):
            raise ValueError("give either `provider` (a built-in one) or `manifest` (your own file)")
        return self


class BudgetTable(BaseModel):
    """`[budget]`: what one call may spend before it answers with what it has and a cursor."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    seconds: Annotated[float, Field(ge=LEAST_SECONDS, le=MOST_SECONDS, strict=True)] | None = None
    """None: as many as the client waits, if that is known."""
    requests: Annotated[int, Field(ge=1, strict=True)] = 2000
    rows: Annotated[int, Field(ge=1, strict=True)] = 1_000_000


class ConfigFile(BaseModel):
    """The whole configuration file."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    directories: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,23}$")], DirectoryTable] = {}
    budget: BudgetTable | None = None
    fields: Mapping[str, Show] = {}
    """What may be seen in every directory: `full`, `masked` or `none` per field; `"*"` for fields not named."""


def read_config(path: Path) -> ConfigFile:
    """Read the file. Raises: ConfigurationError."""
    place = str(path)
    try:
        return ConfigFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not UTF-8 text"
        raise ConfigurationError(place, f"the file cannot be read ({reason})", "Check --config.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(place, f"not valid TOML: {error}", _toml_fix(error)) from error
    except ValidationError as error:
        raise ConfigurationError(place, *_table_problem(error)) from error


def _toml_fix(error: tomllib.TOMLDecodeError) -> str:
    twice = "twice" in str(error) or "overwrite" in str(error)
    return "Give every directory its own name." if twice else "Correct that line."


def _table_problem(error: ValidationError) -> tuple[str, str]:
    """Describe the fault, with the valid keys if a key of a `[directories.NAME]` table is wrong."""
    fault = error.errors(include_url=False, include_input=False)[0]
    location = fault["loc"]
    key = ".".join(str(part) for part in location)
    if "api_key" in location and fault["type"] != "missing":
        fix = 'Write api_key = { env = "NAME" }, { file = "PATH" } or { keyring = "SERVICE" }; never the key itself.'
        return f"`{key.split('.api_key')[0]}.api_key` does not say where the key is", fix
    if fault["type"] == "extra_forbidden" and len(location) == 3:
        return f"unknown key `{key}`", f"Valid keys there: {listed(DirectoryTable.model_fields)}."
    if location[-1:] == ("[key]",):
        fix = "Start with a lower-case letter, then use lower-case letters, digits, - or _; 24 characters at most."
        return f"`directories.{location[1]}` is not a directory name", fix
    return validation_problem(error, ConfigFile)
