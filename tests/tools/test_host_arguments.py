"""What hosts add to a call is ignored; what a model misspells is refused by name."""

import pytest

from user_directories import InvalidArgument
from user_directory_tools import toolset
from user_directory_tools.host_arguments import HOST_ARGUMENTS, without_host_arguments

ADDED = dict.fromkeys(HOST_ARGUMENTS, "added")
CALLS = [
    ("list_directories", {}),
    ("list_users", {"directory": "delay"}),
    ("search_users", {"query": "ada", "directory": "delay"}),
    ("get_user", {"directory": "delay", "email": "nobody@acme.example"}),
    ("get_user_count", {"directory": "delay"}),
]


def lasting(answer: dict) -> dict:
    """An answer without what differs from call to call."""
    return {name: value for name, value in answer.items() if name not in ("cursor", "as_of")}


@pytest.mark.parametrize(("tool", "arguments"), CALLS)
async def test_every_tool_answers_as_if_the_host_had_added_nothing(ask, tool, arguments) -> None:
    assert lasting(await ask(tool, **arguments, **ADDED)) == lasting(await ask(tool, **arguments))


@pytest.mark.parametrize("style", ["shared", "per-directory"])
async def test_any_other_argument_is_refused_by_name_with_those_that_are_taken(directories, style) -> None:
    for tool in toolset(directories, style=style):
        for unknown in ("toolCall", "sesionId", "limt"):
            with pytest.raises(InvalidArgument, match=f"Unknown argument '{unknown}'") as raised:
                await tool.run({**ADDED, unknown: "x"})
            assert all(name in str(raised.value) for name in tool.input_schema["properties"])


async def test_a_directory_is_still_no_argument_of_a_tool_of_one_directory(directories) -> None:
    tools = {tool.name: tool for tool in toolset(directories, style="per-directory")}
    assert (await tools["delay_list_users"].run(ADDED))["directory"] == "delay"
    with pytest.raises(InvalidArgument, match="Unknown argument 'directory'"):
        await tools["delay_list_users"].run({**ADDED, "directory": "delay"})


def test_an_argument_that_a_tool_takes_is_read_although_hosts_add_it() -> None:
    given = {"sessionId": "s", "action": "a", "query": "q"}
    assert without_host_arguments(given, {"query": {}, "action": {}}) == {"action": "a", "query": "q"}


def test_every_name_says_where_it_was_seen() -> None:
    assert all(HOST_ARGUMENTS.values())
