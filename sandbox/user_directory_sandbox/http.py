"""The content of one HTTP exchange, apart from how its bytes travel."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Headers = tuple[tuple[str, str], ...]


def to_json(value: Any) -> bytes:
    """Write `value` as compact UTF-8 JSON; half a surrogate pair, which UTF-8 does not have, as its escape."""
    return _JSON.encode(value).encode(errors="backslashreplace")


@dataclass(frozen=True)
class Request:
    """One request as it arrived: `path` and `query_string` are still percent-encoded."""

    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes = b""
    peer: str = "127.0.0.1"  # the address it came from

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The parts between slashes, decoded after splitting: `a%2Fb` is one part (RFC 3986 §2.2).

        A trailing slash is an empty last part.
        """
        return tuple(unquote(segment) for segment in self.path.split("/")[1:])

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Every value of every parameter, in the order they were sent; blank ones too."""
        query: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.query_string, keep_blank_values=True):
            query.setdefault(name, []).append(value)
        return query

    def with_form(self) -> "Request":
        """Return the same request with the fields of a form in its body as parameters; see RFC 1866 §8.2.1."""
        if not self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return self
        both = (part for part in (self.query_string, self.body.decode("latin-1")) if part)
        return replace(self, query_string="&".join(both))

    def values(self, name: str) -> list[str]:
        """Return every value of the parameter; empty if it is absent."""
        return self.query.get(name, [])

    def value(self, name: str) -> str | None:
        """Return the last value of the parameter; None if it is absent."""
        values = self.query.get(name)
        return values[-1] if values else None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the bytes of a reply travel: whole and at once unless a fault says otherwise."""

    reset: Literal["before", "half"] | None = None  # a TCP RST before the first byte, or after half the body
    seconds: float = 0.0  # how long the body takes, dripped
    padding: int = 0  # bytes of white space after the body, part of the announced length


PLAINLY = Delivery()


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a body and its headers; `Content-Length` and `Date` are added on the way out."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Headers = ()
    delivery: Delivery = PLAINLY


def json_reply(value: Any, status: int = 200, headers: Headers = ()) -> Reply:
    """Answer with `value` as JSON."""
    return Reply(status, to_json(value), headers=headers)
