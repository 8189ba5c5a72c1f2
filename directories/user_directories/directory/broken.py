"""A directory that the operator meant to configure, and that cannot be asked before he corrects something."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..errors import ConfigurationError, Kinds, Operation, UserDirectoryError
from ..notes import Note, Notes

__all__ = ["BROKEN", "BrokenDirectories", "BrokenDirectory", "not_asked"]

BROKEN = "broken"
"""The version, in a cursor, of a directory that was broken when the cursor was issued."""

_MOST_TOLD = 2
"""The most faults to tell at once; list_directories and `doctor` tell all."""


@dataclass(frozen=True)
class BrokenDirectory:
    """A directory, or with `is_file` the directories of a configuration file, that faults keep from being asked.

    `can_be_named`: a call can name it, so that it can be answered with the fix.
    """

    name: str
    faults: tuple[ConfigurationError, ...]
    provider: str = ""
    """The provider's title; empty if it is not known."""
    can_be_named: bool = True
    is_file: bool = False

    def told(self) -> str:
        """Return what is wrong and how to correct it, in words that may reach a language model."""
        more = len(self.faults) - _MOST_TOLD
        said = [fault.told for fault in self.faults[:_MOST_TOLD]]
        return " ".join([*said, *([f"({more} more.)"] if more > 0 else [])])


class BrokenDirectories(Mapping[str, BrokenDirectory]):
    """Broken directories by name, and the errors of calls that need them."""

    def __init__(self, directories: Iterable[BrokenDirectory]) -> None:
        self._by_name = {each.name: each for each in directories}

    def __getitem__(self, name: str) -> BrokenDirectory:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def refusal(self, name: str, others: Sequence[str]) -> UserDirectoryError:
        """Return the error of a call that names a directory which is none of the `others` that can be asked."""
        if name in self:
            return Kinds.MISCONFIGURED.error(name=name, faults=self[name].told())
        valid = [*others, *(each.name for each in self.values() if each.can_be_named)]
        return Kinds.UNKNOWN_DIRECTORY.error(name=name, valid=valid) if valid else self.nobody_to_ask()

    def nobody_to_ask(self) -> UserDirectoryError:
        """Return the error of a call over all directories if none can be asked."""
        if self:
            return Kinds.NONE_CONFIGURED_RIGHT.error(names=list(self))
        return Kinds.NOTHING_CONFIGURED.error()

    def check(self, versions: Mapping[str, str], operation: Operation) -> None:
        """Check that no directory of a cursor has been broken since it was issued.

        Raises: Misconfigured, CursorMismatch.
        """
        for name in (name for name, version in versions.items() if version != BROKEN and name in self):
            if len(versions) == 1:
                raise self.refusal(name, ())
            faults = self[name].told()
            raise Kinds.CURSOR_OF_MISCONFIGURED.error(name=name, faults=faults, operation=operation)


def not_asked(broken: Sequence[BrokenDirectory]) -> tuple[Note, ...]:
    """Note which directories an answer over all of them misses; a fault that several share is told once."""
    by_fault: dict[str, list[str]] = {}
    for each in broken:
        by_fault.setdefault(each.told(), []).append(each.name)
    files = {each.told() for each in broken if each.is_file}
    return tuple(
        Notes.MAY_LACK_DIRECTORIES.note(faults=faults)
        if faults in files
        else Notes.NOT_CONFIGURED_RIGHT.note(faults=faults).about(names)
        for faults, names in by_fault.items()
    )
