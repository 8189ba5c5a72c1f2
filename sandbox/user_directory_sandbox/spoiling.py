"""What a fault makes of a reply: of its rows, of its body, or of how it travels."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from user_directory_sandbox.faults import Fault
from user_directory_sandbox.http import Delivery, Headers, Reply, to_json

_HTML = b"<!doctype html><title>One moment</title><h1>We will be back shortly</h1>"
_ELSEWHERE = "http://elsewhere.invalid/login"  # a name that is never given to a host (RFC 6761 §6.4)
_LEFT_OUT = object()
_NOBODY = to_json({"name": "Nobody", "email": "nobody@nowhere.example"})


def spoil(reply: Reply, fault: Fault | None, total_field: str | None = None) -> Reply:
    """Return the reply as the fault lets it travel. `total_field` is where the API states how many users there are."""
    if fault is None:
        return reply
    if fault.kind == "total" and total_field is not None:
        return _with_total(reply, total_field, fault.fields["value"])
    if fault.kind in _LISTS:
        return _with_list(reply, _LISTS[fault.kind])
    return _TRAVELS[fault.kind](reply, fault) if fault.kind in _TRAVELS else reply


def spoil_rows(rows: Sequence[bytes], fault: Fault, id_field: str) -> list[bytes]:
    """Return the records of a page, each as JSON, as the fault lets them be sent."""
    match fault.kind:
        case "null_records":
            return _among(rows, [b"null"])
        case "odd_records":
            return _among(rows, [b"null", b"7", b'"user"', b"[]", _NOBODY])
        case "nameless_records":
            return [_without(row, id_field) for row in rows]
        case "duplicate_rows":
            return [row for row in rows for _ in range(2)]
        case "shuffled_rows":  # in another order each time, as a query without ORDER BY may do
            return random.Random(fault.seen).sample(rows, len(rows))
        case _:
            return list(rows)


def _among(rows: Sequence[bytes], odd: Sequence[bytes]) -> list[bytes]:
    mixed = list(rows)
    for place, each in enumerate(odd):
        mixed.insert(min(1 + 2 * place, len(mixed)), each)
    return mixed


def _without(row: bytes, field: str) -> bytes:
    record = json.loads(row)
    del record[field]
    return to_json(record)


_TRAVELS: dict[str, Callable[[Reply, Fault], Reply]] = {
    "redirect": lambda reply, fault: Reply(fault.fields["status"], headers=(("Location", _ELSEWHERE),)),
    "content_type": lambda reply, fault: Reply(200, _HTML, "text/html; charset=utf-8"),
    "error_in_body": lambda reply, fault: Reply(200, to_json({"error": {"message": "Something went wrong"}})),
    "mislabelled": lambda reply, fault: replace(reply, content_type="text/html; charset=utf-8"),
    "no_content": lambda reply, fault: Reply(204),
    "empty_body": lambda reply, fault: Reply(200),
    "null_body": lambda reply, fault: Reply(200, b"null"),
    "empty_object": lambda reply, fault: Reply(200, b"{}"),
    "truncated_json": lambda reply, fault: replace(reply, body=reply.body[: len(reply.body) // 2]),
    "reset_before": lambda reply, fault: replace(reply, delivery=Delivery(reset="before")),
    "reset_in_body": lambda reply, fault: replace(reply, delivery=Delivery(reset="half")),
    "slow_body": lambda reply, fault: replace(reply, delivery=Delivery(seconds=fault.fields["seconds"])),
    "huge_body": lambda reply, fault: replace(
        reply, delivery=Delivery(padding=int(fault.fields["megabytes"] * 1_000_000))
    ),
}
_LISTS: dict[str, Callable[[list[Any]], Any]] = {
    "null_list": lambda rows: None,
    "no_list": lambda rows: _LEFT_OUT,
    "object_list": lambda rows: {str(place): row for place, row in enumerate(rows)},
}


def _with_list(reply: Reply, changed: Callable[[list[Any]], Any]) -> Reply:
    """Return the reply with something else for its list; where the list is the whole body, nothing is left of it."""
    if reply.status != 200:
        return reply
    body: Any = json.loads(reply.body)
    if not isinstance(body, dict):
        other = changed(body)
        return replace(reply, body=to_json({} if other is _LEFT_OUT else other))
    fields = cast("dict[str, Any]", body)
    name = next(each for each, value in fields.items() if isinstance(value, list))
    other = changed(fields[name])
    rest = {each: value for each, value in fields.items() if each != name}
    return replace(reply, body=to_json(rest if other is _LEFT_OUT else {name: other} | rest))


def _with_total(reply: Reply, field: str, total: Any) -> Reply:
    """Return the reply with another total, in its body or in a header that holds JSON."""
    told = f'"{field}"'
    headers: Headers = tuple(
        (name, to_json(json.loads(value) | {field: total}).decode() if told in value else value)
        for name, value in reply.headers
    )
    if reply.status != 200 or any(told in value for _, value in reply.headers):
        return replace(reply, headers=headers)
    return replace(reply, body=to_json(json.loads(reply.body) | {field: total}))
