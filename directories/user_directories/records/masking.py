"""Masking users by the field policy: hidden values are masked or left out, wherever in a user they appear."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from ..manifest import Show, UserMapping
from ..users.folding import fold
from ..users.json_values import is_object
from ..users.user import CLOSED_FIELDS, FIELDS, SAME_PERSON, TIMES, User

__all__ = ["mask_of", "masked", "telling_fields"]


def telling_fields(mapping: UserMapping) -> frozenset[str]:
    """Return the fields on which it depends how the others are shown: hidden ones, and what reveals the same."""
    levels = _levels(mapping)
    return frozenset((*_telling(levels), *_open_twins(levels)))


def mask_of(mapping: UserMapping, shown: Collection[str] | None = None) -> Callable[[User], User] | None:
    """Return a function that hides the fields that a mapping does not show in full; None if it shows all.

    The function looks at the `telling_fields`, and returns the `shown` fields, by default all.
    """
    levels = _levels(mapping)
    if not levels:
        return None

    telling, open_twins = _telling(levels), _open_twins(levels)
    only_extra = levels.keys().isdisjoint(FIELDS)  # then, without a secret, no shared field changes
    places = [(User._fields.index(name), name) for name in FIELDS if shown is None or name in shown]

    def mask(user: User) -> User:
        texts = {fold(text) for name in telling for text in _texts(user.value(name))}
        if texts:
            texts -= {fold(text) for name in open_twins for text in _texts(user.value(name))}
        secrets = _Secrets(texts, [text for text in texts if "@" in text])

        def masked_or_none(name: str, value: Any) -> Any:
            if name in levels:
                return _masked_field(name, value) if levels[name] == "masked" and value is not None else None
            return _without(secrets, value, but=fold(user.id) if name == "id" else None)

        extra = {
            name: masked_or_none(name, value)
            for name, value in user.extra.items()
            if levels.get(name) != "none" and (shown is None or name in shown)
        }
        if only_extra and not texts:
            return user._replace(extra=extra)
        cells: list[Any] = [None] * len(User._fields)
        for place, name in places:
            cells[place] = masked_or_none(name, user[place])
        cells[-1] = extra
        return User._make(cells)

    return mask


def _levels(mapping: UserMapping) -> Mapping[str, Show]:
    """Return the levels of the fields that are not shown in full."""
    return {name: mapping.shown(name) for name in mapping.all_fields() if mapping.shown(name) != "full"}


def _telling(levels: Mapping[str, Show]) -> list[str]:
    return [name for name in levels if name not in TIMES]


def _open_twins(levels: Mapping[str, Show]) -> list[str]:
    return [name for group in SAME_PERSON for name in group if name not in levels and levels.keys() & set(group)]


def _masked_field(name: str, value: Any) -> Any:
    """Mask the value of a field; if the words are ours, hide the first character too, which would reveal the word."""
    return "…" if name in CLOSED_FIELDS else masked(value)


def masked(value: Any) -> Any:
    """Mask a value: keep the first character, and the domain of an address."""
    items = _items(value)
    if items is not None:
        return tuple(masked(each) for each in items)
    if not isinstance(value, str):
        return "…"
    name, at, domain = value.rpartition("@")
    kept = (name if at else value)[:1] if len(value) > 2 else ""
    return f"{kept}…{at}{domain if at else ''}"


def _items(value: Any) -> list[Any] | None:
    """Return the items of a list or a tuple; None for anything else."""
    return list(cast("Iterable[Any]", value)) if isinstance(value, list | tuple) else None


def _texts(value: Any) -> list[str]:
    """Return the strings of a value; strings inside an object mean nothing outside of it."""
    if isinstance(value, str):
        return [value]
    return [text for each in _items(value) or () for text in _texts(each)]


class _Secrets(NamedTuple):
    """The hidden values of one user, folded, and those of them that are addresses."""

    texts: set[str]
    addresses: Sequence[str]


def _without(secrets: _Secrets, value: Any, but: str | None = None) -> Any:
    """Return a shown value, masked if it equals a hidden value or contains a hidden address, other than `but`."""
    if value is None:
        return None
    if isinstance(value, str):
        text = fold(value)
        tells = text in secrets.texts and text != but
        return masked(value) if tells or _has_any(text, secrets.addresses, but) else value
    items = _items(value)
    if items is not None:
        return tuple([_without(secrets, each, but) for each in items])
    if is_object(value):
        return {key: _without(secrets, each, but) for key, each in value.items()}
    return value


def _has_any(text: str, addresses: Sequence[str], but: str | None) -> bool:
    return bool(addresses) and any(address in text for address in addresses if address != but)
