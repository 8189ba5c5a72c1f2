"""What may be seen in each directory. A fault in the policy never shows more: whom it may concern cannot be asked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from user_directories import (
    FIELDS,
    BrokenDirectory,
    ConfigurationError,
    DirectorySettings,
    Show,
    built_in,
    built_in_names,
    known_fields,
    listed,
    restrict,
)

from .config_file import ConfigPage
from .echo import plain_keys, plainly
from .keys import path_of

__all__ = ["Policies"]

_CLOSED: Mapping[str, Show] = {"*": "none"}
"""The policy while the file that may hold one cannot be read."""

_UNTIL = " Until then, no directory that this may concern is asked."


class Policies:
    """The policies of the file for some directories. `[fields]` may name fields that only some of them have.

    `faults` are those of `[fields]`, by field; `EVERY_FIELD` stands for any.
    """

    def __init__(self, page: ConfigPage, found: Iterable[DirectorySettings]) -> None:
        self._page = page
        self._known = {"*", *_fields_of_all(found)}
        self.faults: dict[str, list[ConfigurationError]] = {
            field: [ConfigurationError("", each.problem, each.fix + _UNTIL, page.file) for each in faults]
            for field, faults in page.field_faults.items()
        }
        for name in self._unknown():
            problem = f"`{plainly(name, '(not shown)')}` is not a field of any directory"
            fix = f"Use: {listed(sorted(self._known))}.{_UNTIL}"
            self.faults[name] = [ConfigurationError("fields", problem, fix, page.file)]
        if page.fields.get("id") == "none":
            problem, fix = "without an id users cannot be told apart", f'Use id = "masked".{_UNTIL}'
            self.faults["id"] = [ConfigurationError("fields", problem, fix, page.file)]

    def of(self, item: DirectorySettings) -> DirectorySettings | BrokenDirectory:
        """Return the directory with its policy; broken if a fault may loosen what is shown of it."""
        if faults := self._concerning(item):
            return BrokenDirectory(item.name, faults, item.manifest.title)
        if self._page.hides_all:
            return replace(item, fields=_CLOSED)
        has = {"*", *known_fields(item.manifest)}
        policy: dict[str, Show] = {field: level for field, level in self._page.fields.items() if field in has}
        policy |= self._own(item.name)
        place = f"directories.{item.name}.fields"
        try:
            restrict(item.manifest, policy, place)
        except ConfigurationError as error:
            fault = ConfigurationError(place, plain_keys(error.problem), error.fix, self._page.file)
            return BrokenDirectory(item.name, (fault,), item.manifest.title)
        return replace(item, fields=policy)

    def _concerning(self, item: DirectorySettings) -> tuple[ConfigurationError, ...]:
        """Return the faults that may be about a field of the directory; its own table goes before `[fields]`."""
        has, own = {"*", *known_fields(item.manifest)}, self._own(item.name)
        fields = [field for field in self.faults if (field in has or field not in self._known) and field not in own]
        return tuple(fault for field in fields for fault in self.faults[field])

    def _own(self, name: str) -> Mapping[str, Show]:
        tables = self._page.directories
        return tables[name].fields if name in tables else {}

    def _unknown(self) -> list[str]:
        """Return the entries that are no field of any directory, not even of one whose manifest has a fault."""
        unread = "\n".join(_text_of_manifest(self._page, name) for name in self._page.directories)
        names = [name for name in self._page.fields if name not in self._known]
        return [name for name in names if not re.search(rf"\b{re.escape(name)}\b", unread)]


def _fields_of_all(found: Iterable[DirectorySettings]) -> set[str]:
    """Return the fields that the built-in providers and these directories have."""
    manifests = [*map(built_in, built_in_names()), *(item.manifest for item in found)]
    return set(FIELDS).union(*(known_fields(manifest) for manifest in manifests))


def _text_of_manifest(page: ConfigPage, name: str) -> str:
    """Return the text of a directory's own manifest, which may have a fault; empty if it has none or is unreadable."""
    manifest = page.directories[name].manifest
    if manifest is None:
        return ""
    try:
        return path_of(manifest, "", page.file).read_text(encoding="utf-8")
    except (ConfigurationError, OSError, ValueError):
        return ""
