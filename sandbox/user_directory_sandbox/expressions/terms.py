"""Words with wildcards, as in Keycloak's `search`: `foo` begins a value, `*foo*` is in one, `"foo"` is all of one.

Each word has to be met, in any attribute and without letter case.
https://www.keycloak.org/docs-api/latest/rest-api/index.html#_users
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from user_directory_sandbox.expressions.rules import Rules, Test, values_at


def predicate(text: str, rules: Rules) -> Test:
    """Return what the words ask of a record."""
    paths = [attribute.split(".") for attribute in rules.attributes]
    fits = [_word(word.casefold()) for word in text.split()]

    def test(record: Mapping[str, Any]) -> bool:
        values = [str(value).casefold() for path in paths for value in values_at(record, path) if value is not None]
        return all(any(map(fit, values)) for fit in fits)

    return test


def _word(word: str) -> Callable[[str], bool]:
    if len(word) > 1 and word[0] == word[-1] == '"':
        whole = word[1:-1]
        return lambda value: value == whole
    pattern = re.compile(".*".join(map(re.escape, re.split(r"\*+", word))) + ".*", re.DOTALL)
    return lambda value: pattern.fullmatch(value) is not None
