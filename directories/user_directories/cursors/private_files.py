"""Files and folders that only their owner can read, whatever the umask is, and that nobody else can have put there.

POSIX only: on Windows the rights of the folder hold, which this module neither reads nor changes.
"""

import errno
import os
import stat
from pathlib import Path

__all__ = ["make_private_file", "make_private_folder", "open_private_file"]

_HAS_OWNERS = hasattr(os, "geteuid")
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner alone.

    Raises: OSError, also if the folder is there and another user could change what is in it.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        each.chmod(0o700)  # a umask may have taken rights from its owner too
    if missing or not _HAS_OWNERS:
        return
    found = folder.stat()
    if found.st_uid not in (os.geteuid(), 0):
        raise OSError(errno.EPERM, f"the folder {folder} belongs to another user")
    if found.st_mode & _OTHERS_WRITE and not found.st_mode & stat.S_ISVTX:
        raise OSError(errno.EPERM, f"other users can write to the folder {folder}: chmod go-w it")


def make_private_file(path: Path) -> None:
    """Make an empty file, or take the rights of others to the one that is there.

    Raises: OSError, also if it is a symbolic link, no regular file, or another user's.
    """
    os.close(open_private_file(path, os.O_CREAT))


def open_private_file(path: Path, flags: int = 0) -> int:
    """Open a file for reading and writing, with more flags of `os.open`; return its descriptor.

    Raises: OSError, also if it is a symbolic link, no regular file, or another user's.
    """
    if path.is_symlink():
        raise OSError(errno.ELOOP, f"{path} is a symbolic link")
    descriptor = os.open(path, _FLAGS | flags, 0o600)
    try:
        _claim(descriptor, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _claim(descriptor: int, path: Path) -> None:
    """Take all rights from others. What is changed is what was opened, not what stands at the path by now."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, f"{path} is no regular file")
    if not _HAS_OWNERS:
        return
    if found.st_uid != os.geteuid():
        raise OSError(errno.EPERM, f"{path} belongs to another user")
    if found.st_mode & 0o777 != 0o600:
        os.fchmod(descriptor, 0o600)
