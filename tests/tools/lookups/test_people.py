"""Whoever is asked for is found, and nobody else: however they are asked for, in each of the six directories."""

import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import chain, islice

import httpx2
import pytest

from user_directory_sandbox import DIRECTORIES, Sandbox

from ...thoroughness import some
from .asking import assert_is_empty, count, ids, rows, turn_pages
from .population import PEOPLE, UNSPACED, User, accented, fold, matching, population

NOBODY = ("zzyzx", "Zoltan Nobody-Here", "nobody@nowhere.example", "00000000-0000-4000-8000-000000000000", "ada zzyzx")
FINDING_NOBODY = ("emoji", "end of an id")
"""Not every directory has emoji in its names, and an id that is no address is not found by a fragment."""
SEARCHED = ("braintrust", "delay", "monocloud")
"""Where a search at the provider finds an address, but may miss others who have it."""
MANY = ("domain", "fragment of an email", "fragment of a name", "one letter", "accents dropped")
EVERYWHERE = ("email", "email in capitals", "id", "given name", "family name first", "accents dropped", "accents added")
STYLED = {ord("a") + place: 0x1D41A + place for place in range(26)}  # in bold, as letters of their own


def has_accents(user: User) -> bool:
    return any(name != fold(name) for name in map(str.lower, user.names) if "LATIN" in unicodedata.name(name[0]))


def two_names(user: User) -> tuple[str, str] | None:
    if user.given_name and user.family_name:
        return user.given_name, user.family_name
    parts = user.names[0].split() if user.names else []
    return (parts[0], " ".join(parts[1:])) if len(parts) > 1 else None


def unspaced(user: User) -> tuple[str, str] | None:
    """Both names of somebody whose script writes them without a space."""
    names = two_names(user)
    return names if names and unicodedata.name(names[0][0]).startswith(UNSPACED) else None


def of_email(ask: Callable[[str], str]) -> Callable[[User], str | None]:
    return lambda user: ask(user.emails[0]) if user.emails else None


def of_name(ask: Callable[[str], str]) -> Callable[[User], str | None]:
    return lambda user: ask(user.names[0]) if user.names else None


def of_names(ask: Callable[[str, str], str]) -> Callable[[User], str | None]:
    return lambda user: ask(*names) if (names := two_names(user)) else None


def of_accented(ask: Callable[[str], str]) -> Callable[[User], str | None]:
    return lambda user: ask(user.names[0]) if has_accents(user) else None


def with_any(characters: str) -> Callable[[User], str | None]:
    """A name in which one of these stands."""
    return lambda user: next((name for name in user.names if {*characters}.intersection(name)), None)


def written_in(script: str) -> Callable[[User], str | None]:
    return lambda user: next((name for name in user.names if script in unicodedata.name(name[0])), None)


SCRIPTS = ("GREEK", "CYRILLIC", "ARABIC", "HEBREW", "DEVANAGARI", "CJK", "HANGUL", "THAI")
WAYS: dict[str, Callable[[User], str | None]] = {
    "email": of_email(str),
    "email in capitals": of_email(str.upper),
    "email in mixed case": of_email(str.title),
    "email in styled letters": of_email(lambda email: email.translate(STYLED)),
    "email with accents": of_email(accented),
    "email with spaces around": of_email("  {}\t".format),
    "email up to the @": of_email(lambda email: email.partition("@")[0]),
    "domain": of_email(lambda email: email[email.index("@") :]),
    "fragment of an email": of_email(lambda email: email[3:8]),
    "second email": lambda user: user.emails[1] if len(user.emails) > 1 else None,
    "username": lambda user: user.username,
    "id": lambda user: user.id.strip(),
    "beginning of an id": lambda user: user.id[:8].strip(),
    "end of an id": lambda user: user.id[-6:].strip(),
    "given name": lambda user: user.given_name,
    "family name": lambda user: user.family_name,
    "whole name": of_name(str),
    "fragment of a name": of_name(lambda name: name[1:4].strip()),
    "one letter": of_name(lambda name: name[-1]),
    "given name first": of_names("{} {}".format),
    "family name first": of_names("{1} {0}".format),
    "family name, a comma, given name": of_names("{1}, {0}".format),
    "names without a space": lambda user: "".join(reversed(names)) if (names := unspaced(user)) else None,
    "names with a space": lambda user: " ".join(names) if (names := unspaced(user)) else None,
    "names in capitals": of_names(lambda given, family: f"{given} {family}".upper()),
    "beginnings of both names": of_names(lambda given, family: f"{given[:2]} {family[:3]}"),
    "ends of both names": of_names(lambda given, family: f"{family[-3:]} {given[-2:]}"),
    "name and domain": lambda user: (
        f"{user.names[0].split()[0]} {user.emails[0].partition('@')[2]}" if user.names and user.emails else None
    ),
    "accents dropped": of_accented(fold),
    "accents dropped, in capitals": of_accented(lambda name: fold(name).upper()),
    "accents apart from their letters": of_accented(lambda name: unicodedata.normalize("NFD", name)),
    "accents added": lambda user: accented(user.names[0]) if user.names and user.names[0].isascii() else None,
    "accents dropped where no address says it": lambda user: (
        fold(name) if (name := written_in("GREEK")(user)) else None
    ),
    "strokes dropped": lambda user: fold(name) if (name := with_any("łøđıæŁØĐÆ")(user)) else None,
    "ß as ss": lambda user: name.replace("ß", "ss") if (name := with_any("ß")(user)) else None,
    "apostrophe": with_any("'’"),
    "hyphen": with_any("-"),
    "emoji": with_any("🚀🌻🐙✨☕🏳👩🎸"),
    **{script.lower(): written_in(script) for script in SCRIPTS},
}


@cache
def questions(directory: str, way: str, most: int = 2) -> list[str]:
    """Ways to ask for people of a directory; where it does not say what is asked for, for people of others."""
    others = chain.from_iterable(people for name, people in PEOPLE.items() if name != directory)
    everybody = chain(PEOPLE[directory][::7], PEOPLE[directory], others)
    asked = dict.fromkeys(filter(None, map(WAYS[way], everybody)))
    found = (text for text in asked if matching(PEOPLE[directory], text))
    return list(islice(found, most)) or [next(iter(asked))]


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_the_people_of_these_tests_are_those_of_the_sandbox(sandbox: Sandbox, directory: str) -> None:
    assert population(sandbox)[directory] == PEOPLE[directory]
    assert len(PEOPLE[directory]) == len({user.id for user in PEOPLE[directory]}) == 230


@pytest.mark.parametrize(("way", "directory"), some(WAYS, DIRECTORIES, one_of=6))
async def test_just_those_who_are_meant_are_found_and_counted(ask, way: str, directory: str) -> None:
    for query in questions(directory, way):
        truth = matching(PEOPLE[directory], query)
        assert truth or directory == "klavis" or way in FINDING_NOBODY
        assert ids(*await turn_pages(ask, directory=directory, query=query)) == truth, query
        assert await count(ask, directory=directory, query=query) == len(truth), query


@pytest.mark.parametrize("directory", DIRECTORIES)
@pytest.mark.parametrize(
    "way", ["domain", "fragment of an email", "fragment of a name", "one letter", "accents dropped"]
)
async def test_small_pages_and_a_look_at_everybody_hold_the_same_people(ask, way: str, directory: str) -> None:
    (query,) = questions(directory, way, most=1)
    truth = matching(PEOPLE[directory], query)
    assert ids(*await turn_pages(ask, directory=directory, query=query, exhaustive=True)) == truth
    pages = await turn_pages(ask, limit=7, directory=directory, query=query)
    assert ids(*pages) == truth
    assert all(page["returned"] == len(page["rows"]) <= 7 for page in pages)


@pytest.mark.parametrize(("way", "directory"), some(EVERYWHERE, DIRECTORIES, one_of=3))
async def test_all_directories_together_find_whom_each_of_them_finds(ask, way: str, directory: str) -> None:
    (query,) = questions(directory, way, most=1)
    truth = [(name, each) for name, people in PEOPLE.items() for each in matching(people, query)]
    found = [(row["directory"], row["id"]) for row in rows(await turn_pages(ask, query=query))]
    assert sorted(found) == sorted(truth), query


@pytest.mark.parametrize("directory", DIRECTORIES)
@pytest.mark.parametrize("way", ["email", "email in capitals", "id"])
async def test_the_first_answer_holds_who_was_asked_for_by_an_address_or_an_id(ask, way: str, directory: str) -> None:
    for query in questions(directory, way):
        assert ids(await ask("search_users", directory=directory, query=query)) == matching(PEOPLE[directory], query)


@pytest.mark.parametrize("directory", DIRECTORIES)
@pytest.mark.parametrize("query", NOBODY)
async def test_of_somebody_who_is_not_there_the_first_answer_says_so(ask, query: str, directory: str) -> None:
    assert matching(PEOPLE[directory], query) == []
    assert_is_empty(await ask("search_users", directory=directory, query=query))
    counted = await ask("get_user_count", directory=directory, query=query)
    assert (counted["count"], counted["exactness"], counted.get("cursor")) == (0, "exact", None)


@pytest.mark.parametrize("query", NOBODY)
async def test_of_somebody_who_is_nowhere_all_directories_say_so(ask, query: str) -> None:
    assert_is_empty(await ask("search_users", query=query))


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_everybody_is_got_by_id(ask, directory: str) -> None:
    for user in PEOPLE[directory][::3]:
        answer = await ask("get_user", directory=directory, id=user.id)
        assert (answer["found"], answer["complete"], answer["user"]["id"]) == (True, True, user.id)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper": str.upper,
    "title": str.title,
    "spaced": " {} ".format,
    "copied": '"Some, One" <{}>'.format,
    "link": "mailto:{}".format,
    "asked": "{}?".format,
}
"""How an address is written."""


@pytest.mark.parametrize(("spelling", "directory"), some(SPELLINGS, DIRECTORIES, one_of=3))
async def test_somebody_is_got_by_any_address_however_it_is_spelled(ask, spelling: str, directory: str) -> None:
    spell = SPELLINGS[spelling]
    for user in [each for each in PEOPLE[directory] if each.emails][::23]:
        for email in user.emails:
            answer = await ask("get_user", directory=directory, email=spell(email))
            assert (answer["found"], answer["user"]["id"], "others" in answer) == (True, user.id, False)
            assert answer["complete"] is ("cursor" not in answer)
            assert answer["complete"] or directory in SEARCHED
            if not answer["complete"]:
                assert ids(await ask("search_users", cursor=answer["cursor"])) == []
            for asked in ({"query": spell(email)}, {"filters": {"email": spell(email)}}):
                assert ids(*await turn_pages(ask, directory=directory, **asked)) == [user.id]


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_an_id_of_another_directory_is_nobody_s(ask, directory: str) -> None:
    own = {user.id for user in PEOPLE[directory]}
    for name in {*DIRECTORIES} - {directory}:
        foreign = next(user.id for user in PEOPLE[name] if user.id not in own)
        answer = await ask("get_user", directory=directory, id=foreign)
        assert (answer["found"], answer["complete"], answer.get("cursor")) == (False, True, None)


@pytest.mark.parametrize("directory", DIRECTORIES)
@pytest.mark.parametrize("email", ["nobody@nowhere.example", "NOBODY@acme.example"])
async def test_an_address_that_nobody_has_is_nobody_s(ask, email: str, directory: str) -> None:
    answer = await ask("get_user", directory=directory, email=email)
    assert (answer["found"], answer["complete"], answer.get("cursor")) == (False, True, None)


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_whoever_was_deleted_is_not_there(ask, control: httpx2.AsyncClient, directory: str) -> None:
    gone = next(user for user in PEOPLE[directory] if user.emails)
    await control.post(f"{directory}/delete", json={"ids": [gone.id]})
    try:
        for asked in ({"id": gone.id}, {"email": gone.emails[0]}):
            answer = await ask("get_user", directory=directory, **asked)
            assert (answer["found"], answer["complete"]) == (False, True)
        assert ids(*await turn_pages(ask, directory=directory, query=gone.emails[0])) == []
    finally:
        await control.post(f"{directory}/reset")
