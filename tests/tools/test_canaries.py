"""Every field of every provider holds a canary: those that are mapped sing where the table says, the others nowhere.

The tables are written by hand from the providers' documents, not from the manifests.
"""

import json
import logging
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import httpx2
import pytest
import stamina
from pydantic import SecretStr

from user_directories import Directories, DirectorySettings, InvalidArgument, UserDirectoryError, built_in
from user_directories.cursors.sqlite import SqliteStore
from user_directory_sandbox import DIRECTORIES, Sandbox
from user_directory_tools import toolset

Ask = Callable[..., Awaitable[dict]]

CANARY = re.compile(r"canary-([\w.\[\]]+)")
_OPENPHONE = {
    "firstName": {"name", "given_name"},
    "lastName": {"name", "family_name"},
    "email": {"email"},
    "role": {"role"},
    "pictureUrl": {"avatar_url"},
    "createdAt": {"created_at"},
    "updatedAt": {"updated_at"},
}
SHOWN: dict[str, dict[str, set[str]]] = {
    "klavis": {"createdAt": {"created_at"}, "lastUsedAt": {"last_active_at"}},
    "braintrust": {
        "given_name": {"name", "given_name"},
        "family_name": {"name", "family_name"},
        "email": {"email"},
        "avatar_url": {"avatar_url"},
        "created": {"created_at"},
    },
    "delay": {
        "identifier": {"username"},
        "name": {"name"},
        "email": {"email"},
        "user_type": {"role"},
        "status": {"status"},
        "created_at": {"created_at"},
        "updated_at": {"updated_at"},
        "created_by": {"created_by"},
        "updated_by": {"updated_by"},
    },
    "openphone": _OPENPHONE,
    "quo": _OPENPHONE,
    "monocloud": {
        "claims.name": {"name"},
        "claims.given_name": {"given_name"},
        "claims.family_name": {"family_name"},
        "emails[].email": {"email", "emails"},
        "username.username": {"username"},
        "usernames[].username": {"username"},
        "creation_time": {"created_at"},
        "last_updated": {"updated_at"},
        "has_password": {"has_password"},
        "password_updated_at": {"password_updated_at"},
    },
}
"""A path in a record → the fields of ours in which its value may be seen. An id holds no canary, and is not here."""

ONLY_ASKED_FOR_ONE = {"lastUsedAt"}
"""What the list does not send."""

KEPT_BACK = {"phone_numbers", "public_data", "private_data", "provider_ids"}
"""Fields of MonoCloud that are there for an operator to open."""

STRANGERS = (
    "name", "email", "username", "given_name", "family_name", "status", "role", "organization", "created_at",
    "updated_at", "last_active_at", "avatar_url", "phone", "address", "password_hash", "token", "created_by", "tenant",
)  # fmt: skip
"""Fields that a provider may send one day: ours by name, but by no document its own; and others."""


@pytest.fixture
async def ask(sandbox: Sandbox, control: httpx2.AsyncClient, tmp_path: Path) -> AsyncIterator[Ask]:
    """The tools over six directories full of canaries, with cursors on a disk."""
    for name, shown in SHOWN.items():
        own = {part for path in shown for part in re.split(r"\W+", path)}
        unknown = {stranger: "canary-unknown" for stranger in STRANGERS if stranger not in own}
        sent = {"text": "canary-", "mode": "path", "fields": "all"}
        answer = await control.post(f"{name}/values", json=sent | {"unknown": unknown | {"deep": {"er": [unknown]}}})
        assert answer.status_code == 200, answer.text
    settings = [
        DirectorySettings(name, built_in(name), sandbox.base_url(name), SecretStr(f"sandbox-{name}-key"))
        for name in DIRECTORIES
    ]
    async with Directories(settings, SqliteStore(tmp_path / "cursors.sqlite3")) as directories:
        tools = {tool.name: tool for tool in toolset(directories)}

        async def run(tool: str, **arguments: object) -> dict:
            return await tools[tool].run(arguments)

        yield run


async def turn_pages(ask: Ask, tool: str, **arguments: object) -> list[dict]:
    pages = [await ask(tool, limit=100, **arguments)]
    while "cursor" in pages[-1]:
        pages.append(await ask(tool, cursor=pages[-1]["cursor"]))
    return pages


async def count(ask: Ask, directory: str, query: str) -> int:
    answer = await ask("get_user_count", directory=directory, query=query, exhaustive=True)
    assert answer["exactness"] == ("at_least" if is_unread(answer) else "exact")
    return answer["count"]


def is_unread(answer: dict) -> bool:
    """Whether a text stands where MonoCloud has an object or null: what may stand behind it is not known."""
    notes = answer.get("notes", ())
    return answer["directory"] == "monocloud" and any(note.startswith("username cannot be read") for note in notes)


def rows(pages: list[dict]) -> list[dict]:
    return [dict(zip(page["columns"], row, strict=True)) for page in pages for row in page["rows"]]


def canaries(value: object) -> set[str]:
    return set(CANARY.findall(json.dumps(value, ensure_ascii=False)))


def where_they_sing(users: list[dict]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for field, value in ((field, value) for user in users for field, value in user.items()):
        for path in canaries(value):
            found[path].add(field)
    return dict(found)


def paths(value: object) -> Iterator[str]:
    """Where the canaries are in what a provider sends."""
    if isinstance(value, dict):
        for each in value.values():
            yield from paths(each)
    elif isinstance(value, list):
        for each in value:
            yield from paths(each)
    elif isinstance(value, str):
        yield from CANARY.findall(value)


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def private_paths(sandbox: Sandbox, directory: str) -> list[str]:
    """All that a list sends but that is not to be seen; an object that is null elsewhere is part of what it holds."""
    sent = {path for record in sandbox.records(directory) for path in paths(record)}
    return sorted(path for path in sent if not any(shown.startswith(path) for shown in SHOWN[directory]))


async def ask_everything(ask: Ask, directory: str, ids: list[str]) -> AsyncIterator[dict]:
    """Answers of every tool, with every argument that chooses what is shown."""
    able = next(each for each in (await ask("list_directories"))["directories"] if each["name"] == directory)
    yield able
    for arguments in ({}, {"detail": "full"}, {"fields": able["fields"]}):
        for page in await turn_pages(ask, "list_users", directory=directory, **arguments):
            yield page
    for field in able["fields"]:
        yield await ask("list_users", directory=directory, fields=[field], limit=3)
    for order in able.get("sort", ()):
        yield await ask("list_users", directory=directory, sort=order, detail="full", limit=30)
    yield await ask("search_users", directory=directory, query=ids[0], detail="full")
    yield await ask("search_users", directory=directory, filters={"id": ids[:3]}, detail="full")
    yield await ask("search_users", query="canary", detail="full", limit=100, exhaustive=True)
    yield await ask("get_user_count", directory=directory)
    yield await ask("get_user_count", query="canary", exhaustive=True)
    yield await ask("get_user", directory=directory, id=ids[0])
    yield await ask("get_user", directory=directory, id="US-nobody")
    yield await ask("get_user", directory=directory, email="nobody@nowhere.example")
    for path in (path for path, fields in SHOWN[directory].items() if "email" in fields):
        yield await ask("search_users", directory=directory, query=f"canary-{path}".upper())  # kept with its cursor


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_value_is_seen_where_the_table_says_and_nowhere_else(
    ask: Ask, control: httpx2.AsyncClient, directory: str
) -> None:
    table = SHOWN[directory]
    listed = rows(await turn_pages(ask, "list_users", directory=directory, detail="full"))
    assert where_they_sing(listed) == {path: table[path] for path in table.keys() - ONLY_ASKED_FOR_ONE}
    ids = (await control.get(f"{directory}/ids")).json()["ids"]
    got = [(await ask("get_user", directory=directory, id=each))["user"] for each in ids[:60]]
    seen = where_they_sing(got)
    assert seen == {path: table[path] for path in seen}
    assert ONLY_ASKED_FOR_ONE & table.keys() <= seen.keys()


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_no_answer_log_or_file_holds_what_is_not_mapped(
    ask: Ask,
    sandbox: Sandbox,
    control: httpx2.AsyncClient,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    directory: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert set(private_paths(sandbox, directory)) >= {"unknown"}
    anywhere = {path for shown in SHOWN.values() for path in shown}
    ids = (await control.get(f"{directory}/ids")).json()["ids"]
    answers = [answer async for answer in ask_everything(ask, directory, ids)]
    assert {path for answer in answers for path in canaries(answer)} <= anywhere
    own = [answer for answer in answers if answer.get("directory") == directory]
    assert {path for answer in own for path in canaries(answer)} == SHOWN[directory].keys()
    assert any("cursor" in answer for answer in answers)
    assert "canary" not in caplog.text
    assert b"canary-" not in on_disk(tmp_path)  # queries are: one has no dash, others are in capitals


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_nobody_is_found_or_counted_by_what_is_not_mapped(ask: Ask, sandbox: Sandbox, directory: str) -> None:
    for path in private_paths(sandbox, directory):
        pages = await turn_pages(ask, "search_users", directory=directory, query=f"canary-{path}")
        assert rows(pages) == [], path
        assert pages[-1]["complete"] is not is_unread(pages[-1]), path
        assert await count(ask, directory, f"canary-{path}") == 0


async def test_the_same_search_finds_everybody_by_what_is_mapped(ask: Ask) -> None:
    for directory, path in (("braintrust", "given_name"), ("delay", "identifier"), ("monocloud", "emails[].email")):
        assert await count(ask, directory, f"canary-{path}") > 200


async def test_the_doctor_tells_nothing_of_the_records_that_it_looked_at(directories: Directories, ask: Ask) -> None:
    assert "canary" not in repr([diagnosis async for diagnosis in directories.diagnoses()])


async def test_no_argument_opens_what_the_operator_has_not(ask: Ask) -> None:
    for field in (*KEPT_BACK, "passkeys", "claims", "passkeys[].public_key", "shoe_size", "extra", "*"):
        for tool, arguments in (("list_users", {}), ("search_users", {"query": "canary"})):
            with pytest.raises(InvalidArgument, match="fields: unknown") as raised:
                await ask(tool, directory="monocloud", fields=["id", field], **arguments)
            assert "canary" not in str(raised.value)
        with pytest.raises(InvalidArgument, match=r"filters: unknown|no such field"):
            await ask("list_users", directory="monocloud", filters={field: "canary"})


@pytest.mark.parametrize("kind", ["truncated_json", "reset_in_body", "huge_body", "null_records", "odd_records"])
@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_an_answer_that_goes_wrong_tells_nothing_of_what_was_in_it(
    ask: Ask, control: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture, directory: str, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    await control.post(f"{directory}/faults", json={"kind": kind, "every": 1})
    for tool, arguments in (("list_users", {}), ("search_users", {"query": "nobody"}), ("get_user_count", {})):
        try:
            with stamina.set_testing(True, attempts=2):
                said: object = await ask(tool, directory=directory, **arguments)
        except UserDirectoryError as error:
            said = str(error)
        assert canaries(said) <= (SHOWN[directory].keys() if isinstance(said, dict) else set())
    assert "canary" not in caplog.text
