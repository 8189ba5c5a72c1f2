"""An id is found by a free text that is the id, or a long beginning of it: a fragment says nothing of a random id."""

import pytest

from user_directories import User
from user_directories.users.matching import matches_text

UUID = "3f2ada9c-1b7e-4ada-9c55-0ada11112222"
BARBARA = User(UUID, "Barbara King", email="barbara@acme.example")


@pytest.mark.parametrize("text", ["Ada", "ada King", "King ada", "3f2ada9", "1b7e", "11112222", f"Barbara {UUID}"])
def test_a_fragment_of_an_id_finds_nobody_and_an_id_is_no_word_among_others(text):
    assert not matches_text(text)(BARBARA)


@pytest.mark.parametrize(
    "text", [UUID, UUID.upper(), "3f2ada9c", "3F2ADA9C-1b", f"{UUID}.", f'"{UUID}"', "3f2ada9c\u20111b7e"]
)
def test_the_whole_id_or_eight_characters_of_its_beginning_find_its_user_in_any_letter_case(text):
    assert matches_text(text)(BARBARA)


def test_a_short_id_is_found_whole_only():
    assert matches_text("42")(User("42"))
    assert not matches_text("4")(User("42"))


def test_an_id_of_several_words_is_found_whole():
    assert matches_text("auth0; (ada) 1")(User("auth0; (ada) 1"))
    assert not matches_text("ada")(User("auth0; (ada) 1"))


@pytest.mark.parametrize("text", ["ada", "acme", "King ada", "ada@acme.example King"])
def test_an_id_that_is_an_address_is_looked_at_like_one(text):
    assert matches_text(text)(User("ada@acme.example", "Eva King"))


@pytest.mark.parametrize("text", ["3f2ada9c", "ada", f"King {UUID}"])
def test_a_masked_id_is_found_by_itself_alone(text):
    check = matches_text(text, whole=("id",))
    assert not check(BARBARA)
    assert matches_text(UUID, whole=("id",))(BARBARA)
    assert not matches_text(UUID, hidden=("id",))(BARBARA)
