"""How a page is shown: what the call says, or what the call said that its cursor comes from."""

from typing import Any, Literal, NamedTuple

from user_directories import Stored

from .arguments import ListArguments, SearchArguments

__all__ = ["View", "directory_of", "read_view"]


class View(NamedTuple):
    """At most `limit` users, the columns that `fields` or `detail` ask for."""

    limit: int
    fields: list[str] | None
    detail: Literal["concise", "full"]

    def as_plain(self) -> dict[str, Any]:
        """What the next page shares, as JSON."""
        return {"limit": self.limit, "fields": self.fields, "detail": self.detail}


def directory_of(cursor: Stored | None, named: str | None) -> str | None:
    """The one directory that a call is about: the one that it names, or that of its cursor; None for several."""
    asked = [named] if named else list(cursor.directories) if cursor else []
    return asked[0] if len(asked) == 1 else None


def read_view(cursor: Stored | None, arguments: ListArguments | SearchArguments) -> View:
    """The view of this call, with what stands behind its cursor where the call says nothing."""
    before = dict(cursor.view) if cursor else dict[str, Any]()
    kept = {name: value for name, value in before.items() if name not in arguments.model_fields_set}
    shown = arguments.model_copy(update=kept)
    return View(shown.limit, shown.fields, shown.detail)
