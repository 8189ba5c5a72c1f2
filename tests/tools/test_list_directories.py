"""list_directories: besides what each directory can do, what the operator should know."""

from user_directories import Directories, MemoryStore, Note
from user_directory_tools import Unconfigured, toolset
from user_directory_tools.notes import ToolNotes

NOTE = ToolNotes.CURSORS_IN_MEMORY.note(problem="disk full")


async def test_a_note_of_the_server_is_told_for_as_long_as_it_holds(directories) -> None:
    notes: list[Note] = []
    for style in ("shared", "per-directory"):
        list_directories = toolset(directories, style=style, notes=lambda: notes)[0]
        assert "notes" not in await list_directories.run({})
        notes.append(NOTE)
        answer = await list_directories.run({})
        assert answer["notes"] == [str(NOTE)]
        assert len(answer["directories"]) == 6
        notes.clear()
        assert "notes" not in await list_directories.run({})


async def test_a_note_of_the_server_stands_behind_that_there_is_no_directory() -> None:
    async with Directories([], MemoryStore()) as nothing:
        list_directories = toolset(nothing, [Unconfigured("quo", "QUO_API_KEY")], notes=lambda: (NOTE,))[0]
        answer = await list_directories.run({})
    assert answer["notes"] == [
        "No directory is configured. Ask the operator to set up one of the following.",
        str(NOTE),
    ]
    assert answer["not_configured"] == [{"provider": "quo", "set": "QUO_API_KEY"}]


async def test_every_code_of_an_answer_is_explained_beside_the_directories(directories) -> None:
    answer = await toolset(directories)[0].run({})
    for able in answer["directories"]:
        assert able["search"] in answer["legend"]["search"]
        assert able["count"] in answer["legend"]["count"]
    assert all(word in answer["legend"]["exactness"] for word in ("exact", "at_least", "estimate"))
    assert "50" in answer["legend"]["filters"]


async def test_without_a_directory_there_is_nothing_to_explain() -> None:
    async with Directories([], MemoryStore()) as nothing:
        assert "legend" not in await toolset(nothing)[0].run({})
