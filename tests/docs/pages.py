"""The pages that people read: the README, its neighbours at the top, and `docs/`."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = {
    page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8")
    for page in sorted([README, *ROOT.glob("[CS]*.md"), *(ROOT / "docs").glob("*.md")])
}
"""The text of each page, by its path."""

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?<=\n\n)(?: {4}.*\n)+(?=\n)")
"""Code, which follows on a blank line; no item of a list here does."""


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in a language."""
    return [block for name, block in _FENCED.findall(PAGES[page]) if name == language]


def indented(page: str) -> list[str]:
    """The indented blocks of a page."""
    return [re.sub(r"(?m)^ {4}", "", block) for block in _INDENTED.findall(_FENCED.sub("", PAGES[page]))]


def prose(page: str) -> str:
    """A page without its blocks of code."""
    return _INDENTED.sub("", _FENCED.sub("", PAGES[page]))


def inline(page: str) -> list[str]:
    """What stands between single backticks; a line may end in it."""
    return [" ".join(code.split()) for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", prose(page))]
