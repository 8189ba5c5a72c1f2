"""The versions of the manifest language: what an earlier page says is still understood, and each thing is named."""

import logging
from pathlib import Path

import pytest

from user_directories import ConfigurationError, load_manifest
from user_directories.manifest.language import current

from ..acme import ACME

PAGE = (
    ACME
    + """\
list.path = "/p"
list.items = "@"
list.page_size = { parameter = "n" }
list.pagination = { strategy = "page", parameter = "p" }
[filters]
status = { parameter = "s", match = "exact" }
created_at.after = { parameter = "from", match = "unknown" }
[user]
id = "id"
status = "status"
created_at = "hired"
"""
)


@pytest.fixture
def loaded(tmp_path: Path):
    def load(*changes: tuple[str, str]):
        text = PAGE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "acme.toml").write_text(text)
        return load_manifest(tmp_path / "acme.toml")

    return load


def test_a_page_of_today_is_told_nothing(loaded, caplog):
    assert loaded().deprecations() == ()
    assert caplog.records == []


def test_a_page_without_a_version_is_of_the_first(loaded, caplog):
    manifest = loaded(("version = 1\n", ""))
    assert (manifest.version, manifest.deprecations()) == (1, ("`version` is missing: add version = 1.",))
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert caplog.records[0].getMessage().endswith("acme.toml: `version` is missing: add version = 1.")


def test_a_page_of_a_version_to_come_is_refused(loaded):
    with pytest.raises(ConfigurationError, match="`version`: Input should be 1"):
        loaded(("version = 1", "version = 2"))


@pytest.mark.parametrize(
    ("alias", "field", "operator"),
    [("created_after", "created_at", "after"), ("updated_before", "updated_at", "before")],
)
def test_a_bound_as_a_filter_of_its_own_still_works_and_is_named(loaded, alias, field, operator):
    manifest = loaded(("created_at.after =", f"{alias} ="), ('"hired"', '"hired"\nupdated_at = "changed"'))
    assert manifest.filter_rule(field, operator).parameter == "from"
    assert manifest.deprecations() == (f"`filters.{alias}` is deprecated: write filters.{field}.{operator}.",)


def test_both_forms_of_one_field_are_read_together(loaded):
    manifest = loaded(("[user]\n", 'created_before = { parameter = "to", match = "exact" }\n[user]\n'))
    assert {name: rule.parameter for name, rule in manifest.filters["created_at"].items()} == {
        "after": "from",
        "before": "to",
    }


@pytest.mark.parametrize("field", ["department", "title", "employee_id", "manager"])
def test_a_field_of_its_own_that_all_share_by_now_is_one_of_them(loaded, field):
    manifest = loaded(('created_at = "hired"', f'created_at = "hired"\n[user.extra]\n{field} = "x.y"\nphone = "phone"'))
    assert (getattr(manifest.user, field), dict(manifest.user.extra)) == ("x.y", {"phone": "phone"})
    assert [f"user.{field}" in sentence for sentence in manifest.deprecations()] == [True]


@pytest.mark.parametrize("field", ["state", "kind"])
def test_a_field_of_its_own_that_has_our_words_by_now_keeps_its_own(loaded, field):
    own = f'created_at = "hired"\n[user.extra]\n{field} = "x"\n[user.show]\n{field} = "none"'
    manifest = loaded(('created_at = "hired"', own))
    assert (getattr(manifest.user, field), dict(manifest.user.extra)) == (None, {f"own_{field}": "x"})
    assert dict(manifest.user.show) == {f"own_{field}": "none"}
    assert f"own_{field}" in manifest.deprecations()[0]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('match = "exact"', 'match = "like"', "filters.status.match"),
        ("created_at.after =", "status.after =", "filters"),
        ("created_at.after =", "created_at.since =", "filters.created_at.since"),
        ('created_at = "hired"', 'state = "s"\n[values]\nstate = { gone = "left" }', "values.state: 'gone'"),
    ],
)
def test_a_wrong_filter_or_word_is_named_as_it_was_written(loaded, old, new, key):
    with pytest.raises(ConfigurationError) as refusal:
        loaded((old, new))
    assert key in str(refusal.value)


@pytest.mark.parametrize("page", [None, 7, [], "text", {"filters": 7}, {"user": {"extra": 7}}, {"filters": {"id": 7}}])
def test_what_is_no_page_is_left_to_the_checks(page):
    read, _ = current(page)
    assert read is page or read["version"] == 1
