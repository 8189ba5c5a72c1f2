"""What a caller asks for besides filters, in every form in which language models write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import FILTER_FIELDS, Condition, InvalidArgument, Query, operators_for, read_order, read_text
from user_directories.planning.filters import MAX_TEXT
from user_directories.planning.query import Order, query_from_arguments


@pytest.mark.parametrize(("given", "read"), [(None, None), ("", None), (" \n", None), (" Ada  \tKing ", "Ada King")])
def test_a_text_is_trimmed_and_blank_is_none(given, read):
    assert read_text(given) == read


def test_a_text_is_bounded():
    assert read_text("x" * MAX_TEXT) == "x" * MAX_TEXT
    with pytest.raises(InvalidArgument, match="query: it has 257 characters; the limit is 256"):
        read_text("x" * (MAX_TEXT + 1))


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, None),
        ("", None),
        (" ", None),
        ("created_at", Order("created_at")),
        ("created_at:asc", Order("created_at")),
        ("created_at:ASCENDING", Order("created_at")),
        ("created_at desc", Order("created_at", descending=True)),
        ("-created_at", Order("created_at", descending=True)),
        ("name:", Order("name")),
        (" name:descending ", Order("name", descending=True)),
    ],
)
def test_an_order_is_read_in_every_form(given, read):
    assert read_order(given) == read


@pytest.mark.parametrize("given", ["salary", "name:up", "name desc please", ":desc", "-", "name;drop"])
def test_an_order_that_is_none_is_told_the_form(given):
    with pytest.raises(InvalidArgument, match="Use field:asc or field:desc"):
        read_order(given)


CONDITIONS = st.sampled_from(list(FILTER_FIELDS)).flatmap(
    lambda field: st.builds(
        Condition,
        st.just(field),
        st.sampled_from(operators_for(field)[:-1]),
        st.lists(st.text(min_size=1), min_size=1).map(tuple),
        st.booleans(),
        any_case=st.just(False),  # which the plan of a directory says, and no query
    )
)
QUERIES = st.builds(
    Query,
    filters=st.lists(CONDITIONS, unique=True).map(lambda found: tuple(sorted(found))),
    text=st.none() | st.text(min_size=1),
    order=st.none() | st.builds(Order, st.sampled_from(["name", "created_at"]), st.booleans()),
    exhaustive=st.booleans(),
)


@given(QUERIES)
def test_a_query_survives_as_arguments(query):
    assert query_from_arguments(query.as_arguments()) == query


@given(QUERIES)
def test_the_order_of_the_filters_does_not_change_the_arguments(query):
    turned = Query(tuple(reversed(query.filters)), query.text, query.order, query.exhaustive)
    assert turned.as_arguments() == query.as_arguments()
