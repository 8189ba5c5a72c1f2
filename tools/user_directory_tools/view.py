"""How a page is shown: what the call says, or what the call said that its cursor comes from."""

from typing import Any, Literal, NamedTuple

from user_directories import Directories

from .arguments import ListArguments, SearchArguments

__all__ = ["View", "read_view"]


class View(NamedTuple):
    """At most `limit` users, the columns that `fields` or `detail` ask for. `first` tells the first page."""

    first: bool
    limit: int
    fields: list[str] | None
    detail: Literal["concise", "full"]

    def as_plain(self) -> dict[str, Any]:
        """The part that the next page shares, as JSON."""
        return {"limit": self.limit, "fields": self.fields, "detail": self.detail}


async def read_view(directories: Directories, operation: str, arguments: ListArguments | SearchArguments) -> View:
    """The view of this call. Raises: CursorError."""
    before = await directories.view(operation, arguments.cursor)
    kept = {name: value for name, value in (before or {}).items() if name not in arguments.model_fields_set}
    shown = arguments.model_copy(update=kept)
    return View(before is None, shown.limit, shown.fields, shown.detail)
