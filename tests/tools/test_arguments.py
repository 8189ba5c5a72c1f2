"""What language models send: read leniently where the meaning is plain, refused with the valid values where not."""

import re

import pytest
from pydantic import SecretStr

from user_directories import (
    CursorError,
    Directories,
    DirectorySettings,
    InvalidArgument,
    MemoryStore,
    UnknownDirectory,
    UserDirectoryError,
    built_in,
)
from user_directory_tools import Unconfigured, toolset


@pytest.mark.parametrize("limit", [7, "7", 7.0, " 7 "])
async def test_a_number_may_come_as_text(ask, limit) -> None:
    assert (await ask("list_users", directory="delay", limit=limit))["returned"] == 7


async def test_null_means_the_default(ask) -> None:
    answer = await ask(
        "list_users", directory="delay", limit=None, cursor=None, sort=None, filters=None, fields=None, detail=None
    )
    assert answer["returned"] == 25


@pytest.mark.parametrize("cursor", ["", "0", "start", "null", None])
async def test_the_cursors_that_models_make_up_mean_the_first_page(ask, cursor) -> None:
    first = await ask("list_users", directory="delay", limit=3)
    assert (await ask("list_users", directory="delay", limit=3, cursor=cursor))["rows"] == first["rows"]


async def test_objects_and_lists_may_come_as_json_text(ask) -> None:
    answer = await ask("list_users", directory="delay", filters='{"status": "active"}', fields='["name", "status"]')
    assert answer["columns"] == ["name", "status"]
    assert {row[1] for row in answer["rows"]} == {"active"}
    assert (await ask("list_users", directory="delay", fields="name, status"))["columns"] == ["name", "status"]


@pytest.mark.parametrize(
    ("tool", "arguments", "error", "text"),
    [
        ("list_users", {"directory": "delay", "limit": 0}, InvalidArgument, "limit: '0' .* from 1 to 100"),
        ("list_users", {"directory": "delay", "limit": 101}, InvalidArgument, "limit: '101' .* from 1 to 100"),
        ("list_users", {"directory": "delay", "limit": "ten"}, InvalidArgument, "limit: 'ten' .* from 1 to 100"),
        ("list_users", {"directory": "delay", "page": 2}, InvalidArgument, "Unknown argument 'page'.*cursor"),
        ("list_users", {}, InvalidArgument, "directory is missing.*klavis"),
        ("list_users", {"directory": "okta"}, UnknownDirectory, "no directory 'okta'.*klavis"),
        ("list_users", {"directory": "delay", "sort": "age"}, InvalidArgument, "sort: 'age'.*field:asc"),
        ("list_users", {"directory": "klavis", "sort": "name:asc"}, InvalidArgument, "cannot sort by name:asc"),
        ("list_users", {"directory": "delay", "sort": "id:asc"}, InvalidArgument, "It can sort by: created_at:asc"),
        ("list_users", {"directory": "delay", "detail": "all"}, InvalidArgument, "detail: 'all'.*concise, full"),
        ("list_users", {"directory": "delay", "fields": ["age"]}, InvalidArgument, "unknown 'age'. Use: id, name"),
        ("list_users", {"directory": "delay", "filters": {"age": 3}}, InvalidArgument, "unknown field 'age'. Use: id"),
        ("list_users", {"directory": "klavis", "filters": {"role": "x"}}, InvalidArgument, "no such field. It has: id"),
        ("list_users", {"directory": "delay", "filters": "active"}, InvalidArgument, "filters: .*Use an object"),
        ("list_users", {"directory": "delay", "filters": {"created_after": "soon"}}, InvalidArgument, "2026-01-31"),
        ("search_users", {}, InvalidArgument, "query is missing.*list_users"),
        ("search_users", {"query": "x" * 10_000}, InvalidArgument, "10000 characters; the limit is 256"),
        ("search_users", {"query": "a", "exhaustive": "maybe"}, InvalidArgument, "true or false"),
        ("search_users", {"query": "\ud800"}, InvalidArgument, "lone surrogate"),
        ("get_user", {"directory": "delay"}, InvalidArgument, "either id or email"),
        ("get_user", {"directory": "delay", "id": "a", "email": "b"}, InvalidArgument, "not both"),
        ("list_users", {"directory": "delay", "cursor": "page2"}, CursorError, "not a cursor.*first page"),
        ("list_users", {"directory": "delay", "cursor": "c123456789012345"}, CursorError, "copied with a mistake"),
    ],
)
async def test_bad_arguments_are_refused_with_what_is_valid(ask, tool, arguments, error, text) -> None:
    with pytest.raises(error) as raised:
        await ask(tool, **arguments)
    assert re.search(text, str(raised.value))
    assert len(str(raised.value)) <= 500


@pytest.mark.parametrize("directory", ["Delay", "DELAY", " delay "])
async def test_a_directory_is_named_in_any_letter_case(ask, directory) -> None:
    assert (await ask("list_users", directory=directory, limit=1))["directory"] == "delay"
    assert (await ask("search_users", directory=directory, query="a", limit=1))["directory"] == "delay"
    assert (await ask("get_user", directory=directory, id="4711"))["directory"] == "delay"
    count = await ask("get_user_count", directory=directory)
    assert count["directory"] == "delay"
    first = await ask("list_users", directory="delay", limit=3)
    assert (await ask("list_users", directory=directory, cursor=first["cursor"]))["directory"] == "delay"


async def test_a_choice_that_could_mean_two_is_none() -> None:
    both = [
        DirectorySettings(name, built_in("delay"), "http://127.0.0.1:9", SecretStr("key")) for name in ("hr", "HR", "x")
    ]
    async with Directories(both, MemoryStore()) as opened:
        tools = {tool.name: tool for tool in toolset(opened)}
        for name in ("Hr", "xx"):
            with pytest.raises(UnknownDirectory, match=f"no directory '{name}'.*hr, HR, x"):
                await tools["list_users"].run({"directory": name})
        for name in ("hr", "HR", "X"):
            with pytest.raises(UserDirectoryError, match=f"^{name if name != 'X' else 'x'}: "):
                await tools["list_users"].run({"directory": name})


async def test_a_cursor_of_another_call_says_where_it_belongs(ask) -> None:
    cursor = (await ask("list_users", directory="delay", limit=3))["cursor"]
    wrong = {
        "belongs to delay": ("list_users", {"directory": "klavis", "cursor": cursor}),
        "belongs to list_users": ("search_users", {"query": "a", "cursor": cursor}),
        "a different value for filters": (
            "list_users",
            {"directory": "delay", "cursor": cursor, "filters": {"status": "risky"}},
        ),
        "a different value for sort": ("list_users", {"directory": "delay", "cursor": cursor, "sort": "name:asc"}),
    }
    for text, (tool, arguments) in wrong.items():
        with pytest.raises(CursorError, match=text):
            await ask(tool, **arguments)


async def test_every_mistyped_digit_of_a_cursor_is_told_from_an_unknown_one(ask) -> None:
    cursor = (await ask("list_users", directory="delay", limit=3))["cursor"]
    for place in range(1, len(cursor)):
        digit = str((int(cursor[place]) + 1) % 10)
        with pytest.raises(CursorError, match="copied with a mistake"):
            await ask("list_users", directory="delay", cursor=cursor[:place] + digit + cursor[place + 1 :])


async def test_with_nothing_configured_every_tool_says_what_to_do() -> None:
    async with Directories([], MemoryStore()) as none:
        tools = {tool.name: tool for tool in toolset(none, [Unconfigured("klavis", "KLAVIS_API_KEY")])}
        answer = await tools["list_directories"].run({})
        assert answer["directories"] == []
        assert answer["not_configured"] == [{"provider": "klavis", "set": "KLAVIS_API_KEY"}]
        for tool, arguments in (
            ("search_users", {"query": "a"}),
            ("get_user_count", {}),
            ("list_users", {"directory": "x"}),
        ):
            with pytest.raises(UserDirectoryError, match="list_directories"):
                await tools[tool].run(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        {f"n{number}": 1 for number in range(100_000)},
        {"filters": {f"n{number}": 1 for number in range(100_000)}},
        {"filters": {"status": ["x"] * 100_000}},
        {"filters": {"status": {"not": {"is": {"is": {"is": {"is": {"is": {"is": ["x"]}}}}}}}}},
        {"limit": 10**30},
        {"limit": -(10**4000)},
        {"query": "x" * 500_001},
        {"fields": ["x" * 300_000, "y" * 300_000]},
    ],
    ids=["names", "filters", "values", "deep", "digits", "more digits", "long", "long together"],
)
async def test_arguments_of_no_sensible_size_are_refused_before_they_are_read(ask, arguments):
    with pytest.raises(InvalidArgument, match="too many, too long or nested too deeply"):
        await ask("list_users", **arguments)
