"""Whether somebody belongs to a directory whose get-one endpoint also gives others."""

from collections.abc import Sequence
from typing import Any

from user_directory_pagination import Parameters

from ..manifest import Manifest
from ..manifest.expressions import getter
from ..manifest.get_one import VALUE
from ..users.folding import same_id
from ..users.json_values import is_object

__all__ = ["asking_whether", "belonging"]


def asking_whether(manifest: Manifest, record: Any) -> tuple[str, Parameters] | None:
    """Return how to ask whether the user in a record belongs to the directory: the route, and what is sent.

    None if everybody does who is given. Raises: LookupError if the record has nothing to ask by.
    """
    field = manifest.get.belongs_by if manifest.get is not None else None
    if field is None:
        return None
    value = getter(manifest.user.expressions()[field])(record)
    if not isinstance(value, str) or not value:
        raise LookupError(field)
    return field, ((VALUE, value),)


def belonging(manifest: Manifest, record: Any, rows: Sequence[Any]) -> Any | None:
    """Return the record, with what else the look-up says of its user; None if it gave others, or nobody."""
    get_id = getter(manifest.user.id)
    wanted = same_id(str(get_id(record)))
    own = next((row for row in rows if same_id(str(get_id(row))) == wanted), None)
    if own is None:
        return None
    return {**own, **record} if is_object(own) and is_object(record) else record
