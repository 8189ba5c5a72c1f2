"""The first conversation with an installed server, against servers that are one line of Python."""

import sys

import pytest

import first_answer

ANSWERING = """
import json, sys
users = [{"directories": [{"name": "hr"}]}, {"rows": [["1"], ["2"]]}]
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"jsonrpc": "2.0", "method": "notifications/message"}))
    if "id" in asked:
        result = {"serverInfo": {"name": "small", "version": "7"}, "tools": [{"name": "list_users"}]}
        if asked["method"] == "tools/call":
            result = {"content": [{"type": "text", "text": json.dumps(users.pop(0))}]}
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
"""
FAILING = ANSWERING.replace('"content": ', '"isError": True, "content": ')


def server(source: str) -> list[str]:
    return [sys.executable, "-c", source]


def test_the_line_names_the_server_its_tools_and_how_many_users_each_directory_showed():
    assert first_answer.first_answer(server(ANSWERING)) == "small 7: list_users; users: hr 2"


@pytest.mark.parametrize(
    ("source", "said"),
    [("", "the server ended"), ("input()", "the server ended without an answer to initialize")],
    ids=["at once", "after the first request"],
)
def test_a_server_that_ends_is_no_answer(source, said):
    with pytest.raises(first_answer.Silent, match=said):
        first_answer.first_answer(server(source))


def test_a_tool_that_fails_is_no_answer():
    with pytest.raises(first_answer.Silent, match="list_directories failed"):
        first_answer.first_answer(server(FAILING))


def test_without_an_answer_the_exit_status_is_1(capsys):
    assert first_answer.main(["no-such-command-anywhere"]) == 1
    assert "no answer from no-such-command-anywhere" in capsys.readouterr().err
