"""What `docs/expressions.md` shows can be loaded, and does what is said of it."""

import re
import tomllib
from pathlib import Path

from user_directories import Manifest, Query, conditions, load_manifest
from user_directories.dialects import DIALECTS
from user_directories.planning.plan import plan

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "expressions.md").read_text(encoding="utf-8")
EXAMPLE = DOCS / "manifests" / "expressions.toml"


def sent(manifest, filters):
    return [leg.parameters for leg in plan(manifest, Query(conditions(filters))).legs]


def test_the_example_page_joins_what_is_asked_with_what_is_fixed():
    assert sent(load_manifest(EXAMPLE), {"email": "ada@acme.example", "state": "active"}) == [
        (("filter", 'userType eq "Employee" and emails.value eq "ada@acme.example" and active eq true'),)
    ]


def test_the_part_of_a_page_that_the_text_shows_can_be_loaded():
    (part,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    page = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    page["list"].pop("parameters")
    manifest = Manifest.model_validate(page | tomllib.loads(part))
    ((parameter, expression),) = sent(manifest, {"email": "ada@acme.example", "state": "active"})[0]
    assert f"`{parameter}={expression}`" in TEXT
    assert set(manifest.filters["created_at"]) == {"after", "before"}


def test_the_table_names_every_dialect():
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)[1:] == list(DIALECTS)
