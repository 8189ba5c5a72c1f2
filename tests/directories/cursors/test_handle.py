"""The handle that an agent copies, and the mistakes that it makes."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories.cursors import new_handle, read_handle
from user_directories.cursors.handle import FIRST_PAGE
from user_directories.errors import CursorMalformed, CursorMistyped

# ISO 7064 MOD 97-10
HANDLES = st.integers(0, 10**13 - 1).map(lambda number: f"c{number:013d}{98 - number * 100 % 97:02d}")


@given(HANDLES)
def test_a_handle_is_read_as_it_is(handle):
    assert read_handle(handle) == handle
    assert read_handle(f" {handle}\n") == handle


def test_a_new_handle_is_c_and_15_digits_and_like_no_other():
    handles = {new_handle() for _ in range(2000)}
    assert len(handles) == 2000
    assert all(re.fullmatch(r"c[0-9]{15}", handle) and read_handle(handle) == handle for handle in handles)


@given(HANDLES, st.integers(1, 15), st.integers(1, 9))
def test_every_wrong_digit_is_found(handle, place, change):
    wrong = (int(handle[place]) + change) % 10
    with pytest.raises(CursorMistyped):
        read_handle(handle[:place] + str(wrong) + handle[place + 1 :])


@given(HANDLES)
def test_every_swap_of_two_neighbours_is_found(handle):
    for place in range(1, 15):
        one, other = handle[place], handle[place + 1]
        if one != other:
            with pytest.raises(CursorMistyped):
                read_handle(handle[:place] + other + one + handle[place + 2 :])


@pytest.mark.parametrize("text", [None, *sorted(FIRST_PAGE), "START", " Null ", "None", "First", "\n"])
def test_what_models_send_for_the_beginning_is_the_first_page(text):
    assert read_handle(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("2", "next", "page2", "c", "c123", "c12345678901234", "c1234567890123456", "C123456789012345"),
        *(
            "123456789012345",
            "x123456789012345",
            "c12345678901234x",
            "c 23456789012345",
            "eyJwYWdlIjoyfQ==",
            "c" * 5000,
        ),
    ],
)
def test_what_never_was_a_cursor_is_told_what_one_looks_like(text):
    with pytest.raises(CursorMalformed) as error:
        read_handle(text)
    assert "c followed by 15 digits" in str(error.value)
    assert "leave the argument out to get the first page" in str(error.value)
    assert len(str(error.value)) < 500


@given(st.text(st.characters()))
def test_any_text_is_a_handle_the_first_page_or_an_error_that_is_told(text):
    handle = None
    with contextlib.suppress(CursorMalformed, CursorMistyped):
        handle = read_handle(text)
    assert handle in (None, text.strip())


def test_digits_of_other_scripts_are_no_handle():
    handle = new_handle()
    arabic = handle.translate({ord(str(digit)): chr(0x660 + digit) for digit in range(10)})
    with pytest.raises((CursorMalformed, CursorMistyped)):
        read_handle(arabic)


def test_a_mistyped_cursor_is_told_to_be_copied_again():
    handle = new_handle()
    wrong = handle[:-1] + str((int(handle[-1]) + 1) % 10)
    with pytest.raises(CursorMistyped, match="was copied with a mistake"):
        read_handle(wrong)
