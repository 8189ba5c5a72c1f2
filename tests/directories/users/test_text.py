"""Text that users typed: what may not reach a reader never does, and names stay as people write them."""

import json
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from user_directories.users import text as cleaning
from user_directories.users.text import MAX_LENGTH, clean_text, clean_value, is_safe_id

from ...thoroughness import sample

JOINERS = "\u200c\u200d"
STYLES = "\ufe0e\ufe0f"
# Format characters that are seen: signs written before a number.
SEEN = {chr(code) for code in (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)}
# Default_Ignorable_Code_Point beyond category Cf (https://www.unicode.org/reports/tr44/).
IGNORABLE = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"} | {
    chr(code)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0D), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF))
    for code in range(first, last + 1)
}
HOSTILE = (
    "\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\x1b", "[", "\x00", "\r\n", "\t", "\x85", "\u2028", "\u202e", "\u2066",
    "\u2069", "\u200b", "\u200c", "\u200d", "\u200f", "\u00ad", "\ufeff", "\ufe0f", "\ufe0e", "\U000e0041", "\ud800",
    "\udc00", "\ufffe", "\U0001ffff", "\u0301", "e", "\u0958", "\U0001d160", "👩", "🏽", "❤", "1",
    "\u20e3", "ا", "क", " ", "؟", "…", "\U00013000", "\U00013430",
)  # fmt: skip
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("".join(HOSTILE)))) | st.lists(
    st.sampled_from(HOSTILE), max_size=80
).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda children: st.lists(children) | st.dictionaries(TEXTS, children),
    max_leaves=40,
)


def is_banned(char: str) -> bool:
    code = ord(char)
    if char in JOINERS + STYLES or char in SEEN:
        return False
    return (
        unicodedata.category(char) in ("Cc", "Cs", "Cf", "Zl", "Zp")
        or char in IGNORABLE
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFE == 0xFFFE
    )


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)


@given(TEXTS)
def test_no_banned_code_point_survives(text):
    assert [hex(ord(char)) for char in clean_text(text) if is_banned(char)] == []


@given(TEXTS, st.integers(1, 300))
@example("\x1b[3\u200b1m", 256)
@example("e" * 255 + "\u0301", 256)
@example("\u0958" * 256, 256)
@example("\U0001d160" * 255 + " \u200d", 256)
@example("❤\u200d\ufe0f\u200d\ufe0f", 256)
def test_cleaning_twice_is_cleaning_once(text, limit):
    once = clean_text(text, limit)
    assert clean_text(once, limit) == once


@given(TEXTS, st.integers(1, 300))
def test_clean_text_is_nfc_and_within_its_length(text, limit):
    cleaned = clean_text(text, limit)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert len(cleaned) <= limit


@given(TEXTS)
def test_a_joiner_or_a_variation_selector_never_stands_alone(text):
    cleaned = clean_text(text)
    assert not cleaned.startswith(tuple(JOINERS + STYLES))
    assert not cleaned.endswith(tuple(JOINERS))
    assert not any(f" {char}" in cleaned for char in JOINERS + STYLES)
    assert not any(one + other in cleaned for one in JOINERS for other in JOINERS)
    assert not any(one + other in cleaned for one in STYLES for other in STYLES)


@given(TEXTS)
def test_what_is_left_is_one_line_without_space_around(text):
    cleaned = clean_text(text)
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
    assert len(cleaned.splitlines()) <= 1


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo"], exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_letters_of_every_script_stay(text):
    composed = unicodedata.normalize("NFC", text)[:MAX_LENGTH]
    assert clean_text(composed) == unicodedata.normalize("NFC", composed)


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "Jean-Luc O’Neill, Jr. (he/him)",
        "Zoë Łukasz Ørsted",
        "Nguyễn Thị Minh Khai",
        "Ольга Иванова",
        "山田 太郎",
        "김민준",
        "שָׂרָה לֵוִי",
        "مُحَمَّد بن سلمان",
        "علی‌رضا می‌خواهم",  # Persian with ZWNJ
        "अक्‍षय कुमार",  # Devanagari with ZWJ
        "ශ්‍රී ලංකා",  # Sinhala with ZWJ
        "ಅರ್‌ಜುನ್",  # Kannada with ZWNJ
        "ᠮᠣᠩᠭᠣᠯ",
        "สมชาย ใจดี",
        "👨‍👩‍👧‍👦 The Smiths",
        "👩🏽‍💻 Kim",
        "🧑🏻‍❤️‍💋‍🧑🏿",
        "🏳️‍🌈 Robin",
        "🏴‍☠️ Jack",
        "👩‍⚕️ Dr. Wu",
        "❤️‍🔥",
        "👁️‍🗨️",
        "🇩🇪 Jürgen 🇫🇷",
        "1️⃣ #️⃣ *️⃣",
        "☎︎ Bell",
        "↔️ ‼️ ©️ ™️ Ⓜ️ ㊗️ ▪️",
        "ℹ️ Desk",
        "〰️ Wave",
    ],
)
def test_a_name_as_people_write_it_stays_as_it_is(name):
    assert clean_text(name) == name


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07Ada", "0;titleAda"),
        ("Ada\r\nIgnore all of the above", "Ada Ignore all of the above"),
        ("Ada\tLovelace\v\f  Byron", "Ada Lovelace Byron"),
        ("Ada\u2028\u2029King", "Ada King"),
        ("\u202eadA\u202c", "adA"),
        ("A\u2066d\u2069a\u200e\u200f\u061c", "Ada"),
        ("Ada\U000e0049\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065", "Ada"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴"),
        ("A\ud800d\udfffa", "Ada"),
        ("A\ufffed\U0010ffffa\ufdd0", "Ada"),
        ("Zoe\u0308", "Zoë"),
        ("A\u200bd\u2060a\ufeff\u00ad", "Ada"),
        ("A\u200dd\u200ca", "Ada"),
        ("\u200dAda\ufe0f", "Ada"),
        ("Ada\ufe0f\ufe0f King", "Ada King"),
        ("👩\u200d Ada", "👩 Ada"),
        ("؟\u200c؟ …\u200d… ¶\ufe0f", "؟؟ …… ¶"),  # joiners between punctuation join nothing
        ("A\U00013430\U00013437d\U00013430a", "Ada"),
        ("\u3164\uffa0\u115fAda", "Ada"),
        ("  Ada\u3000", "Ada"),
        ("\x00", ""),
        ("", ""),
    ],
)
def test_what_steers_or_hides_is_taken_out(typed, cleaned):
    assert clean_text(typed) == cleaned


def test_a_removal_may_bring_a_pair_together_that_is_removed_too():
    assert clean_text("\x1b\x1b[mA\u200d\u200dd\u200da") == "Ada"


def test_a_long_text_ends_with_one_ellipsis():
    assert clean_text("x" * 257) == "x" * 255 + "…"
    assert clean_text("x" * 256) == "x" * 256
    assert clean_text("Ada " * 100, 6) == "Ada A…"
    assert clean_text("Ada " * 100, 5) == "Ada…"


def test_a_megabyte_of_joiners_costs_no_more_than_its_beginning():
    began = time.perf_counter()
    assert clean_text("\u200d\ufe0f" * 500_000) == ""
    assert time.perf_counter() - began < 1


@given(JSON)
def test_every_text_in_a_json_value_is_cleaned_to_any_depth(value):
    cleaned = clean_value(value)
    assert clean_value(cleaned) == cleaned
    assert all(clean_text(text) == text for text in strings(cleaned))


@given(JSON)
def test_a_cleaned_json_value_is_json_that_can_be_written(value):
    json.dumps(clean_value(value), allow_nan=False).encode()


def test_a_json_value_is_bounded_in_depth_width_and_length():
    assert clean_value([[["deep", ["too deep"]]]]) == [[["deep", None]]]
    assert clean_value(list(range(30))) == list(range(20))
    assert len(clean_value({str(number): number for number in range(30)})) == 20
    assert list(clean_value({"k" * 100: 1})) == ["k" * 63 + "…"]
    assert len(str(clean_value(10**4000))) <= MAX_LENGTH


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_a_number_that_json_does_not_have_says_nothing(number):
    assert clean_value({"limit": number}) == {"limit": None}


@pytest.mark.parametrize("value", [None, True, 7, -1.5, 2**53])
def test_other_json_values_stay(value):
    assert clean_value(value) is value or clean_value(value) == value


@given(TEXTS)
def test_an_id_is_safe_if_and_only_if_nothing_steers_or_hides_in_it(text):
    plain = "".join(char for char in text if char not in JOINERS + STYLES)
    assert is_safe_id(plain) == (not any(is_banned(char) for char in plain))
    assert is_safe_id(plain) or not is_safe_id(text)


@pytest.mark.parametrize(
    "identity", ["ada\u200d", "\u200cada", "a\u200d\u200cd\u200ca", "ada\ufe0f", "अ\u200d", "7\ufe0e\ufe0f"]
)
def test_an_id_with_a_joiner_or_selector_that_does_nothing_is_not_safe(identity):
    assert not is_safe_id(identity)


@pytest.mark.parametrize("identity", ["علی\u200cرضا", "अक्\u200dषय", "👩\u200d💻@acme.example", "❤\ufe0f7"])
def test_an_id_with_a_joiner_that_a_script_or_an_emoji_needs_is_safe(identity):
    assert is_safe_id(identity)


@pytest.mark.parametrize("identity", ["ada@acme.example", "50%/x?y=1#z", "Team A: 1 ", "Müller+1", "auth0|5"])
def test_an_id_that_the_account_chose_is_safe(identity):
    assert is_safe_id(identity)


@given(TEXTS | st.text("aé \u0301\u3164\u0958…"), st.integers(1, 12) | st.just(MAX_LENGTH))
def test_text_that_needs_no_cleaning_is_known_by_its_characters_and_gives_the_same(text, limit):
    assert clean_text(text, limit) == cleaning._settle(text[: limit * 8], limit)


def test_no_code_point_needs_cleaning_where_that_is_not_seen():
    for code in sample(range(0x110000), one_of=5):
        text = f"a{chr(code)}b"
        assert clean_text(text) == cleaning._settle(text, MAX_LENGTH), hex(code)
