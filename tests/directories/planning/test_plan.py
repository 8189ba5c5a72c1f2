"""What the provider is asked, what is checked here, and that together they mean what was asked."""

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from user_directories import (
    InvalidArgument,
    Manifest,
    Query,
    User,
    built_in,
    built_in_names,
    conditions,
    read_order,
    restrict,
)
from user_directories.planning.filters import filterable
from user_directories.planning.orders import sortable
from user_directories.planning.plan import plan
from user_directories.planning.query import Asking
from user_directories.users.filters import matches_filters

ALL_SHOWN = restrict(built_in("monocloud"), dict.fromkeys(built_in("monocloud").user.extra, "full"))
"""With a search that looks at nothing that is hidden."""
SPECIAL = '+-!(){}[]^"~*?:\\/'


def made(**tables):
    """A manifest of a provider that has the shared fields and these tables."""
    page = {
        "name": "acme",
        "title": "Acme",
        "docs": "https://acme.example",
        "auth": {"environment": "KEY"},
        "list": {
            "path": "/p",
            "items": "@",
            "page_size": {"parameter": "n"},
            "pagination": {"strategy": "page", "parameter": "p"},
        },
        "user": {
            name: name
            for name in (
                "id",
                "name",
                "email",
                "username",
                "status",
                "role",
                "organization",
                "created_at",
                "updated_at",
            )
        },
    }
    return Manifest.model_validate(page | tables)


def legs(manifest, query):
    return [leg.parameters for leg in plan(manifest, query).legs]


def filtered(manifest, **filters):
    return plan(manifest, Query(filters=conditions({name: list(values) for name, values in filters.items()})))


@pytest.mark.parametrize("name", built_in_names())
def test_a_list_of_everybody_is_one_request_that_needs_no_check(name):
    planned = plan(built_in(name), Query())
    assert [leg.parameters for leg in planned.legs] == [()]
    assert (planned.residual, planned.how, planned.sure, planned.notes) == (None, "provider", True, ())
    assert planned.native_total


TIMES = {"created_at"}
CHANGES = {"updated_at"}
NAMES = {"name", "given_name", "family_name"}
BY_TIME = ["created_at:asc", "created_at:desc", "updated_at:asc", "updated_at:desc"]


@pytest.mark.parametrize(
    ("name", "filters", "orders"),
    [
        ("klavis", {"id", "email", *TIMES}, []),
        ("braintrust", {"id", "email", "organization", *NAMES, *TIMES}, ["created_at:desc"]),
        ("quo", {"id", "email", "role", *NAMES, *TIMES, *CHANGES}, []),
        ("monocloud", {"id", "email", "username", "status", "state", *NAMES, *TIMES, *CHANGES}, BY_TIME),
        (
            "delay",
            {"id", "email", "name", "username", "status", "state", "role", *TIMES, *CHANGES},
            sorted([*BY_TIME, "name:asc", "name:desc", "email:asc", "email:desc"]),
        ),
    ],
)
def test_a_directory_filters_by_the_fields_that_its_users_have_and_sorts_as_its_provider_does(name, filters, orders):
    assert set(filterable(built_in(name))) == filters
    assert sortable(built_in(name)) == orders


@pytest.mark.parametrize("name", built_in_names())
def test_a_filter_that_the_users_can_not_have_is_refused_with_those_that_they_have(name):
    manifest = built_in(name)
    missing = [field for field in ("username", "organization", "status") if field not in filterable(manifest)]
    for field in missing:
        with pytest.raises(InvalidArgument) as refusal:
            filtered(manifest, **{field: ["x"]})
        assert f"filters.{field}: this directory has no such field" in str(refusal.value)
        assert all(able in str(refusal.value) for able in filterable(manifest))


def test_a_filter_that_the_provider_does_not_have_is_checked_on_everybody():
    planned = filtered(built_in("klavis"), email=["Ada@acme.example"])
    assert [leg.parameters for leg in planned.legs] == [()]
    assert (planned.how, planned.sure, planned.native_total) == ("scan", True, False)
    assert planned.residual(User(id="1", email="ada@ACME.example"))
    assert planned.residual is not None
    assert not planned.residual(User(id="1", email="eve@acme.example"))


def test_an_exact_filter_is_left_to_the_provider_and_what_comes_back_is_held_against_it():
    planned = filtered(built_in("delay"), status=["active"], role=["saas_user"])
    assert [leg.parameters for leg in planned.legs] == [(("status", "active"), ("user_type", "saas_user"))]
    assert (planned.residual, planned.how, planned.sure, planned.native_total) == (None, "provider", True, True)
    assert planned.expected(User(id="1", status="active", role="saas_user"))
    assert not planned.expected(User(id="1", status="active", role="saas_admin"))


def test_a_filter_of_unknown_meaning_is_sent_checked_and_followed_by_a_look_at_everybody():
    planned = filtered(built_in("braintrust"), email=["Ada@acme.example"])
    assert [(leg.parameters, leg.everybody) for leg in planned.legs] == [
        ((("email", "Ada@acme.example"), ("email", "ada@acme.example")), False),
        ((), True),
    ]
    assert planned.how == "provider+checked"
    assert planned.residual is not None
    assert not planned.residual(User(id="1", email="eve@acme.example"))


def test_a_filter_that_can_not_be_checked_says_so():
    planned = filtered(built_in("braintrust"), organization=["Acme, Inc."])
    assert [leg.parameters for leg in planned.legs] == [(("org_name", "Acme, Inc."),)]
    assert (planned.residual, planned.sure) == (None, False)
    assert [note.kind for note in planned.notes] == ["compared_by_the_provider"]


@pytest.mark.parametrize(
    ("several", "sent"),
    [
        ("one", [(("s", "a"),), (("s", "b"),)]),
        ("repeat", [(("s", "a"), ("s", "b"))]),
        ("comma", [(("s", "a,b"),)]),
    ],
)
def test_several_values_are_sent_as_the_provider_takes_them_and_joined_here_if_it_takes_one(several, sent):
    manifest = made(filters={"status": {"parameter": "s", "match": "exact", "several": several}})
    planned = filtered(manifest, status=["a", "b"])
    assert [leg.parameters for leg in planned.legs] == sent
    assert (planned.residual, planned.sure) == (None, True)
    assert planned.native_total is (len(sent) == 1)


def test_a_value_with_a_comma_is_never_joined_by_commas():
    manifest = made(filters={"status": {"parameter": "s", "match": "exact", "several": "comma"}})
    assert legs(manifest, Query(filters=conditions({"status": ["a,b", "c"]}))) == [
        ()
    ]  # the provider would part it: checked here


def test_more_requests_than_twelve_are_not_made_and_the_rest_is_checked_here():
    rule = {"match": "exact"}
    manifest = made(filters={"status": {"parameter": "s", **rule}, "role": {"parameter": "r", **rule}})
    statuses, roles = [f"s{n}" for n in range(4)], [f"r{n}" for n in range(4)]
    planned = filtered(manifest, status=statuses, role=roles)
    assert [leg.parameters for leg in planned.legs] == [(("s", status),) for status in statuses]
    assert planned.residual(User(id="1", status="s0", role="r3"))
    assert not planned.residual(User(id="1", status="s0", role="r4"))
    assert legs(manifest, Query(filters=conditions({"status": [f"s{n}" for n in range(13)]}))) == [()]


@pytest.mark.parametrize(
    ("case", "sent"),
    [("as_given", ["Ada", "EVE"]), ("lower", ["ada", "eve"]), ("both", ["Ada", "EVE", "ada", "eve"])],
)
def test_a_value_is_sent_in_the_letter_case_that_the_provider_compares(case, sent):
    rule = {"parameter": "u", "match": "exact", "several": "repeat", "case": case}
    ((parameters),) = legs(made(filters={"username": rule}), Query(filters=conditions({"username": ["Ada", "EVE"]})))
    assert [value for _, value in parameters] == sent


def test_a_value_is_sent_in_the_providers_word_for_it():
    rule = {"parameter": "state", "match": "exact", "values": {"active": "1"}}
    assert legs(made(filters={"status": rule}), Query(filters=conditions({"status": ["active"]}))) == [
        (("state", "1"),)
    ]


@pytest.mark.parametrize("typed", ["active", "ACTIVE", "Active"])
def test_a_value_that_the_documents_list_is_sent_in_their_spelling(typed):
    assert legs(built_in("delay"), Query(filters=conditions({"status": [typed]}))) == [(("status", "active"),)]


@pytest.mark.parametrize(
    ("name", "field", "valid"),
    [
        ("delay", "role", "saas_admin, saas_user, saas_user_client"),
        ("delay", "status", "active, onboarding, inactive, suspended, risky"),
        ("quo", "role", "owner, admin, member"),
        ("openphone", "role", "owner, admin, member"),
        ("monocloud", "status", "active, disabled"),
    ],
)
def test_a_value_that_nobody_can_have_is_refused_with_those_that_there_are(name, field, valid):
    with pytest.raises(InvalidArgument) as refusal:
        filtered(built_in(name), **{field: ["boss"]})
    assert str(refusal.value) == f"filters.{field}: nobody here has 'boss'. Use: {valid}."


def user_of(fields: dict[str, Any]) -> User:
    return User(**fields)


USERS = st.fixed_dictionaries(
    {
        "id": st.sampled_from("1234"),
        "status": st.sampled_from(["a", "b", "c", None]),
        "role": st.sampled_from(["x", "y", None]),
        "email": st.sampled_from(["p@e", "q@e", None]),
        "username": st.sampled_from(["u", "v", None]),
    }
).map(user_of)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True),
        "role": st.lists(st.sampled_from("xy"), min_size=1, max_size=2, unique=True),
        "email": st.lists(st.sampled_from(["p@e", "q@e"]), min_size=1, unique=True),
        "username": st.lists(st.sampled_from("uv"), min_size=1, unique=True),
    },
)
RULES = st.fixed_dictionaries(
    {"match": st.sampled_from(["exact", "contains", "unknown"]), "several": st.sampled_from(["one", "repeat", "comma"])}
)
TABLES = st.dictionaries(st.sampled_from(["status", "role", "email", "username"]), RULES)


def meets(user, parameters, several):
    """What a provider makes of its parameters: AND across fields, OR within one, the last of what it takes once."""
    for field in dict(parameters):
        values = [value for name, value in parameters if name == field]
        match several[field]:
            case "one":
                values = values[-1:]
            case "comma":
                values = values[-1].split(",")
        if user.value(field) not in values:
            return False
    return True


@given(st.lists(USERS, max_size=8), FILTERS, TABLES, st.booleans())
def test_a_plan_finds_just_whom_the_filters_mean_and_or_never_becomes_and(users, filters, tables, exhaustive):
    manifest = made(filters={field: {"parameter": field, **rule} for field, rule in tables.items()})
    planned = plan(manifest, Query(filters=conditions(filters), exhaustive=exhaustive))
    several = {field: rule["several"] for field, rule in tables.items()}
    found = [
        user
        for user in users
        if any(meets(user, leg.parameters, several) for leg in planned.legs)
        and (planned.residual is None or planned.residual(user))
    ]
    assert found == [user for user in users if matches_filters(conditions(filters))(user)]


@pytest.mark.parametrize(
    "bounds",
    [
        {"created_after": "2026-02-01", "created_before": "2026-01-01"},
        {"updated_after": "2026-01-01", "updated_before": "2026-01-01"},
        {"created_after": "2026-01-01T00:00:00Z", "created_before": "2025-12-31T23:00:00-01:00"},
    ],
)
def test_bounds_that_exclude_each_other_ask_nothing(bounds):
    planned = filtered(built_in("delay"), **{name: [value] for name, value in bounds.items()})
    assert (planned.legs, [note.kind for note in planned.notes]) == ((), ["nobody_can_match"])


def test_bounds_of_different_times_do_not_exclude_each_other():
    assert filtered(built_in("delay"), created_after=["2026-02-01"], updated_before=["2026-01-01"]).legs


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("created_after", "2026-01-31T12:00:00Z", ("created_at_from", "2026-01-31T11:59:59Z")),
        ("created_before", "2026-01-31T12:00:00Z", ("created_at_to", "2026-01-31T12:00:01Z")),
        ("updated_after", "0001-01-01T00:00:00Z", ("updated_at_from", "0001-01-01T00:00:00Z")),
        ("updated_before", "9999-12-31T23:59:59Z", ("updated_at_to", "9999-12-31T23:59:59Z")),
    ],
)
def test_a_bound_that_the_provider_may_leave_out_is_sent_a_second_wider_and_checked_here(name, value, sent):
    query = Query(conditions({name: [value]}))
    field, side = name.split("_")
    known = plan(built_in("delay"), query, Asking(timely=[f"{field}_at.{side}"]))
    assert [leg.parameters for leg in known.legs] == [(sent,)]
    assert known.residual is not None
    unknown = plan(built_in("delay"), query)
    assert [leg.parameters for leg in unknown.legs] == [(sent,), ()]
    assert unknown.legs[1].everybody


@pytest.mark.parametrize(
    ("name", "sort", "sent"),
    [
        ("delay", "name:asc", (("sort_by", "name"), ("sort_order", "asc"))),
        ("delay", "-created_at", (("sort_by", "created_at"), ("sort_order", "desc"))),
        ("monocloud", "updated_at:desc", (("sort", "last_updated:-1"),)),
        ("braintrust", "created_at:desc", ()),  # what it does anyway
    ],
)
def test_an_order_is_sent_as_the_provider_words_it(name, sort, sent):
    assert legs(built_in(name), Query(order=read_order(sort))) == [sent]


@pytest.mark.parametrize(
    ("name", "sort", "able"),
    [
        ("klavis", "created_at:desc", "It cannot sort at all: leave sort out."),
        ("braintrust", "created_at:asc", "It can sort by: created_at:desc."),
        ("monocloud", "name:asc", "It can sort by: created_at:asc, created_at:desc, updated_at:asc, updated_at:desc."),
    ],
)
def test_an_order_that_the_provider_does_not_have_is_refused_with_those_that_it_has(name, sort, able):
    with pytest.raises(InvalidArgument) as refusal:
        plan(built_in(name), Query(order=read_order(sort)))
    assert str(refusal.value) == f"sort: this directory cannot sort by {sort}. {able}"


def test_an_order_that_goes_one_way_is_not_taken_for_both():
    manifest = made(sort={"name": {"ascending": {"by": "name"}}})
    assert sortable(manifest) == ["name:asc"]
    with pytest.raises(InvalidArgument, match="cannot sort by name:desc"):
        plan(manifest, Query(order=read_order("name:desc")))


def test_several_sorted_requests_say_that_each_is_sorted_for_itself():
    planned = plan(built_in("delay"), Query(conditions({"status": ["active", "risky"]}), order=read_order("name")))
    assert [note.kind for note in planned.notes] == ["joined_searches"]
    assert {leg.parameters[:2] for leg in planned.legs} == {(("sort_by", "name"), ("sort_order", "asc"))}


def test_a_text_goes_to_the_providers_search_and_then_to_everybody():
    planned = plan(built_in("delay"), Query(text="ada king"))
    assert [(leg.parameters, leg.everybody) for leg in planned.legs] == [((("search", "ada king"),), False), ((), True)]
    assert planned.how == "provider+checked"
    assert planned.residual is not None
    assert planned.residual(User(id="1", name="King, Ada"))
    assert not planned.residual(User(id="1", name="Ada Byron"))


def test_a_text_and_filters_are_asked_together():
    planned = plan(built_in("delay"), Query(conditions({"status": ["active"]}), text="ada"))
    assert [(leg.parameters, leg.everybody) for leg in planned.legs] == [
        ((("status", "active"), ("search", "ada")), False),
        ((("status", "active"),), True),
    ]


def test_exhaustive_trusts_no_search_and_no_filter_that_can_be_checked():
    assert legs(built_in("delay"), Query(text="ada", exhaustive=True)) == [()]
    assert legs(built_in("braintrust"), Query(conditions({"email": ["a@b.example"]}), exhaustive=True)) == [()]
    planned = plan(built_in("delay"), Query(conditions({"status": ["active"]}), text="ada", exhaustive=True))
    assert [leg.parameters for leg in planned.legs] == [()]
    assert planned.sure


def test_exhaustive_asks_for_filters_and_texts_before_it_looks_at_a_list_that_has_not_everybody():
    planned = plan(built_in("auth0"), Query(conditions({"email": ["a@b.example"]}), exhaustive=True))
    assert [(leg.everybody, leg.waits) for leg in planned.legs] == [(False, True), (True, False)]
    assert ("q", 'email:"a@b.example"') in planned.legs[0].parameters
    assert not any(name == "q" for name, _ in planned.legs[1].parameters)
    assert planned.residual is not None
    assert planned.expected is None
    planned = plan(built_in("auth0"), Query(text="ada", exhaustive=True))
    assert [leg.everybody for leg in planned.legs] == [False, True]


def test_a_directory_without_search_is_looked_through():
    planned = plan(built_in("quo"), Query(text="ada"))
    assert ([leg.parameters for leg in planned.legs], planned.how) == ([()], "scan")


@given(st.text(st.sampled_from(SPECIAL + "ab &|é")))
@example("a && b || c")
def test_lucene_reads_an_escaped_text_as_plain_words(text):
    query = Query(text=text or "a")
    (name, sent), *_ = legs(ALL_SHOWN, query)[0]
    assert name == "filter"
    assert re.sub(r"\\(.)", r"\1", sent) == query.text
    bare = re.sub(r"\\.", " ", sent)
    assert not set(bare) & set(SPECIAL)
    assert "&&" not in bare
    assert "||" not in bare


IDENTITY = "0f0e0d0c-1111-2222-3333-444455556666"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (IDENTITY, [(("ids", IDENTITY),)]),
        ("Ada@Acme.example", [(("email", "Ada@Acme.example"), ("email", "ada@acme.example"))]),
        ("ada", [(("given_name", "ada"), ("given_name", "Ada")), (("family_name", "ada"), ("family_name", "Ada"))]),
        (
            "Ada King",
            [
                (("given_name", "Ada"), ("family_name", "King")),
                (("given_name", "King"), ("family_name", "Ada")),
            ],
        ),
        (
            "Ada de Vries",
            [
                (("given_name", "Ada"), ("family_name", "de Vries"), ("family_name", "De Vries")),
                (("given_name", "de Vries"), ("given_name", "De Vries"), ("family_name", "Ada")),
                (("given_name", "Ada de"), ("given_name", "Ada De"), ("family_name", "Vries")),
                (("given_name", "Vries"), ("family_name", "Ada de"), ("family_name", "Ada De")),
            ],
        ),
        ("one two three four five", []),
    ],
)
def test_a_text_becomes_the_exact_requests_that_it_may_mean(text, sent):
    planned = plan(built_in("braintrust"), Query(text=text))
    assert [leg.parameters for leg in planned.legs if not leg.everybody] == (sent or [()])
    assert planned.residual is not None
    assert bool(sent) is planned.legs[-1].everybody


def test_a_text_and_a_filter_that_share_a_parameter_are_not_mixed_to_mean_or():
    planned = plan(built_in("braintrust"), Query(conditions({"email": ["a@b.example"]}), text="c@d.example"))
    assert [dict(leg.parameters).get("email") for leg in planned.legs] == ["a@b.example", None]
    assert planned.residual is not None
    assert not planned.residual(User(id="1", email="c@d.example"))


@pytest.mark.parametrize("name", built_in_names())
@given(text=st.text(min_size=1, max_size=40), exhaustive=st.booleans())
def test_any_text_can_be_planned_and_the_last_leg_or_the_only_one_finds_whoever_matches(name, text, exhaustive):
    planned = plan(built_in(name), Query(text=text, exhaustive=exhaustive))
    assert planned.sure
    assert planned.legs[-1].parameters == ()
    assert len(planned.legs) <= 13


def test_words_that_are_operators_to_lucene_are_sent_as_plain_words():
    (leg, *_) = plan(ALL_SHOWN, Query(text="NOT ada OR bob AND x < y*")).legs
    assert leg.parameters == (("filter", "not ada or bob and x   y\\*"),)


def test_what_contains_a_value_by_the_provider_s_own_rules_may_miss_some_and_everybody_is_looked_at():
    manifest = made(filters={"name": {"parameter": "n", "match": "contains"}}, user={"id": "id", "name": "name"})
    assert [leg.everybody for leg in filtered(manifest, name=["ada"]).legs] == [False, True]


def test_our_words_are_sent_as_the_provider_s():
    rule = {"parameter": "state", "match": "exact"}
    values = {"state": {"active": "enabled", "inactive": ["locked", "left"]}}
    manifest = made(filters={"state": rule}, values=values, user={"id": "id", "state": "st"})
    assert legs(manifest, Query(conditions({"state": "active"}))) == [(("state", "enabled"),)]
    assert legs(manifest, Query(conditions({"state": "inactive"}))) == [(("state", "locked"),), (("state", "left"),)]
    flags = made(filters={"status": rule}, values={"status": {"on": True}}, user={"id": "id", "status": "enabled"})
    assert legs(flags, Query(conditions({"status": "on"}))) == [(("state", "true"),)]


def test_two_filters_with_one_parameter_are_not_sent_together():
    rule = {"parameter": "q", "match": "exact"}
    manifest = made(filters={"status": rule, "role": rule})
    assert legs(manifest, Query(conditions({"status": "a", "role": "b"}))) == [(("q", "a"),)]


def test_the_beginning_of_our_word_is_not_sent_where_the_provider_has_another():
    rules = {"role": {"starts_with": {"parameter": "prefix", "match": "exact"}}}
    manifest = made(filters=rules, values={"role": {"administrator": "root"}})
    planned = plan(manifest, Query(conditions({"role": {"starts_with": "admin"}})))
    assert [leg.parameters for leg in planned.legs] == [()]
    assert planned.residual is not None
    assert planned.residual(User(id="1", role="administrator"))
