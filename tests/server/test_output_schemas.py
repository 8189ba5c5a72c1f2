"""Every key of every answer is declared: some clients drop the others without a word."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # the client of `mcp` checks with it

from user_directories import UserDirectoryError
from user_directory_sandbox import DIRECTORIES
from user_directory_tools import Tool, Unconfigured, toolset
from user_directory_tools.notes import ToolNotes

from ..thoroughness import sample
from . import test_every_error, test_every_note
from .conftest import House

OPEN = {
    "$.user",
    "$.others[]",
    "$.people",
    "$.searched",
    "$.rows[][]",
    "$.directories[].values",
    "$.directories[].values_seen",
    "$.legend",
}
"""Where the keys, or the cells, are data and not ours."""


def undeclared(answer: Any, schema: Mapping[str, Any], place: str = "$") -> Iterator[str]:
    """Yield the places of an answer that a client which knows only the schema would not see."""
    if place in OPEN:
        return
    if isinstance(answer, dict):
        declared = schema.get("properties", {})
        for key, value in answer.items():
            if key in declared:
                yield from undeclared(value, declared[key], f"{place}.{key}")
            else:
                yield f"{place}.{key}"
    elif isinstance(answer, list):
        for item in answer:
            yield from undeclared(item, schema.get("items", {}), f"{place}[]")
    elif not schema:
        yield place


def kind_of(tool: Tool) -> str:
    """The name of a tool; two of them answer with a page."""
    return "page" if "rows" in tool.output_schema["properties"] else tool.name


class Watched(House):
    """A house whose tools check every answer that they give."""

    answers = 0
    keys: frozenset[str] = frozenset()

    async def open(self, *names: str, **options: Any) -> Any:
        tools, directories = await super().open(*names, **options)
        return {name: self.watched(tool) for name, tool in tools.items()}, directories

    def watched(self, tool: Tool) -> Tool:
        async def run(*arguments: Any, **options: Any) -> Any:
            answer = await tool.run(*arguments, **options)
            self.check(tool, answer)
            return answer

        return replace(tool, run=run)

    def check(self, tool: Tool, answer: dict[str, Any]) -> None:
        assert list(undeclared(answer, tool.output_schema)) == [], answer
        Draft202012Validator(tool.output_schema).validate(answer)
        self.answers += 1
        self.keys |= {f"{kind_of(tool)}.{key}" for key in answer}
        self.keys |= {f"{kind_of(tool)}.counts.{key}" for count in answer.get("counts", ()) for key in count}


@pytest.fixture
def house(house: House) -> House:
    house.__class__ = Watched
    return house


def test_the_check_sees_what_no_schema_declares() -> None:
    schema = {"properties": {"counts": {"items": {"properties": {"count": {"type": "integer"}}}}, "user": {}}}
    assert list(undeclared({"counts": [{"count": 1}], "user": {"any": 1}}, schema)) == []
    assert list(undeclared({"counts": [{"note": 1}], "cursor": "c"}, schema)) == ["$.counts[].note", "$.cursor"]
    assert list(undeclared({"notes": ["n"]}, {"properties": {"notes": {"type": "array"}}})) == ["$.notes[]"]


@pytest.mark.parametrize("kind", sample(sorted(test_every_note.REACHED.keys() - {"cursors_in_memory"}), one_of=3))
async def test_an_answer_with_any_note_declares_all_its_keys(house: Any, kind: str) -> None:
    await test_every_note.REACHED[kind](house)
    assert house.answers > 0


@pytest.mark.parametrize("kind", sample(test_every_error.REACHED, one_of=3))
async def test_an_answer_before_any_error_declares_all_its_keys(house: Any, kind: str) -> None:
    with pytest.raises(UserDirectoryError):
        await test_every_error.REACHED[kind](house)


async def test_everything_that_can_be_asked_is_declared_and_every_declared_key_is_reached(house: Any) -> None:
    tools, directories = await house.open(*DIRECTORIES)
    for name in DIRECTORIES:
        first = await tools["list_users"].run({"directory": name, "limit": 3, "detail": "full"})
        identifier = first["rows"][0][first["columns"].index("id")]
        await tools["list_users"].run({"cursor": first["cursor"]})
        await tools["get_user"].run({"directory": name, "id": identifier})
        await tools["get_user_count"].run({"directory": name, "exhaustive": True})
    await tools["search_users"].run({"query": "a", "limit": 100})
    await tools["search_users"].run({"query": "a", "directory": "quo", "limit": 2})
    await tools["list_users"].run({"directory": "klavis", "limit": 100})
    await tools["get_user_count"].run({})
    await tools["get_user_count"].run({"query": "ada", "filters": {"status": "active"}})
    hasty = await house.tools("quo", requests=1)
    await hasty["get_user_count"].run({"directory": "quo"})
    await hasty["get_user"].run({"directory": "quo", "email": "nobody@nowhere.example"})
    alike = await house.tools("quo", manifest={"user": test_every_note.OF_ALL})
    await alike["get_user"].run({"directory": "quo", **test_every_note.SHARED})
    said = [ToolNotes.CURSORS_IN_MEMORY.note(problem="the disk is full")]
    broken = await house.tools("quo", broken=[test_every_note.BROKEN])
    await broken["list_directories"].run({})
    described = toolset(directories, [Unconfigured("hr", "HR_KEY")], notes=lambda: said)[0]
    house.check(described, await described.run({}))
    declared = {f"{kind_of(tool)}.{key}" for tool in tools.values() for key in tool.output_schema["properties"]}
    counts = tools["get_user_count"].output_schema["properties"]["counts"]["items"]["properties"]
    assert house.keys == declared | {f"get_user_count.counts.{key}" for key in counts}
