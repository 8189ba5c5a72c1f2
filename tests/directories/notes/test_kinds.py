"""The closed list of what is said beside an answer, as a reviewed file: `pytest --update-snapshots` writes it anew."""

import ast
import json
from pathlib import Path

import pytest

from user_directories.errors import OPERATIONS, Sentence
from user_directories.notes import Notes, notes_of
from user_directory_tools.notes import ToolNotes

ALL = notes_of(Notes, ToolNotes)
SNAPSHOT = Path(__file__).parent / "kinds.json"
SOURCES = [
    file
    for room in ("directories/user_directories", "tools/user_directory_tools", "server/user_directory_server")
    for file in sorted((Path(__file__).parents[3] / room).rglob("*.py"))
    if file.parent.name != "notes" and file.name != "notes.py"
]


def test_the_list_is_as_its_snapshot_says(request: pytest.FixtureRequest):
    found = {name: [kind.one] if kind.many is None else [kind.one, kind.many] for name, kind in ALL.items()}
    if request.config.getoption("--update-snapshots"):
        SNAPSHOT.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ALL)
def test_each_note_is_a_sentence(name):
    for said in filter(None, (ALL[name].one, ALL[name].many)):
        assert said.rstrip("}").endswith((".", "reason"))
        assert len(said) < 250


def test_no_note_is_made_but_out_of_the_list():
    made = [
        f"{file.name}:{node.lineno}"
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Note", "NoteKind")
    ]
    assert made == []


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 record has no usable id and was left out."), (2, "2 records have no usable id and were left out.")],
)
def test_one_is_singular_and_several_are_plural(count, said):
    assert str(Notes.NAMELESS.note(count=count)) == said


def test_a_note_knows_its_kind_and_the_directories_that_it_is_about():
    note = Notes.MASKED_HERE.note(names=["email", "name"]).about(["hr", "crm"])
    assert (note.kind, note.directories) == ("masked_here", ("hr", "crm"))
    assert str(note) == "hr, crm: Masked here, so only a whole value finds its user: email, name."


def test_a_note_names_an_operation_as_its_reader_knows_it():
    note = ToolNotes.GO_ON_BY_SEARCH.note()
    assert str(note) == "Call search with this cursor to continue."
    assert (
        note.text({**OPERATIONS, "search": "hr_search_users"}) == "Call hr_search_users with this cursor to continue."
    )


def test_what_came_from_outside_can_name_no_operation():
    assert Sentence("No {what!r} in {search!o}.", {"what": "{get!o}"}).text() == "No '{get!o}' in search."
