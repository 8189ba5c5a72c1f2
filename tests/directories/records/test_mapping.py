"""A provider's record becomes a user, whatever the record is."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from user_directories import FIELDS, built_in, built_in_names
from user_directories.manifest import TimeForm, UserMapping
from user_directories.manifest.expressions import getter
from user_directories.records import mapping as mapping_of_records
from user_directories.records.mapping import UserReader
from user_directories.users.text import clean_text, clean_value
from user_directories.users.unreadable import UNREADABLE

from ...thoroughness import examples

PLAIN = UserMapping(**{name: name for name in FIELDS}, extra={"tags": "tags[].label"})
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("\x1b\u202e\u200b\ud800\U000e0041\ufe0f[31m")))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | TEXTS, children),
    max_leaves=20,
)


def shown(user):
    """Every text that a reader could see."""
    yield from (text for value in user[:-1] for text in (value if isinstance(value, tuple) else (value,)) if text)
    for value in user.extra.values():
        yield from value


def test_every_mapped_field_is_taken_and_nothing_else():
    record = {name: f"the {name}" for name in FIELDS} | {
        "state": "Active",
        "kind": "bot",
        "email_verified": True,
        "emails": ["a@x.example", None, "b@x.example"],
        "salary": 1,
        "tags": [{"label": "Ops"}],
    }
    user = UserReader(PLAIN)(record)
    assert user.value("email_verified") is True
    assert user.value("emails") == ("a@x.example", "b@x.example")
    assert (user.state, user.kind) == ("active", "bot")
    plain = [name for name in FIELDS if name not in ("email_verified", "emails", "state", "kind")]
    assert all(user.value(name) == f"the {name}" for name in plain)
    assert dict(user.extra) == {"tags": ["Ops"]}


@pytest.mark.parametrize("record", [None, 7, 1.5, True, "user", [], {}, [{"id": "1"}], {"ID": "1"}])
def test_what_is_no_record_is_no_user(record):
    assert UserReader(PLAIN)(record) is None


@pytest.mark.parametrize(
    "identity", [None, "", True, 1.5, [], {}, ["1"], "a\nb", "a\u202eb", "a\x00", "\ud800", "x" * 513]
)
def test_a_record_without_a_usable_id_is_no_user(identity):
    assert UserReader(PLAIN)({"id": identity, "name": "Ada"}) is None


@pytest.mark.parametrize(
    ("identity", "text"), [(7, "7"), (0, "0"), (2**63, str(2**63)), ("7", "7"), ("x" * 512, "x" * 512), (" 7 ", " 7 ")]
)
def test_an_id_is_text_that_finds_its_user_again(identity, text):
    assert UserReader(PLAIN)({"id": identity}).id == text


@given(JSON)
def test_no_json_makes_the_reader_fail(record):
    user = UserReader(PLAIN)(record)
    assert user is None or user.id


@pytest.mark.parametrize("name", built_in_names())
@settings(max_examples=examples(15))
@given(record=JSON, identity=st.text(st.characters(categories=["Lu", "Nd"]), min_size=1, max_size=20))
def test_no_json_makes_a_shipped_reader_fail(name, record, identity):
    mapping = built_in(name).user
    odd = record if isinstance(record, dict) else {}
    user = UserReader(mapping)(odd | {mapping.id: identity})
    assert user.id == identity


@given(st.dictionaries(st.sampled_from([*FIELDS, "tags"]), TEXTS | st.lists(st.fixed_dictionaries({"label": TEXTS}))))
def test_every_text_of_a_user_is_clean(record):
    user = UserReader(PLAIN)(record | {"id": "1"})
    assert all(clean_text(text) == text for text in shown(user))


@given(st.lists(TEXTS, max_size=30))
def test_no_text_adds_or_removes_a_row(names):
    users = [UserReader(PLAIN)({"id": str(number), "name": name}) for number, name in enumerate(names)]
    assert [user.id for user in users] == [str(number) for number in range(len(names))]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Ada", "Ada"),
        (7, "7"),
        (1.5, "1.5"),
        (["Ada"], "Ada"),
        (["Ada", None, "Grace"], ("Ada", "Grace")),
        (True, None),
        ({"first": "Ada"}, None),
        ([], None),
        ([None], None),
        ("", None),
        ("\u200b", None),
        (None, None),
    ],
)
def test_a_text_field_takes_text_numbers_and_all_of_a_list(value, text):
    assert UserReader(PLAIN)({"id": "1", "role": value}).role == text


@pytest.mark.parametrize("field", ["name", "email", "given_name", "created_at"])
def test_of_a_name_an_address_or_a_time_the_first_is_shown_and_every_one_is_checked(field):
    record = {"id": "1", field: ["2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z"]}
    assert UserReader(PLAIN)(record).value(field) == "2026-01-31T12:00:00Z"
    checked = UserReader(PLAIN).only({field})(record).value(field)
    assert checked == ("2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z")


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("status", True, "true or false"),
        ("status", {"name": "active"}, "an object"),
        ("status", [["active"]], "a list in a list"),
        ("status", ["active", False], "true or false"),
        ("emails", [{"value": "ada@acme.example"}], "an object"),
        ("created_at", "01/03/2021", "written like 99/99/9999"),
        ("state", "risky", '"risky"'),
        ("state", "Ada's own", "a text"),
        ("name", "x" * 257, "a text of more than 256 characters"),
        ("role", ["a"] * 501, "a list of more than 500"),
    ],
)
def test_a_check_sees_that_there_is_a_value_that_it_cannot_read(field, value, what):
    read = UserReader(PLAIN).only({field})
    cell = read({"id": "1", field: value}).value(field)
    assert UNREADABLE in (cell if isinstance(cell, tuple) else (cell,))
    assert read.odd == [(field, what)]
    assert UNREADABLE not in UserReader(PLAIN)({"id": "1", field: value})


@pytest.mark.parametrize(
    ("field", "path", "value", "seen"),
    [
        ("role", "roles[].name", "admin", UNREADABLE),
        ("role", "roles[].name", [{"name": "admin"}, "other"], ("admin", UNREADABLE)),
        ("role", "roles[].name", [{"name": "a"}, {"name": "b"}, "c"], ("a", "b", UNREADABLE)),
        ("emails", "roles[].value", {"value": "ada@acme.example"}, (UNREADABLE,)),
        ("email", "roles[0].value", "ada@acme.example", UNREADABLE),
        ("created_at", "roles.at", "2026-01-31", UNREADABLE),
    ],
)
def test_a_check_sees_that_a_value_of_another_type_stands_in_the_way_of_a_path(field, path, value, seen):
    read = UserReader(UserMapping(id="id", **{field: path})).only({field})
    found = read({"id": "1", "roles": value}).value(field)
    assert found == seen
    assert (found if isinstance(found, tuple) else (found,))[-1] is UNREADABLE
    assert [name for name, _ in read.odd] == [field]
    read({"id": "1", "roles": None})
    assert read.odd == []


def test_one_field_of_a_record_is_told_once():
    read = UserReader(UserMapping(id="id", role="roles[].name")).only({"role"})
    read({"id": "1", "roles": [{"name": True}, "admin"]})
    assert read.odd == [("role", "true or false")]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("enabled", '"enabled"'),
        ("true", '"true"'),
        (1, '"1"'),
        ("on leave", "a text"),
        (["on", "enabled"], '"enabled"'),
        (False, "true or false"),
    ],
)
def test_a_value_that_is_not_in_the_table_of_a_field_is_shown_and_is_not_known_to_be_another(value, what):
    mapping = UserMapping(id="id", status="state")
    ours: dict[str, Any] = {"status": {"active": ("on", True), "gone": "off"}}
    read = UserReader(mapping, ours).only({"status"})
    cell = read({"id": "1", "state": value}).status
    assert any(each is UNREADABLE for each in (cell if isinstance(cell, tuple) else (cell,)))
    assert read.odd == [("status", what)]
    values = value if isinstance(value, list) else [value]
    known = [{"on": "active"}.get(each, None if each is False else str(each)) for each in values]
    shown = UserReader(mapping, ours)({"id": "1", "state": value}).status
    assert shown == (tuple(known) if len(known) > 1 else known[0])


@pytest.mark.parametrize("field", ["email", "emails"])
@pytest.mark.parametrize(
    "value",
    [
        *("smtp:ada@acme.example", "SMTP:ada@acme.example", "Ada King <ada@acme.example>", "<ada@acme.example>"),
        *("mailto:ada@acme.example", "ada@acme.example.", " ada@acme.example ", "SMTP: <ada@acme.example>"),
    ],
)
def test_an_address_is_read_in_the_forms_of_mail_programs_and_of_exchange(field, value):
    read = UserReader(PLAIN)
    for user in (read({"id": "1", field: value}), read.only({field})({"id": "1", field: value})):
        assert user.value(field) == (("ada@acme.example",) if field == "emails" else "ada@acme.example")


@pytest.mark.parametrize("field", ["email", "emails"])
@pytest.mark.parametrize(
    "value",
    [
        *("ada@acme.example, grace@acme.example", "ada@acme.example;grace@acme.example", "ada@acme.example (work)"),
        *("ada@acme.example/grace@acme.example", "work:ada@acme.example", "a***@acme.example", "ada@", "@acme.example"),
    ],
)
def test_a_text_that_holds_an_address_otherwise_is_shown_and_searched_as_it_is_and_equals_nothing_for_sure(
    field, value
):
    read = UserReader(PLAIN)
    assert read({"id": "1", field: value}).value(field) == ((value,) if field == "emails" else value)
    check = read.only({field})
    assert check({"id": "1", field: value}).value(field) == (value, UNREADABLE)
    assert check.odd == [(field, "an address in another form")]


@pytest.mark.parametrize(
    "value",
    [
        *(
            "ada@acme.example",
            "Ada.O'Neil+x@acme.example",
            '"Ada King"@acme.example',
            "ada@[192.0.2.1]",
            "zoë@bücher.de",
        ),
        *("ada_acme.com#EXT#@acme.onmicrosoft.com", "ada@localhost", "ada", "n/a"),
        *("SIP:ada@acme.example", "sip:ada@acme.example", "X500:/o=Acme/cn=ada@acme"),
    ],
)
def test_an_address_alone_a_text_without_one_and_one_of_another_service_stay_as_they_are(value):
    read = UserReader(PLAIN).only({"email"})
    assert (read({"id": "1", "email": value}).email, read.odd) == (value, [])


def test_a_whole_address_that_a_pattern_does_not_fit_is_not_shown_and_may_be_any():
    mapping = UserMapping(id="id", email="mail", patterns={"email": "[a-z]+@[a-z.]+"})
    record = {"id": "1", "mail": "Grace.H@acme.example"}
    assert UserReader(mapping)(record).email is None
    read = UserReader(mapping).only({"email"})
    assert read(record).email is UNREADABLE
    assert read.odd == [("email", "an address in another form")]


@pytest.mark.parametrize("field", sorted(set(FIELDS) - {"id", "email_verified"}))
@pytest.mark.parametrize("value", [None, "", [], [None]])
def test_what_is_absent_is_not_unreadable(field, value):
    read = UserReader(PLAIN).only({field})
    assert read({"id": "1", field: value}).value(field) in (None, ())
    assert read.odd == []


@pytest.mark.parametrize(("value", "flag"), [(True, True), (False, False), ("true", None), (1, None), (None, None)])
def test_a_flag_is_a_boolean_or_nothing(value, flag):
    assert UserReader(PLAIN)({"id": "1", "email_verified": value}).email_verified is flag


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00Z"),
        (1769860800, "2026-01-31T12:00:00Z"),
        ("last Tuesday", "last Tuesday"),
        ("0001-01-01T00:00:00+01:00", None),
        (True, None),
        ({}, None),
    ],
)
def test_a_time_is_utc_or_the_providers_own_text(value, shown):
    assert UserReader(PLAIN)({"id": "1", "created_at": value}).created_at == shown


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"given": "Ada", "family": "Lovelace"}, "Ada Lovelace"),
        ({"given": "Ada"}, "Ada"),
        ({"family": "Lovelace", "given": None}, "Lovelace"),
        ({"given": "", "family": "\u200b"}, None),
        ({}, None),
    ],
)
def test_a_name_is_joined_where_the_provider_has_only_its_parts(record, name):
    mapping = UserMapping(id="id", given_name="given", family_name="family")
    assert UserReader(mapping)(record | {"id": "1"}).name == name


def test_a_reader_of_few_fields_reads_these_and_what_they_are_joined_of():
    mapping = UserMapping(id="id", given_name="given", family_name="family", email="mail", extra={"team": "team"})
    record = {"id": "1", "given": "Ada", "family": "Lovelace", "mail": "ada@acme.example", "team": "Ops"}
    assert UserReader(mapping).only({"name"})(record).name == "Ada Lovelace"
    user = UserReader(mapping).only({"email"})(record)
    assert (user.id, user.email, user.name, dict(user.extra)) == ("1", "ada@acme.example", None, {})
    assert UserReader(mapping).only(set())(record | {"id": None}) is None


def test_a_name_of_its_own_is_not_joined():
    mapping = UserMapping(id="id", name="name", given_name="given")
    assert UserReader(mapping)({"id": "1", "given": "Ada"}).name is None


@pytest.mark.parametrize(
    ("value", "email"),
    [
        ("ada@acme.example", "ada@acme.example"),
        ("\u200bada@acme.example\x00", "ada@acme.example"),
        (["ada@acme.example", "none"], "ada@acme.example"),
        ("ada", None),
        ("write to ada@acme.example", None),
        ("ada@acme.example\n", "ada@acme.example"),
        ("ada@acme.example\nbcc@acme.example", None),
        (["none", "ada@acme.example"], "ada@acme.example"),
        (7, None),
        (None, None),
    ],
)
def test_a_value_that_does_not_have_the_form_of_its_field_is_none(value, email):
    mapping = UserMapping(id="id", email="mail", patterns={"email": r"[^\s@]+@[^\s@]+"})
    user = UserReader(mapping)({"id": "1", "mail": value})
    assert (user.id, user.email) == ("1", email)
    assert UserReader(mapping).only({"email"})({"id": "1", "mail": value}).email == email


def test_a_number_has_a_form_too():
    read = UserReader(UserMapping(id="id", role="level", patterns={"role": r"\d"}))
    assert [read({"id": "1", "level": value}).role for value in (7, "7", 17, 7.5)] == ["7", "7", None, None]


def test_a_part_of_a_name_that_does_not_have_its_form_is_no_part_of_the_name():
    mapping = UserMapping(id="id", given_name="given", family_name="family", patterns={"given_name": "[A-Z][a-z]+"})
    user = UserReader(mapping)({"id": "1", "given": "-", "family": "Lovelace"})
    assert (user.name, user.given_name, user.family_name) == ("Lovelace", None, "Lovelace")


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.sampled_from(["name", "email", "status", "organization"]))
def test_a_field_with_a_pattern_has_a_value_of_that_form_or_none_and_no_other_field_changes(record, field):
    pattern = "[a-z0-9]{1,3}"
    plain = UserReader(PLAIN)(record | {"id": "1"})
    user = UserReader(PLAIN.model_copy(update={"patterns": {field: pattern}}))(record | {"id": "1"})
    value = plain.value(field)
    values = [each for each in (value if isinstance(value, tuple) else (value,)) if each]
    fitting = tuple(each for each in values if re.fullmatch(pattern, each))
    changed: dict[str, Any] = {field: fitting if len(fitting) > 1 else fitting[0] if fitting else None}
    if field in ("name", "email"):  # of which the first is shown
        assert user.value(field) is None or re.fullmatch(pattern, user.value(field))
        changed = {field: user.value(field)}
    assert user == plain._replace(**changed)


def test_extra_fields_keep_their_structure_and_drop_what_is_empty():
    mapping = UserMapping(id="id", extra={"tags": "tags", "none": "none", "zero": "zero", "no": "no", "empty": "empty"})
    record = {"id": "1", "tags": [{"label": "x\x1b[0m"}], "none": None, "zero": 0, "no": False, "empty": []}
    assert dict(UserReader(mapping)(record).extra) == {"tags": [{"label": "x"}], "zero": 0, "no": False}


def test_fields_of_a_provider_s_own_can_not_crowd_out_an_answer():
    mapping = UserMapping(id="id", extra={f"copy_{number}": "@" for number in range(40)})
    user = UserReader(mapping)({"id": "1", "notes": ['"' * 250] * 20})
    assert len(user.extra) == 40
    assert list(user.extra.values())[-1] == "…"
    assert len(json.dumps(user.extra)) < 20_000


def test_a_name_of_two_parts_is_no_longer_than_any_other_text():
    mapping = UserMapping(id="id", given_name="first", family_name="last")
    user = UserReader(mapping)({"id": "1", "first": "a" * 300, "last": "b" * 300})
    assert len(user.name or "") == 256


WORDS = st.sampled_from(["on", "ON", "off", "true", "Ön", ""]) | st.booleans() | st.integers(0, 1) | st.text(max_size=3)


@given(st.lists(WORDS | st.lists(WORDS, max_size=2)))
def test_a_value_that_was_seen_before_has_the_same_word(values):
    mapping = UserMapping(id="id", status="status", state="status")
    ours: dict[str, Any] = {
        "status": {"is on": "on", "is true": True},
        "state": {"active": "on", "inactive": ("off", False)},
    }
    reader = UserReader(mapping, ours)
    for value in values:
        record = {"id": "1", "status": value}
        assert [reader(record), reader(record)] == [UserReader(mapping, ours)(record)] * 2


@given(st.dictionaries(st.text("abc", min_size=1), JSON, max_size=4), st.integers(0, 60))
def test_own_fields_are_cut_only_where_their_json_is_too_long(record, most):
    fields = [(name, getter(name)) for name in ("a", "b", "c", "ab")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapping_of_records, "_MAX_EXTRA", most)
        found = mapping_of_records._extra(record, fields)
        patch.setattr(mapping_of_records, "_most_characters", lambda _: most + 1)
        assert mapping_of_records._extra(record, fields) == found


@given(st.lists(JSON, max_size=3), st.integers(0, 90))
def test_a_nested_value_is_cut_only_where_its_json_is_too_long(values, most):
    value = clean_value(values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapping_of_records, "_MAX_NESTED", most)
        fits = len(json.dumps(value, ensure_ascii=False)) <= most
        assert (mapping_of_records._bounded(value) == value) is (fits or not value)


def test_times_are_read_in_the_form_of_the_page_and_never_is_no_time():
    mapping = UserMapping(
        id="id",
        created_at="hired",
        updated_at="changed",
        last_active_at="seen",
        times={
            "created_at": TimeForm(format="%d/%m/%Y", timezone="Europe/Berlin"),
            "updated_at": TimeForm(timezone="America/New_York"),
        },
    )
    record = {"id": "1", "hired": "01/03/2021", "changed": "2026-01-31T07:00:00", "seen": "0001-01-01T00:00:00"}
    user = UserReader(mapping)(record)
    assert (user.created_at, user.updated_at, user.last_active_at) == (
        "2021-02-28T23:00:00Z",
        "2026-01-31T12:00:00Z",
        None,
    )


def test_what_is_no_time_is_shown_as_it_is():
    user = UserReader(UserMapping(id="id", created_at="hired"))({"id": "1", "hired": "01/03/2021"})
    assert user.created_at == "01/03/2021"
