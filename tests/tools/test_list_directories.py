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
