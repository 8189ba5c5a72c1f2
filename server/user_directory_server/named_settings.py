"""The named settings of one directory: from its table of the file, else from the environment."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from user_directories import ConfigurationError, Manifest
from user_directories.manifest.placeholders import filled, names_in

from .collected import tried
from .echo import is_placeholder
from .where import Where

__all__ = ["in_address", "named_settings"]

_LONGEST_SETTING = 256
_IN_ADDRESS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~-]*[A-Za-z0-9])?(?::\d{1,5})?")
"""A value that stays where it is put in an address: a host name, or a part of a path."""


def named_settings(manifest: Manifest, where: Where, *, own_address: bool) -> Mapping[str, str]:
    """Return the values of those that are needed; `own_address`: the base URL is that of the manifest.

    Raises: ConfigurationError, with every fault.
    """
    faults = list[ConfigurationError]()
    needed = _needed(manifest, where, own_address=own_address)
    found = {name: tried(faults, partial(_value, name, manifest, where)) for name in needed}
    values = {name: value for name, value in found.items() if value is not None}
    for key, text in manifest.templates().items():
        if not faults and key.endswith(".path"):
            tried(faults, partial(in_address, text, values, where.place or manifest.name, where.told_file))
    if faults:
        raise ConfigurationError.together(faults)
    return values


def _needed(manifest: Manifest, where: Where, *, own_address: bool) -> Iterator[str]:
    """Yield the settings that stand somewhere, or that the table gives: an address of the operator needs none."""
    gives_token_url = where.table is not None and where.table.token_url is not None
    used = {
        name
        for key, text in manifest.templates().items()
        if own_address or not key.startswith(("base_url", "regions."))
        if not (gives_token_url and key == "auth.token.url")
        for name in names_in(text)
    }
    for name in manifest.settings:
        if name in used or where.setting(name) is not None:
            yield name


def in_address(template: str, values: Mapping[str, str], place: str, file: Path | None) -> str:
    """Put values into an address or a path. Raises: ConfigurationError if one would lead elsewhere."""
    for name in names_in(template):
        if name in values and not _IN_ADDRESS.fullmatch(values[name]):
            problem = f"the setting `{name}` stands in an address, and cannot"
            raise ConfigurationError(place, problem, "Use letters, digits, full stops and dashes.", file)
    return filled(template, values)


def _value(name: str, manifest: Manifest, where: Where) -> str:
    variable, given = manifest.settings[name], where.setting(name)
    value = where.environment.get(variable, manifest.defaults.get(name)) if given is None else given
    if value is None:
        raise where.not_given(variable, f"it needs the setting `{name}`", f'settings = {{ {name} = "…" }}')
    place, file = (variable, None) if given is None else (f"{where.place}.settings.{name}", where.file)
    value = value.strip()
    if not value or is_placeholder(value):
        problem = "there is a placeholder in place of the value" if value else "it is empty"
        raise ConfigurationError(place, problem, "Write the value.", file)
    if not value.isprintable() or len(value) > _LONGEST_SETTING:
        raise ConfigurationError(place, "it is not a name or an address", "Copy it again.", file)
    return value
