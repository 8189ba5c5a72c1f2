"""Masking users by the field policy: hidden values are masked or left out, wherever in a user they appear."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast

from ..manifest import UserMapping
from ..users.json_values import is_object
from ..users.matching import fold
from ..users.user import CLOSED_FIELDS, FIELDS, SAME_PERSON, TIMES, User

__all__ = ["mask_of", "masked"]


def mask_of(mapping: UserMapping) -> Callable[[User], User] | None:
    """Return a function that hides the fields that a mapping does not show in full; None if it shows all."""
    levels = {name: mapping.shown(name) for name in mapping.all_fields() if mapping.shown(name) != "full"}
    if not levels:
        return None

    telling = [name for name in levels if name not in TIMES]
    open_twins = [name for group in SAME_PERSON for name in group if name not in levels and levels.keys() & set(group)]
    only_extra = levels.keys().isdisjoint(FIELDS)  # then, without a secret, no shared field changes

    def mask(user: User) -> User:
        texts = {fold(text) for name in telling for text in _texts(user.value(name))}
        if texts:
            texts -= {fold(text) for name in open_twins for text in _texts(user.value(name))}
        secrets = _Secrets(texts, [text for text in texts if "@" in text])

        def shown(name: str, value: Any) -> Any:
            if name in levels:
                return _masked_field(name, value) if levels[name] == "masked" and value is not None else None
            return _without(secrets, value, but=fold(user.id) if name == "id" else None)

        extra = {name: shown(name, value) for name, value in user.extra.items() if levels.get(name) != "none"}
        if only_extra and not texts:
            return user._replace(extra=extra)
        return User(**{name: shown(name, user.value(name)) for name in FIELDS}, extra=extra)

    return mask


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
