"""The reference of the manifest language is that of the models, and nothing in it is untried."""

import pytest

from manifest_reference import EXAMPLES, PAGE, sections, written
from user_directories import load_manifest

KEYS = [(section.heading, key) for section in sections() for key in section.keys]


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == written(), "Run: python docs/manifest_reference.py"


@pytest.mark.parametrize(("heading", "key"), KEYS, ids=[f"{heading} {key.name}" for heading, key in KEYS])
def test_every_key_says_what_it_means_and_stands_in_an_example(heading, key):
    assert key.meaning, f"{heading} {key.name} has no text under it in its model"
    assert key.example, f"{heading} {key.name} stands in no page of docs/manifests/"


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_example_loads_in_todays_language(file):
    assert load_manifest(file).deprecations() == ()
