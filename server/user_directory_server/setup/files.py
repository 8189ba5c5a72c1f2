"""Files of other programs, read and written so that nothing in them is lost."""

import contextlib
import os
import secrets
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from user_directories import ConfigurationError
from user_directories.cursors.private_files import make_private_folder

__all__ = ["PRIVATE", "TextFile", "read_file", "write_file", "write_private"]

PRIVATE = 0o600
_MARK = "\ufeff"
"""The byte order mark, with which Notepad begins a file."""
_BY_HAND = "Or let --print show the entry, and put it there by hand."


@dataclass(frozen=True)
class TextFile:
    """A file as it was read. `target` is the file behind symbolic links; `text` is None if there is no file yet."""

    path: Path
    target: Path
    text: str | None
    mode: int = PRIVATE
    has_mark: bool = False

    def encoded(self, text: str) -> bytes:
        """Return the bytes that a text would be in this file."""
        return ((_MARK if self.has_mark else "") + text).encode()


def read_file(path: Path, user: int | None) -> TextFile:
    """Read a file that `user` must own. Symbolic links are followed, as in a repository of dotfiles.

    Raises: ConfigurationError, also if it is no text file, another user's, or a link that leads nowhere.
    """
    try:
        target = path.resolve(strict=True)
        found = target.stat()
        _check_kind(path, found, user)
        text = target.read_bytes().decode()
    except FileNotFoundError:
        if path.is_symlink():
            fix = "Make the file that it leads to, or remove the link."
            raise ConfigurationError("", "it is a symbolic link that leads to no file", fix, path) from None
        _check_home(path, user)
        return TextFile(path, path, None)
    except UnicodeDecodeError as error:
        fix = f"Save it as UTF-8. {_BY_HAND}"
        raise ConfigurationError("", "it is not UTF-8 text", fix, path) from error
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before Python 3.13
        reason = getattr(error, "strerror", None) or "its links lead in a circle"
        fix = f"Correct that, or the rights of the file. {_BY_HAND}"
        raise ConfigurationError("", f"it cannot be read ({reason})", fix, path) from error
    mark = text.startswith(_MARK)
    return TextFile(path, target, text.removeprefix(_MARK), stat.S_IMODE(found.st_mode), mark)


def _check_kind(path: Path, found: os.stat_result, user: int | None) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise ConfigurationError("", "it is a folder", f"Remove it, or move it away. {_BY_HAND}", path)
    if not stat.S_ISREG(found.st_mode):
        raise ConfigurationError("", "it is no regular file", _BY_HAND, path)
    if user is not None and found.st_uid != user:
        fix = f"Run setup as the user who owns it, or give it to yourself (chown). {_BY_HAND}"
        raise ConfigurationError("", "it belongs to another user", fix, path)


def _check_home(path: Path, user: int | None) -> None:
    """Check that the administrator makes no files in the home of somebody, who could not change them afterwards."""
    folder = next(each for each in path.parents if each.exists())
    if user == 0 and folder.stat().st_uid != 0:
        raise ConfigurationError("", f"{folder} belongs to another user", f"Run setup without sudo. {_BY_HAND}", path)


def write_private(path: Path, text: str) -> None:
    """Put a text into a file that only its owner reads, whatever stood there. Raises: OSError."""
    make_private_folder(path.parent)
    _replaced(path, text.encode(), PRIVATE)


def write_file(file: TextFile, text: str) -> Path | None:
    """Put a text in the place of what was read, at once and with the same rights; return the backup beside it.

    Raises: ConfigurationError, also if the file has changed since it was read.
    """
    try:
        _check_unchanged(file)
        file.target.parent.mkdir(parents=True, exist_ok=True)
        kept = None if file.text is None else _kept(file)
        _replaced(file.target, file.encoded(text), file.mode)
    except OSError as error:
        reason = error.strerror or "an unknown reason"
        fix = f"Check the rights of {file.target.parent}. {_BY_HAND}"
        raise ConfigurationError("", f"it cannot be written ({reason})", fix, file.path) from error
    return kept


def _check_unchanged(file: TextFile) -> None:
    try:
        now = file.target.read_bytes()
    except FileNotFoundError:
        now = None
    if now != (None if file.text is None else file.encoded(file.text)):
        fix = "Quit the program that writes it, and run setup again."
        raise ConfigurationError("", "it has changed meanwhile", fix, file.path)


def _kept(file: TextFile) -> Path:
    """Write the backup, under a name that no file has."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    number = 1
    while True:
        backup = file.target.with_name(f"{file.target.name}.{stamp}{f'-{number}' if number > 1 else ''}.bak")
        try:
            descriptor = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE)
        except FileExistsError:
            number += 1
            continue
        with open(descriptor, "wb") as opened:  # noqa: PTH123 - of a descriptor
            opened.write(file.encoded(file.text or ""))
        backup.chmod(file.mode)
        return backup


def _replaced(target: Path, content: bytes, mode: int) -> None:
    new = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE)
    try:
        with open(descriptor, "wb") as opened:  # noqa: PTH123 - of a descriptor
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        new.chmod(mode)
        new.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
