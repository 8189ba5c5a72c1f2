"""Placeholders of a page, `{tenant}`: named settings that every customer has a value of his own for."""

import re
from collections.abc import Mapping

__all__ = ["filled", "names_in"]

_NAME = re.compile(r"\{([a-z][a-z0-9_]{0,23})\}")


def names_in(text: str) -> tuple[str, ...]:
    """Return the names between braces, in order."""
    return tuple(_NAME.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values in place of their names, each as it is; a name without a value stays."""
    return _NAME.sub(lambda found: values.get(found[1], found[0]), text)
