"""The request of a caller."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..cursors import Stored
from ..errors import Operation
from ..planning.query import Query
from ..users.user import DirectoryUser
from .options import USUAL, CallOptions

__all__ = ["Request"]


def _always(_: DirectoryUser) -> bool:
    return True


@dataclass(frozen=True)
class Request:
    """A request for at most `limit` users of one directory, or of all if `directory` is None.

    `cursor` is a handle, or the state that `Directories.follow` read for one. `fits` may end the page before a user.
    `view` is stored with the cursor, so that the caller can show the next page in the same way. `shown` are the fields
    of users that the caller looks at, None means all: other fields may be None.
    """

    operation: Operation
    directory: str | None
    query: Query
    limit: int = 0
    cursor: str | Stored | None = None
    fits: Callable[[DirectoryUser], bool] = _always
    view: Mapping[str, Any] = field(default_factory=dict[str, Any])
    shown: Collection[str] | None = None
    options: CallOptions = USUAL
