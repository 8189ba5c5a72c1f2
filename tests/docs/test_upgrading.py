"""What `docs/upgrading.md` says of manifests is what the program makes of the old keys."""

import pytest

from user_directories.manifest.language import current
from user_directory_server.version import VERSION

from .pages import ROOT

PAGE = (ROOT / "docs" / "upgrading.md").read_text(encoding="utf-8")
OLD_AND_NEW = [
    ({}, "version", {"version": 1}),
    (
        {"filters": {"created_after": {"parameter": "from"}}},
        "filters.created_after",
        {"created_at": {"after": {"parameter": "from"}}},
    ),
    (
        {"filters": {"created_before": {"parameter": "to"}}},
        "filters.created_before",
        {"created_at": {"before": {"parameter": "to"}}},
    ),
    ({"get": {"nobody": [404]}}, "get.nobody", {"absent": [404]}),
    *(
        ({"user": {"extra": {name: "place"}}}, f"user.extra.{name}", {name: "place"})
        for name in ("department", "title", "employee_id", "manager")
    ),
    *(({"user": {"extra": {name: "place"}}}, f"own_{name}", {f"own_{name}": "place"}) for name in ("state", "kind")),
]


def holds(page, wanted):
    """Whether what is wanted stands anywhere in a page."""
    if not isinstance(page, dict):
        return False
    return wanted.items() <= page.items() or any(holds(value, wanted) for value in page.values())


@pytest.mark.parametrize(("page", "named", "new"), OLD_AND_NEW)
def test_an_old_key_works_is_named_and_is_in_the_table(page, named, new):
    read, told = current(page)
    assert any(named in sentence for sentence in told)
    assert holds(read, new)
    assert named.rpartition(".")[2].removeprefix("own_") in PAGE


def test_the_page_leads_to_this_version():
    assert f"to {'.'.join(VERSION.split('.')[:2])}" in PAGE.splitlines()[0]
