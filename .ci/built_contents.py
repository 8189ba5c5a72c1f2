"""What an sdist and a wheel contain: all of the repository, and the same whichever the wheel is built from.

`python .ci/built_contents.py DIST [TREE]` compares the sdist in DIST with the files that the repository keeps, and the
wheel there, which was built from that sdist, with the one in TREE, which was built from the repository.
"""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

__all__ = ["Archive", "differences", "missing_or_strange", "read_sdist", "read_wheel"]

_ADDED = frozenset({"PKG-INFO"})
"""What the build adds to the repository's files (https://packaging.python.org/specifications/source-distribution-format)."""

Archive = Mapping[str, str]
"""The digest of each file, by its path."""


def read_wheel(folder: Path) -> Archive:
    """Read the one wheel of a folder."""
    with zipfile.ZipFile(_only(folder, "*.whl")) as wheel:
        return {name: _digest(wheel.read(name)) for name in wheel.namelist()}


def read_sdist(folder: Path) -> Archive:
    """Read the one sdist of a folder; paths are below its only folder."""
    with tarfile.open(_only(folder, "*.tar.gz")) as sdist:
        files = [(member.name.partition("/")[2], sdist.extractfile(member)) for member in sdist if member.isfile()]
        return {name: _digest(opened.read()) for name, opened in files if opened is not None}


def differences(one: Archive, other: Archive) -> list[str]:
    """Return the paths that only one of them has, or whose contents differ."""
    return sorted(path for path in {*one, *other} if one.get(path) != other.get(path))


def missing_or_strange(sdist: Archive, kept: Iterable[str]) -> list[str]:
    """Return the kept files that an sdist lacks, and those in it that nobody keeps."""
    return sorted({*sdist} - _ADDED ^ {*kept})


def _only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _kept() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True)  # noqa: S607
    return [path for path in listed.stdout.split("\0") if path]


def main(dist: Path, tree: Path | None = None) -> int:
    """Print what differs; return the exit status."""
    said = [
        f"only the sdist or only the repository has {path}" for path in missing_or_strange(read_sdist(dist), _kept())
    ]
    if tree is not None:
        differing = differences(read_wheel(dist), read_wheel(tree))
        said += [f"the wheels from the sdist and from the repository differ: {path}" for path in differing]
    print(*said, sep="\n", end="")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:3])))
