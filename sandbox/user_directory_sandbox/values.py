"""Values that a test puts into the records of one directory: text nobody should type, and unknown fields."""

from collections.abc import Mapping
from typing import Any, cast

from user_directory_sandbox.settings import Setting, check, one_of, switch, whole

_SETTINGS: Mapping[str, Setting] = {
    "text": Setting(None, lambda value: value is None or isinstance(value, str), "a text or null"),
    "mode": one_of("replace", "append", "path"),  # path: the text, then where it is, such as `emails[].email`
    "instead": one_of("text", "null", "true", "object", "list"),  # in place of a value: not a text, but this
    "fields": one_of("strings", "all"),  # all: numbers, flags and nulls become the text too
    "ids": switch(default=False),  # whether the id gets the text as well
    "every": whole(1, least=1),  # change the record of every n-th user; the others stay as they are
    "unknown": Setting({}, lambda value: isinstance(value, dict), "an object"),  # fields to add to every object
}


_OTHERS: Mapping[str, Any] = {"null": None, "true": True, "object": {"value": "of another type"}, "list": [[]]}


class Values:
    """The text in the records that are sent, instead of or after the original values.

    Who is found, and in which order, is not changed: searches, filters and sorts go by the values that users had
    before. So do requests for a user, except that an id with the text appended finds the one whom it was sent for.
    """

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self.reset()

    def change(self, sent: Mapping[str, Any]) -> None:
        """Apply what was sent; reset everything else to its default.

        Raises: Unacceptable.
        """
        checked = check(sent, _SETTINGS, "field of values")
        self.reset()
        self._values.update(checked)

    def reset(self) -> None:
        self._values = {name: setting.default for name, setting in _SETTINGS.items()}

    def as_dict(self) -> dict[str, Any]:
        return dict(self._values)

    def put(self, number: int, record: dict[str, Any], id_field: str) -> dict[str, Any]:
        """Return the record of a user as it is sent."""
        if (number + 1) % self._values["every"] or not (self._values["unknown"] or self._puts_text):
            return record
        changed = cast("dict[str, Any]", self._changed(record, ""))
        return changed if self._values["ids"] else changed | {id_field: record[id_field]}

    def original(self, identity: str) -> str:
        """Return the id as it was before the text was appended."""
        text = cast("str | None", self._values["text"])
        if not self._values["ids"] or self._values["mode"] != "append" or text is None:
            return identity
        return identity.removesuffix(text)

    @property
    def _puts_text(self) -> bool:
        return self._values["text"] is not None or self._values["instead"] != "text"

    def _changed(self, value: object, path: str) -> Any:
        if isinstance(value, dict):
            fields = cast("dict[str, object]", value)
            known = {name: self._changed(each, f"{path}.{name}" if path else name) for name, each in fields.items()}
            return {**self._values["unknown"], **known}
        if isinstance(value, list):
            return [self._changed(each, f"{path}[]") for each in cast("list[object]", value)]
        return self._text(value, path) if self._puts_text else value

    def _text(self, value: object, path: str) -> Any:
        if not isinstance(value, str) and self._values["fields"] == "strings":
            return value
        if self._values["instead"] != "text":
            return _OTHERS[self._values["instead"]]
        text = cast("str", self._values["text"])
        match self._values["mode"]:
            case "append":
                return value + text if isinstance(value, str) else text
            case "path":
                return text + path
            case _:
                return text
