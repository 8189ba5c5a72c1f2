"""`rows="objects"`: the same users, each with the names of its fields, and no answer that is too long."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from user_directories import DirectoryUser, User
from user_directory_sandbox import DIRECTORIES
from user_directory_tools import answers, toolset
from user_directory_tools.answers import Columns, room_for_rows

QUESTIONS = [
    *(("list_users", {"directory": name, "limit": 100}) for name in DIRECTORIES),
    *(("list_users", {"directory": name, "limit": 30, "detail": "full"}) for name in DIRECTORIES),
    ("search_users", {"query": "ada", "limit": 50}),
    ("search_users", {"query": "nobody-of-this-name"}),
]


@pytest.fixture
def ask_both(directories):
    """The answer in arrays and the answer in objects, the second checked against its schema."""
    forms = {form: {tool.name: tool for tool in toolset(directories, rows=form)} for form in ("arrays", "objects")}

    async def asked(tool, arguments):
        arrays, objects = [await tools[tool].run(arguments) for tools in forms.values()]
        Draft202012Validator(forms["objects"][tool].output_schema).validate(objects)
        return arrays, objects

    return asked


@pytest.mark.parametrize(("tool", "arguments"), QUESTIONS)
async def test_an_object_has_what_the_row_has_but_for_what_is_not_known(ask_both, tool, arguments):
    arrays, objects = await ask_both(tool, arguments)
    rows = [dict(zip(arrays["columns"], row, strict=True)) for row in arrays["rows"]]
    assert objects["rows"] == [{name: cell for name, cell in row.items() if cell is not None} for row in rows]
    rest = {name: value for name, value in arrays.items() if name not in ("columns", "rows", "cursor")}
    assert {name: value for name, value in objects.items() if name not in ("rows", "cursor")} == rest


async def test_all_pages_give_the_same_users(directories):
    found = {}
    for form in ("arrays", "objects"):
        tools = {tool.name: tool for tool in toolset(directories, rows=form)}
        page = await tools["list_users"].run({"directory": "delay", "limit": 40})
        found[form] = [*page["rows"]]
        while "cursor" in page:
            page = await tools["list_users"].run({"cursor": page["cursor"]})
            found[form] += page["rows"]
    assert [row["id"] for row in found["objects"]] == [row[0] for row in found["arrays"]]
    assert len(found["objects"]) == 230


def a_user(**fields):
    return User(**fields)


VALUES = st.text(st.characters() | st.sampled_from('"\\\x01\u2028'), max_size=400)
USERS = st.lists(st.builds(a_user, id=VALUES, name=st.none() | VALUES, created_at=st.none() | VALUES), max_size=30)


@given(USERS, st.sampled_from([("id", "name"), ("id", "name", "created_at")]), st.integers(0, 9000))
def test_users_that_fit_are_no_longer_than_the_room_for_them(users, names, room):
    columns = Columns(names, asked_for=True, detail="full")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "MAX_CHARACTERS", room + answers._HEAD_CHARACTERS + answers._HEAD_CHARACTERS_EACH)
        fits = room_for_rows(columns, 1, "objects")
        shown = [user for user in users if fits(DirectoryUser("acme", user))]
    rows = [["acme", 100, *columns.row(user)] for user in shown]
    written = answers._written(["directory", "person", *names], rows, "objects")
    lengths = [len(json.dumps(row, ensure_ascii=False, separators=(",", ":"))) for row in written["rows"]]
    assert sum(lengths) <= room or len(lengths) <= 1
