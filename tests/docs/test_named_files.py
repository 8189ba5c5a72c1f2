"""Each file and folder of the repository that a page names is there."""

import re
from fnmatch import fnmatch

import pytest

from .pages import PAGES, ROOT, inline

TOP = [path for path in ROOT.iterdir() if not path.name.startswith(".") or path.name == ".ci"]
PATHS = [*TOP, *(path for folder in TOP if folder.is_dir() for path in folder.rglob("*"))]
KNOWN = {f"/{path.relative_to(ROOT).as_posix()}{'/' if path.is_dir() else ''}" for path in PATHS}
"""A page may leave out the beginning of a path."""
OF_READERS = {
    "hr.toml",
    "users.toml",
    "presets.toml",
    "key.txt",
    "claude_desktop_config.json",
    ".cursor/mcp.json",
    ".vscode/mcp.json",
    ".mcp.json",
    ".zed/settings.json",
    ".codex/config.toml",
    ".gemini/settings.json",
    "vulns/NAME/",
}
"""What a reader has, or makes; and what is in another repository."""
NAME = re.compile(r"[\w./…-]+(?:\.(?:py|toml|md|json|svg|txt|mjs)|\w/)")


def named(page: str) -> set[str]:
    """The words of a page, between backticks, that look like a file or a folder of it."""
    words = {word for code in inline(page) for word in code.split() if not code.startswith(("http", "/", "~", "%"))}
    return {word for word in words if NAME.fullmatch(word)} - OF_READERS


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"CHANGELOG.md"}))
def test_every_file_that_is_named_is_there(page: str) -> None:
    for name in named(page):
        pattern = "*/" + re.sub("…|NAME", "*", name)
        assert any(fnmatch(known, pattern) for known in KNOWN), name
