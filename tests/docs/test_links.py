"""Every link between the pages leads somewhere, in a repository's view of them as on the site."""

import re
import unicodedata
from itertools import pairwise
from posixpath import normpath
from urllib.parse import unquote

import pytest

from .pages import PAGES, ROOT, prose

LINKS = [
    pytest.param(page, link, id=f"{page} → {link}")
    for page in PAGES
    for link in re.findall(r"\]\(\s*(?!https?:|mailto:)([^)\s]+)\s*\)", prose(page))
]


def headings(page: str) -> list[str]:
    """The headings, as plain text."""
    found = re.findall(r"(?m)^#{1,6} (.+?)\s*#*$", prose(page))
    return [re.sub(r"[`*]|\]\([^)]*\)|\[(?=[^`\]]*\]\()", "", heading) for heading in found]


def on_github(heading: str) -> str:
    """The anchor as GitHub makes it: https://docs.github.com/en/get-started/writing-on-github (section links)."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def on_the_site(heading: str) -> str:
    """The anchor as Python-Markdown makes it: https://python-markdown.github.io/extensions/toc/#syntax."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def test_there_are_links() -> None:
    assert len(LINKS) > 60


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_every_link_leads_to_a_file_and_an_anchor(page: str, link: str) -> None:
    path, _, anchor = unquote(link).partition("#")
    target = normpath(f"{page}/../{path}") if path else page
    assert (ROOT / target).exists(), "There is no such file."
    if anchor:
        found = headings(target)
        assert anchor in map(on_github, found)
        assert anchor in map(on_the_site, found), "The site has another anchor: say the heading in other words."


@pytest.mark.parametrize(("page", "link"), [each for each in LINKS if str(each.values[0]).startswith("docs/")])
def test_a_page_of_the_site_links_only_what_the_site_has(page: str, link: str) -> None:
    assert not link.startswith("../"), "Name a file outside of docs/ by its path, in backticks."


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_list_is_a_list_on_the_site_too(page: str) -> None:
    """Python-Markdown sees a list only after a blank line, and an item inside another only after four spaces."""
    lines = prose(page).splitlines()
    begins = re.compile(r"(?:- |\* |\d+\. )")
    for before, line in pairwise(lines):
        if begins.match(line):
            assert not before or before.startswith(" ") or begins.match(before), line
        assert not re.match(r" {1,3}(?:- |\* |\d+\. )\w", line), line
