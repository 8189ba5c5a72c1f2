"""A hidden address is not recovered letter by letter: every guess at the next letter is answered alike."""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from user_directories.manifest import Show

from ..thoroughness import some
from .pairs import MAILS, PATHS, World
from .test_as_shown import Call, Said, Session, the_same_clock_and_handles

MAIL = "ada.lovelace@acme.example"
KNOWN = ("ada.", "ada.lovela")
"""What is guessed already; nobody is found by it in what is shown."""
LETTERS = string.ascii_lowercase
SEEN = {"id": "u1", "name": "Ada Lovelace", "given": "Ada", "family": "Lovelace", "state": "active"}
RECORDS: list[dict[str, Any]] = [
    {"id": "u0", "name": "Zoë Ng", "mail": MAILS[3], "login": "zoe", "made": "2020-01-31T12:00:00Z"},
    SEEN | {"mail": MAIL, "mails": [MAIL], "login": MAIL, "about": {"mail": MAIL}, "number": MAIL.upper()},
    {"id": f"auth0|{MAIL}", "name": f"Somebody <{MAIL}>", "mail": MAIL, "login": MAIL.replace("@", "%40")},
    *({"id": f"u{number}", "name": "Grace Hopper", "mail": f"g{number}@corp.example"} for number in range(3, 12)),
]
ACME = {"directory": "acme"}
QUESTIONS: Mapping[str, Callable[[str], Call]] = {
    "a search": lambda text: ("search_users", ACME | {"query": text}),
    "a search of everybody": lambda text: ("search_users", ACME | {"query": text, "exhaustive": True}),
    "a search everywhere": lambda text: ("search_users", {"query": text}),
    "a count": lambda text: ("get_user_count", ACME | {"query": text}),
    "a count of everybody": lambda text: ("get_user_count", ACME | {"query": text, "exhaustive": True}),
    "how an address begins": lambda text: ("get_user_count", ACME | {"filters": {"email": {"starts_with": text}}}),
    "how a username begins": lambda text: ("list_users", ACME | {"filters": {"username": {"starts_with": text}}}),
    "how a username does not begin": lambda text: (
        "list_users",
        ACME | {"filters": {"username": {"not": {"starts_with": text}}}},
    ),
    "how an employee id begins": lambda text: (
        "get_user_count",
        ACME | {"filters": {"employee_id": {"starts_with": text}}},
    ),
    "a username": lambda text: ("get_user_count", ACME | {"filters": {"username": text}}),
    "an address": lambda text: ("get_user_count", ACME | {"filters": {"email": f"{text}@acme.example"}}),
    "an address that others have": lambda text: ("get_user", ACME | {"email": f"{text}@acme.example"}),
    "the beginning of an id": lambda text: ("search_users", ACME | {"query": f"auth0|{text}"}),
    "a name": lambda text: ("get_user_count", ACME | {"filters": {"name": text}}),
    "a completion": lambda text: ("completion", {"text": text}),
}
OPEN_TO_GUESSES = ("a count", "how a username begins", "a completion")


def world(policy: Mapping[str, Show], search: str, match: str) -> World:
    rules = dict.fromkeys(("email", "username", "employee_id", "name"), match)
    return World(RECORDS, policy, rules, search, "pages", total=True, single=True, largest=30, paths=PATHS)


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as opened:
        yield opened


def recovered(portal: BlockingPortal, asked: World, question: Callable[[str], Call], known: str = KNOWN[0]) -> str:
    """What is known after each guess that is answered otherwise than all others was taken for the next letter."""
    while len(known) < len(MAIL):
        calls = [question(f"{known}{letter}") for letter in LETTERS]
        with the_same_clock_and_handles():
            said = portal.call(Session(asked, "shared").hold, [question("zzz"), question("qqq"), *calls])
        told = dict(zip(LETTERS, costs(known, said), strict=True))
        usual, _ = Counter(told.values()).most_common(1)[0]
        odd = [letter for letter in LETTERS if told[letter] != usual]
        if len(odd) != 1:
            return known
        known += odd[0]
    return known


def costs(known: str, said: list[Said]) -> list[tuple[str, tuple[int, ...]]]:
    """Each answer to a guess, without the guess itself and the number of a cursor, and what it alone cost."""
    found: list[tuple[str, tuple[int, ...]]] = []
    for letter, (_, *before), (answer, *after) in zip(LETTERS, said[1:], said[2:], strict=False):
        plain = re.sub(r'"c\d{15}"', '"c"', answer.replace(known + letter, "•"))
        found.append((plain, tuple(now - then for now, then in zip(after, before, strict=True))))
    return found


@pytest.mark.parametrize(
    ("level", "search", "match"),
    some(("none", "masked"), ("everywhere", "promised", "in names"), ("exact", "contains"), one_of=3),
)
def test_a_hidden_address_is_not_recovered_letter_by_letter(portal, level, search, match):
    asked = world({"email": level}, search, match)
    for known in KNOWN:
        found = {name: recovered(portal, asked, question, known) for name, question in QUESTIONS.items()}
        assert found == dict.fromkeys(QUESTIONS, known)


@pytest.mark.parametrize("name", OPEN_TO_GUESSES)
def test_the_same_guesses_recover_an_address_that_is_shown(portal, name):
    assert recovered(portal, world({}, "everywhere", "exact"), QUESTIONS[name]) == "ada.lovelace"
