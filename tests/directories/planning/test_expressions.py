"""Queries as expressions: what is sent, joined and quoted, and what is checked here because it cannot be said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import InvalidArgument, Manifest, Query, conditions, restrict
from user_directories.planning.parameters import trial_parameters, values_asked
from user_directories.planning.plan import plan
from user_directories.planning.query import Asking
from user_directories.planning.terms import written

from ..dialects.readers import READERS, Joined, Read

FIELDS = ("id", "name", "given_name", "family_name", "email", "username", "status", "role", "created_at", "updated_at")


def attribute(name: str, **more: Any) -> dict[str, Any]:
    return {"parameter": "filter", "attribute": name, "match": "exact", **more}


def made(*, dialect: str = "scim", fixed: dict[str, str] | None = None, fields=FIELDS, **tables: Any) -> Manifest:
    page = {
        "version": 1,
        "name": "acme",
        "title": "Acme",
        "docs": "https://acme.example",
        "dialect": dialect,
        "auth": {"environment": "KEY"},
        "list": {
            "path": "/Users",
            "items": "@",
            "page_size": {"parameter": "count"},
            "pagination": {"strategy": "offset", "parameter": "startIndex", "first": 1},
            "parameters": fixed or {},
        },
        "user": {name: name for name in fields},
    }
    return Manifest.model_validate(page | tables)


EVERY = {
    "email": attribute("emails.value", operators=["is", "starts_with"]),
    "status": attribute("status"),
    "role": attribute("role"),
    "created_at": attribute("meta.created"),
}
SCIM = made(filters=EVERY)


def legs(manifest, text=None, asking=None, **filters):
    query = Query(conditions(filters), text)
    return [leg.parameters for leg in plan(manifest, query, asking or Asking()).legs]


def test_one_condition_is_one_expression():
    assert legs(SCIM, email="ada@acme.example") == [(("filter", 'emails.value eq "ada@acme.example"'),)]


def test_several_conditions_are_joined_into_one_expression():
    ((sent,),) = legs(SCIM, email="ada@acme.example", status="active")
    assert sent == ("filter", 'emails.value eq "ada@acme.example" and status eq "active"')


def test_several_values_of_one_field_are_joined_in_parentheses_beside_others():
    ((sent,),) = legs(SCIM, status=["a", "b"], role="c")
    assert sent == ("filter", '(status eq "a" or status eq "b") and role eq "c"')
    ((alone,),) = legs(SCIM, status=["a", "b"])
    assert alone == ("filter", 'status eq "a" or status eq "b"')


FLAGS = {
    "status": {
        "parameter": "query",
        "conditions": {"active": "isSuspended=false isArchived=false", "left": "isArchived=true"},
        "match": "exact",
    },
    "role": {"parameter": "query", "attribute": "orgTitle", "match": "exact"},
}


def test_a_value_may_have_a_condition_of_its_own_which_is_joined_like_any_other():
    google = made(dialect="google", filters=FLAGS)
    assert legs(google, status="active", role="x") == [
        (("query", "isSuspended=false isArchived=false orgTitle='x'"),),
    ]
    assert [dict(each)["query"] for each in legs(google, status=["active", "left"])][:2] == [
        "isSuspended=false isArchived=false",
        "isArchived=true",
    ]
    scim = made(filters={"status": FLAGS["status"] | {"parameter": "filter", "conditions": {"a": "x pr or y pr"}}})
    assert legs(scim, status="a") == [(("filter", "x pr or y pr"),)]


def test_a_value_without_a_condition_of_its_own_is_looked_for_here():
    planned = plan(made(dialect="google", filters=FLAGS), Query(conditions({"status": "away", "role": "x"})))
    assert [leg.parameters for leg in planned.legs] == [(("query", "orgTitle='x'"),)]
    assert planned.residual is not None
    assert planned.residual.fields == {"status"}


def test_what_an_index_is_asked_for_is_known_to_be_behind_unless_everybody_is_looked_at():
    behind = made(filters={"status": attribute("status", eventual=True), "role": attribute("role")})
    assert plan(behind, Query(conditions({"status": "a"}))).is_eventual
    assert not plan(behind, Query(conditions({"role": "a"}))).is_eventual
    assert not plan(behind, Query(conditions({"status": "a"}), exhaustive=True)).is_eventual
    unsure = made(filters={"status": attribute("status", eventual=True) | {"match": "unknown"}})
    assert not plan(unsure, Query(conditions({"status": "a"}))).is_eventual


def test_an_exact_expression_is_left_to_the_provider_and_held_against_what_comes():
    planned = plan(SCIM, Query(conditions({"status": "active"})))
    assert (planned.how, planned.residual, planned.sure) == ("provider", None, True)
    assert planned.expected is not None
    assert [each.values for each in planned.compared] == [("active",)]


def test_both_spellings_of_a_domain_are_asked_for_at_once():
    ((sent,),) = legs(SCIM, email="ada@bücher.example")
    both = 'emails.value eq "ada@bücher.example" or emails.value eq "ada@xn--bcher-kva.example"'
    assert sent == ("filter", both)


def test_where_there_is_no_or_each_value_is_a_request():
    one = made(filters={"status": attribute("status", several="one"), "role": attribute("role")})
    assert legs(one, status=["a", "b"], role="c") == [
        (("filter", 'status eq "a" and role eq "c"'),),
        (("filter", 'status eq "b" and role eq "c"'),),
    ]
    google = made(dialect="google", filters={"status": attribute("status"), "role": attribute("role")})
    assert legs(google, status=["a", "b"], role="c") == [
        (("filter", "status='a' role='c'"),),
        (("filter", "status='b' role='c'"),),
    ]


def test_no_more_than_fifteen_values_stand_in_one_expression():
    sent = [dict(parameters)["filter"].count(" eq ") for parameters in legs(SCIM, status=[f"s{n}" for n in range(40)])]
    assert sent == [15, 15, 10]


def test_what_is_fixed_in_the_parameter_is_joined_with_what_is_asked():
    fixed = made(filters=EVERY, fixed={"filter": "active eq true or guest pr"})
    assert legs(fixed, status="a") == [(("filter", '(active eq true or guest pr) and status eq "a"'),)]
    assert legs(fixed) == [()]


def test_a_statement_gets_its_conditions():
    soql = made(
        dialect="soql",
        fixed={"q": "SELECT Id FROM User"},
        filters={"email": attribute("Email", parameter="q"), "status": attribute("Status", parameter="q")},
    )
    assert legs(soql, email="o'neil@acme.example", status="a") == [
        (("q", "SELECT Id FROM User WHERE Email = 'o\\'neil@acme.example' AND Status = 'a'"),)
    ]


def test_what_goes_along_goes_along_once():
    count = {"$count": "true"}
    graph = made(
        dialect="odata",
        filters={
            "email": attribute("mail", parameter="$filter", **{"with": count}),
            "status": attribute("status", parameter="$filter", **{"with": count}),
        },
        sort={"name": {"ascending": {"$orderby": "displayName", **count}}},
    )
    assert legs(graph, email="o'neil@acme.example", status="a") == [
        (("$filter", "mail eq 'o''neil@acme.example' and status eq 'a'"), ("$count", "true"))
    ]
    from user_directories import read_order

    (leg,) = plan(graph, Query(conditions({"status": "a"}), order=read_order("name"))).legs
    assert leg.parameters == (("$orderby", "displayName"), ("$count", "true"), ("$filter", "status eq 'a'"))


def test_our_words_become_theirs_and_booleans_stand_without_quotes():
    manifest = made(
        dialect="odata",
        fields=(*FIELDS, "state"),
        filters={"state": attribute("accountEnabled", type="boolean")},
        values={"state": {"active": True, "inactive": False}},
    )
    assert legs(manifest, state="active") == [(("filter", "accountEnabled eq true"),)]


def test_numbers_stand_without_quotes_and_what_is_no_number_is_checked_here():
    manifest = made(fields=(*FIELDS, "employee_id"), filters={"employee_id": attribute("number", type="number")})
    assert legs(manifest, employee_id="42") == [(("filter", "number eq 42"),)]
    assert legs(manifest, employee_id="42 or a pr") == [()]


def test_the_bounds_of_a_time_are_sent_where_they_are_known_to_be_kept_and_checked_here_all_the_same():
    filters = {"created_at": {"after": "2026-01-01T00:00:00Z", "before": "2026-02-01T00:00:00Z"}}
    asking = Asking(timely=["created_at.after", "created_at.before"])
    planned = plan(SCIM, Query(conditions(filters)), asking)
    ((sent,),) = [leg.parameters for leg in planned.legs]
    bounds = 'meta.created ge "2025-12-31T23:59:59Z" and meta.created lt "2026-02-01T00:00:01Z"'
    assert sent == ("filter", bounds)
    assert planned.residual is not None
    assert plan(SCIM, Query(conditions(filters))).legs[-1].everybody


def test_a_beginning_is_sent_as_the_dialect_has_it():
    email = {"email": {"starts_with": "ada"}}
    assert legs(SCIM, **email) == [(("filter", 'emails.value sw "ada"'),)]
    lucene = made(dialect="lucene", filters=EVERY)
    assert legs(lucene, **email) == [(("filter", "emails.value:ada*"),)]


def test_a_condition_is_not_sent_negated():
    planned = plan(SCIM, Query(conditions({"status": {"not": "active"}})))
    assert [leg.parameters for leg in planned.legs] == [()]
    assert planned.residual is not None


def test_a_missing_value_is_asked_for():
    manifest = made(filters={"email": attribute("emails", operators=["missing"])})
    assert legs(manifest, email={"missing": True}) == [(("filter", "not (emails pr)"),)]
    assert legs(manifest, email={"missing": False}) == [(("filter", "emails pr"),)]


GOOGLE = made(dialect="google", filters={"id": attribute("id"), "role": attribute("role")})


def test_a_value_that_the_dialect_cannot_write_is_checked_here_and_not_changed():
    planned = plan(GOOGLE, Query(conditions({"id": "a\\b"})))
    assert [leg.parameters for leg in planned.legs] == [()]
    assert planned.residual is not None
    assert legs(GOOGLE, id=["a\\b", "c"], role="x") == [(("filter", "role='x'"),)]


def test_what_can_neither_be_asked_for_nor_be_checked_is_refused():
    unseen = made(dialect="google", fields=("id", "email"), filters={"role": attribute("role")})
    assert legs(unseen, role="x") == [(("filter", "role='x'"),)]
    for values in ("a\\b", [f"r{number}" for number in range(40)]):
        with pytest.raises(InvalidArgument, match=r"filters\.role: this directory's API cannot be asked for that"):
            legs(unseen, role=values)


def test_what_cannot_be_checked_is_sent_before_what_can():
    unseen = made(
        fields=("id", "email", "status"),
        filters={"role": attribute("role", several="one"), "status": attribute("status", several="one")},
    )
    planned = plan(unseen, Query(conditions({"status": [f"s{n}" for n in range(7)], "role": ["a", "b"]})))
    assert [leg.parameters for leg in planned.legs] == [(("filter", f'role eq "{role}"'),) for role in "ab"]
    assert planned.residual is not None


def test_without_a_dialect_two_conditions_do_not_share_a_parameter():
    rule = {"parameter": "q", "dialect": "none", "match": "exact"}
    manifest = made(
        filters={"status": rule | {"expression": "is:{value}"}, "role": rule | {"expression": "role:{value}"}}
    )
    planned = plan(manifest, Query(conditions({"status": "a", "role": "b"})))
    assert [leg.parameters for leg in planned.legs] == [(("q", "is:a"),)]
    assert planned.residual is not None


SEARCH = {"parameter": "filter", "expression": "displayName co {value}", "match": "contains"}


def test_a_search_is_joined_with_the_filters_of_its_parameter():
    manifest = made(filters=EVERY, search=SEARCH)
    found = plan(manifest, Query(conditions({"status": "a"}), "ada"))
    assert [(leg.parameters, leg.everybody) for leg in found.legs] == [
        ((("filter", 'status eq "a" and displayName co "ada"'),), False),
        ((("filter", 'status eq "a"'),), True),
    ]


def test_a_search_of_a_text_that_cannot_be_written_looks_at_everybody():
    manifest = made(dialect="none", search={"parameter": "q", "expression": "name:{value}", "match": "contains"})
    assert legs(manifest, "ada")[0] == (("q", "name:ada"),)
    assert legs(manifest, "ada lovelace") == [()]


def test_a_search_that_may_look_at_something_hidden_is_not_asked():
    manifest = restrict(made(filters=EVERY, search=SEARCH), {"email": "none"})
    assert legs(manifest, "ada") == [()]
    open_search = made(filters=EVERY, search=SEARCH | {"fields": ["name"]}, fields=("id", "name", "email", "status"))
    assert legs(open_search, "ada")[0] == (("filter", 'displayName co "ada"'),)


BARE = {"parameter": "email", "match": "exact"}


@pytest.mark.parametrize("level", ["masked", "none"])
def test_an_expression_tells_nothing_of_what_is_hidden(level):
    manifest = restrict(SCIM, {"email": level, "created_at": level})
    assert manifest.filter_rule("email", "starts_with") is None
    assert manifest.filter_rule("created_at", "after") is None
    if level == "none":
        assert manifest.filter_rule("email") is None
    else:
        as_parameter = restrict(made(filters={"email": BARE}), {"email": level})
        assert legs(manifest, email="ada@acme.example")[0] == (("filter", 'emails.value eq "ada@acme.example"'),)
        assert len(legs(manifest, email="ada@acme.example")) == len(legs(as_parameter, email="ada@acme.example"))


@pytest.mark.parametrize("match", ["contains", "fuzzy", "unknown"])
def test_a_loose_expression_is_not_asked_for_a_masked_value(match):
    loose = made(filters={"email": attribute("emails.value", match=match)})
    assert len(legs(loose, email="ada@acme.example")) == 2
    assert legs(restrict(loose, {"email": "masked"}), email="ada@acme.example") == [()]


def test_names_are_asked_for_in_every_way_in_which_they_can_be_split():
    manifest = made(filters={"given_name": attribute("name.givenName"), "family_name": attribute("name.familyName")})
    ours = plan(manifest, Query(text="ada lovelace")).legs
    given_first = '(name.givenName eq "ada" or name.givenName eq "Ada")'
    family_last = '(name.familyName eq "lovelace" or name.familyName eq "Lovelace")'
    assert ours[0].parameters == (("filter", f"{given_first} and {family_last}"),)
    assert [leg.everybody for leg in ours] == [False, False, True]


def test_a_trial_asks_as_a_query_does():
    fixed = made(filters=EVERY, fixed={"filter": "active eq true"})
    rule = fixed.filters["status"]["is"]
    assert trial_parameters(fixed, rule, "is", "a") == (("filter", 'active eq true and status eq "a"'),)
    assert trial_parameters(GOOGLE, GOOGLE.filters["id"]["is"], "is", "a\\b") is None


def test_which_of_several_values_a_request_asks_for_is_told_by_the_request():
    rule = made(filters={"status": attribute("status", several="one")}).filters["status"]["is"]
    asked = (("filter", 'active eq true and status eq "ab"'),)
    assert values_asked(rule, "is", ("a", "ab", "b"), asked) == ["ab"]


ONE = st.text(max_size=8).filter(lambda text: text.strip() == text and text and "@" not in text)
"""Values that are no address, which may have two spellings."""
VALUES = st.lists(ONE, min_size=1, max_size=3)


@pytest.mark.parametrize("name", ["scim", "odata", "okta", "lucene", "soql"])
@given(status=VALUES, role=VALUES)
def test_what_a_query_sends_is_read_back_as_exactly_its_conditions(name, status, role):
    manifest = made(dialect=name, filters={"status": attribute("status"), "role": attribute("role")})
    try:
        asked = conditions({"status": status, "role": role})
    except InvalidArgument:
        return
    planned = plan(manifest, Query(asked))
    for leg in planned.legs:
        if leg.parameters:
            found = READERS[name](dict(leg.parameters)["filter"])
            assert _parts(found) == _wanted(manifest, asked)


def _parts(found):
    return list(found.parts) if isinstance(found, Joined) and found.word == "and" else [found]


def _wanted(manifest, asked):
    """The conditions of which every value can be written."""
    can = [
        each
        for each in asked
        if all(written(manifest.filter_rule(each.field), "is", value) is not None for value in each.values)
    ]
    trees = [[Read(each.field, "is", value) for value in each.values] for each in can]
    return [row[0] if len(row) == 1 else Joined("or", tuple(row)) for row in trees]
