"""The body of a list that is asked for by POST: a template with places for the position and for the size."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..users.json_values import is_list, is_object

__all__ = ["POSITION", "SIZE", "check_places", "filled"]

POSITION = "position"
SIZE = "size"
_PLACES = {POSITION: "{position}", SIZE: "{size}"}
_NOTHING = object()


def check_places(body: Any, *, takes_position: bool, takes_size: bool) -> None:
    """Check that a template has one place for what is sent, and none for what is not. Raises: ValueError."""
    texts = list(_texts(body))
    for name, is_sent in ((POSITION, takes_position), (SIZE, takes_size)):
        place, count = _PLACES[name], texts.count(_PLACES[name])
        if any(place in text and text != place for text in texts):
            raise ValueError(f"`body`: {place} must be the whole value, as its place is where the value itself is put")
        if count != is_sent:
            needs = f"needs one {place}, found {count}" if is_sent else f"has {place}, but no {name} is sent here"
            raise ValueError(f"`body` {needs}")


def _texts(value: Any) -> Iterator[str]:
    if is_object(value):
        value = list(value.values())
    if is_list(value):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


def filled(body: Any, values: Mapping[str, str | int]) -> Any:
    """Return a template with these values in their places; what has none is left out, with its key."""
    result = _filled(body, {_PLACES[name]: value for name, value in values.items()})
    return None if result is _NOTHING else result


def _filled(value: Any, values: Mapping[str, str | int]) -> Any:
    if is_object(value):
        pairs = ((name, _filled(each, values)) for name, each in value.items())
        return {name: each for name, each in pairs if each is not _NOTHING}
    if is_list(value):
        return [each for each in (_filled(item, values) for item in value) if each is not _NOTHING]
    if isinstance(value, str) and value in _PLACES.values():
        return values.get(value, _NOTHING)
    return value
