"""A provider is not asked what would tell, by how many rows come, what the operator does not show."""

import pytest

from user_directories import Manifest, Query, conditions, restrict
from user_directories.planning.plan import plan

FIELDS = ("id", "name", "given_name", "family_name", "email", "emails", "username", "status", "organization")


def made(policy, search=None, match="exact"):
    page = {
        "version": 1,
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
        "filters": {
            name: {"is": {"parameter": name, "match": match}, "starts_with": {"parameter": "b", "match": "unknown"}}
            for name in ("email", "given_name", "family_name", "username", "status")
        },
        "user": {**{name: name for name in FIELDS}, "extra": {"phone": "phone"}},
    }
    page["filters"]["organization"] = {"parameter": "o", "match": match}
    if search is not None:
        page["search"] = {"parameter": "q", "match": "contains", "fields": search}
    return restrict(Manifest.model_validate(page), policy)


def sent(manifest, **filters):
    """What the first leg asks for, and whether a leg that looks at everybody follows."""
    first, *others = plan(manifest, Query(filters=conditions(filters))).legs
    return dict(first.parameters), [leg.everybody for leg in others]


@pytest.mark.parametrize(
    ("policy", "search", "is_sent"),
    [
        ({}, [], True),
        ({"phone": "none"}, [], False),
        ({"status": "masked"}, [], False),
        ({"status": "none"}, ["name", "email"], True),
        ({"status": "none"}, ["name", "status"], False),
        ({"email": "masked"}, ["name"], False),
        ({"phone": "none"}, ["name"], False),
    ],
)
def test_a_free_text_is_sent_only_if_the_search_looks_at_nothing_that_is_hidden_or_holds_it(policy, search, is_sent):
    planned = plan(made(policy, search), Query(text="ada"))
    assert [leg.parameters for leg in planned.legs if leg.parameters] == ([(("q", "ada"),)] if is_sent else [])


def test_a_masked_field_is_compared_by_a_provider_only_whole_and_everybody_is_looked_at_then():
    assert sent(made({}), email="ada@acme.example") == ({"email": "ada@acme.example"}, [])
    assert sent(made({"email": "masked"}), email="ada@acme.example") == ({"email": "ada@acme.example"}, [True])
    assert sent(made({"email": "masked"}, match="contains"), email="ada@acme.example") == ({}, [])


def test_an_address_is_not_sent_where_a_second_one_is_hidden():
    assert sent(made({"emails": "none", "email": "full"}), email="ada@acme.example") == ({}, [])


@pytest.mark.parametrize(
    ("policy", "filters", "is_sent"),
    [
        ({"email": "none"}, {"status": "active"}, True),
        ({"email": "none"}, {"status": "ada@acme.example"}, False),
        ({"email": "none"}, {"status": "ada%40acme.example"}, False),
        ({"email": "none"}, {"status": "saas_user_client"}, True),
        ({"email": "none"}, {"status": "ada-acme-example"}, False),
        ({"email": "none"}, {"status": {"starts_with": "ad"}}, False),
        ({"status": "none"}, {"username": {"starts_with": "ad"}}, True),
        ({"email": "none"}, {"username": "ada"}, False),
        ({"email": "none"}, {"given_name": "Ada"}, True),
        ({"email": "none"}, {"given_name": "ada acme example"}, False),
        ({"phone": "none"}, {"given_name": "Ada"}, False),
        ({"phone": "none"}, {"email": "ada@acme.example"}, True),
    ],
)
def test_a_filter_by_a_field_that_may_hold_a_hidden_value_is_sent_only_if_it_can_not_be_one(policy, filters, is_sent):
    assert bool(sent(made(policy), **filters)[0]) is is_sent


def test_a_name_is_not_asked_for_by_a_free_text_where_names_are_masked():
    assert plan(made({"name": "masked"}), Query(text="Ada Lovelace")).how == "scan"
    assert plan(made({}), Query(text="Ada Lovelace")).how == "provider+checked"


def test_a_question_says_which_of_the_fields_that_it_looks_at_are_hidden():
    manifest = made({"emails": "none", "email": "full"})
    (note,) = plan(manifest, Query(filters=conditions({"email": "ada@acme.example"}))).notes
    assert str(note) == "Hidden here and not searched: emails."
