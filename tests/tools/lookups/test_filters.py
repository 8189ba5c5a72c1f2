"""Filters hold just those who meet them, whether the provider evaluates them or not."""

import re
from collections.abc import Callable
from datetime import datetime
from itertools import combinations
from typing import Any

import httpx2
import pytest

from user_directories import InvalidArgument
from user_directory_sandbox import DIRECTORIES, Sandbox

from ...thoroughness import some
from .asking import assert_is_empty, count, ids, rows, turn_pages
from .population import ALL_FIELDS, FIELDS, PEOPLE, STROKED, accented, fold, having, matching, offered, text, value

OF_TEXT = ("email", "name", "given_name", "family_name", "username", "status", "role")
OF_TIME = ("created_after", "created_before", "updated_after", "updated_before")
TOOLS = ("list_users", "search_users")
CLOSED = ("status", "role")
"""Fields of which all values are known: another is refused."""

SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "without accents": fold,
    "with accents": accented,
    "with spaces around": "  {} ".format,
}


def pairs(*fields: str) -> list[tuple[str, str]]:
    """Each directory with each of these fields that it has."""
    return [(directory, field) for directory in DIRECTORIES for field in FIELDS[directory] if field in fields]


def some_values(directory: str, field: str, most: int = 2) -> list[str]:
    """Values of people of a directory, from all over its list, those with accents first."""
    known = dict.fromkeys(filter(None, (text(user, field) for user in PEOPLE[directory])))
    return sorted(list(known)[:: max(1, len(known) // 12)], key=lambda known: known.lower() == fold(known))[:most]


def stroked_names() -> list[tuple[str, str, str]]:
    """Names in which a letter stands that has no decomposition: one a letter, directory and field."""
    known = {
        (letter, directory, field): name
        for directory, field in pairs("name", "given_name", "family_name")
        for letter in STROKED
        for user in PEOPLE[directory]
        if letter in (name := text(user, field)).casefold()
    }
    return [(directory, field, name) for (_, directory, field), name in known.items()]


def as_sent(filters: dict) -> dict:
    return {name: each.isoformat() if isinstance(each, datetime) else each for name, each in filters.items()}


async def assert_are_found(ask, directory: str, truth: list[str], filters: dict, tool: str = "list_users") -> None:
    assert ids(*await turn_pages(ask, tool, directory=directory, filters=filters)) == truth, filters
    assert await count(ask, directory=directory, filters=filters) == len(truth), filters


@pytest.mark.parametrize(
    ("directory", "field", "spelling"),
    [(*pair, spelling) for pair, spelling in some(pairs(*OF_TEXT), SPELLINGS, one_of=3)],
)
async def test_a_filter_finds_a_whole_value_however_it_is_spelled(
    ask, directory: str, field: str, spelling: str
) -> None:
    for known in some_values(directory, field):
        asked = SPELLINGS[spelling](known)
        truth = having(PEOPLE[directory], **{field: asked.strip()})
        assert truth or (field, spelling) == ("email", "with accents")  # an accent makes another mailbox
        await assert_are_found(ask, directory, truth, {field: asked})


@pytest.mark.parametrize(("directory", "field", "name"), stroked_names())
async def test_a_letter_with_a_stroke_is_a_plain_one(ask, directory: str, field: str, name: str) -> None:
    truth = having(PEOPLE[directory], **{field: name})
    assert truth
    await assert_are_found(ask, directory, truth, {field: fold(name)})


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_an_id_is_taken_as_it_is(ask, directory: str) -> None:
    for user in PEOPLE[directory][::40] + [each for each in PEOPLE[directory] if each.id != each.id.strip()]:
        await assert_are_found(ask, directory, [user.id], {"id": user.id})


@pytest.mark.parametrize("directory", ["braintrust", "delay"])
async def test_a_uuid_in_capitals_is_the_same_id(ask, directory: str) -> None:
    user = PEOPLE[directory][5]
    await assert_are_found(ask, directory, [user.id], {"id": user.id.upper()})


@pytest.mark.parametrize(("directory", "field"), pairs("name"))
@pytest.mark.parametrize("ask_for", ["one word", "other order", "comma"])
async def test_a_name_is_found_by_its_words(ask, directory: str, field: str, ask_for: str) -> None:
    for name in [each for each in some_values(directory, field, 12) if " " in each][:3]:
        first, *rest = name.split()
        asked = {"one word": first, "other order": " ".join([*rest, first]), "comma": f"{' '.join(rest)}, {first}"}
        truth = having(PEOPLE[directory], name=asked[ask_for])
        assert truth
        await assert_are_found(ask, directory, truth, {"name": asked[ask_for]})


OTHERS: dict[str, Callable[[str], str]] = {
    "without its end": lambda known: known[:-1],
    "without its beginning": lambda known: known[1:],
    "and more": "{}x".format,
    "and a star": "{}*".format,
    "a percent sign": lambda _: "%",
    "nobody": lambda _: "nobody",
}


@pytest.mark.parametrize(
    ("directory", "field", "other"),
    [
        (*pair, other)
        for pair, other in some([pair for pair in pairs("id", *OF_TEXT) if pair[1] not in CLOSED], OTHERS, one_of=3)
    ],
)
async def test_a_part_of_a_value_or_more_than_it_finds_nobody(ask, directory: str, field: str, other: str) -> None:
    (known,) = some_values(directory, field, 1)
    asked = OTHERS[other](known)
    assert having(PEOPLE[directory], **{field: asked}) == []
    is_no_value = (field != "id" and asked[-1] in "*%") or (field == "email" and "@" not in asked[1:])
    if is_no_value:
        with pytest.raises(InvalidArgument, match=r"wildcard|not a whole address"):
            await ask("list_users", directory=directory, filters={field: asked})
        return
    for tool in TOOLS:
        assert_is_empty(await ask(tool, directory=directory, filters={field: asked}))
    assert await count(ask, directory=directory, filters={field: asked}) == 0


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("directory", "field"), pairs("id", *OF_TEXT))
async def test_several_values_mean_any_of_them(ask, directory: str, field: str, tool: str) -> None:
    asked = some_values(directory, field, 4)
    if field not in CLOSED:
        asked.append("nobody@nowhere.example" if field == "email" else "nobody")
    await assert_are_found(ask, directory, having(PEOPLE[directory], **{field: asked}), {field: asked}, tool)


@pytest.mark.parametrize(("directory", "field"), pairs(*CLOSED))
async def test_all_values_together_are_everybody(ask, directory: str, field: str) -> None:
    known = sorted({text(user, field) for user in PEOPLE[directory]})
    await assert_are_found(ask, directory, sorted(user.id for user in PEOPLE[directory]), {field: known})
    each = [await count(ask, directory=directory, filters={field: one}) for one in known]
    assert each == [len(having(PEOPLE[directory], **{field: one})) for one in known]


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_fifty_ids_are_fifty_people(ask, directory: str) -> None:
    asked = [user.id for user in PEOPLE[directory][3:203:4]]
    assert len(asked) == 50
    await assert_are_found(ask, directory, sorted(asked), {"id": asked})


def two_fields(directory: str) -> list[tuple[str, str]]:
    fields = [field for field in FIELDS[directory] if field != "organization"]
    return [pair for pair in some(fields, fields, one_of=3) if pair in combinations(fields, 2)]


@pytest.mark.parametrize(
    ("directory", "fields"), [(directory, fields) for directory in DIRECTORIES for fields in two_fields(directory)]
)
async def test_two_filters_hold_just_those_who_meet_both(ask, directory: str, fields: tuple[str, str]) -> None:
    people = [user for user in PEOPLE[directory] if all(value(user, field) for field in fields)]
    for one, other in ((people[7], people[7]), (people[7], people[90])):
        filters = {fields[0]: value(one, fields[0]), fields[1]: value(other, fields[1])}
        found = await turn_pages(ask, "list_users", directory=directory, filters=as_sent(filters))
        assert ids(*found) == having(PEOPLE[directory], **filters), filters


@pytest.mark.parametrize(
    ("directory", "field", "part"),
    [
        (directory, field, part)
        for directory in DIRECTORIES
        for field, part in some(
            [field for field in FIELDS[directory] if field != "organization"],
            ["email in capitals", "beginning", "domain"],
            one_of=3,
        )
    ],
)
async def test_a_text_and_a_filter_hold_just_those_who_meet_both(ask, directory: str, field: str, part: str) -> None:
    user = next(user for user in PEOPLE[directory][11:] if value(user, field) and user.emails)
    filters = {field: value(user, field)}
    email = user.emails[0]
    query = {"email in capitals": email.upper(), "beginning": email[:3], "domain": email.partition("@")[2]}[part]
    truth = sorted({*matching(PEOPLE[directory], query)}.intersection(having(PEOPLE[directory], **filters)))
    asked: dict[str, Any] = {"directory": directory, "query": query, "filters": as_sent(filters)}
    assert truth
    assert ids(*await turn_pages(ask, **asked)) == truth
    assert await count(ask, **asked) == len(truth)


@pytest.mark.parametrize("field", ["email", "name", "created_after"])
async def test_a_filter_of_all_directories_finds_and_counts_whom_each_of_them_has(ask, field: str) -> None:
    known = value(PEOPLE["monocloud"][200], field)
    able = [directory for directory in DIRECTORIES if field in FIELDS[directory]]
    filters = as_sent({field: known})
    truth = {directory: having(PEOPLE[directory], **{field: known}) for directory in able}
    pages = [await ask("search_users", filters=filters, limit=100)]
    while "cursor" in pages[-1]:
        pages.append(await ask("search_users", cursor=pages[-1]["cursor"]))
    found = sorted((row["directory"], row["id"]) for row in rows(pages))
    assert found == sorted((directory, each) for directory in able for each in truth[directory])
    assert pages[-1]["complete"] is (len(able) == len(DIRECTORIES))
    counted = await ask("get_user_count", filters=filters)
    assert {each["directory"]: each["count"] for each in counted["counts"]} == {
        directory: len(truth[directory]) for directory in able
    }
    assert {each["exactness"] for each in counted["counts"]} == {"exact"}


@pytest.mark.parametrize("query", ["Northwind", "Acme, Inc.", "Contoso Ltd", "Nobody, Inc."])
async def test_an_organization_is_whom_the_provider_says_and_no_more_is_promised(
    ask, sandbox: Sandbox, query: str
) -> None:
    async with httpx2.AsyncClient(headers={"Authorization": "Bearer sandbox-braintrust-key"}) as web:
        answer = await web.get(f"{sandbox.base_url('braintrust')}/v1/user", params={"org_name": query})
    page = await ask("list_users", directory="braintrust", filters={"organization": query}, limit=100)
    pages = [page]
    while "cursor" in pages[-1]:
        pages.append(await ask("list_users", cursor=pages[-1]["cursor"]))
    assert ids(*pages) == sorted(record["id"] for record in answer.json()["objects"])
    assert pages[-1]["complete"] is False
    assert any("exact spelling" in note for note in pages[-1]["notes"])


@pytest.mark.parametrize("tool", ["list_users", "search_users", "get_user_count"])
@pytest.mark.parametrize(
    ("directory", "field"),
    [(directory, field) for directory in DIRECTORIES for field in ALL_FIELDS if field not in FIELDS[directory]],
)
async def test_a_filter_that_a_directory_lacks_is_refused_with_those_that_it_has(
    ask, directory: str, field: str, tool: str
) -> None:
    asked = "2026-01-31" if field in OF_TIME else "ada"
    with pytest.raises(
        InvalidArgument, match=rf"filters\.{offered([field]).pop()}: this directory has no such field"
    ) as raised:
        await ask(tool, directory=directory, filters={field: asked})
    named = set(re.findall(r"\w+", str(raised.value).partition("It has: ")[2]))
    assert named == offered(FIELDS[directory])
