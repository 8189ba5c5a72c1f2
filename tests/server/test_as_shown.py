"""What an operator hides can not be found out: worlds that show the same give the same, whatever is asked."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp.shared.exceptions import MCPError
from mcp_types import CompleteRequestParams

from user_directories import USUAL, Budget, Directories, UserDirectoryError
from user_directories.calls import counting
from user_directories.cursors import cursors
from user_directories.users.filters import FILTER_FIELDS, operators_for
from user_directory_server.resources import complete, list_resources, read_resource
from user_directory_server.results import compact, sentence
from user_directory_tools import ToolStyle, toolset

from ..thoroughness import examples
from .pairs import Pair, World, pairs

Call = tuple[str, dict[str, Any]]
"""A tool (by its shared name), `next`, `resource` or `completion`; and its arguments."""
Said = tuple[str, int, int, int]
"""An answer, and what it cost: requests, rows read, and rows of which an agent may hear."""

STYLES: tuple[ToolStyle, ...] = ("shared", "per-directory")
ANY = ("acme", "ada", "@", "a", "…", "a…@acme.example", "nobody", "u0", "u1", "domain", "m1", "7", "true")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Clock:
    @staticmethod
    def now(_: Any) -> datetime:
        return NOON


@contextmanager
def the_same_clock_and_handles() -> Iterator[None]:
    numbers = itertools.count()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cursors, "new_handle", lambda: handle(next(numbers)))
        patch.setattr(counting, "datetime", Clock)
        yield


def handle(number: int) -> str:
    digits = f"{number:013d}"
    return f"c{digits}{98 - int(digits) * 100 % 97:02d}"


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as opened:
        yield opened


@st.composite
def calls(draw: st.DrawFn, pair: Pair) -> list[Call]:
    found = draw(st.lists(_calls(pair.guesses), min_size=1, max_size=5))
    return [call for call in found if not any(map(pair.names_masked, texts_of(call[1])))]


def texts_of(arguments: Any) -> Iterator[str]:
    if isinstance(arguments, str):
        yield arguments
    elif isinstance(arguments, list | dict):
        for each in arguments.values() if isinstance(arguments, dict) else arguments:
            yield from texts_of(each)


@st.composite
def texts(draw: st.DrawFn, guesses: Sequence[str]) -> str:
    """A hidden value, the beginning of one, its end or its middle; or something else."""
    text = draw(st.sampled_from([*guesses, *ANY]))
    start = draw(st.sampled_from([0, 0, 0, 1, 2]))
    cut = text[start : draw(st.integers(start + 1, max(start + 1, len(text))))]
    return draw(st.sampled_from([text, cut, cut, cut.upper()]))


@st.composite
def _filters(draw: st.DrawFn, guesses: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(sorted(FILTER_FIELDS)), min_size=1, max_size=2, unique=True)):
        operator = draw(st.sampled_from(operators_for(name)))
        value: Any = draw(texts(guesses)) or "a"
        match operator:
            case "missing":
                found[name] = {"missing": draw(st.booleans())}
            case "not":
                found[name] = {"not": value}
            case "after" | "before":
                found[name] = {operator: draw(st.sampled_from(["2020-01-31", "2024-06-01"]))}
            case _:
                found[name] = {operator: value}
    return found


@st.composite
def _calls(draw: st.DrawFn, guesses: Sequence[str]) -> Call:
    tool = draw(st.sampled_from([*TOOLS, "search_users", "search_users", "get_user_count"]))
    text, directory = draw(texts(guesses)), {"directory": "acme"}
    filters = draw(st.none() | _filters(guesses))
    match tool:
        case "next" | "list_directories" | "resources":
            return tool, {}
        case "resource" | "completion":
            return tool, {"text": text}
        case "get_user":
            return tool, directory | {draw(st.sampled_from(["id", "email"])): text}
        case "list_users":
            sort = draw(st.sampled_from([None, None, "name:asc", "created_at:asc"]))
            view: dict[str, Any] = draw(
                st.sampled_from([{}, {"detail": "full"}, {"fields": ["id", "about", "username"]}])
            )
            return tool, directory | {"limit": draw(st.integers(1, 4)), "filters": filters, "sort": sort, **view}
        case _:
            where = draw(st.sampled_from([directory, directory, {}]))
            asked = {"query": draw(st.none() | texts(guesses)), "filters": filters}
            return tool, {**where, **asked, "exhaustive": draw(st.booleans())}


TOOLS = (
    *("list_users", "search_users", "get_user", "get_user_count", "list_directories"),
    *("next", "resource", "resources", "completion"),
)


class Session:
    """An agent's session over a world: what it asks, what it is told, and what that costs."""

    def __init__(self, world: World, style: ToolStyle) -> None:
        self.world = world
        self.style: ToolStyle = style
        self.budgets: list[Budget] = []
        self.said: list[Said] = []
        self._last: tuple[str, str] | None = None

    async def hold(self, asked: Sequence[Call]) -> list[Said]:
        async with self.world.open(self.budgets) as directories:
            self._tools = {tool.name: tool for tool in toolset(directories, (), self.style)}
            for name, arguments in asked:
                answer = await self._answer(directories, name, arguments)
                told = sum(budget.told for budget in self.budgets)
                self.said.append((answer, self.world.requests, self.world.rows, told))
        return self.said

    async def _answer(self, directories: Directories, name: str, arguments: dict[str, Any]) -> str:
        try:
            if name == "resources":
                return list_resources(directories).model_dump_json()
            if name == "resource":
                uri = f"directory://acme/users/{arguments['text']}" if arguments["text"] else "directory://acme"
                return (await read_resource(directories, uri, USUAL, "2025-11-25", self.style)).model_dump_json()
            if name == "completion":
                return (await complete(directories, completion_of(arguments["text"]))).model_dump_json()
            return await self._called(name, arguments)
        except UserDirectoryError as error:
            return sentence(error)
        except MCPError as error:
            return f"{error.error.code} {error}"

    async def _called(self, name: str, arguments: dict[str, Any]) -> str:
        if name == "next":
            if self._last is None:
                return ""
            name, arguments = self._last[0], {"cursor": self._last[1]}
            given = arguments
        else:
            given = {key: value for key, value in arguments.items() if value is not None}
        if self.style == "per-directory" and name != "list_directories":
            given = {key: value for key, value in given.items() if key != "directory"}
            answer = await self._tools[f"acme_{name}"].run(given)
        else:
            answer = await self._tools[name].run(given)
        self._last = (name, answer["cursor"]) if "cursor" in answer and name != "get_user" else None
        return compact(answer)


def completion_of(text: str) -> CompleteRequestParams:
    return CompleteRequestParams.model_validate(
        {
            "ref": {"type": "ref/resource", "uri": "directory://{name}/users/{id}"},
            "argument": {"name": "id", "value": text},
            "context": {"arguments": {"name": "acme"}},
        }
    )


def assert_tells_nothing(portal: BlockingPortal, pair: Pair, asked: list[Call], style: ToolStyle) -> None:
    told = []
    for world in pair.worlds:
        with the_same_clock_and_handles():
            told.append(portal.call(Session(world, style).hold, asked))
    for call, one, other in zip(asked, *told, strict=True):
        assert one == other, call


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=examples(80))
@given(data=st.data())
def test_what_is_left_out_changes_no_byte_and_no_request(portal, style, data):
    pair = data.draw(pairs(differs="none"))
    assert_tells_nothing(portal, pair, data.draw(calls(pair)), style)


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=examples(80))
@given(data=st.data())
def test_what_is_masked_shows_only_where_a_call_names_it_whole(portal, style, data):
    pair = data.draw(pairs(differs="masked"))
    assert_tells_nothing(portal, pair, data.draw(calls(pair)), style)
