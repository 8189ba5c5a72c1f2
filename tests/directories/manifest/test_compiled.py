"""A compiled expression finds what the interpreter of JMESPath finds."""

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import built_in, built_in_names
from user_directories.manifest.compiled import compiled

KEYS = ["a", "b", "c"]
NUMBERS = st.integers(-2, 2)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.sampled_from([0.0, 1.0, "", "x"]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.sampled_from(KEYS), children, max_size=3),
    max_leaves=20,
)
LITERALS = st.sampled_from(["`true`", "`false`", "`null`", "`0`", "`1`", '`"x"`', "'x'", "''", "`[]`", "`{}`"])
EXPRESSIONS = st.recursive(
    st.sampled_from([*KEYS, "@"]) | LITERALS,
    lambda parts: st.one_of(
        st.builds("({}).{}".format, parts, st.sampled_from(KEYS)),
        st.builds("({})[{}]".format, parts, NUMBERS),
        st.builds("({})[{}].{}".format, parts, st.sampled_from(["", "*"]), st.sampled_from(KEYS)),
        st.builds("({})[?{}].{}".format, parts, parts, st.sampled_from(KEYS)),
        st.builds("({})[?{}]".format, parts, parts),
        st.builds("({}) {} ({})".format, parts, st.sampled_from(["||", "&&", "|", "==", "!="]), parts),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS, DOCUMENTS)
def test_it_finds_what_the_interpreter_finds(expression, document):
    get = compiled(jmespath.compile(expression).parsed)
    assert get is not None, expression
    found = jmespath.search(expression, document)
    assert (get(document), type(get(document))) == (found, type(found))


@pytest.mark.parametrize("expression", ["length(a)", "a[0:2]", "{x: a}", "[a, b]", "a.*", "!a", "a < b", "a[?b > `1`]"])
def test_what_is_left_to_the_interpreter_is_not_compiled(expression):
    assert compiled(jmespath.compile(expression).parsed) is None


def test_every_expression_of_a_shipped_page_is_compiled():
    expressions = [each for name in built_in_names() for each in built_in(name).expressions()]
    assert not [each for each in expressions if each != "@" and compiled(jmespath.compile(each).parsed) is None]
