"""A document in which a provider says what it supports: the table for it, and what is read in it."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import ConfigurationError, Manifest, load_manifest
from user_directories.manifest import as_announced, list_as_announced

PAGE = """
version = 1
name = "acme"
title = "Acme"
docs = "https://acme.example"
dialect = "scim"
auth = {{ environment = "ACME_KEY" }}
[list]
path = "/users"
items = "@"
{list}
[announced]
path = "/about"
{announced}
[sort.name]
ascending = {{ sortBy = "name", way = "up" }}
[user]
id = "id"
name = "name"
[filters]
name = {{ parameter = "filter", attribute = "name", match = "exact" }}
[search]
parameter = "filter"
expression = "name co {{value}}"
match = "contains"
"""
LIST = """
page_size = { parameter = "count", minimum = 5 }
pagination = { strategy = "offset", parameter = "at" }
"""
CURSORS = 'cursors = "by_cursor"\npagination = { strategy = "token", parameter = "cursor", next = "next" }'
ALL = f'filters = "filters"\nsort = "sort.on"\nsteady = {{ sortBy = "id", way = "up" }}\nmaximum = "most"\n{CURSORS}'
NOTHING: dict[str, Any] = {}


@pytest.fixture
def page(tmp_path):
    def load(announced: str = ALL, listed: str = LIST) -> Manifest:
        file = tmp_path / "acme.toml"
        file.write_text(PAGE.format(announced=announced, list=listed), encoding="utf-8")
        return load_manifest(file)

    return load


@pytest.mark.parametrize(
    ("announced", "listed", "says"),
    [
        ('cursors = "by_cursor"', LIST, "`cursors` (whether there are any) and `pagination` (how they are sent)"),
        (CURSORS.partition("\n")[2], LIST, "need each other"),
        ('filters = "f"\nsteady = { sortBy = "id" }', LIST, "`steady` needs `sort`"),
        ("", LIST, "says nothing: it needs `filters`, `sort`, `maximum` or `cursors`"),
        ('sort = "s"\nsteady = { filter = "id" }', LIST, "so each order of sort.name has to set it, too"),
        ('sort = "s"\nsteady = { sortBy = "id", way = "up" }', f'{LIST}\norder = "id:asc"', "the list has an order"),
        ('maximum = "m"', LIST.replace('parameter = "count", minimum = 5', "fixed = 20"), "list.page_size.fixed"),
        (CURSORS, 'pagination = { strategy = "none" }', "the list has no pages"),
        (
            CURSORS,
            LIST.replace(', parameter = "at"', "").replace('parameter = "count", ', "")
            + 'method = "POST"\nbody = { at = "{position}", n = "{size}" }',
            'asked for with method = "GET"',
        ),
        (CURSORS.replace('parameter = "cursor"', 'parameter = "filter"'), LIST, "list.pagination"),
        ('filters = "["', LIST, "not a JMESPath expression"),
        ('cursor = "by_cursor"', LIST, "unknown key `announced.cursor`"),
    ],
)
def test_a_table_that_cannot_be_meant_so_is_refused_with_the_reason(page, announced, listed, says):
    with pytest.raises(ConfigurationError, match=re.escape(says)):
        page(announced, listed)


def test_what_is_said_is_read_where_the_page_says(page):
    document = {"filters": False, "sort": {"on": True}, "most": 50, "by_cursor": True, "other": 1}
    said = page().announced.said_in(document)
    assert said == {"filters": False, "sort": True, "maximum": 50, "cursors": True}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["on", "most", "x"]), inner),
)


@given(document=ANYTHING | st.dictionaries(st.sampled_from(["filters", "sort", "most", "by_cursor"]), ANYTHING))
def test_only_true_false_and_numbers_above_zero_are_said(document):
    table = Manifest.model_validate(
        {
            "version": 1,
            "name": "acme",
            "title": "Acme",
            "docs": "https://acme.example",
            "auth": {"none": True},
            "list": {
                "path": "/users",
                "items": "@",
                "page_size": {"parameter": "n"},
                "pagination": {"strategy": "page", "parameter": "p"},
            },
            "announced": {"path": "/about", "filters": "filters", "sort": "sort.on", "maximum": "most"},
            "user": {"id": "id"},
        }
    ).announced
    assert table is not None
    for name, value in table.said_in(document).items():
        assert (type(value) is int and value > 0) if name == "maximum" else isinstance(value, bool)


def test_what_is_not_supported_is_not_in_the_page(page):
    manifest = as_announced(page(), {"filters": False, "sort": False})
    assert (manifest.filters, manifest.search, manifest.sort) == ({}, None, {})


@pytest.mark.parametrize("said", [NOTHING, {"filters": True, "sort": True, "cursors": True}])
def test_what_is_supported_or_not_said_stays_in_the_page(page, said):
    manifest = page()
    assert as_announced(manifest, said) is manifest


@pytest.mark.parametrize("said", [NOTHING, {"filters": True, "sort": False, "cursors": False}])
def test_a_list_of_which_nothing_is_said_is_read_as_the_page_has_it(page, said):
    manifest = page()
    assert list_as_announced(manifest, said) is manifest.list


def test_a_list_is_read_in_a_steady_order_and_by_cursors(page):
    endpoint = list_as_announced(page(), {"sort": True, "cursors": True})
    assert endpoint.parameters == {"sortBy": "id", "way": "up"}
    assert endpoint.pagination.names() == ("cursor",)


@pytest.mark.parametrize(("said", "largest"), [(4, 100), (5, 5), (250, 250), (1_000_000, 1000)])
def test_a_page_has_no_more_rows_than_an_answer_may_have_and_no_fewer_than_it_must(page, said, largest):
    assert list_as_announced(page(), {"maximum": said}).page_size.largest() == largest


def test_a_setting_stands_in_the_path_of_the_document(tmp_path):
    file = tmp_path / "acme.toml"
    listed = f'{LIST}\n[settings]\norg = "ACME_ORG"'
    text = PAGE.format(announced='sort = "sort"', list=listed).replace('path = "/about"', 'path = "/{org}/about"')
    file.write_text(text, encoding="utf-8")
    assert load_manifest(file).with_settings({"org": "north"}).announced.path == "/north/about"
