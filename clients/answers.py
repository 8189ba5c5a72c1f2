"""What a client shows of an answer, compared with what the server said."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

__all__ = ["Failed", "answer_in", "lost"]

_OF_THE_MOMENT = frozenset({"as_of", "cursor"})
"""Keys whose values differ from one answer to the next."""


class Failed(Exception):
    """A client does not do what it should; the message says what it did."""


def answer_in(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer that is there as text, as data or as both."""
    text, data = seen.get("text"), seen.get("data")
    if text is not None:
        try:
            read = json.loads(text)
        except ValueError:
            raise Failed(f"no answer: {text[:300]}") from None
        if data is not None and data != read:
            raise Failed(f"text and data differ: {text[:200]} and {str(data)[:200]}")
        data = read
    if not isinstance(data, dict):
        raise Failed(f"no answer: {str(data)[:300]}")
    return cast("dict[str, Any]", data)


def lost(told: Any, seen: Any, place: str = "") -> Iterator[str]:
    """Say where what is `seen` lacks something that was `told`; a null may be left out, and more nulls may come."""
    if told is None:
        return
    if seen is None:
        yield f"{place} is lost"
    elif isinstance(told, dict) and isinstance(seen, dict):
        for key, value in cast("dict[str, Any]", told).items():
            there = cast("dict[str, Any]", seen).get(key)
            if key not in _OF_THE_MOMENT or there is None:
                yield from lost(value, there, f"{place}.{key}" if place else key)
    elif isinstance(told, list) and isinstance(seen, list) and len(told) == len(seen):
        for number, (one, other) in enumerate(zip(told, seen, strict=True)):
            yield from lost(one, other, f"{place}[{number}]")
    elif told != seen:
        yield f"{place} is {str(seen)[:100]}, not {str(told)[:100]}"
