"""How a provider fails in the fault matrix: what the sandbox is told, and what a reader calls it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["FAULTS", "PLANTED", "Fault"]

PLANTED = "db-7.internal says: password hunter2 for sk-live-4711 is not known"
"""What the provider says of itself in its errors, and nobody may read."""

Orders = tuple[tuple[str, Mapping[str, Any]], ...]
"""What is posted to the control of a directory: the action, and what is sent."""


@dataclass(frozen=True)
class Fault:
    """One way to fail. `orders` bring it about; `group` is the heading in the table.

    `seconds` is how long a call may take, and `at_first` until it has learned something.
    """

    name: str
    group: str
    orders: Orders
    seconds: float = 15.0
    at_first: float = 15.0

    @property
    def longest(self) -> float:
        """Seconds that a call may take."""
        return max(self.seconds, self.at_first)


_EACH, _ONCE = {"every": 1}, {"next": 1}


def _status(status: int, **when: Any) -> Orders:
    return (("faults", {"kind": "status", "status": status, "message": PLANTED} | when),)


def _kind(kind: str, **when: Any) -> Orders:
    return (("faults", {"kind": kind} | when),)


def _instead(other: str) -> Orders:
    return (("values", {"instead": other}),)


def _grouped(group: str, faults: Mapping[str, Orders], **limits: float) -> list[Fault]:
    return [Fault(name, group, orders, **limits) for name, orders in faults.items()]


_REFUSALS: Mapping[str, Orders] = {
    "500 once": _status(500, **_ONCE),
    "500 always": _status(500, **_EACH),
    "500 every second request": _status(500, every=2),
    "502 once": _status(502, **_ONCE),
    "502 always": _status(502, **_EACH),
    "503 once": _status(503, **_ONCE),
    "503 always": _status(503, **_EACH),
    "504 once": _status(504, **_ONCE),
    "504 always": _status(504, **_EACH),
    "400 once": _status(400, **_ONCE),
    "400 always": _status(400, **_EACH),
    "401 always": _status(401, **_EACH),
    "402 always": _status(402, **_EACH),
    "403 always": _status(403, **_EACH),
    "404 for the list": _status(404, **_EACH, only="list"),
    "404 for every id": _status(404, **_EACH, only="user"),
    "404 always": _status(404, **_EACH),
    "410 always": _status(410, **_EACH),
    "a redirect": _kind("redirect", **_EACH),
}
_LIMITS: Mapping[str, Orders] = {
    "429 once": _status(429, **_ONCE),
    "429 once, Retry-After 0": _status(429, **_ONCE, retry_after=0),
    "429 always": _status(429, **_EACH),
    "429 always, Retry-After 120": _status(429, **_EACH, retry_after=120),
    "429 always, Retry-After 999999999": _status(429, **_EACH, retry_after=999_999_999),
    "429 once, Retry-After in words": _status(429, **_ONCE, retry_after="soon"),
    "503 always, Retry-After 120": _status(503, **_EACH, retry_after=120),
    "403 always, Retry-After 120": _status(403, **_EACH, retry_after=120),
}
_BODIES: Mapping[str, Orders] = {
    "204 always": _kind("no_content", **_EACH),
    "204 for every id": _kind("no_content", **_EACH, only="user"),
    "an empty body": _kind("empty_body", **_EACH),
    "HTML once": _kind("content_type", **_ONCE),
    "HTML always": _kind("content_type", **_EACH),
    "JSON called HTML": _kind("mislabelled", **_EACH),
    "JSON cut off once": _kind("truncated_json", **_ONCE),
    "JSON cut off always": _kind("truncated_json", **_EACH),
    "null": _kind("null_body", **_EACH),
    "{}": _kind("empty_object", **_EACH),
    "{} for every id": _kind("empty_object", **_EACH, only="user"),
    "null for every id": _kind("null_body", **_EACH, only="user"),
    "another user for every id": _kind("another_user", **_EACH),
    "an answer of 9 MB": _kind("huge_body", **_EACH, megabytes=9),
}
_CONNECTIONS: Mapping[str, Orders] = {
    "closed before the answer once": _kind("reset_before", **_ONCE),
    "closed before the answer always": _kind("reset_before", **_EACH),
    "closed in the answer once": _kind("reset_in_body", **_ONCE),
    "closed in the answer always": _kind("reset_in_body", **_EACH),
}
_LISTS: Mapping[str, Orders] = {
    "null for the list": _kind("null_list", **_EACH),
    "the list left out": _kind("no_list", **_EACH),
    "an object for the list": _kind("object_list", **_EACH),
    "an empty page once": _kind("empty_page", **_ONCE),
    "empty pages always": _kind("empty_page", **_EACH),
    "each row twice": _kind("duplicate_rows", **_EACH),
    "rows in another order each time": _kind("shuffled_rows", **_EACH),
    "null among the records": _kind("null_records", **_EACH),
    "other things among the records": _kind("odd_records", **_EACH),
    "records without an id": _kind("nameless_records", **_EACH),
    "a token that leads nowhere once": _kind("token_loop", **_ONCE),
    "a token that leads nowhere always": _kind("token_loop", **_EACH),
    "the page before once": _kind("repeated_page", **_ONCE),
    "the page before every third time": _kind("repeated_page", every=3),
    "the page before always": _kind("repeated_page", **_EACH),
    "a total of 3": _kind("total", **_EACH, value=3),
    "a total of 1000": _kind("total", **_EACH, value=1000),
    "a total in words": _kind("total", **_EACH, value="many"),
    "a total of -1": _kind("total", **_EACH, value=-1),
}
_VALUES: Mapping[str, Orders] = {
    "null for every text": _instead("null"),
    "true for every text": _instead("true"),
    "an object for every text": _instead("object"),
    "a list for every text": _instead("list"),
}
_SLOW = {"an answer too late": _kind("slow_body", **_EACH, seconds=0.6)}
_SLOWER = {"an answer that takes all the time": _kind("slow_body", **_EACH, seconds=0.1)}

_ALL = (
    *_grouped("nothing", {"none": ()}),
    *_grouped("refusals", _REFUSALS),
    *_grouped("limits", _LIMITS),
    *_grouped("answers", _BODIES),
    *_grouped("connections", _CONNECTIONS),
    *_grouped("connections", _SLOW, seconds=0.1, at_first=0.2),
    *_grouped("connections", _SLOWER, seconds=0.05, at_first=5.0),
    *_grouped("lists", _LISTS),
    *_grouped("values", _VALUES),
)
FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _ALL}
