"""Where a value is in a provider's JSON."""

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories.manifest.expressions import getter

KEYS = st.sampled_from(["a", "b", "_c", "D9", "null", "true", "length"])
PATHS = st.lists(KEYS, min_size=1, max_size=4).map(".".join)
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(KEYS, children, max_size=4),
    max_leaves=30,
)


@given(PATHS, DOCUMENTS)
def test_the_fast_lane_finds_what_jmespath_finds(path, document):
    assert getter(path)(document) == jmespath.search(path, document)


@given(DOCUMENTS)
def test_at_is_the_whole_document(document):
    assert getter("@")(document) is document


def test_the_same_expression_is_compiled_once():
    assert getter("a.b[0]") is getter("a.b[0]")


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("emails[?primary] | [0].email", "ada@acme.example"),
        ("emails[0].email", "old@acme.example"),
        ("emails[].email", ["old@acme.example", "ada@acme.example"]),
        ("missing || name", "Ada"),
        ('"first name"', "Ada"),
        ("contains(name, 'd') && name || null", "Ada"),
        ("nobody[0].here", None),
        ("contains(missing, 'd')", None),  # a function met null
    ],
)
def test_other_expressions_are_jmespath(expression, found):
    document = {
        "name": "Ada",
        "first name": "Ada",
        "emails": [{"email": "old@acme.example"}, {"email": "ada@acme.example", "primary": True}],
    }
    assert getter(expression)(document) == found


@pytest.mark.parametrize("expression", ["", "a..b", "a[", "a.b-c", "9a", "foo(", "a | "])
def test_what_is_not_jmespath_is_refused_by_its_text(expression):
    with pytest.raises(ValueError, match="is not a JMESPath expression") as refusal:
        getter(expression)
    assert repr(expression) in str(refusal.value)


@pytest.mark.parametrize("expression", ["lowercase(email)", "a && lowercase(email)"])
def test_a_function_that_jmespath_does_not_have_is_refused_when_it_is_compiled(expression):
    with pytest.raises(ValueError, match="is not a JMESPath expression"):
        getter(expression)


@pytest.mark.parametrize("expression", ["a[?@ > `0`]", "min(a[?@ > `0`])", "a[0] < a[1]", "sort(a)"])
def test_values_of_types_that_cannot_be_compared_are_no_value(expression):
    assert getter(expression)({"a": [7, 1]}) is not None
    assert getter(expression)({"a": ["many", 7]}) is None
