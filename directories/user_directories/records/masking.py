"""Showing users as the field policy says: hidden values are masked or left out, wherever in a user they appear."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from ..manifest import Show, UserMapping
from ..users.json_values import is_object
from ..users.unreadable import UNREADABLE
from ..users.user import ADDRESS_FIELDS, FIELDS, NAME_FIELDS, QUIET_FIELDS, SAME_PERSON, TIMES, User
from .masks import items_of, masked, masked_field
from .secrets import Secrets, texts_in

__all__ = ["Mask", "Veil", "mask_of", "telling_fields", "veil_of"]

Veil = Callable[[User], User]
"""Makes a user of a record into one that may be asked about."""


def telling_fields(mapping: UserMapping) -> frozenset[str]:
    """Return the fields on which it depends how the others are shown: hidden ones, and what reveals the same."""
    hidden = _Hidden.of(mapping)
    return frozenset((*hidden.telling, *hidden.open_twins))


class _Hidden(NamedTuple):
    """The levels of the fields that are not shown in full, and what follows from them.

    `telling`: fields whose values must be seen nowhere. `open_twins`: fields that may show the same as a hidden one.
    """

    levels: dict[str, Show]
    telling: tuple[str, ...]
    open_twins: tuple[str, ...]
    masks_ids: bool
    no_address: bool

    @classmethod
    def of(cls, mapping: UserMapping) -> "_Hidden":
        levels: dict[str, Show] = {name: mapping.shown(name) for name in mapping.all_fields()}
        hidden: dict[str, Show] = {name: level for name, level in levels.items() if level != "full"}
        no_address = not ADDRESS_FIELDS.isdisjoint(hidden)
        paths = mapping.expressions()
        is_address = any(paths.get(name) == paths["id"] for name in ADDRESS_FIELDS)
        masks_ids = "id" not in hidden and not is_address
        twins = [name for group in SAME_PERSON for name in group if name not in hidden and hidden.keys() & set(group)]
        twins += ["id"] if no_address and is_address and "id" not in hidden else []
        telling = tuple(name for name in hidden if name not in QUIET_FIELDS)
        return cls(hidden, telling, tuple(twins), masks_ids, no_address)

    def secrets(self, user: User) -> Secrets:
        """Return what of a user may not be seen."""
        texts = [text for name in self.telling for text in _own_texts(user.value(name))]
        known = [
            text
            for name in self.open_twins
            for text in _own_texts(user.value(name))
            if name not in NAME_FIELDS or "@" not in text  # an address in the place of a name is no open address
        ]
        return Secrets(texts, known, no_address=self.no_address)

    def is_kept(self, name: str) -> bool:
        """Return whether a field is shown as it is, whatever is hidden."""
        return name in ADDRESS_FIELDS or name in TIMES or (name == "id" and not self.masks_ids)


class Mask(NamedTuple):
    """What hides the fields of a user: the shared ones and the provider's own, each with the secrets of that user."""

    secrets: Callable[[User], Secrets]
    shared_fields: Callable[[User, Secrets], User]
    own_fields: Callable[[User, Secrets], dict[str, Any]]


def mask_of(mapping: UserMapping, shown: Collection[str] | None = None) -> Mask | None:
    """Return functions that hide the fields that a mapping does not show in full; None if it shows all.

    The first looks at the `telling_fields`. The second returns the `shown` shared fields, by default all, with the
    provider's own fields as they were; the third returns all of these that may be seen.
    """
    hidden = _Hidden.of(mapping)
    if not hidden.levels:
        return None
    places = [(User._fields.index(name), name) for name in FIELDS if shown is None or name in shown]

    def cell(name: str, value: Any, secrets: Secrets) -> Any:
        if name in hidden.levels:
            is_masked = hidden.levels[name] == "masked" and value is not None
            return masked_field(name, value) if is_masked else None
        return value if value is None or hidden.is_kept(name) or not secrets else _clean(name, value, secrets)

    def user_of(user: User, secrets: Secrets) -> User:
        cells: list[Any] = [None] * len(User._fields)
        for place, name in places:
            cells[place] = cell(name, user[place], secrets)
        cells[-1] = user.extra
        return User._make(cells)

    def extra_of(user: User, secrets: Secrets) -> dict[str, Any]:
        extra = {name: value for name, value in user.extra.items() if hidden.levels.get(name) != "none"}
        return {name: cell(name, value, secrets) for name, value in extra.items()}

    return Mask(hidden.secrets, user_of, extra_of)


def veil_of(mapping: UserMapping, asked: Collection[str]) -> Veil | None:
    """Return a function that makes the `asked` fields of a user what a question may look at; None if that is nothing.

    Fields that are shown in full are as they are shown. Those that are masked stay as they are, for questions that name
    a whole value, and so does the id; those that are hidden are None.
    """
    hidden = _Hidden.of(mapping)
    veiled = [
        (User._fields.index(name), name)
        for name in FIELDS
        if name in asked and name != "id" and name not in hidden.levels and not hidden.is_kept(name)
    ]
    removed = [User._fields.index(name) for name in FIELDS if hidden.levels.get(name) == "none"]
    may_tell = bool(hidden.telling)
    if not removed and not (veiled and may_tell):
        return None

    def veil(user: User) -> User:
        secrets = hidden.secrets(user) if may_tell else None
        cells = list(user)
        for place in removed:
            cells[place] = None
        for place, name in veiled if secrets else ():
            if secrets is not None and cells[place] is not None:
                cells[place] = _clean(name, cells[place], secrets)
        cells[-1] = {}
        return User._make(cells)

    return veil


def _own_texts(value: Any) -> Iterable[str]:
    """Return the texts of a value; texts inside an object mean nothing outside of it."""
    if is_object(value):
        return ()
    items = items_of(value)
    return texts_in(value) if items is None else [text for each in items for text in _own_texts(each)]


def _clean(name: str, value: Any, secrets: Secrets) -> Any:
    """Return a value that is shown, with all masked in it that tells a hidden value."""
    shown = _cleaned(name, value, secrets)
    return "…" if not isinstance(value, str) and secrets.are_told_by_parts(name, shown) else shown


def _cleaned(name: str, value: Any, secrets: Secrets) -> Any:
    if value is UNREADABLE:
        return value
    if isinstance(value, str):
        return masked(value) if secrets.are_told_by(name, value) else value
    if isinstance(value, int) and not isinstance(value, bool):
        return "…" if secrets.are_told_by(name, str(value)) else value
    items = items_of(value)
    if items is not None:
        return type(value)([_cleaned(name, each, secrets) for each in items])
    if is_object(value):
        return _with_clean_keys(name, value, secrets)
    return value


def _with_clean_keys(name: str, value: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    """Return an object with its keys and values cleaned; keys that then are equal get a further `…`."""
    found: dict[str, Any] = {}
    for key, each in value.items():
        shown = str(_cleaned(name, key, secrets))
        while shown in found:
            shown += "…"
        found[shown] = _cleaned(name, each, secrets)
    return found
