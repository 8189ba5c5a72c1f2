"""A scan rules most users out by the raw values of their records: the same users as by what is shown."""

from typing import Any, get_args

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from user_directories import InvalidArgument, Query, built_in, built_in_names, read_text, restrict
from user_directories.manifest import Manifest, Show, UserMapping
from user_directories.planning.plan import plan
from user_directories.records.mapping import UserReader
from user_directories.users.matching import TEXT_FIELDS, matches_text
from user_directory_sandbox import Sandbox

from ...thoroughness import examples

DELAY = built_in("delay")
KEYS = ("a", "b", "c", "d", "e")
PATHS = st.sampled_from([*KEYS, "nested.a", "a || b", "emails[0]"])
FIELDS = sorted(TEXT_FIELDS - {"id"})
LEVELS = st.sampled_from(get_args(Show))
PARTS = ["ada", "Ada", "LOVE", "zoë", "zoe\u0308", "…", "...", "王", "敏", "ｶ", "ß", "İ", "\u1e9b\u0323", "@x.example"]
ODD = [
    " ",
    "  ",
    "\u00a0",
    "\u3000",
    "\t",
    "\u200b",
    "\u034f",
    "\ufe0f",
    "\u202e",
    "\x1b[31m",
    "\u0301",
    "\ud800",
    "-",
    "\u2011",
    "'",
    "y" * 130,
]
TEXTS = st.lists(st.sampled_from([*PARTS * 3, *ODD]) | st.text(max_size=2), max_size=3).map("".join)
VALUES = TEXTS | TEXTS | TEXTS | st.none() | st.integers() | st.booleans() | st.lists(TEXTS, max_size=2)
RECORDS = st.fixed_dictionaries(
    {"id": st.just("u-1") | st.just("ada") | TEXTS | st.integers()}, optional=dict.fromkeys(KEYS, VALUES)
).map(lambda record: record | {"nested": {"a": "Ada"}, "emails": ["love@x.example"]})


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """A provider whose users are found in texts of any place, with words of ours, forms, and a policy."""
    plain = draw(st.booleans())
    paths = draw(st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(KEYS) if plain else PATHS))
    forms = draw(st.dictionaries(st.sampled_from(["name", "given_name", "email"]), st.just("[A-Za-z ]+"), max_size=1))
    words = draw(st.dictionaries(st.sampled_from(FIELDS), st.just({"ada": ("LOVE", "zoë")}), max_size=int(not plain)))
    user = UserMapping(id=draw(st.sampled_from(["id", "id", "a"])), patterns=forms, **paths)
    manifest = DELAY.model_copy(update={"user": user, "values": words, "filters": {}, "sort": {}})
    policy: dict[str, Show] = draw(st.dictionaries(st.sampled_from(FIELDS), LEVELS, max_size=int(not plain)))
    return restrict(manifest, policy)


def decided(manifest: Manifest, record: Any, text: str) -> bool | None:
    """Say whether a record is ruled out, having looked that its user then does not pass the check."""
    try:
        asked = read_text(text[:200])
    except InvalidArgument:  # the syntax of another search
        return None
    check = plan(manifest, Query(text=asked, exhaustive=True)).residual
    if check is None:
        return None
    read = UserReader(manifest.user, manifest.words())
    rules_out, user = read.ruling_out(check), read.only(check.fields)(record)
    if rules_out is None or user is None:
        return None
    is_out = rules_out(record)
    assert not (is_out and check(user)), (record, text, user)
    return is_out


@settings(max_examples=examples(200))
@given(manifests(), RECORDS, TEXTS, st.data())
def test_who_is_ruled_out_does_not_pass_the_check(manifest, record, text, data):
    event(f"{decided(manifest, record, text)}")
    user = UserReader(manifest.user, manifest.words()).only(TEXT_FIELDS)(record)
    shown = " ".join([each for each in user or () if isinstance(each, str)])
    begin, length = data.draw(st.integers(0, max(0, len(shown) - 1))), data.draw(st.integers(1, 6))
    decided(manifest, record, shown[begin : begin + length])


@given(record=RECORDS, text=TEXTS)
@example({"id": "1", "a": "x" * 200, "b": "y" * 200}, "...")
@example({"id": "1", "a": "王", "b": "敏"}, "敏王")
@example({"id": "1", "a": "A\u034fda"}, "ada")
@example({"id": "1", "a": "e", "b": "\u0301"}, "é")
def test_a_joined_name_is_looked_for_in_its_parts(record, text):
    user = UserMapping(id="id", given_name="a", family_name="b", show={"given_name": "none"})
    decided(DELAY.model_copy(update={"user": user}), record, text)


@pytest.mark.parametrize("name", built_in_names())
def test_a_shipped_provider_rules_nobody_out_who_is_found(name):
    manifest = built_in(name)
    records = list(Sandbox(users=40).records(name))
    texts = [text for record in records for text in map(str, record.values()) if text.strip()]
    decisions = [decided(manifest, record, text[:20]) for record in records for text in texts[:: len(texts) // 25]]
    if name != "monocloud":  # its addresses are in objects
        assert decisions.count(True) > len(decisions) / 2


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"email": "profile.mail"}, {}),
        ({"name": "first || last"}, {}),
        ({"username": "login"}, {"username": {"ada": "lovelace"}}),
        ({"given_name": "first"}, {"given_name": {"ada": "lovelace"}}),
    ],
)
def test_nobody_is_ruled_out_by_values_that_are_not_those_that_are_checked(mapping, words):
    assert UserReader(UserMapping(id="id", **mapping), words).ruling_out(matches_text("ada")) is None


def test_nobody_is_ruled_out_where_a_masked_value_has_to_be_whole():
    read = UserReader(UserMapping(id="id", name="name", email="email"))
    assert read.ruling_out(matches_text("ada", whole=("email",))) is None


def test_a_value_that_is_no_text_decides_nothing():
    rules_out = UserReader(UserMapping(id="id", name="name")).ruling_out(matches_text("ada"))
    assert rules_out is not None
    records = [{"id": "1", "name": ["Ada"]}, {"id": "1", "name": 7}, [], None, {"id": "1", "name": "A\u200bda"}]
    assert not any(map(rules_out, records))
    assert rules_out({"id": "1", "name": "Grace"})
