"""The operator's TOML file: its tables, each read by itself, so that a fault in one leaves the others as they are."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from user_directories import ConfigurationError, Show, listed, validation_problems
from user_directories.users.json_values import is_object

from .echo import DIRECTORY_NAME, plain_keys, plain_path, plainly
from .keys import KeySource

__all__ = [
    "EVERY_FIELD",
    "HIDDEN_UNTIL_THEN",
    "LEAST_SECONDS",
    "MOST_SECONDS",
    "BudgetTable",
    "ConfigPage",
    "DirectoryTable",
    "is_directory_name",
    "read_config",
]

LEAST_SECONDS, MOST_SECONDS = 1, 25
"""The bounds of the seconds for one call: patient clients give up after 30 seconds or more."""

EVERY_FIELD = ""
"""In `ConfigPage.field_faults`: the fault may concern any field."""

HIDDEN_UNTIL_THEN = "Until then only ids are shown, because the file may say what must not be seen."

_LEVELS: tuple[str, ...] = get_args(Show)

_SOURCES = (
    '{ env = "NAME" }, { file = "PATH" }, { keyring = "SERVICE" } or { command = ["PROGRAM", "ARGUMENT"] }; '
    "never the key itself."
)


class DirectoryTable(BaseModel):
    """One `[directories.NAME]` table of the configuration file."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    provider: str | None = None
    manifest: str | None = None
    base_url: str | None = None
    plain_http: str | None = None
    """The host of the base URL, if it may be asked in plain http although it is another machine."""
    region: str | None = None
    api_key: KeySource | None = None
    token_url: str | None = None
    """The token endpoint, in place of that of its manifest."""
    secrets: Mapping[str, KeySource] = {}
    """Further secrets that its manifest names, by their environment variables."""
    settings: Mapping[str, str] = {}
    """Values of the settings that its manifest names."""
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


class _ConfigFile(BaseModel):
    """The whole configuration file."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    directories: Mapping[Annotated[str, Field(pattern=f"^{DIRECTORY_NAME}$")], DirectoryTable] = {}
    budget: BudgetTable | None = None
    fields: Mapping[str, Show] = {}
    """What may be seen in every directory: `full`, `masked` or `none` per field; `"*"` for fields not named."""


_Faults = list[ConfigurationError]


@dataclass
class ConfigPage:
    """What could be read of the configuration file, and what is wrong with the rest.

    `hides_all`: the file cannot be read, and may say what must not be seen.
    """

    file: Path = field(default_factory=Path)
    directories: dict[str, DirectoryTable] = field(default_factory=dict[str, DirectoryTable])
    broken: dict[str, _Faults] = field(default_factory=dict[str, _Faults])
    """By directory, the faults of its table."""
    fields: dict[str, Show] = field(default_factory=dict[str, Show])
    field_faults: dict[str, _Faults] = field(default_factory=dict[str, _Faults])
    """By field of `[fields]`, or `EVERY_FIELD`."""
    budget: BudgetTable = field(default_factory=BudgetTable)
    budget_faults: _Faults = field(default_factory=list[ConfigurationError])
    faults: _Faults = field(default_factory=list[ConfigurationError])
    """Faults by which directories may be missing that nothing names."""
    hides_all: bool = False


def is_directory_name(name: str) -> bool:
    """Return whether a directory can have this name, as far as its characters say."""
    return re.fullmatch(DIRECTORY_NAME, name) is not None


def read_config(path: Path, named_by: str) -> ConfigPage:
    """Read the file that `named_by`, an option or a variable, names; every fault is in the result."""
    page = ConfigPage(path)
    text: str | None = None
    try:
        text = path.read_text(encoding="utf-8-sig")  # Notepad begins a file with a mark
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        _unread(page, named_by, error)
    except (ValueError, RecursionError) as error:  # a number of too many digits is an error of its own
        _unparsed(page, text or "", error)
    else:
        for name, table in tables.items():
            _READERS.get(name, _unknown_table)(page, name, table)
    return page


def _unread(page: ConfigPage, named_by: str, error: OSError | UnicodeDecodeError) -> None:
    """Note that nothing is known of the file: it may say what must not be seen."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "not UTF-8 text"
    fix = f"Correct {named_by}, or the file. {HIDDEN_UNTIL_THEN}"
    shown = plain_path(page.file)
    page.faults.append(ConfigurationError("" if shown else named_by, f"the file cannot be read ({reason})", fix, shown))
    page.hides_all = True


def _unparsed(page: ConfigPage, text: str, error: Exception) -> None:
    """Note that the file is no TOML. What its text mentions is broken; what it may hide is hidden."""
    text = re.sub(r"(?m)^\s*#.*$", "", text)
    problem, fix = f"not valid TOML: {_without_keys(error)}", _toml_fix(error)
    if re.search(rf"\b(?:fields|{'|'.join(_LEVELS[1:])})\b", text):
        fix += f" {HIDDEN_UNTIL_THEN}"
        page.hides_all = True
    fault = ConfigurationError("", problem, fix, page.file)
    page.faults.append(fault)
    for name in re.findall(rf"\bdirectories\s*\.\s*[\"']?({DIRECTORY_NAME})[\"']?\s*[\].=]", text):
        page.broken[name] = [fault]
    for name in re.findall(rf"(?m)^\s*[\"']?({DIRECTORY_NAME})[\"']?\s*=\s*\{{[^\n]*\b(?:provider|manifest)\b", text):
        page.broken[name] = [fault]


def _without_keys(error: Exception) -> str:
    """Return what a parser says, without the names of keys that it quotes, unless they are plain words."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return re.sub(r"'([^']{2,})'", lambda quoted: f"'{plainly(quoted[1], '(not shown)')}'", str(error))


def _toml_fix(error: Exception) -> str:
    twice = "twice" in str(error) or "overwrite" in str(error)
    return "Give every directory its own name." if twice else "Correct that line."


def _read_directories(page: ConfigPage, _: str, tables: Any) -> None:
    if not is_object(tables):
        page.faults += _faults(page, {"directories": tables})
        return
    for name, table in tables.items():
        if found := _faults(page, {"directories": {name: table}}):
            page.broken[name] = found
        else:
            page.directories[name] = DirectoryTable.model_validate(table)


def _read_budget(page: ConfigPage, _: str, table: Any) -> None:
    """Read the entries one by one: the default takes the place of a wrong one."""
    if not is_object(table):
        page.budget_faults += _faults(page, {"budget": table})
        return
    faults = {key: _faults(page, {"budget": {key: value}}) for key, value in table.items()}
    page.budget = BudgetTable.model_validate({key: value for key, value in table.items() if not faults[key]})
    page.budget_faults += [fault for found in faults.values() for fault in found]


def _read_fields(page: ConfigPage, _: str, table: Any) -> None:
    if not is_object(table):
        page.field_faults[EVERY_FIELD] = _faults(page, {"fields": table})
        return
    for name, level in table.items():
        if found := _faults(page, {"fields": {name: level}}):
            page.field_faults[name] = found
        else:
            page.fields[name] = level


def _unknown_table(page: ConfigPage, name: str, table: Any) -> None:
    """Note a table that is none of ours as a fault of what it may have been meant to be."""
    import difflib

    found = _faults(page, {name: table})
    meant = [*difflib.get_close_matches(name.lower(), _ConfigFile.model_fields, 1), ""][0]
    levels = [value for value in table.values() if isinstance(value, str)] if is_object(table) else [table]
    if meant == "fields" or any(level in _LEVELS for level in levels):
        page.field_faults.setdefault(EVERY_FIELD, []).extend(found)
    elif meant == "budget":
        page.budget_faults += found
    else:
        page.faults += found
        for each in table if meant == "directories" and is_object(table) else ():
            page.broken.setdefault(each, found)


_READERS = {"directories": _read_directories, "budget": _read_budget, "fields": _read_fields}


def _faults(page: ConfigPage, part: Mapping[str, Any]) -> _Faults:
    """Return the faults of one part of the file."""
    try:
        _ConfigFile.model_validate(part)
    except ValidationError as error:
        found = dict.fromkeys(validation_problems(error, _ConfigFile, _own_words))
        return [ConfigurationError("", plain_keys(problem), fix, page.file) for problem, fix in found]
    return []


def _own_words(fault: ErrorDetails) -> tuple[str, str] | None:
    location = fault["loc"]
    key = ".".join(str(part) for part in location)
    if "api_key" in location and fault["type"] != "missing":
        return f"`{key.split('.api_key')[0]}.api_key` does not say where the key is", f"Write api_key = {_SOURCES}"
    if location[2:3] == ("secrets",) and fault["type"] != "missing":
        place = ".".join(str(part) for part in location[:4])
        return f"`{place}` does not say where the secret is", f"Write NAME = {_SOURCES}"
    if fault["type"] == "extra_forbidden" and len(location) == 3:
        return f"unknown key `{key}`", f"Valid keys there: {listed(DirectoryTable.model_fields)}."
    if location[-1:] == ("[key]",):
        fix = "Start with a lower-case letter, then use lower-case letters, digits, - or _; 24 characters at most."
        return f"`directories.{location[1]}` is not a directory name", fix
    return None
