"""The messages of a client over stdio: each is bounded, and one that cannot be read is answered."""

import io
import json

import pytest

from user_directory_server.stdin import MOST_BYTES, Messages

PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'


async def read(*lines: str | bytes) -> tuple[list[str], list[dict]]:
    """What is passed on, and what is answered."""
    answers: list[dict] = []

    async def answer(error) -> None:
        answers.append(error.model_dump(mode="json", by_alias=True, exclude_unset=True))

    raw = b"".join(line if isinstance(line, bytes) else line.encode() + b"\n" for line in lines)
    return [message async for message in Messages(io.BytesIO(raw), answer)], answers


def call(arguments: str, identifier: str = "7") -> str:
    return (
        f'{{"jsonrpc":"2.0","id":{identifier},"method":"tools/call",'
        f'"params":{{"name":"get_user_count","arguments":{arguments}}}}}'
    )


async def test_messages_are_passed_on_as_they_are() -> None:
    messages = [PING, call('{"query":"ä\\u0000"}'), '{"jsonrpc":"2.0","method":"notifications/initialized"}']
    assert await read(*messages) == (messages, [])


async def test_an_empty_line_is_no_message() -> None:
    assert await read("", "  ", PING) == ([PING], [])


async def test_the_last_line_needs_no_line_break() -> None:
    assert await read(PING.encode()) == ([PING], [])


@pytest.mark.parametrize(
    "message",
    [
        call('{"filters":' + "[" * 100_000 + "]" * 100_000 + "}"),
        call('{"filters":' + "[" * 400 + "]" * 400 + "}"),
        call('{"limit":' + "9" * 5_000 + "}"),
        call('{"query":"\\ud800"}'),
        call('{"query":'),
        '{"jsonrpc":"2.0","id":7,"method":"tools/call"',
        '{"jsonrpc":"2.0","id":7,"method":7}',
        '{"jsonrpc":"1.0","id":7,"method":"ping"}',
    ],
    ids=["deep", "less deep", "digits", "half a character", "cut", "cut early", "no method", "another version"],
)
async def test_what_cannot_be_read_is_answered_and_the_next_is_passed_on(message: str) -> None:
    passed, answers = await read(message, PING)
    assert passed == [PING]
    assert [(each["id"], each["error"]["code"]) for each in answers] == [(7, -32700)]


@pytest.mark.parametrize("end", ['"}', '"}}}'])
async def test_a_message_that_is_too_long_is_answered_and_none_of_it_is_kept(end: str) -> None:
    passed, answers = await read(call('{"query":"' + "x" * 5 * MOST_BYTES + end), PING)
    assert passed == [PING]
    assert answers == [
        {"jsonrpc": "2.0", "id": 7, "error": {"code": -32600, "message": "The message has more than 1048576 bytes"}}
    ]


async def test_an_id_at_the_end_is_found_too() -> None:
    message = '{"method":"tools/call","params":"' + "x" * 2 * MOST_BYTES + '","id":"call-9","jsonrpc":"2.0"}'
    _, (answer,) = await read(message)
    assert answer["id"] == "call-9"


async def test_without_an_id_the_answer_has_none() -> None:
    _, answers = await read("no JSON at all", b"\xff\xfe\n")
    assert [each["id"] for each in answers] == [None, None]


async def test_a_message_of_the_longest_length_is_passed_on() -> None:
    message = call(json.dumps({"query": "x" * (MOST_BYTES - len(call('{"query": ""}')))}))
    assert len(message) == MOST_BYTES
    assert await read(message) == ([message], [])
