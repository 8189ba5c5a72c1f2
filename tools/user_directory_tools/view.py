"""How to show a page: as this call says, or as the call that issued its cursor said."""

from typing import Any, Literal, NamedTuple

from user_directories import Stored

from .arguments import ListArguments, SearchArguments

__all__ = ["View", "directory_of", "read_view"]


class View(NamedTuple):
    """At most `limit` users, with the columns that `fields` or `detail` ask for."""

    limit: int
    fields: list[str] | None
    detail: Literal["concise", "full"]

    def as_plain(self) -> dict[str, Any]:
        """Return the view as plain JSON, for the next page."""
        return {"limit": self.limit, "fields": self.fields, "detail": self.detail}


def directory_of(cursor: Stored | None, named: str | None) -> str | None:
    """Return the one directory of a call: the one that it names, or that of its cursor; None if there are several."""
    asked = [named] if named else list(cursor.directories) if cursor else []
    return asked[0] if len(asked) == 1 else None


def read_view(cursor: Stored | None, arguments: ListArguments | SearchArguments) -> View:
    """Return the view of this call; what the call does not say comes from its cursor."""
    if cursor is None:
        return View(arguments.limit, arguments.fields, arguments.detail)
    before = dict(cursor.view)
    kept = {name: value for name, value in before.items() if name not in arguments.model_fields_set}
    shown = arguments.model_copy(update=kept)
    return View(shown.limit, shown.fields, shown.detail)
