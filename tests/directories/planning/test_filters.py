"""The grammar of filters: fields, operators, values, and what is said of each mistake."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import (
    ALIASES,
    FILTER_FIELDS,
    OPERATORS,
    Condition,
    InvalidArgument,
    User,
    built_in,
    built_in_names,
    conditions,
    operators_for,
    read_filters,
    restrict,
)
from user_directories.planning.filters import MAX_TEXT, MAX_VALUES, filterable, operators_here
from user_directories.users.filters import matches_filters

TIMES = [field for field, kind in FILTER_FIELDS.items() if kind == "time"]
JANUARY = "2026-01-31T00:00:00Z"
ADA = User(
    "u1",
    name="Ada Lovelace",
    email="ada@acme.example",
    emails=("ada@acme.example", "countess@acme.example"),
    status="ACTIVE",
    department="Analytical Engines",
    created_at="2026-01-31T12:00:00Z",
)
NOBODY = User("u2")


@pytest.mark.parametrize("given", [None, {}])
def test_without_filters_there_are_none(given):
    assert read_filters(given) == ((), ())


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("ada@acme.example", ("ada@acme.example",)),
        (" ada@acme.example\n", ("ada@acme.example",)),
        (["a", "b", "a"], ("a", "b")),
        (7, ("7",)),
        ([7, "7", 1.5], ("7", "1.5")),
        ({"is": ["a", "b"]}, ("a", "b")),
    ],
)
def test_a_filter_takes_one_value_or_several(given, read):
    assert conditions({"title": given}) == (Condition("title", "is", read),)


def test_several_operators_of_one_field_must_all_hold():
    asked = {"after": "2026-01-31", "before": "2026-02-01", "not": {"missing": True}}
    assert conditions({"created_at": asked}) == (
        Condition("created_at", "after", (JANUARY,)),
        Condition("created_at", "before", ("2026-02-01T00:00:00Z",)),
        Condition("created_at", "missing", ("true",), negated=True),
    )


@pytest.mark.parametrize("name", ALIASES)
@pytest.mark.parametrize("given", ["2026-01-31", JANUARY, "2026-01-31T01:00:00+01:00", 1769817600, ["2026-01-31"]])
def test_a_time_is_read_in_every_form_and_kept_in_one(name, given):
    field, side = ALIASES[name]
    assert conditions({name: given}) == conditions({field: {side: given}}) == (Condition(field, side, (JANUARY,)),)


@pytest.mark.parametrize("value", [True, "true", " TRUE "])
def test_missing_takes_true_or_false(value):
    assert conditions({"email": {"missing": value}}) == (Condition("email", "missing", ("true",)),)


@pytest.mark.parametrize(
    "filters",
    [{"email": ""}, {"email": {"is": ""}}, {"created_after": ""}, {"created_at": ""}, {"status": {"not": ""}}],
)
def test_an_empty_string_means_that_a_filter_is_not_given_and_is_told(filters):
    assert read_filters({**filters, "name": "ada"}) == ((Condition("name", "is", ("ada",)),), tuple(filters))


TEXT = "It takes: is, starts_with, missing, not."
TIME = "It takes: after, before, missing, not."


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"mail": "a"}, "filters: unknown field 'mail'. Use: id, email, name,"),
        ({"email": True}, "filters.email: it takes a string or a list of strings, not bool."),
        ({"email": [["a"]]}, "filters.email: it takes a string or a list of strings, not list."),
        ({"email": "x" * (MAX_TEXT + 1)}, "filters.email: a value has 257 characters; the limit is 256."),
        (
            {"id": [str(n) for n in range(MAX_VALUES + 1)]},
            "filters.id: it has 51 values; the limit is 50 per call. Split them",
        ),
        ({"email": "  "}, "filters.email: a value is empty."),
        ({"email": []}, "filters.email: a value is empty."),
        ({"email": ["ada@acme.example", ""]}, "filters.email: a value is empty."),
        (
            {"email": None},
            'filters.email: null is not a value. To find users without a value, use {"email": {"missing": true}};',
        ),
        (
            {"email": [None]},
            'filters.email: null is not a value. To find users without a value, use {"email": {"missing": true}};',
        ),
        (
            {"email": {"is": None}},
            'filters.email: null is not a value. To find users without a value, use {"email": {"missing": true}};',
        ),
        (
            {"created_after": None},
            'filters.created_after: null is not a value. To find users without a value, use {"created_at": {"mis',
        ),
        ({"id": None}, "filters.id: null is not a value. Every user has one: leave it out."),
        ({"email": {"like": "x"}}, f"filters.email: unknown operator 'like'. {TEXT}"),
        ({"email": {}}, f"filters.email: an operator is missing. {TEXT}"),
        ({"email": {"not": {}}}, "filters.email: an operator is missing. It takes: is, starts_with, missing."),
        ({"email": {"after": "2026-01-31"}}, f"filters.email: this field does not take after. {TEXT}"),
        ({"created_at": {"starts_with": "2026"}}, f"filters.created_at: this field does not take starts_with. {TIME}"),
        ({"created_at": "2026-01-31"}, f"filters.created_at: an operator is missing. {TIME}"),
        ({"id": {"starts_with": "u"}}, "filters.id: this field does not take starts_with. It takes: is, not."),
        (
            {"email": {"not": {"not": "x"}}},
            "filters.email: `not` cannot contain another `not`. Inside it, use: is, starts_with, missing.",
        ),
        (
            {"email": {"not": {"is": "x", "missing": True}}},
            "filters.email: `not` takes only one operator. Inside it, use one of: is, starts_with, missing.",
        ),
        ({"email": {"missing": "perhaps"}}, "filters.email.missing: 'perhaps' is not valid. Use true or false."),
        ({"email": {"missing": 1}}, "filters.email.missing: '1' is not valid. Use true or false."),
        (
            {"created_after": "soon"},
            "filters.created_after: 'soon' is not a time. Use 2026-01-31 or 2026-01-31T12:00:00Z.",
        ),
        ({"created_at": {"before": True}}, "filters.created_at: 'True' is not a time."),
        ({"created_after": ["2026-01-31", "2026-02-01"]}, "filters.created_after: it takes one time, not 2."),
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


@pytest.mark.parametrize(
    ("filters", "finds_ada", "finds_nobody"),
    [
        ({"name": {"starts_with": "ada l"}}, True, False),
        ({"name": {"starts_with": "LOVE"}}, False, False),
        ({"email": {"starts_with": "COUNTESS@"}}, True, False),
        ({"department": {"starts_with": "analytical"}}, True, False),
        ({"department": "analytical engines"}, True, False),
        ({"department": {"missing": True}}, False, True),
        ({"department": {"missing": False}}, True, False),
        ({"email": {"missing": True}}, False, True),
        ({"created_at": {"missing": True}}, False, True),
        ({"status": {"not": "active"}}, False, True),
        ({"status": {"not": ["inactive", "invited"]}}, True, True),
        ({"email": {"not": {"starts_with": "ada"}}}, False, True),
        ({"created_at": {"not": {"after": "2027-01-01"}}}, True, True),
        ({"created_at": {"after": "2026-01-31", "before": "2026-02-01"}}, True, False),
    ],
)
def test_an_operator_is_checked_here_as_it_says(filters, finds_ada, finds_nobody):
    check = matches_filters(conditions(filters))
    assert (check(ADA), check(NOBODY)) == (finds_ada, finds_nobody)


def some_value(operator: str) -> st.SearchStrategy:
    takes = OPERATORS[operator].takes
    texts = st.sampled_from(["Ada", "ada@acme.example", "ACTIVE", "u1", "Analytical Engines", "zzz"])
    return {"text": texts, "time": st.sampled_from(["2026-01-31", "2020-01-01"]), "flag": st.booleans()}[takes]


@given(st.data(), st.sampled_from(list(FILTER_FIELDS)), st.sampled_from([ADA, NOBODY]))
def test_not_finds_just_those_whom_its_condition_does_not_find(data, field, user):
    operator = data.draw(st.sampled_from(operators_for(field)[:-1]))
    value = data.draw(some_value(operator).filter(lambda each: (field, operator) != ("email", "is") or "@" in each))
    is_found = matches_filters(conditions({field: {operator: value}}))(user)
    assert matches_filters(conditions({field: {"not": {operator: value}}}))(user) is not is_found


@pytest.mark.parametrize("name", built_in_names())
def test_a_directory_takes_for_a_field_what_it_can_tell_of_it(name):
    manifest = built_in(name)
    for field in filterable(manifest):
        able = operators_here(manifest, field)
        assert able
        assert set(able) <= set(operators_for(field))


def test_what_a_provider_compares_alone_takes_no_operator_that_it_does_not_have():
    assert operators_here(built_in("braintrust"), "organization") == ("is",)


def test_what_only_a_look_up_sends_cannot_be_filtered_by():
    assert "last_active_at" not in filterable(built_in("klavis"))


@pytest.mark.parametrize(("field", "able"), [("email", ("is", "missing", "not")), ("created_at", ("missing", "not"))])
def test_a_masked_field_takes_whole_values_alone(field, able):
    assert operators_here(restrict(built_in("delay"), {field: "masked"}), field) == able


@pytest.mark.parametrize(("operator", "field"), list(product(OPERATORS, FILTER_FIELDS)))
def test_each_operator_is_offered_for_the_fields_that_it_fits(operator, field):
    assert (operator in operators_for(field)) == (FILTER_FIELDS[field] in OPERATORS[operator].kinds)


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_operator_says_what_it_means(operator):
    assert OPERATORS[operator].description
