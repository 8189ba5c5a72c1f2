"""How names, words and addresses are compared: each row is a pair that people met, and what it should be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import User, conditions
from user_directories.users.filters import matches_filters
from user_directories.users.folding import fold, other_spelling, plain_address, same_address, words
from user_directories.users.matching import matches_text

SAME = [
    ("Sean O\u00b4Brien", "sean o'brien"),
    ("Sean O`Brien", "sean o'brien"),
    ("Sean O\u02bcBrien", "sean o'brien"),
    ("Hawai\u02bbi", "hawai'i"),
    ("Jean\u2014Luc", "jean-luc"),
    ("Jean\u2212Luc", "jean-luc"),
    ("Jean\u2011Luc", "jean-luc"),
    ("\u0639\u0644\u06cc", "\u0639\u0644\u064a"),  # Ali in Persian and in Arabic letters
    ("\u06a9\u0631\u06cc\u0645", "\u0643\u0631\u064a\u0645"),  # Karim
    ("\u0645\u062d\u0640\u0640\u0645\u062f", "\u0645\u062d\u0645\u062f"),  # Muhammad, with kashida
    ("\u0645\u064f\u062d\u064e\u0645\u0651\u062f", "\u0645\u062d\u0645\u062f"),  # and with vowel points
    ("Sigurður Þór", "sigurdur thor"),
    ("Łukasz Øre Đorđe", "lukasz ore dorde"),
    ("Işık", "isik"),
    ("\u0410\u0440\u0442\u0451\u043c", "\u0430\u0440\u0442\u0435\u043c"),  # Artyom, with and without its dots
    ("ヤマダ", "やまだ"),
    ("ﾔﾏﾀﾞ", "やまだ"),
    ("Ａｄａ", "ada"),
    ("𝓐𝓭𝓪", "ada"),
    ("\u0968\u0969", "23"),  # Devanagari digits
    ("Strauß", "strauss"),
]
OTHER = [
    ("\u041d\u0438\u043a\u043e\u043b\u0430\u0439", "\u041d\u0438\u043a\u043e\u043b\u0430\u0438"),  # -ay and -ai
    ("\u0423\u0437\u0443\u0440", "\u040e\u0437\u0443\u0440"),  # U and short U
    ("ガ", "カ"),
    ("パ", "ハ"),
    ("\u0e01\u0e38", "\u0e01\u0e39"),  # Thai sara u and sara uu
    ("\u0915\u094d\u0937", "\u0915\u0937"),  # a conjunct and two syllables
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_people_type_for_one_name_is_the_same(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_a_mark_that_makes_another_letter_is_no_accent(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folded_text_stays_as_it_is(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John F. Kennedy", ["john", "f", "kennedy"]),
        ("Martin King, Jr.", ["martin", "king", "jr"]),
        ("'Ada'", ["ada"]),
        ("St. Mary’s", ["st", "mary's"]),
        ("‘Ada’ — «King» „Jr.“", ["ada", "-", "king", "jr"]),
        ("Ada <mailto:ada@acme.example>.", ["ada", "ada@acme.example"]),
        ("a.b@acme.example", ["a.b@acme.example"]),
        ("...", []),
    ],
)
def test_punctuation_around_a_word_is_no_part_of_it(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("John F. Kennedy", "John F Kennedy"),
        ("John F Kennedy", "John F. Kennedy"),
        ("St. John Smith", "St John Smith"),
        ("Jean-Luc Picard", "Jean Luc Picard"),
        ("Jean Luc Picard", "Jean-Luc Picard"),
        ("Mueller-Brown", "Eva Mueller Brown"),
    ],
)
def test_a_name_is_found_whatever_its_punctuation_is(query, name):
    user = User(id="1", name=name)
    assert matches_text(query)(user)
    is_whole = len(query.replace("-", " ").split()) == len(name.replace("-", " ").split())
    assert not is_whole or matches_filters(conditions({"name": [query]}))(user)


@pytest.mark.parametrize(("query", "name"), [("Luc-Jean", "Jean Luc"), ("-", "Ada King"), ("Ada-King", "King Ada")])
def test_a_hyphen_joins_words_in_their_order(query, name):
    assert not matches_text(query)(User(id="1", name=name))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ada@bücher.example", "ADA@xn--bcher-kva.example", True),
        ("Ada@Acme.Example", "ada@acme.example", True),
        ("eva.strauß@acme.example", "eva.strauss@acme.example", False),
        ("ada@straße.example", "ada@strasse.example", False),
        ("ada\u212a@acme.example", "adak@acme.example", False),
        ("ａda@acme.example", "ada@acme.example", False),
        ("josé@acme.example", "jose@acme.example", False),
        ("jose\u0301@acme.example", "JOSÉ@acme.example", True),
    ],
)
def test_addresses_are_compared_as_mail_compares_them(one, other, same):
    assert (same_address(one) == same_address(other)) is same
    user = User(id="1", email=one)
    assert matches_filters(conditions({"email": [other]}))(user) is same


@pytest.mark.parametrize(
    "copied",
    [
        "Ada L. <ada@acme.example>",
        '"King, Ada" <ada@acme.example>',
        "<ada@acme.example>",
        "Ada <mailto:ada@acme.example>,",
        "mailto:ada@acme.example",
        "MAILTO:ada@acme.example?subject=Hello",
        "ada@acme.example.",
        "ada@acme.example?",
        '"ada@acme.example"',
        "“ada@acme.example”",
    ],
)
def test_an_address_is_read_as_it_was_copied(copied):
    assert plain_address(copied) == "ada@acme.example"
    assert matches_filters(conditions({"email": [copied]}))(User(id="1", email="ada@acme.example"))


@pytest.mark.parametrize("text", ["Ada King", "ada@", "@acme.example", "", "a@b c@d", "<>", '"Ada"'])
def test_other_text_is_no_address(text):
    assert plain_address(text) == text


def test_both_spellings_of_a_domain_find_an_address():
    assert other_spelling("ada@bücher.example") == "ada@xn--bcher-kva.example"
    assert other_spelling("ada@xn--bcher-kva.example") == "ada@bücher.example"
    assert other_spelling("ada@acme.example") is None
    for one, other in (
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
    ):
        assert matches_text(one)(User(id="1", email=other))


@given(st.text(), st.text())
def test_any_text_can_be_compared_as_an_address(local, domain):
    address = f"{local}@{domain}"
    assert same_address(same_address(address)) == same_address(address)
    assert other_spelling(address) != address
