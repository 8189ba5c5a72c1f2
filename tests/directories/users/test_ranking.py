"""Who is named in whole words comes before who is only touched by a fragment."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import User
from user_directories.users.ranking import rank_by_text

WHOLE, BEGINNING, FRAGMENT = range(3)


@pytest.mark.parametrize(
    ("text", "fields", "rank"),
    [
        ("ada", {"name": "Ada King"}, WHOLE),
        ("king ADA", {"name": "Ada King"}, WHOLE),
        ("king", {"name": "Ada Lovelace-King"}, WHOLE),
        ("Jean-Luc", {"name": "Jean Luc Picard"}, WHOLE),
        ("jean luc", {"name": "Jean-Luc Picard"}, WHOLE),
        ("josé", {"name": "Jose\u0301"}, WHOLE),
        ("ada@acme.example", {"email": "Ada@acme.example"}, WHOLE),
        ("king", {"email": "ada.king@acme.example"}, WHOLE),
        ("ada", {"emails": ("x@acme.example", "ada@acme.example")}, WHOLE),
        ("ada@bücher.example", {"email": "ada@xn--bcher-kva.example"}, WHOLE),
        ("王敏", {"given_name": "敏", "family_name": "王"}, WHOLE),
        ("u-12345678", {}, WHOLE),
        ("ada", {"name": "Adam King"}, BEGINNING),
        ("ada kin", {"name": "Ada King"}, BEGINNING),
        ("ada-lu", {"name": "Ada Luise"}, BEGINNING),
        ("adam@ac", {"email": "adam@acme.example"}, BEGINNING),
        ("u-123456", {}, BEGINNING),
        ("ada", {"name": "Nevada Smith"}, FRAGMENT),
        ("ada mith", {"name": "Ada Smith"}, FRAGMENT),
        ("5678", {"name": "x5678"}, FRAGMENT),
    ],
)
def test_whole_words_come_before_beginnings_and_these_before_fragments(text, fields, rank):
    assert rank_by_text(text)(User("u-12345678", **fields)) == rank


def test_an_id_that_has_a_word_of_several_in_it_makes_no_difference():
    rank = rank_by_text("ada king")
    assert rank(User("ada", "Adam Kingsley")) == rank(User("zoe", "Adam Kingsley")) == BEGINNING


LETTERS = st.sampled_from("aáb")
WORDS = st.text(LETTERS, min_size=1, max_size=3)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


def plain(text):
    return unicodedata.normalize("NFD", text).replace("\u0301", "")


def ranked_slowly(text, name):
    """The rank of a user who has nothing but a name of plain words."""
    asked, have = plain(text).split(), plain(name).split()
    if all(word in have for word in asked):
        return WHOLE
    return BEGINNING if all(any(each.startswith(word) for each in have) for word in asked) else FRAGMENT


@given(NAMES, NAMES)
def test_names_are_ranked_as_by_a_look_at_each_word(text, name):
    assert rank_by_text(text)(User("42", name)) == ranked_slowly(text, name)


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_any_text_ranks_anybody(text, identifier, name):
    assert rank_by_text(text)(User(identifier, name)) in (WHOLE, BEGINNING, FRAGMENT)


def test_a_field_with_several_values_is_ranked_by_the_best_of_them():
    user = User("1", name="Grace Hopper", username=("xada", "ada"))
    assert rank_by_text("ada")(user) == 0
