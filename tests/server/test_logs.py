"""The log: a line a record, with the id of the request, and nothing in it that controls a terminal."""

import logging

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_server.logs import OneLine, one_request


def line(message: str, *values: object, error: BaseException | None = None) -> str:
    trace = None if error is None else (type(error), error, error.__traceback__)
    return OneLine("%(message)s").format(logging.LogRecord("any", logging.WARNING, "", 0, message, values, trace))


@given(st.text())
def test_whatever_a_client_sends_stands_on_one_line_and_controls_nothing(value: str) -> None:
    written = line("refused: %s", value)
    assert written.isprintable()
    assert len(written.splitlines()) == 1


def test_line_breaks_and_escapes_are_told() -> None:
    assert line("Host %s", "a\r\nb\x1b[31m\u202e") == "user-directory-mcp: Host a\\r\\nb\\x1b[31m\\u202e"


def test_names_in_any_script_are_left_as_they_are() -> None:
    assert line("سلمان Ordóñez 東京") == "user-directory-mcp: سلمان Ordóñez 東京"


def test_a_traceback_is_on_the_same_line() -> None:
    try:
        raise ValueError("what happened")
    except ValueError as error:
        written = line("count failed", error=error)
    assert written.startswith("user-directory-mcp: count failed\\nTraceback (most recent call last)")
    assert written.endswith("ValueError: what happened")


def test_a_long_line_keeps_both_ends() -> None:
    written = line("begin %s end", "x" * 100_000)
    assert len(written) < 9_000
    assert "begin x" in written
    assert written.endswith("x end")


def test_a_record_has_the_id_of_its_request() -> None:
    with one_request() as first:
        assert line("something") == f"user-directory-mcp: [{first}] something"
        with one_request() as second:
            assert line("something") == f"user-directory-mcp: [{second}] something"
        assert line("something") == f"user-directory-mcp: [{first}] something"
    assert first != second
    assert line("something") == "user-directory-mcp: something"


@pytest.mark.parametrize(("level", "told"), [("info", True), ("warning", False)])
async def test_how_long_a_call_took_is_told_at_info(command, child_environment, level: str, told: bool) -> None:
    call = (
        '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},'
        '"clientInfo":{"name":"t","version":"1"}}}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
        '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_directories","arguments":{}}}\n'
    )
    arguments = [command, "serve", "--log-level", level]
    done = await anyio.run_process(arguments, input=call.encode(), env=child_environment)
    assert (b"list_directories took" in done.stderr) is told
