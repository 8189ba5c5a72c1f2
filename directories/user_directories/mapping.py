"""A provider's record → our `User`, by the paths of its manifest. What is not mapped is never seen."""

import json
from collections.abc import Callable
from typing import Any

from .cleaning import clean_text, clean_value, is_safe_id
from .expressions import Getter, getter
from .json_values import is_list, is_object
from .manifest import UserMapping
from .timestamps import as_iso, parse_time
from .user import User

__all__ = ["UserReader", "user_reader"]

UserReader = Callable[[Any], User | None]

_MAX_ID_LENGTH = 512
_MAX_NESTED = 1_000
"""Characters of JSON of one list or object."""
_TIMES = frozenset({"created_at", "updated_at", "last_active_at"})
_FLAGS = frozenset({"email_verified"})


def user_reader(mapping: UserMapping) -> UserReader:
    """Compile a mapping; the reader returns None for a record that has no usable id."""
    get_id = getter(mapping.id)
    fields = [
        (field, getter(path), _converter(field)) for field, path in mapping.expressions().items() if field != "id"
    ]
    extra = [(clean_text(field, 64), getter(path)) for field, path in mapping.extra.items()]
    joins_names = mapping.name is None

    def read(record: Any) -> User | None:
        identifier = _identifier(get_id(record))
        if identifier is None:
            return None
        values = {field: convert(value) for field, get, convert in fields if (value := get(record)) is not None}
        if joins_names:
            values["name"] = _joined(values.get("given_name"), values.get("family_name"))
        return User(identifier, extra=_extra(record, extra), **values)

    return read


def _identifier(value: Any) -> str | None:
    """Ids come as text or whole numbers; anything else, and text that can not be shown, is no id."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return text if 0 < len(text) <= _MAX_ID_LENGTH and is_safe_id(text) else None


def _converter(field: str) -> Callable[[Any], Any]:
    if field in _TIMES:
        return _time
    if field == "emails":
        return _texts
    return _flag if field in _FLAGS else _text


def _time(value: Any) -> str | None:
    moment = parse_time(value)
    return _text(value) if moment is None else as_iso(moment)


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    """Text as it is, numbers as text, the first of a list; objects say nothing."""
    if is_list(value):
        value = value[0] if value else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return clean_text(str(value)) or None


def _texts(value: Any) -> tuple[str, ...] | None:
    """The texts of a list, the first twenty."""
    if not is_list(value):
        return None
    return tuple(text for item in value[:20] if (text := _text(item)) is not None) or None


def _joined(given: str | None, family: str | None) -> str | None:
    return " ".join(part for part in (given, family) if part) or None


def _extra(record: Any, fields: list[tuple[str, Getter]]) -> dict[str, Any]:
    found = ((name, _bounded(clean_value(get(record)))) for name, get in fields)
    return {name: value for name, value in found if value not in (None, "", [], {})}


def _bounded(value: Any) -> Any:
    """A value that would crowd out the others is shown as the beginning of its JSON."""
    if not (is_list(value) or is_object(value)):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= _MAX_NESTED else text[:_MAX_NESTED] + "…"
