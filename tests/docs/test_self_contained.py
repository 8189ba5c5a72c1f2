"""The project speaks of itself alone: no path of the machine on which something was measured."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MACHINE = re.compile(r"file:///\w|(?<![\w.])/(?:home|root|opt|Users|work|tmp)/\w")
"""Where the files of one machine are."""
PAGES = ("*.md", "*.toml", "*.json", "docs/*", ".ci/*", "directories/**/*.toml")


def test_no_page_that_is_read_names_a_path_of_one_machine() -> None:
    pages = [page for pattern in PAGES for page in ROOT.glob(pattern) if page.is_file()]
    found = {page.name: MACHINE.findall(page.read_text(encoding="utf-8")) for page in pages}
    assert {"README.md", "correctness.md"} <= found.keys()
    assert {name for name, paths in found.items() if paths} == set()
