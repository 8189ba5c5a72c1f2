"""What is sent is read as exactly one literal with exactly the value, for every value; what cannot be is not sent."""

import re
from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from user_directories.dialects import DIALECTS, Clause, alternatives, clause, conjunction

from ...thoroughness import examples
from .readers import READERS, Joined, Read

STRINGS = 40 if examples(1) == 1 else 10_000
SIGNS = "'\"\\`()[]{}<>*?%_&|+-~^:;,./=!@#$ \t\n\r\x00\x7f"
WORDS = ["and", " OR ", " or 1 eq 1", '" or a pr or "', "' or ''='", "\\'", '\\"', "NOT", "TO", "null", "true", "u0041"]
TEXTS = st.text() | st.lists(st.sampled_from([*SIGNS, *WORDS, "é", "سلمان", "😀", "a"]), max_size=12).map("".join)
"""All strings, and those of which syntax is made."""

ATTRIBUTES = {name: "profile.email" if name != "odata" else "profile/email" for name in READERS}
TIMES = st.datetimes(min_value=datetime(1000, 1, 1)).map(  # noqa: DTZ001 - it is written as one of UTC
    lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z"
)


def filled(name, template, value, kind="text"):
    """The condition that a template becomes; None if the dialect cannot write the value."""
    text = DIALECTS[name].written(template, kind, value)
    return None if text is None else clause(DIALECTS[name], template, text)


def written(name, operator, value, kind="text"):
    """The condition that a dialect writes for an operator; None if it cannot."""
    template = DIALECTS[name].operators[operator].replace("{attribute}", ATTRIBUTES[name])
    return filled(name, template, value, kind)


def cannot_be_written(name, operator, value):
    """Whether a dialect has no documented form for a value, in words of the document and not of the writer."""
    pattern = {
        "scim": "[\ud800-\udfff]",
        "odata": "[\ud800-\udfff\x00-\x1f\x7f]",
        "okta": "[\ud800-\udfff\x00-\x1f\x7f]",
        "lucene": "[\ud800-\udfff\x00-\x1f\x7f]" + ("|[<>]" if operator == "starts_with" else ""),
        "google": r"[\ud800-\udfff\x00-\x1f\x7f\\]",
        "soql": "[\ud800-\udfff]" + (r"|\\" if operator == "starts_with" else ""),
    }[name]
    return re.search(pattern, value) is not None


@pytest.mark.parametrize("name", READERS)
@given(value=TEXTS)
@example(value="O'Neil")
@example(value='" or userName pr or "')
@example(value="\\")
@example(value="\\\\'")
@example(value="a\\")
@example(value="")
@settings(max_examples=STRINGS)
def test_a_value_is_read_back_as_one_literal_with_exactly_this_value(name, value):
    found = written(name, "is", value)
    assert (found is None) is cannot_be_written(name, "is", value)
    if found is not None:
        assert READERS[name](found.text) == Read(ATTRIBUTES[name], "is", value)


@pytest.mark.parametrize("name", [name for name in READERS if name != "google"])
@given(value=TEXTS.filter(bool))
@example(value="100%_")
@example(value="AND")
@example(value="a* OR b:*")
@settings(max_examples=STRINGS)
def test_a_beginning_is_read_back_as_one_beginning_with_exactly_this_value(name, value):
    found = written(name, "starts_with", value)
    assert (found is None) is cannot_be_written(name, "starts_with", value)
    if found is not None:
        assert READERS[name](found.text) == Read(ATTRIBUTES[name], "starts_with", value)


@given(value=TEXTS)
@example(value="ada.lovelace+1@acme.example")
@example(value="a' b")
@settings(max_examples=STRINGS)
def test_google_is_asked_only_for_beginnings_that_need_no_quotes(value):
    found = written("google", "starts_with", value)
    assert found is None or READERS["google"](found.text) == Read(ATTRIBUTES["google"], "starts_with", value)
    assert (found is not None) is (re.fullmatch(r"[^\W_][\w.@+-]*", value) is not None and value.lower() not in BARE)


BARE = {"and", "or", "not", "to"}


@given(value=TEXTS)
@example(value="x type:org")
@example(value="-ada")
@example(value="OR")
@example(value="ada@acme.example")
@settings(max_examples=STRINGS)
def test_without_quotes_only_values_are_sent_in_which_nothing_can_be_syntax(value):
    found = DIALECTS["none"].written("user:{value}", "text", value)
    assert found in (None, f"user:{value}")
    assert found is None or (re.fullmatch(r"[\w@.+-]+", value) and value[0] not in "+-" and value.lower() not in BARE)


@pytest.mark.parametrize("name", [name for name in READERS if name != "google"])
@given(value=TIMES, operator=st.sampled_from(["after", "before"]))
def test_a_time_is_read_back_as_the_same_moment(name, value, operator):
    found = written(name, operator, value, "time")
    assert found is not None
    wanted = value if name != "okta" else value.replace("Z", ".000Z")
    assert READERS[name](found.text) == Read(ATTRIBUTES[name], operator, wanted)


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("scim", 'a ge "2026-01-31T00:00:00Z"'),
        ("odata", "a ge 2026-01-31T00:00:00Z"),
        ("okta", 'a ge "2026-01-31T00:00:00.000Z"'),
        ("lucene", 'a:["2026-01-31T00:00:00Z" TO *]'),
        ("soql", "a >= 2026-01-31T00:00:00Z"),
    ],
)
def test_a_time_stands_in_quotes_where_the_dialect_wants_it(name, after):
    template = DIALECTS[name].operators["after"].replace("{attribute}", "a")
    assert DIALECTS[name].written(template, "time", "2026-01-31T00:00:00Z") == after


@pytest.mark.parametrize("name", DIALECTS)
@given(value=TEXTS)
@settings(max_examples=STRINGS // 4)
def test_only_a_time_a_boolean_or_a_number_is_written_as_one(name, value):
    dialect = DIALECTS[name]
    assert (dialect.written("{value}", "boolean", value) is not None) is (value in ("true", "false"))
    if re.fullmatch(r"-?\d+(\.\d+)?", value, re.ASCII) is None:
        assert dialect.written("{value}", "number", value) is None
    if "time" in dialect.writers and not re.match(r"\d{4}-\d\d-\d\dT", value, re.ASCII):
        assert dialect.written("{value}", "time", value) is None


@pytest.mark.parametrize("name", ["scim", "odata", "okta", "google", "soql"])
def test_booleans_and_numbers_stand_without_quotes(name):
    assert written(name, "is", "true", "boolean").text.endswith("true")
    assert written(name, "is", "-5", "number").text.endswith("-5")


@pytest.mark.parametrize("name", [name for name in READERS if "missing" in DIALECTS[name].operators])
def test_a_missing_value_is_asked_for(name):
    assert READERS[name](written(name, "missing", "true").text) == Read(ATTRIBUTES[name], "missing")
    assert READERS[name](written(name, "present", "false").text) == Read(ATTRIBUTES[name], "present")


def test_okta_can_say_only_that_a_value_is_there():
    assert "missing" not in DIALECTS["okta"].operators
    assert READERS["okta"](written("okta", "present", "false").text) == Read("profile.email", "present")


CONDITIONS = st.lists(st.lists(TEXTS, min_size=1, max_size=3), min_size=1, max_size=4)
"""Conditions, each of one value or several."""


def read(conditions, name):
    """The tree that conditions mean: any of the values, of all conditions."""
    found = [[Read(ATTRIBUTES[name], "is", value) for value in values] for values in conditions]
    parts = [each[0] if len(each) == 1 else Joined("or", tuple(each)) for each in found]
    return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))


@pytest.mark.parametrize("name", [name for name in READERS if DIALECTS[name].disjunction])
@given(conditions=CONDITIONS)
@settings(max_examples=STRINGS // 4)
def test_joined_conditions_are_read_back_as_exactly_these(name, conditions):
    dialect = DIALECTS[name]
    clauses = [[written(name, "is", value) for value in values] for values in conditions]
    if all(each is not None for row in clauses for each in row):
        text = conjunction(dialect, None, [alternatives(dialect, row) for row in clauses])
        assert READERS[name](text) == read(conditions, name)


@given(values=st.lists(TEXTS, min_size=1, max_size=4))
@settings(max_examples=STRINGS // 4)
def test_a_blank_joins_the_clauses_of_google(values):
    clauses = [written("google", "is", value) for value in values]
    if None not in clauses:
        text = conjunction(DIALECTS["google"], None, clauses)
        assert READERS["google"](text) == read([[value] for value in values], "google")


def test_google_and_no_dialect_have_no_or():
    for name in ("google", "none"):
        with pytest.raises(ValueError, match="no disjunction"):
            alternatives(DIALECTS[name], [Clause("a"), Clause("b")])
    with pytest.raises(ValueError, match="no conjunction"):
        conjunction(DIALECTS["none"], None, [Clause("a"), Clause("b")])


@pytest.mark.parametrize(
    ("name", "fixed", "whole"),
    [
        ("scim", "active eq true", 'active eq true and a eq "x"'),
        ("scim", "b pr or c pr", '(b pr or c pr) and a eq "x"'),
        ("odata", "accountEnabled eq true", "accountEnabled eq true and a eq 'x'"),
        ("lucene", "b:1 c:2", '(b:1 c:2) AND a:"x"'),
        ("google", "isSuspended=false", "isSuspended=false a='x'"),
        ("soql", "SELECT Id FROM User", "SELECT Id FROM User WHERE a = 'x'"),
        ("soql", "SELECT Id FROM User WHERE IsActive = true", "SELECT Id FROM User WHERE IsActive = true AND a = 'x'"),
    ],
)
def test_what_is_fixed_is_joined_with_what_is_asked(name, fixed, whole):
    template = DIALECTS[name].operators["is"].replace("{attribute}", "a")
    assert conjunction(DIALECTS[name], fixed, [filled(name, template, "x")]) == whole


def test_a_condition_of_several_conditions_keeps_together():
    dialect = DIALECTS["scim"]
    one = filled("scim", "mail eq {value} or userName eq {value}", "x")
    assert conjunction(dialect, None, [one]) == 'mail eq "x" or userName eq "x"'
    assert conjunction(dialect, None, [one, Clause("a pr")]) == '(mail eq "x" or userName eq "x") and a pr'


def test_an_or_in_a_value_makes_no_condition_compound():
    assert written("scim", "is", "this or that") == Clause('profile.email eq "this or that"')


def test_a_value_that_looks_like_a_place_is_not_replaced_again():
    assert DIALECTS["scim"].written("a eq {value}", "text", "{value}") == 'a eq "{value}"'
    assert DIALECTS["lucene"].written("a:{value} b:{prefix}", "text", "{prefix}") == 'a:"{prefix}" b:\\{prefix\\}*'
