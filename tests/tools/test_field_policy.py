"""The operator's field policy, as an agent meets it: nothing that it may not see, by whatever argument it tries."""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from user_directories import (
    CursorStore,
    Directories,
    DirectorySettings,
    InvalidArgument,
    MemoryStore,
    UserDirectoryError,
    built_in,
)
from user_directories.cursors.sqlite import SqliteStore
from user_directory_sandbox import DIRECTORIES, Sandbox
from user_directory_tools import toolset

Ask = Callable[..., Awaitable[dict]]


@pytest.fixture
async def ask_under(sandbox: Sandbox) -> AsyncIterator[Callable[..., Awaitable[Ask]]]:
    """Open the six directories under a policy."""
    async with AsyncExitStack() as exits:

        async def opened(policy: dict, store: CursorStore | None = None) -> Ask:
            settings = [
                DirectorySettings(
                    name, built_in(name), sandbox.base_url(name), SecretStr(f"sandbox-{name}-key"), fields=policy
                )
                for name in DIRECTORIES
            ]
            directories = Directories(settings, store or MemoryStore())
            tools = {tool.name: tool for tool in toolset(await exits.enter_async_context(directories))}

            async def run(tool: str, **arguments: object) -> dict:
                return await tools[tool].run(arguments)

            return run

        yield opened


def addresses(sandbox: Sandbox, directory: str) -> list[str]:
    records = list(sandbox.records(directory))
    if directory == "monocloud":
        return [email["email"] for record in records for email in record["emails"]]
    key = "userId" if directory == "klavis" else "email"
    return [record[key] for record in records if record[key] and "@" in record[key]]


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize("level", ["masked", "none"])
@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_no_argument_shows_an_address_that_is_not_to_be_seen(
    ask_under, sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture, directory: str, level: str
) -> None:
    caplog.set_level(logging.DEBUG)
    store = SqliteStore(tmp_path / "cursors.sqlite3")
    ask = await ask_under({"email": level}, store)
    known = addresses(sandbox, directory)
    answers = [
        await ask("list_users", directory=directory, limit=100),
        await ask("list_users", directory=directory, limit=100, detail="full"),
        await ask("list_users", directory=directory, limit=100, fields=["id", "email", "emails", "username", "name"]),
        await ask("search_users", directory=directory, query=known[0].partition("@")[0][:4]),
        await ask("list_directories"),
    ]
    identifier = answers[0]["rows"][0][0]
    if "…" in identifier:
        with pytest.raises(InvalidArgument, match="masked value"):
            await ask("get_user", directory=directory, id=identifier)
        identifier = known[0]
    answers.append(await ask("get_user", directory=directory, id=identifier))
    written = json.dumps(answers, ensure_ascii=False) + caplog.text
    stored = on_disk(tmp_path).decode("utf-8", "replace")
    assert not [address for address in known if address in written or address in stored]


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_masked_address_is_found_whole_but_not_by_a_fragment(ask_under, sandbox, directory: str) -> None:
    ask = await ask_under({"email": "masked", "username": "none", "name": "none"})
    address = addresses(sandbox, directory)[0]
    whole = await ask("search_users", directory=directory, query=address.upper())
    assert whole["returned"] == 1
    got = await ask("get_user", directory=directory, email=address)
    assert got["found"] is True
    assert address not in json.dumps(got)
    fragment = await ask("search_users", directory=directory, query=address[:-3], exhaustive=True)
    assert (fragment["returned"], fragment["complete"]) == (0, True)
    assert (await ask("get_user_count", directory=directory, query=address[:-3], exhaustive=True))["count"] == 0


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_hidden_address_can_not_be_asked_for(ask_under, sandbox, directory: str) -> None:
    ask = await ask_under({"email": "none", "username": "none"})
    address = addresses(sandbox, directory)[0]
    with pytest.raises(UserDirectoryError, match="have no email address"):
        await ask("get_user", directory=directory, email=address)
    with pytest.raises(InvalidArgument, match=r"filters\.email: this directory has no such field"):
        await ask("list_users", directory=directory, filters={"email": address})
    if directory != "klavis":  # there a whole id, which is the address, finds its user
        search = await ask("search_users", directory=directory, query=address, exhaustive=True)
        assert (search["returned"], search["complete"]) == (0, True)


async def test_list_directories_says_what_is_masked_and_what_is_hidden(ask_under) -> None:
    ask = await ask_under({"email": "masked", "created_at": "none"})
    delay = next(each for each in (await ask("list_directories"))["directories"] if each["name"] == "delay")
    assert (delay["masked"], delay["hidden"]) == (["email"], ["created_at"])
    assert "email" in delay["fields"]
    assert "created_at" not in delay["fields"]
    assert not [order for order in delay["sort"] if order.startswith(("created_at", "email"))]


async def test_an_allow_list_shows_what_it_names(ask_under) -> None:
    ask = await ask_under({"*": "none", "name": "full"})
    answer = await ask("list_users", directory="monocloud", limit=100, detail="full")
    assert answer["columns"] == ["id", "name"]


async def test_a_cursor_from_before_a_policy_is_refused(ask_under, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "cursors.sqlite3")
    first = await (await ask_under({}, store))("list_users", directory="delay")
    stricter = await ask_under({"email": "none"}, store)
    with pytest.raises(UserDirectoryError, match="configuration of delay has changed"):
        await stricter("list_users", cursor=first["cursor"])


async def test_a_key_that_may_not_be_seen_is_never_written_to_a_disk(ask_under, sandbox, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "cursors.sqlite3")
    ask = await ask_under({"id": "masked"}, store)
    first = await ask("list_users", directory="braintrust", limit=30)
    second = await ask("list_users", cursor=first["cursor"])
    assert second["returned"] == 30
    stored = on_disk(tmp_path)
    assert not [record for record in sandbox.records("braintrust") if record["id"].encode() in stored]


async def test_a_search_says_where_it_does_not_look(ask_under) -> None:
    ask = await ask_under({"email": "masked", "username": "none"})
    answer = await ask("search_users", directory="delay", query="salman")
    assert answer["notes"][:2] == [
        "Masked here, so only a whole value finds its user: email.",
        "Hidden here and not searched: username.",
    ]
    counted = await ask("get_user_count", directory="delay", query="salman", exhaustive=True)
    assert counted["notes"] == answer["notes"][:2]
    assert "notes" not in await ask("list_users", directory="delay", limit=5)


async def test_an_address_that_is_named_is_shown_whole_and_found_by_a_fragment(ask_under, sandbox) -> None:
    ask = await ask_under({"*": "none", "email": "full"})
    address = addresses(sandbox, "monocloud")[0]
    answer = await ask("search_users", directory="monocloud", query=address[:-4], exhaustive=True)
    assert address in [row[answer["columns"].index("email")] for row in answer["rows"]]


async def test_a_time_that_is_like_a_hidden_one_is_shown_as_it_is(ask_under, sandbox) -> None:
    ask = await ask_under({"created_at": "none"})
    answer = await ask("list_users", directory="delay", limit=50, fields=["id", "updated_at"])
    assert not [row for row in answer["rows"] if "…" in row[1]]
