"""What stands in the way of a path is told from what is absent."""

import itertools
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories.manifest.expressions import getter
from user_directories.manifest.misfit import misfit

from .test_compiled import DOCUMENTS, EXPRESSIONS, KEYS

EMPTY: list[Any] = [None, "", [], {}]
NAMED = {"name": "admin"}


@pytest.mark.parametrize(
    ("expression", "value", "what"),
    [
        ("a.name", "Sales", "a text"),
        ("a.name", 7, "a number"),
        ("a.name", True, "true or false"),
        ("a.name", [NAMED], "a list"),
        ('a."name"', "Sales", "a text"),
        ("a.b.name", {"b": "Sales"}, "a text"),
        ("a[].name", NAMED, "an object"),
        ("a[].name", "admin", "a text"),
        ("a[].name", ["admin", "other"], "a text"),
        ("a[].name", [NAMED, "other"], "a text"),
        ("a[].name", [[NAMED], 7], "a number"),
        ("a[*].name", [[NAMED]], "a list"),
        ("a[*].b[*].name", [{"b": [NAMED]}, {"b": NAMED}], "an object"),
        ("a[0]", "admin", "a text"),
        ("a[0].name", ["admin"], "a text"),
        ("a[:2]", NAMED, "an object"),
        ("a | [0]", "admin", "a text"),
        ("a[?main].name", ["admin"], "a text"),
        ("a[?type=='x'].name", ["admin"], "a text"),
        ("a[?!main].name", NAMED, "an object"),
        ("a[?@=='admin'] | [0]", "admin", "a text"),
        ("a[?main].b.name", [{"main": True, "b": "x"}], "a text"),
        ("a.name || b.name", "Sales", "a text"),
        ("b.name || a.name", "Sales", "a text"),
        ("b && a.name", "Sales", "a text"),
        ("join(',', a)", "admin", "a text"),
        ("join(',', a[].name)", [NAMED, "other"], "a text"),
        ("sort_by(a, &name)", "admin", "a text"),
    ],
)
def test_a_value_of_another_type_than_the_path_expects_stands_in_the_way(expression, value, what):
    assert misfit(expression)({"a": value}) == what


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        *itertools.product(["a.name", "a[].name", "a[0].name", "a[0:2]", "a[?x].name", "join(',', a)"], EMPTY),
        ("a.name", {"other": 1}),
        ("a.name", {"name": None}),
        ("a", "Sales"),
        ("@", "Sales"),
        ("a[].name", [NAMED, {}, None, {"name": None}]),
        ("a[].name", [[NAMED], [NAMED]]),
        ("a[].b[].name", [{"b": [NAMED]}, {"b": NAMED}]),
        ("a[?main].name", [{"main": False, "name": 7}, {"name": 7}]),
        ("a[5]", [1]),
        ("a.name || a", "Sales"),
        ("a || b.name", "Sales"),
        ("a.name || b.name", NAMED),
        ("join(',', a)", ["admin", "other"]),
        ("sort(a)", ["admin", "other"]),
    ],
)
def test_what_is_null_or_empty_or_of_the_right_type_does_not(expression, value):
    assert misfit(expression)({"a": value}) is None


@given(EXPRESSIONS, DOCUMENTS)
def test_no_json_makes_it_fail(expression, document):
    assert misfit(expression)(document) in (None, "a text", "a number", "true or false", "an object", "a list")


@given(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3), DOCUMENTS)
def test_a_path_of_keys_stops_at_a_holder_that_is_no_object(keys, document: Any):
    holders = [document, *(getter(".".join(keys[:length]))(document) for length in range(1, len(keys)))]
    odd = [each for each in holders if not isinstance(each, dict) and each not in (None, "", [])]
    assert (misfit(".".join(keys))(document) is not None) is bool(odd)
    quoted = ".".join(f'"{key}"' for key in keys)  # which needs the parser
    assert misfit(quoted)(document) == misfit(".".join(keys))(document)
    assert jmespath.search(quoted, document) is None or not odd
