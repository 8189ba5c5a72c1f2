"""What clients send that cannot leave an argument out, or that mark every filter as required."""

import pytest

from user_directories import InvalidArgument, UserDirectoryError
from user_directory_tools import toolset

from .lookups.population import fold

EMPTY = {"email": "", "status": "", "created_at": ""}


@pytest.mark.parametrize("everywhere", ["", "all", "ALL", None])
async def test_all_directories_can_be_said(ask, everywhere) -> None:
    left_out = await ask("search_users", query="ada")
    assert (await ask("search_users", query="ada", directory=everywhere))["rows"] == left_out["rows"]
    assert len((await ask("get_user_count", directory=everywhere))["counts"]) == 6


@pytest.mark.parametrize("style", ["shared", "per-directory"])
async def test_every_filter_is_named_and_others_are_allowed(directories, style) -> None:
    """Clients that close an object without properties tell the model that there is no filter."""
    able = {item.directory: item.filters for item in directories.capabilities()}
    for tool in toolset(directories, style=style):
        filters = tool.input_schema["properties"].get("filters")
        if filters is not None:
            directory = tool.name.partition("_")[0]
            assert filters["type"] == "object"
            assert set(filters["properties"]) == set(able.get(directory, set().union(*able.values())))
            assert filters["additionalProperties"] is True
            assert "required" not in filters


@pytest.mark.parametrize("everywhere", ["", "all", " All "])
async def test_a_tool_of_one_directory_says_which_there_are(ask, everywhere) -> None:
    for tool in ("list_users", "get_user"):
        with pytest.raises(UserDirectoryError, match="klavis"):
            await ask(tool, directory=everywhere, **({"id": "4711"} if tool == "get_user" else {}))


async def test_an_empty_argument_is_one_that_is_not_given(ask) -> None:
    empty = {"cursor": "", "sort": "", "fields": "", "detail": "", "limit": ""}
    page = await ask("list_users", directory="delay", filters="", **empty)
    assert page | {"cursor": ""} == await ask("list_users", directory="delay") | {"cursor": ""}
    found = await ask("get_user_count", directory="delay", query="", cursor="", exhaustive="", filters={})
    assert found["count"] == (await ask("get_user_count", directory="delay"))["count"]


async def test_empty_filters_are_not_applied_and_the_answer_says_which_were(ask, as_rows) -> None:
    page = await ask("list_users", directory="delay", filters={**EMPTY, "status": "active"}, limit=100)
    assert page["notes"][0] == "Empty filters were ignored: email, created_at. Filters applied: status."
    assert {row["status"] for row in as_rows(page)} == {"active"}
    everybody = await ask("list_users", directory="delay", filters=EMPTY)
    assert everybody["notes"][0] == "Empty filters were ignored: email, status, created_at. Filters applied: none."
    found = await ask("search_users", directory="delay", query="ada", filters=EMPTY)
    assert "Filters applied: none." in found["notes"][0]
    assert "cursor" not in page or "notes" not in await ask("list_users", cursor=page["cursor"])


@pytest.mark.parametrize("tool", ["get_user_count", "search_users"])
async def test_a_call_that_nothing_narrows_although_it_was_to_be_is_refused(ask, tool: str) -> None:
    with pytest.raises(InvalidArgument, match=r"empty: email, status, created_at\. Give them values"):
        await ask(tool, directory="delay", filters=EMPTY)


async def test_missing_and_not_count_the_rest(ask) -> None:
    async def count(**filters: object) -> int:
        return (await ask("get_user_count", directory="monocloud", filters=filters, exhaustive=True))["count"]

    everybody = (await ask("get_user_count", directory="monocloud"))["count"]
    assert await count(email={"missing": True}) + await count(email={"missing": False}) == everybody
    assert await count(status="active") + await count(status={"not": "active"}) == everybody
    assert await count(state="inactive") == await count(status="disabled")


async def test_not_says_that_it_includes_those_without_the_value(ask) -> None:
    page = await ask("list_users", directory="delay", filters={"status": {"not": ["active", "risky"]}})
    assert "`not` also finds users who have no value for status." in page["notes"]


async def test_a_cursor_goes_on_by_the_operators_of_its_first_page(ask, as_rows) -> None:
    first = await ask("list_users", directory="delay", filters={"name": {"starts_with": "a"}}, limit=3)
    pages = [first]
    while "cursor" in pages[-1]:
        pages.append(await ask("list_users", cursor=pages[-1]["cursor"]))
    names = [row["name"] for page in pages for row in as_rows(page)]
    assert len(names) > 3
    assert all(fold(name).startswith("a") for name in names)


async def test_one_directory_gives_the_same_rows_however_many_are_configured(ask, directories) -> None:
    alone = type(directories)([directories._settings["monocloud"]], directories._cursors._store)
    (list_users,) = [tool for tool in toolset(alone) if tool.name == "list_users"]
    page = await list_users.run({"directory": "monocloud", "limit": 100, "detail": "full"})
    assert page["rows"] == (await ask("list_users", directory="monocloud", limit=100, detail="full"))["rows"]
    for client in alone._clients:
        await client.aclose()
