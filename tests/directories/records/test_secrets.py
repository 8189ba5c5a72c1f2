"""A hidden value is shown by no other field, however it is written there; and nothing else is hidden for its sake."""

import base64
import hashlib
import json
from urllib.parse import quote

import pytest

from user_directories.manifest import UserMapping
from user_directories.records.mapping import UserReader

MAIL = "ada.king@acme.example"
OWN = UserMapping(
    id="id", name="name", email="mail", username="login", role="role", avatar_url="picture", extra={"about": "about"}
)


def shown(record, **levels):
    user = UserReader(OWN.model_copy(update={"show": levels}))({"id": "u1", "mail": MAIL} | record)
    assert user is not None
    return user


@pytest.mark.parametrize("level", ["none", "masked"])
@pytest.mark.parametrize(
    "text",
    [
        MAIL,
        MAIL.upper(),
        "Ada King <ada.king@acme.example>",
        "other@corp.example",
        quote(MAIL, safe=""),
        quote(quote(MAIL, safe=""), safe=""),
        "ada.king&#64;acme.example",
        r"ada.king\\u0040acme.example",
        "ada.king=40acme.example",
        base64.b64encode(MAIL.encode()).decode(),
        base64.urlsafe_b64encode(f"User:{MAIL}".encode()).decode().rstrip("="),
        MAIL.encode().hex(),
        "àda.kïng@acme.example",
        "ada.king (at) acme (dot) example",
        "ada.king at acme dot example",
        "ada-king-acme-example",
        f"https://x.example/avatar/{hashlib.md5(MAIL.encode(), usedforsecurity=False).hexdigest()}?s=80",
        f"https://x.example/avatar/{hashlib.sha256(MAIL.encode()).hexdigest()}",
    ],
)
def test_a_hidden_address_is_masked_in_another_field_however_it_is_written(text, level):
    user = shown(dict.fromkeys(("name", "login", "role", "about"), text), email=level)
    seen = (user.username, user.extra["about"], *(() if "avatar" in text else (user.name, user.role)))
    assert all("…" in each and text not in each for each in seen)
    assert shown({"login": text}).username == text


@pytest.mark.parametrize(
    "value",
    [
        ["x", MAIL],
        {"a": {"b": MAIL}},
        {MAIL: 1},
        {quote(MAIL, safe=""): 1, MAIL: 2},
        {"local": "ada.king", "domain": "acme.example"},
        ["ada", "king", "@", "acme", "example"],
        {"ada.king": "acme.example"},
    ],
)
def test_a_hidden_address_is_masked_in_lists_objects_and_their_keys_and_if_it_stands_there_in_parts(value):
    told = json.dumps(shown({"about": value}, email="none").extra)
    assert "ada" not in told or "acme" not in told
    assert shown({"about": value}).extra["about"] == value


def test_of_an_object_only_what_tells_is_masked():
    about = shown({"about": {"mail": MAIL, "a": 1, MAIL: [2]}}, email="none").extra["about"]
    assert about == {"mail": "a…@acme.example", "a": 1, "a…@acme.example": [2]}


@pytest.mark.parametrize("text", ["Ada King", "ada", "king", "acme.example", "@ada", "5 @ 7", "", "dGhpcyBpcyBub3Ro"])
def test_a_text_without_an_address_is_shown_although_addresses_are_hidden(text):
    user = shown({"name": text, "login": text, "role": text}, email="none")
    assert (user.name, user.username, user.role) == (text or None, text or None, text or None)


@pytest.mark.parametrize("mail", [MAIL, "other@acme.example", None])
def test_whether_an_address_in_another_field_is_masked_does_not_depend_on_the_hidden_one(mail):
    assert shown({"mail": mail, "login": MAIL}, email="none").username == "a…@acme.example"


def test_an_address_that_is_shown_in_one_field_is_shown_in_others():
    user = shown({"login": MAIL, "about": "other@corp.example"}, emails="none")
    assert (user.email, user.username) == (MAIL, MAIL)


def test_a_hidden_telephone_number_is_masked_however_its_digits_are_grouped():
    own = OWN.model_copy(update={"extra": {"phone": "phone", "about": "about"}, "show": {"phone": "none"}})
    record = {"id": "u1", "phone": "+44 20 7946 0001", "name": "tel:+442079460001", "about": ["+44", "20 79460001"]}
    user = UserReader(own)(record | {"login": "7946 0001"})
    assert user is not None
    assert (user.name, user.extra, user.username) == ("…01", {"about": "…"}, "7946 0001")


def test_a_hidden_word_that_others_may_have_is_no_reason_to_mask_it_elsewhere():
    user = shown({"name": "lovelace", "login": "Lovelace", "role": "active"}, name="none")
    assert (user.name, user.username, user.role) == (None, "Lovelace", "active")
    assert shown({"name": "Ada Lovelace", "login": "Ada Lovelace"}, name="none").username == "A…"


def test_hidden_fields_of_a_provider_take_no_room_from_those_that_are_shown():
    long = {f"k{number}": "x" * 255 for number in range(3)}
    extra = {f"e{number}": f"e{number}" for number in range(20)} | {"about": "about"}
    own = OWN.model_copy(update={"extra": extra, "show": dict.fromkeys([*extra][:-1], "none")})
    user = UserReader(own)({"id": "u1", "about": "plain"} | dict.fromkeys(extra.keys() - {"about"}, long))
    assert user is not None
    assert user.extra == {"about": "plain"}


@pytest.mark.parametrize("text", [MAIL, f"Ada <{MAIL}>", quote(MAIL, safe=""), "other@corp.example"])
def test_an_address_in_the_place_of_a_name_is_masked_although_names_are_shown(text):
    mapping = OWN.model_copy(update={"given_name": "given", "show": {"email": "none", "given_name": "none"}})
    user = UserReader(mapping)({"id": "u1", "mail": MAIL, "name": text, "given": "Ada"})
    assert user is not None
    assert text not in str(user.name)
