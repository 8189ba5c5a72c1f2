"""The project speaks of itself alone: no path of the machine on which something was measured."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MACHINE = re.compile(r"file:///\w|(?<![\w.])/(?:home|root|opt|Users|work|tmp)/\w")
"""Where the files of one machine are."""
SHOWN = ("*.md", "*.toml", "*.json", "*.svg", ".ci/*")


def test_no_page_that_is_read_names_a_path_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z", *SHOWN], cwd=ROOT, capture_output=True, text=True, check=True)
    pages = [ROOT / name for name in listed.stdout.split("\0") if name]
    found = {page.name: MACHINE.findall(page.read_text(encoding="utf-8")) for page in pages}
    assert pages
    assert {name for name, paths in found.items() if paths} == set()
