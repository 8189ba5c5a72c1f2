"""What of a user may be shown: levels a field, and what follows from them for the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import (
    ConfigurationError,
    Query,
    built_in,
    built_in_names,
    conditions,
    known_fields,
    read_order,
    restrict,
)
from user_directories.errors import InvalidArgument
from user_directories.manifest import UserMapping
from user_directories.planning.filters import filterable, operators_here
from user_directories.planning.orders import sortable
from user_directories.planning.plan import plan
from user_directories.records.mapping import UserReader
from user_directories.records.masks import masked

RECORD = {
    "id": "u-1",
    "name": "Ada Lovelace",
    "email": "ada@acme.example",
    "identifier": "ADA@acme.example",
    "user_type": "saas_admin",
    "status": "active",
    "created_at": "2026-01-31T12:00:00Z",
}
LEVELS = st.sampled_from(["full", "masked", "none"])


def shown(policy: dict, name: str = "delay", record: dict = RECORD):
    return UserReader(restrict(built_in(name), policy).user, built_in(name).words())(record)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ada@acme.example", "a…@acme.example"),
        ("Ada Lovelace", "A…"),
        ("Al", "…"),
        ("al@acme.example", "…@acme.example"),
        ("a@", "…"),
        ("P@ssw0rd", "P…"),
        ("Ada, ada@acme.example or 4711", "A…"),
        ("ada@acme.example/4711", "a…"),
        ("+44 20 7946 0001", "…01"),
        ("tel:+442079460001", "…01"),
        ("+4420", "+…"),
        (True, "…"),
        (7, "…"),
        (("ada@acme.example", "b"), ("a…@acme.example", "…")),
        ({"key": "value"}, "…"),
    ],
)
def test_a_mask_keeps_what_one_recognises_and_nothing_else(value, expected):
    assert masked(value) == expected


def test_a_masked_field_is_seen_to_be_there_and_a_hidden_one_is_not():
    user = shown({"email": "masked", "name": "none"})
    assert (user.email, user.name, user.role) == ("a…@acme.example", None, "saas_admin")


def test_a_hidden_value_is_masked_in_the_other_fields_too():
    assert shown({"email": "none"}).username == "A…@acme.example"
    inside = RECORD | {"name": "Ada <ada@acme.example>"}
    assert shown({"email": "masked"}, record=inside).name == "A…"


def test_everything_that_is_not_named_can_be_hidden_except_the_id():
    user = shown({"*": "none", "name": "full"})
    assert {field for field in user._fields if getattr(user, field)} == {"id", "name"}


def test_a_name_is_put_together_of_parts_that_are_hidden_themselves():
    record = {"id": "1", "given_name": "Ada", "family_name": "Lovelace"}
    user = shown({"*": "none", "name": "full"}, "braintrust", record)
    assert (user.name, user.given_name, user.family_name) == ("Ada Lovelace", None, None)


@pytest.mark.parametrize(
    ("policy", "also"),
    [({"name": "none"}, "given_name"), ({"family_name": "masked"}, "name"), ({"email": "none"}, "emails")],
)
def test_to_hide_one_field_hides_those_that_tell_the_same(policy, also):
    restricted = restrict(built_in("monocloud"), policy)
    assert restricted.user.shown(also) == next(iter(policy.values()))
    assert restrict(built_in("monocloud"), policy | {also: "full"}).user.shown(also) == "full"


def test_an_id_that_is_the_address_is_masked_with_it():
    assert restrict(built_in("klavis"), {"email": "none"}).user.shown("id") == "masked"
    assert restrict(built_in("klavis"), {"email": "none", "id": "full"}).user.shown("id") == "full"


def test_sensitive_fields_are_shown_only_where_the_operator_names_them():
    hidden = {"phone_numbers", "public_data", "private_data", "provider_ids"}
    manifest = built_in("monocloud")
    assert not hidden & set(restrict(manifest, {}).user.fields())
    assert not hidden & set(restrict(manifest, {"*": "full"}).user.fields())
    record = {"user_id": "1", "phone_numbers": [{"phone": "+442079460001"}]}
    assert shown({}, "monocloud", record).extra == {}
    assert shown({"phone_numbers": "masked"}, "monocloud", record).extra == {"phone_numbers": ["…01"]}
    assert shown({"phone_numbers": "full"}, "monocloud", record).extra == {"phone_numbers": ["+442079460001"]}


def test_what_is_hidden_can_not_be_asked_for():
    restricted = restrict(built_in("delay"), {"created_at": "masked", "status": "none", "email": "masked"})
    assert "status" not in filterable(restricted)
    assert operators_here(restricted, "created_at") == ("missing", "not")
    assert {"email", "role", "updated_at"} <= set(filterable(restricted))
    assert sortable(restricted) == ["updated_at:asc", "updated_at:desc"]  # a name may hold the address
    assert "name:asc" in sortable(restrict(built_in("delay"), {"created_at": "masked", "status": "none"}))
    with pytest.raises(InvalidArgument, match="no such field"):
        plan(restricted, Query(filters=conditions({"status": ["active"]})))
    with pytest.raises(InvalidArgument, match="cannot sort by"):
        plan(restricted, Query(order=read_order("email:asc")))


def test_a_filter_that_only_the_provider_knows_can_be_taken_away():
    assert "organization" in filterable(restrict(built_in("braintrust"), {}))
    assert "organization" not in filterable(restrict(built_in("braintrust"), {"organization": "none"}))


def test_the_order_of_a_hidden_time_can_not_be_asked_for():
    restricted = restrict(built_in("braintrust"), {"created_at": "none"})
    assert sortable(restricted) == []
    with pytest.raises(InvalidArgument, match="cannot sort at all"):
        plan(restricted, Query(order=read_order("created_at:desc")))


def test_a_provider_s_own_search_is_not_asked_where_it_looks_at_what_is_hidden():
    planned = plan(restrict(built_in("delay"), {"email": "masked"}), Query(text="ada"))
    assert [leg.parameters for leg in planned.legs] == [()]
    assert planned.how == "scan"


def test_an_address_is_hidden_inside_objects_and_ids_too():
    own = UserMapping(id="id", email="mail", extra={"meta": "meta"}, show={"email": "none"})
    record = {"id": "auth0|ada@x.example", "mail": "ada@x.example", "meta": {"contact": ["ada@x.example"], "a": 1}}
    user = UserReader(own)(record)
    assert "ada@" not in repr(user)
    assert user.extra["meta"]["a"] == 1


@pytest.mark.parametrize(
    ("text", "policy", "found"),
    [
        ("lovel", {}, True),
        ("lovel", {"name": "masked"}, False),
        ("lovelace ada", {"name": "masked"}, True),
        ("ada@acme.example", {"email": "masked", "username": "none"}, True),
        ("ada@", {"email": "masked", "username": "none"}, False),
        ("ada@acme.example", {"email": "none", "username": "none"}, False),
        ("acme", {"*": "none"}, False),
        ("u-1", {"*": "none"}, True),
    ],
)
def test_whole_values_of_a_masked_field_find_their_user_and_fragments_do_not(text, policy, found):
    restricted = restrict(built_in("delay"), policy)
    check = plan(restricted, Query(text=text, exhaustive=True)).residual
    assert check is not None
    user = UserReader(restricted.user, restricted.words()).only(check.fields)(RECORD)
    assert user is not None
    assert check(user) is found


def test_a_policy_with_a_wrong_name_or_without_an_id_is_refused():
    with pytest.raises(ConfigurationError, match=r"fields: `mail` is not a field\. Fields: id, name, email"):
        restrict(built_in("delay"), {"mail": "none"})
    with pytest.raises(ConfigurationError, match="without an id"):
        restrict(built_in("delay"), {"id": "none"})


@pytest.mark.parametrize("name", built_in_names())
@given(data=st.data())
def test_no_policy_lets_a_hidden_value_through(name, data):
    manifest = built_in(name)
    policy = data.draw(st.dictionaries(st.sampled_from((*known_fields(manifest), "*")), LEVELS))
    if policy.get("id") == "none":
        del policy["id"]
    restricted = restrict(manifest, policy)
    user = UserReader(restricted.user, restricted.words())({key: f"canary-{key}@acme.example" for key in CANARY_KEYS})
    if user is None:
        return
    for field in manifest.user.all_fields():
        value = user.value(field)
        if restricted.user.shown(field) == "none":
            assert value is None
        if restricted.user.shown(field) == "masked":
            assert value is None or "canary" not in str(value)


CANARY_KEYS = ("id", "user_id", "userId", "name", "email", "identifier", "given_name", "firstName", "status", "role")


SEEN = {
    "id": "m1",
    "email": "open@acme.example",
    "emails": ["open@acme.example", "secret@acme.example"],
    "name": "Augusta Ada King",
    "given": "Augusta",
    "status": "locked",
    "manager": "m2",
}
OWN = UserMapping(
    id="id", email="email", emails="emails", name="name", given_name="given", status="status", manager="manager"
)


def finds(policy, **filters):
    """Whether filters find the user above, where the operator shows as much as a policy says."""
    page = built_in("delay").model_copy(update={"user": OWN, "filters": {}, "values": {}, "get": None, "search": None})
    restricted = restrict(page, policy)
    planned = plan(restricted, Query(filters=conditions(filters)))
    check = planned.residual
    assert check is not None
    user = UserReader(restricted.user).only(check.fields)(SEEN)
    assert user is not None
    return check(user)


@pytest.mark.parametrize("level", ["none", "masked"])
def test_a_beginning_never_finds_a_user_by_a_twin_that_is_not_shown(level):
    addresses = {"emails": level, "email": "full"}
    assert finds(addresses, email={"starts_with": "open"})
    assert not finds(addresses, email={"starts_with": "secret"})
    assert finds(addresses, email={"not": {"starts_with": "secret"}})
    names = {"given_name": level, "name": "masked"}
    with pytest.raises(InvalidArgument, match="does not take starts_with"):
        finds(names, name={"starts_with": "augusta"})


def test_a_hidden_second_address_does_not_find_its_user_even_whole():
    assert finds({"emails": "full", "email": "full"}, email="secret@acme.example")
    assert finds({"emails": "masked", "email": "full"}, email="secret@acme.example")
    assert not finds({"emails": "none", "email": "full"}, email="secret@acme.example")


@pytest.mark.parametrize(("named", "other"), [("status", "state"), ("state", "status")])
@pytest.mark.parametrize("level", ["none", "masked"])
def test_a_status_and_its_state_are_hidden_together(named, other, level):
    user = restrict(built_in("monocloud"), {named: level}).user
    assert (user.shown(named), user.shown(other)) == (level, level)


def test_of_a_masked_state_nothing_is_left():
    record = {"user_id": "1", "disabled": True}
    manifest = restrict(built_in("monocloud"), {"state": "masked"})
    assert UserReader(manifest.user, manifest.words())(record).state == "…"


@pytest.mark.parametrize("policy", [{"id": "masked"}, {"email": "none"}, {"name": "masked"}])
def test_a_manager_is_not_shown_where_users_are_not(policy):
    page = built_in("delay").model_copy(update={"user": OWN, "filters": {}, "values": {}, "get": None, "search": None})
    assert restrict(page, policy).user.shown("manager") != "full"
    assert restrict(page, {**policy, "manager": "full"}).user.shown("manager") == "full"


@pytest.mark.parametrize("field", ["state", "kind"])
def test_a_policy_for_a_field_holds_for_what_it_was_called_before(field):
    page = built_in("delay").model_copy(update={"user": OWN.model_copy(update={"extra": {f"own_{field}": "x"}})})
    assert restrict(page, {field: "none"}).user.shown(f"own_{field}") == "none"


def test_what_a_providers_page_hides_hides_what_tells_the_same():
    own = OWN.model_copy(update={"show": {"emails": "none", "given_name": "masked"}})
    page = built_in("delay").model_copy(update={"user": own, "filters": {}, "values": {}, "get": None, "search": None})
    user = restrict(page, {}).user
    assert (user.shown("email"), user.shown("emails"), user.shown("name")) == ("none", "none", "masked")
    assert restrict(page, {"email": "full"}).user.shown("email") == "full"


@pytest.mark.parametrize(
    ("text", "found"),
    [("augusta", False), ("augusta king", False), ("king ada augusta", True), ("augusta ada king acme", False)],
)
def test_a_masked_name_is_found_by_all_of_its_words_only(text, found):
    page = built_in("delay").model_copy(update={"user": OWN, "filters": {}, "values": {}, "get": None, "search": None})
    restricted = restrict(page, {"name": "masked", "email": "masked"})
    check = plan(restricted, Query(text=text, exhaustive=True)).residual
    assert check is not None
    user = UserReader(restricted.user).only(check.fields)(SEEN)
    assert user is not None
    assert check(user) is found
    assert finds({"name": "masked"}, name=text) is found


@pytest.mark.parametrize("value", [7.5, True, {"a": 1}, ["a", {"b": 1}]])
def test_of_a_masked_value_one_sees_that_it_cannot_be_read(value):
    own = UserMapping(id="id", username="login", show={"username": "masked"})
    user = UserReader(own)({"id": "1", "login": value})
    assert user is not None
    assert user.username in (("7…"), "…?", ("…", "…?"))
