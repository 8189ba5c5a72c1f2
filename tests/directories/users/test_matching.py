"""Whether a user is one that was asked for."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from user_directories import ALIASES, FIELDS, FILTER_FIELDS, InvalidArgument, User, built_in, built_in_names, conditions
from user_directories.manifest import UserMapping
from user_directories.planning.syntax import is_whole_address
from user_directories.records.mapping import UserReader
from user_directories.users import folding
from user_directories.users.filters import matches_filters
from user_directories.users.folding import fold, words
from user_directories.users.matching import TEXT_FIELDS, all_of, matches_text, unspaced_names
from user_directory_sandbox import Sandbox

from ...thoroughness import examples

ADA = User(
    id="u-1",
    name="Ada Lovelace-King",
    email="Ada@Acme.example",
    username="countess",
    given_name="Ada",
    family_name="Lovelace-King",
    status="active",
    role="admin",
    organization="Acme",
    state="active",
    kind="person",
    title="Countess",
    department="Engines",
    manager="Charles Babbage",
    employee_id="E-1815",
    created_at="2026-01-31T12:00:00Z",
    last_active_at="2026-02-02T12:00:00Z",
    updated_at="2026-02-01T12:00:00Z",
)
NOBODY = User(id="u-2")
FILTERS = [*(field for field, kind in FILTER_FIELDS.items() if kind != "time"), *ALIASES]
OWN = UserMapping(**{field: field for field in FIELDS})
READERS = {name: UserReader(built_in(name).user, built_in(name).words()) for name in built_in_names()} | {
    "own": UserReader(OWN)
}
RECORDS = [(name, record) for name in built_in_names() for record in Sandbox(users=60).records(name)]
RECORDS += [("own", user._asdict()) for user in (ADA, NOBODY)]
WORDS = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ada", "ADA"),
        ("zoe", "Zoë"),
        ("lukasz", "Łukasz"),
        ("orsted", "Ørsted"),
        ("nguyen thi minh", "Nguyễn Thị Minh"),
        ("strasse", "Straße"),
        ("istanbul", "İSTANBUL"),
        ("isik", "ışık"),
        ("aether", "Æther"),
        ("ολγα", "Όλγα"),
        ("иван", "ИВАН"),
        ("ada", "Ａｄａ"),
        ("ada", "𝐀𝐝𝐚"),
        ("ada", "𝔸𝕕𝕒"),
        ("zoe", "Zoe\u0308"),
        ("שרה", "שָׂרָה"),
        ("محمد", "مُحَمَّد"),
    ],
)
def test_letter_case_accents_and_styles_make_no_difference(typed, written):
    assert fold(written) == fold(typed)


@given(st.text())
@example("ℌ")
@example("ϓ")
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composition_and_letter_case_do_not_change_what_is_compared(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(text.casefold()) == fold(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Lovelace, Ada", ["lovelace", "ada"]),
        ('“Ada” (the "first")', ["ada", "the", "first"]),
        ("Jean-Luc O'Neill", ["jean-luc", "o'neill"]),
        ("  ", []),
    ],
)
def test_words_are_what_stands_between_spaces_and_brackets(text, parts):
    assert words(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "ada",
        "LOVELACE ada",
        "lovelace-king, Ada",
        "king",
        "ovel",
        "ada@acme",
        "@acme.example",
        "countess",
        "u-1",
        "adá kíng",
    ],
)
def test_a_text_matches_fragments_of_the_name_and_the_addresses_in_any_order_or_the_id(text):
    assert matches_text(text)(ADA)


@pytest.mark.parametrize("text", ["ada byron", "grace", "adalovelace", "admin", "active", "Acme Inc"])
def test_every_word_of_a_text_must_be_found(text):
    assert not matches_text(text)(ADA)


def test_a_word_does_not_reach_from_one_field_into_the_next():
    assert not matches_text("king ada@acme.examplecountess")(ADA)
    assert not matches_text("kingada")(ADA)


@given(st.lists(WORDS, min_size=1, max_size=5), st.randoms())
def test_a_name_is_found_by_its_words_in_any_order_and_case(parts, random):
    user = User(id="1", name=" ".join(parts))
    asked = [part.upper() if random.random() < 0.5 else part for part in parts]
    random.shuffle(asked)
    if fold(" ".join(asked).casefold()) == fold(" ".join(asked)):
        assert matches_text(" ".join(part.casefold() for part in asked))(user)


@pytest.mark.parametrize(
    ("name", "value", "matched"),
    [
        ("id", "u-1", True),
        ("id", "U-1", False),
        ("id", "u-", False),
        ("email", "ada@ACME.example", True),
        ("email", "ada@acme", False),
        ("username", "Countess", True),
        ("status", "ACTIVE", True),
        ("role", "admins", False),
        ("organization", "acme", True),
        ("given_name", "ada", True),
        ("given_name", "ad", False),
        ("family_name", "lovelace-king", True),
        ("name", "king", False),
        ("name", "ada", True),
        ("name", "Lovelace-King Ada", True),
        ("name", "Ada Byron", False),
        ("created_after", "2026-01-31T12:00:00Z", True),
        ("created_after", "2026-01-31T12:00:01Z", False),
        ("created_before", "2026-01-31T12:00:00Z", False),
        ("created_before", "2026-01-31T12:00:01Z", True),
        ("created_after", "2026-01-31", True),
        ("updated_after", "2026-02-02", False),
        ("updated_before", "2026-02-02", True),
    ],
)
def test_a_filter_compares_the_whole_value(name, value, matched):
    assert matches_filters(conditions({name: [value]}))(ADA) is matched


@pytest.mark.parametrize(
    "name",
    ["email", "username", "status", "role", "organization", "name", "given_name", "created_after", "created_before"],
)
def test_a_user_without_the_field_meets_no_filter_on_it(name):
    value = "2026-01-01" if name.startswith("created") else "none@acme.example"
    assert not matches_filters(conditions({name: [value]}))(NOBODY)


def test_a_time_that_can_not_be_read_meets_no_bound():
    user = User(id="1", created_at="last Tuesday")
    assert not matches_filters(conditions({"created_after": ["1970-01-01"]}))(user)
    assert not matches_filters(conditions({"created_before": ["2100-01-01"]}))(user)


def test_several_values_mean_any_and_several_filters_mean_all():
    assert matches_filters(conditions({"status": ["inactive", "active"], "role": ["admin"]}))(ADA)
    assert not matches_filters(conditions({"status": ["inactive", "active"], "role": ["member"]}))(ADA)
    assert matches_filters(conditions({"name": ["grace", "king ada", "lovelace-king"]}))(ADA)


@given(st.datetimes(), st.datetimes())
def test_two_ranges_that_meet_hold_every_moment_once(moment, limit):
    user = User(id="1", created_at=moment.isoformat())
    after = matches_filters(conditions({"created_after": [limit.isoformat()]}))(user)
    before = matches_filters(conditions({"created_before": [limit.isoformat()]}))(user)
    assert after != before


def test_a_bound_that_is_no_time_is_refused():
    with pytest.raises(InvalidArgument, match="'soon' is not a time"):
        matches_filters(conditions({"created_after": ["soon"]}))


def filter_values(user, name):
    """What a filter would have to say to find this user."""
    match name:
        case "email":
            values = {user.email, *(user.emails or ())}
        case "name":
            values = {user.name, user.given_name, user.family_name, *(user.name or "").split()}
        case _ if name in ALIASES:
            values = {user.value(ALIASES[name][0]), "2099-12-31"}
        case _:
            values = {user.value(name)}
    return sorted(value for value in values if value) or ["nobody"]


def texts(user):
    """What a free text would find this user by."""
    values = (user.id, user.name, user.given_name, user.family_name, user.email, user.username, *(user.emails or ()))
    return sorted({value for value in values if value})


@st.composite
def fragments(draw, user):
    text = draw(st.sampled_from(texts(user)))
    start = draw(st.integers(0, len(text) - 1))
    return text[start : draw(st.integers(start + 1, len(text)))]


def verdicts(check, directory, record):
    """What a check says of a whole user, and of one of whom only its fields were read."""
    whole = READERS[directory]
    return check(whole(record)), check(whole.only(check.fields)(record))


def some_filter(name, user):
    most = 1 if name.endswith(("_after", "_before")) else 3
    return st.lists(st.sampled_from(filter_values(user, name)), min_size=1, max_size=most)


def is_taken(name, values):
    """Whether a filter takes these values: it refuses parts of addresses, and the syntax of other searches."""
    try:
        return bool(conditions({name: list(values)}))
    except InvalidArgument:
        return False


def taken(name, user):
    return some_filter(name, user).filter(lambda values: is_taken(name, values))


@pytest.mark.parametrize("name", FILTERS)
@settings(max_examples=examples(10))
@given(st.data(), st.sampled_from(RECORDS), st.sampled_from(RECORDS))
def test_a_filter_needs_no_field_but_those_that_it_names(name, data, one, other):
    directory, record = one
    check = matches_filters(conditions({name: list(data.draw(taken(name, READERS[directory](record))))}))
    for checked in (one, other):
        whole, partial = verdicts(check, *checked)
        assert partial == whole


@given(st.data(), st.sampled_from(RECORDS), st.sampled_from(RECORDS))
def test_a_text_needs_no_field_but_those_that_it_names(data, one, other):
    directory, record = one
    text = " ".join(data.draw(st.lists(fragments(READERS[directory](record)), min_size=1, max_size=3)))
    for checked in (one, other):
        whole, partial = verdicts(matches_text(text), *checked)
        assert partial == whole


@pytest.mark.parametrize("field", ["id", "name", "given_name", "family_name", "email", "emails", "username"])
def test_a_text_is_looked_for_in_every_field_that_it_names(field):
    value = ["u@acme.example", "countess@acme.example"] if field == "emails" else "countess"
    assert verdicts(matches_text("countess"), "own", {"id": "u-3", field: value}) == (True, True)
    assert verdicts(matches_text("duchess"), "own", {"id": "u-3", field: value}) == (False, False)


@given(st.data(), st.sampled_from(RECORDS), st.sets(st.sampled_from(FILTERS), max_size=3))
def test_several_checks_need_no_field_but_those_that_any_of_them_names(data, one, names):
    directory, record = one
    user = READERS[directory](record)
    filters = {name: list(data.draw(taken(name, user))) for name in sorted(names)}
    check = all_of([matches_filters(conditions(filters)), matches_text(data.draw(fragments(user)))])
    whole, partial = verdicts(check, *one)
    assert partial == whole


@pytest.mark.parametrize("name", FILTERS)
def test_somebody_of_whom_only_these_fields_were_read_is_found_and_somebody_is_not(name):
    known = {value for directory, record in RECORDS for value in filter_values(READERS[directory](record), name)}
    values = known if name != "email" else {value for value in known if is_whole_address(value)}
    checks = [matches_filters(conditions({name: [value]})) for value in sorted(values)[: examples(6)]]
    assert {verdicts(check, *found) for check in checks for found in RECORDS} == {(True, True), (False, False)}


@pytest.mark.parametrize(
    ("filters", "fields"),
    [
        ({"email": ["a@b.example"]}, {"email", "emails"}),
        ({"name": ["a"]}, {"name", "given_name", "family_name"}),
        ({"created_after": ["2026-01-31"], "created_before": ["2026-02-01"]}, {"created_at"}),
        ({"updated_before": ["2026-01-31"], "status": ["a"]}, {"updated_at", "status"}),
        ({"id": ["a"]}, {"id"}),
        ({}, set()),
    ],
)
def test_a_check_names_few_fields(filters, fields):
    assert matches_filters(conditions(filters)).fields == fields < set(FIELDS)


@pytest.mark.parametrize("text", ["王敏", "王 敏", "敏王", "敏 王", "敏"])
@pytest.mark.parametrize("user", [User("1", "敏 王", given_name="敏", family_name="王"), User("1", "王 敏")])
def test_a_name_in_a_script_without_spaces_is_found_with_and_without_one(user, text):
    assert matches_text(text)(user)
    if len(text) > 1:
        assert matches_filters(conditions({"name": [text]}))(user)


def test_only_scripts_without_spaces_run_names_together():
    user = User("1", "Anna Smith", given_name="Anna", family_name="Smith")
    assert not matches_text("annasmith")(user)
    assert not matches_filters(conditions({"name": ["smithanna"]}))(user)


@pytest.mark.parametrize(("typed", "kept"), [("O'Neill", "O\u2019Neill"), ("Smith-Jones", "Smith\u2011Jones")])
def test_apostrophes_and_hyphens_are_those_that_keyboards_have(typed, kept):
    for text, name in ((typed, kept), (kept, typed)):
        assert matches_text(text)(User("1", name))


def test_a_text_without_a_word_is_nobody_s():
    for text in ("(", "( ; )", '"', "\u0301"):
        assert not matches_text(text)(User("1", "Ada Lovelace"))
        assert not matches_filters(conditions({"name": [text]}))(User("1", "Ada Lovelace"))


def test_an_accent_makes_another_address_and_letter_case_does_not():
    check = matches_filters(conditions({"email": ["JOSE@x.example"]}))
    assert check(User("1", email="jose@X.example"))
    assert not check(User("1", email="josé@x.example"))


MAKING_A_LETTER = ("\u0438\u0306", "\u0443\u0306", "\u0456\u0308", "\u0433\u0301", "\u043a\u0301")

STROKES = "\u0334\u0335\u0336\u0337\u0338"
"""Strokes through a letter, which are no part of it, like those of ø and ł."""


def folded_slowly(text):
    """Without the ways round that most texts take: one character after another."""
    decomposed = unicodedata.normalize("NFKD", text.translate(folding._PUNCTUATION)).translate(folding._PUNCTUATION)
    plain = ""
    for char in unicodedata.normalize("NFKD", decomposed.casefold()):
        makes_a_letter = f"{plain[-1:]}{char}" in MAKING_A_LETTER
        is_accent = unicodedata.combining(char) in folding._POINTS or char in STROKES
        if char == "\u034f" or not is_accent or makes_a_letter:
            plain += str(unicodedata.decimal(char, char))
    return plain.translate(folding._LETTERS)


def a_user(**fields):
    return User(**fields)


NAMED = st.text(st.one_of(st.characters(), st.sampled_from("aB éł’王敏김ـُ…\u0301\u034f")), max_size=8)
LONG_IDS = st.text("aB0-@é.", min_size=7, max_size=12)


@given(NAMED)
@example("\u0334")
def test_folding_is_the_same_however_it_is_done(text):
    assert fold(text) == folded_slowly(text)


def test_no_letter_or_digit_is_a_combining_character():
    assert not [code for code in range(0x110000) if unicodedata.combining(chr(code)) and chr(code).isalnum()]
    assert all(unicodedata.combining(chr(code)) for code in range(0x300, 0x370) if folding._ACCENTS.match(chr(code)))


@given(
    st.builds(
        a_user,
        id=NAMED | LONG_IDS,
        name=st.none() | NAMED,
        given_name=st.none() | NAMED,
        family_name=st.none() | NAMED,
        email=st.none() | NAMED,
        emails=st.none() | st.tuples(NAMED, NAMED),
    ),
    NAMED,
    st.booleans(),
    st.sets(st.sampled_from(sorted(TEXT_FIELDS)), max_size=2),
)
def test_a_text_is_looked_for_in_all_texts_of_a_user_together(user, text, is_joined, hidden):
    if is_joined:
        user = user._replace(name=f"{user.given_name} {user.family_name}")
    fields = sorted(TEXT_FIELDS - hidden - {"emails", "id"})
    texts = [value for field in fields if (value := user.value(field))]
    texts += [user.id] if "id" not in hidden and "@" in user.id else []
    texts += (user.emails or ()) if "emails" not in hidden else ()
    texts += unspaced_names(user) if "name" not in hidden else []
    haystack = folded_slowly("\n".join(texts))
    for asked in (text, user.given_name or "", user.name or "", user.id, user.id[:9], f"{user.id} {user.name}"):
        found = all(
            word in haystack or ("-" in word.strip("-") and word.replace("-", " ") in haystack.replace("-", " "))
            for word in (words(asked) or [asked])
        )
        is_id = "id" not in hidden and is_the_id(folded_slowly(user.id), folded_slowly(asked), words(asked) or [asked])
        assert matches_text(asked, (), hidden)(user) is (found or is_id)


def is_the_id(identifier, asked, parts):
    if identifier in (asked, *(parts if len(parts) == 1 else ())):
        return identifier != ""
    return len(parts) == 1 and len(parts[0]) >= 8 and identifier.startswith(parts[0])
