"""A reader of the fields that are shown gives them as a reader of whole users does, whatever is hidden."""

import json
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from user_directories import CONCISE_FIELDS, FIELDS, built_in, built_in_names, known_fields, restrict
from user_directories.manifest import Manifest, Show, UserMapping
from user_directories.records.mapping import UserReader
from user_directory_sandbox import Sandbox

from ...thoroughness import examples

EXTRA = ("team", "notes")
KEYS = ("id", "a", "b", "c", "nested.a")
TEXTS = st.sampled_from(["Ada", "ada", "ada@x.example", "Ada <ada@x.example>", "active"])
VALUES = (
    TEXTS
    | TEXTS
    | TEXTS
    | TEXTS
    | st.none()
    | st.booleans()
    | st.integers()
    | st.lists(TEXTS, max_size=3)
    | st.just("z" * 9_000)
)
RECORDS = st.fixed_dictionaries(
    {"id": TEXTS, **dict.fromkeys("abc", VALUES), "nested": st.fixed_dictionaries({"a": VALUES})}
)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """A provider with some fields and some of its own, of which a policy hides some."""
    paths = draw(
        st.dictionaries(st.sampled_from([name for name in FIELDS if name != "id"]), st.sampled_from(KEYS), min_size=3)
    )
    extra = draw(st.dictionaries(st.sampled_from(EXTRA), st.sampled_from(KEYS)))
    words = draw(st.dictionaries(st.sampled_from(["status", "role"]), st.just({"busy": ("active", "Ada")}), max_size=1))
    user = UserMapping(id="id", extra=extra, **paths)
    manifest = built_in("delay").model_copy(update={"user": user, "values": words, "filters": {}, "sort": {}})
    names = [*paths, *extra]
    policy: dict[str, Show] = draw(st.dictionaries(st.sampled_from(names), st.sampled_from(get_args(Show)), max_size=3))
    return restrict(manifest, policy | draw(st.sampled_from([{}, {}, {"id": "masked"}])))


def agree(manifest, record, fields):
    read = UserReader(manifest.user, manifest.words())
    whole, part = read(record), read.showing(fields)(record)
    assert (whole is None) == (part is None)
    if whole is not None and part is not None:
        assert part.id == whole.id
        assert {name: part.value(name) for name in fields} == {name: whole.value(name) for name in fields}
        assert part.extra.keys() <= whole.extra.keys()
        hidden = {name for name in manifest.user.all_fields() if manifest.user.shown(name) != "full"}
        assert all(part.value(name) in (None, whole.value(name)) for name in hidden)


@settings(max_examples=examples(200))
@given(manifests(), RECORDS, st.frozensets(st.sampled_from([*FIELDS, *EXTRA])))
def test_a_shown_field_does_not_depend_on_which_others_are_shown(manifest, record, fields):
    agree(manifest, record, fields)


@pytest.mark.parametrize("name", built_in_names())
@settings(max_examples=examples(5))
@given(data=st.data())
@example(data=None)
def test_a_shipped_provider_shows_the_same_in_a_page_of_few_fields(name, data):
    manifest, fields = built_in(name), frozenset(CONCISE_FIELDS)
    if data is not None:
        known = known_fields(manifest)
        policy = data.draw(st.dictionaries(st.sampled_from(known[1:]), st.sampled_from(get_args(Show)), max_size=4))
        manifest, fields = restrict(manifest, policy), data.draw(st.frozensets(st.sampled_from(known)))
    for record in Sandbox(users=20).records(name):
        agree(manifest, json.loads(json.dumps(record)), fields)


def test_the_reader_of_the_same_fields_is_made_once():
    read = UserReader(UserMapping(id="id", name="name"))
    assert read.showing(["id", "name"]) is read.showing(("name", "id"))
    assert read.only(["name"]) is read.only({"name"}) is not read.showing(["name"])
    for number in range(1_000):
        read.only([f"field {number}"])
    assert read.only(["name"])({"id": "1", "name": "Ada"}).name == "Ada"
