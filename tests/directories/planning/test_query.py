"""What a caller asks for, in every form in which language models write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import FILTER_FIELDS, InvalidArgument, Query, read_filters, read_order, read_text
from user_directories.manifest import TIME_FILTERS
from user_directories.planning.query import MAX_TEXT, MAX_VALUES, Order, query_from_arguments


@pytest.mark.parametrize("given", [None, {}, {"email": None}])
def test_null_is_no_filter(given):
    assert read_filters(given) == {}


@pytest.mark.parametrize("given", ["", "  ", [], [None], ["ada@acme.example", ""]])
@pytest.mark.parametrize("name", ["email", "created_after"])
def test_an_empty_value_is_refused_because_leaving_it_out_would_mean_everybody(name, given):
    with pytest.raises(InvalidArgument, match=f"filters.{name}: a value is empty"):
        read_filters({name: given if isinstance(given, str) or not given or name == "email" else [""]})


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("ada@acme.example", ("ada@acme.example",)),
        (" ada@acme.example\n", ("ada@acme.example",)),
        (["a", "b", "a"], ("a", "b")),
        (7, ("7",)),
        ([7, "7", 1.5], ("7", "1.5")),
    ],
)
def test_a_filter_takes_one_value_or_several(given, read):
    assert read_filters({"email": given}) == {"email": read}


@pytest.mark.parametrize("name", sorted(TIME_FILTERS))
@pytest.mark.parametrize("given", ["2026-01-31", "2026-01-31T00:00:00Z", "2026-01-31T01:00:00+01:00", 1769817600])
def test_a_time_is_read_in_every_form_and_kept_in_one(name, given):
    assert read_filters({name: given}) == {name: ("2026-01-31T00:00:00Z",)}


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"mail": "a"}, "filters: unknown field 'mail'. Use: id, email, name,"),
        ({"email": True}, "filters.email: takes text or a list of texts, not bool."),
        ({"email": {"eq": "a"}}, "filters.email: takes text or a list of texts, not dict."),
        ({"email": [["a"]]}, "filters.email: takes text or a list of texts, not list."),
        ({"email": "x" * (MAX_TEXT + 1)}, "filters.email: a value has 257 characters; at most 256."),
        ({"id": [str(n) for n in range(MAX_VALUES + 1)]}, "filters.id: 51 values; at most 50 in one call. Split them."),
        (
            {"created_after": "soon"},
            "filters.created_after: 'soon' is no time. Use 2026-01-31 or 2026-01-31T12:00:00Z.",
        ),
        ({"created_after": ["2026-01-31", "2026-02-01"]}, "filters.created_after: takes one time, not 2."),
    ],
)
def test_a_filter_that_is_wrong_is_told_what_would_be_right(filters, says):
    with pytest.raises(InvalidArgument) as refusal:
        read_filters(filters)
    assert says in str(refusal.value)
    assert len(str(refusal.value)) < 500


def test_an_unknown_filter_names_all_that_there_are():
    with pytest.raises(InvalidArgument) as refusal:
        read_filters({"x": "y"})
    assert all(name in str(refusal.value) for name in FILTER_FIELDS)


@pytest.mark.parametrize(("given", "read"), [(None, None), ("", None), (" \n", None), (" Ada  \tKing ", "Ada King")])
def test_a_text_is_trimmed_and_blank_is_none(given, read):
    assert read_text(given) == read


def test_a_text_is_bounded():
    assert read_text("x" * MAX_TEXT) == "x" * MAX_TEXT
    with pytest.raises(InvalidArgument, match="query: 257 characters; at most 256"):
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


QUERIES = st.builds(
    Query,
    filters=st.dictionaries(st.sampled_from(FILTER_FIELDS), st.lists(st.text(min_size=1), min_size=1).map(tuple)),
    text=st.none() | st.text(min_size=1),
    order=st.none() | st.builds(Order, st.sampled_from(["name", "created_at"]), st.booleans()),
    exhaustive=st.booleans(),
)


@given(QUERIES)
def test_a_query_survives_as_arguments(query):
    assert query_from_arguments(query.as_arguments()) == query


@given(QUERIES)
def test_the_order_of_the_filters_does_not_change_the_arguments(query):
    turned = Query(dict(reversed(query.filters.items())), query.text, query.order, query.exhaustive)
    assert turned.as_arguments() == query.as_arguments()
