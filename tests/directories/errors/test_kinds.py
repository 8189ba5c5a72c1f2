"""The closed list of what can go wrong in a call, as a reviewed file: `pytest --update-snapshots` writes it anew."""

import ast
import json
from pathlib import Path

import pytest

from user_directories import UserDirectoryError
from user_directories.errors import Kinds, kinds_of, quoted
from user_directory_tools.errors import ToolKinds

ALL = kinds_of(Kinds, ToolKinds)
SNAPSHOT = Path(__file__).parent / "kinds.json"
SOURCES = [
    file
    for room in ("directories/user_directories", "tools/user_directory_tools", "server/user_directory_server")
    for file in sorted((Path(__file__).parents[3] / room).rglob("*.py"))
    if file.parent.name != "errors" and file.name != "errors.py"
]
THE_OPERATORS = "ConfigurationError"


def test_the_list_is_as_its_snapshot_says(request: pytest.FixtureRequest):
    found = {name: {"class": kind.reaction.__name__, "what": kind.what, "fix": kind.fix} for name, kind in ALL.items()}
    if request.config.getoption("--update-snapshots"):
        SNAPSHOT.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ALL)
def test_each_kind_says_what_is_wrong_and_what_to_do(name):
    kind = ALL[name]
    assert kind.what
    assert kind.fix.endswith((".", "}")) or name == "several_faults"
    assert len(kind.what) + len(kind.fix) < 250


def test_no_error_is_raised_but_through_the_list():
    mine = {item.__name__ for item in subclasses(UserDirectoryError)} | {"UserDirectoryError"}
    made = [
        f"{file.name}:{node.lineno} {name}"
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and (name := getattr(node.func, "id", "")) in mine - {THE_OPERATORS}
    ]
    assert made == []


def subclasses(kind: type[UserDirectoryError]) -> set[type[UserDirectoryError]]:
    return set(kind.__subclasses__()).union(*(subclasses(each) for each in kind.__subclasses__()))


def test_an_error_knows_its_kind_and_shows_its_values():
    error = Kinds.UNKNOWN_FILTER.error(name="colour", valid=("id", "email"))
    assert (error.kind, str(error)) == ("unknown_filter", "filters: unknown field 'colour'. Use: id, email.")
    fault = Kinds.NOT_JSON.at("hr")
    assert (fault.kind, fault.directory, str(fault)[:28]) == ("not_json", "hr", "hr: its answer is not JSON. ")
    assert Kinds.RATE_LIMITED.at("hr", status=429, retry_after=6.2).retry_after == 6.2


def test_what_came_from_outside_is_cut_and_escaped():
    text = str(ToolKinds.UNKNOWN_ARGUMENT.error(name="\x1b[31m\u202e" + "x" * 500, valid=["limit"]))
    assert len(text) < 150
    assert "\\x1b[31m\\u202exxx" in text
    assert text.endswith("x…'. This tool takes: limit.")
    assert quoted("a\ufe0fb\U000e0101") == r"'a\U0000fe0fb\U000e0101'"
