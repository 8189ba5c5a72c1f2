"""What is published holds all of the repository, whichever way it is built."""

import io
import tarfile
import zipfile
from pathlib import Path

import built_contents

KEPT = ("README.md", "server/app.py")


def sdist(folder: Path, *paths: str) -> None:
    with tarfile.open(folder / "x-1.tar.gz", "w:gz") as archive:
        for path in paths:
            archive.addfile(tarfile.TarInfo(f"x-1/{path}"), io.BytesIO())


def wheel(folder: Path, content: str, *paths: str) -> None:
    with zipfile.ZipFile(folder / "x-1-py3-none-any.whl", "w") as archive:
        for path in paths:
            archive.writestr(path, content)


def test_an_sdist_of_all_that_the_repository_keeps_differs_in_nothing(tmp_path):
    sdist(tmp_path, "PKG-INFO", *KEPT)
    assert built_contents.missing_or_strange(built_contents.read_sdist(tmp_path), KEPT) == []


def test_a_forgotten_file_and_a_stray_one_are_named(tmp_path):
    sdist(tmp_path, "PKG-INFO", "README.md", "notes.txt")
    found = built_contents.missing_or_strange(built_contents.read_sdist(tmp_path), KEPT)
    assert found == ["notes.txt", "server/app.py"]


def test_wheels_differ_by_a_file_or_by_what_it_holds(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    wheel(one, "1", "a.py", "b.py")
    wheel(other, "1", "a.py")
    assert built_contents.differences(built_contents.read_wheel(one), built_contents.read_wheel(other)) == ["b.py"]
    wheel(other, "2", "a.py", "b.py")
    assert built_contents.differences(built_contents.read_wheel(one), built_contents.read_wheel(other)) == [
        "a.py",
        "b.py",
    ]
