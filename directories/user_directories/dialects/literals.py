"""Values as literals. Each function gives exactly one literal that means exactly the value, or None.

Nothing is changed or left out to make a value fit: what a language has no documented form for is not sent, and is
checked here instead. So are halves of surrogate pairs, which no URL can carry
(https://www.rfc-editor.org/rfc/rfc3629#section-3). Patterns are compiled by their first use, and not at the start.
"""

import json
import re
from collections.abc import Mapping

__all__ = [
    "bare_boolean",
    "bare_number",
    "bare_time",
    "bare_word",
    "bare_word_prefix",
    "doubled",
    "google_string",
    "json_string",
    "like_prefix",
    "lucene_phrase",
    "lucene_prefix",
    "okta_string",
    "okta_time",
    "phrase_of_number",
    "phrase_of_time",
    "soql_string",
    "string_of_time",
]

_CONTROL = r"[\x00-\x1f\x7f]"
_SURROGATE = r"[\ud800-\udfff]"
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?P<fraction>\.[0-9]{1,7})?Z"
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_WORD = r"[^\W_][\w@.+-]*"
_OPERATORS = frozenset({"and", "or", "not", "to"})
_IN_PHRASE = r'["\\]'
_IN_TERM = r"""[!"#$%&'()*+,\-/:;=?\[\\\]^`{|}~\s]"""
_IN_SOQL: Mapping[str, str] = {"'": r"\'", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def json_string(value: str) -> str | None:
    """Write a string of JSON, as SCIM has it (https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2)."""
    return None if re.search(_SURROGATE, value) else json.dumps(value, ensure_ascii=False)


def doubled(value: str) -> str | None:
    """Write a string of OData, in which a quote is doubled.

    https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_URLParsing
    """
    return None if _is_unspeakable(value) else "'" + value.replace("'", "''") + "'"


def okta_string(value: str) -> str | None:
    """Write a string of Okta's filters, which are those of SCIM (https://developer.okta.com/docs/api/#filter).

    Of the escapes of JSON, only those are used that each reader of a quoted string has.
    """
    return None if _is_unspeakable(value) else '"' + re.sub(_IN_PHRASE, r"\\\g<0>", value) + '"'


def lucene_phrase(value: str) -> str | None:
    """Write a phrase, in which a backslash makes a sign one of the value.

    https://lucene.apache.org/core/9_0_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html
    """
    return None if _is_unspeakable(value) else '"' + re.sub(_IN_PHRASE, r"\\\g<0>", value) + '"'


def lucene_prefix(value: str) -> str | None:
    """Write the pattern of terms that begin with a value; `<` and `>` cannot be escaped.

    https://www.elastic.co/docs/reference/query-languages/query-dsl/query-dsl-query-string-query#_reserved_characters
    """
    if not value or _is_unspeakable(value) or re.search("[<>]", value):
        return None
    return re.sub(_IN_TERM, r"\\\g<0>", value) + "*"


def google_string(value: str) -> str | None:
    r"""Write a string of Google's user queries, in which a quote is `\'`; of backslashes nothing is said.

    https://developers.google.com/workspace/admin/directory/v1/guides/search-users
    """
    return None if _is_unspeakable(value) or "\\" in value else "'" + value.replace("'", r"\'") + "'"


def bare_word_prefix(value: str) -> str | None:
    """Write a word without quotes and a star after it (`email:{PREFIX}*`, in the same document)."""
    word = bare_word(value)
    return None if word is None else f"{word}*"


def soql_string(value: str) -> str | None:
    """Write a string of SOQL.

    https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
    """
    return None if re.search(_SURROGATE, value) else f"'{''.join(map(_soql_sign, value))}'"


def like_prefix(value: str) -> str | None:
    """Write the pattern for LIKE of strings that begin with a value; of a backslash in a pattern nothing is said."""
    if not value or "\\" in value or re.search(_SURROGATE, value):
        return None
    return f"'{''.join(map(_like_sign, value))}%'"


def _soql_sign(sign: str) -> str:
    return _IN_SOQL.get(sign) or (rf"\u{ord(sign):04x}" if re.match(_CONTROL, sign) else sign)


def _like_sign(sign: str) -> str:
    return f"\\{sign}" if sign in "%_" else _soql_sign(sign)


def bare_word(value: str) -> str | None:
    """Write a value as it is, where nothing can be quoted, if no sign of it can be syntax."""
    return value if re.fullmatch(_WORD, value) and value.lower() not in _OPERATORS else None


def bare_time(value: str) -> str | None:
    """Write a time in UTC without quotes (OData, SOQL)."""
    return value if re.fullmatch(_TIME, value) else None


def string_of_time(value: str) -> str | None:
    """Write a time as a string (https://www.rfc-editor.org/rfc/rfc7643#section-2.3.5)."""
    return f'"{value}"' if re.fullmatch(_TIME, value) else None


def okta_time(value: str) -> str | None:
    """Write a time with milliseconds, as Okta does (https://developer.okta.com/docs/api/#filter)."""
    found = re.fullmatch(_TIME, value)
    return None if found is None else f'"{value[:19]}.{(found["fraction"] or ".")[1:4]:0<3}Z"'


def phrase_of_time(value: str) -> str | None:
    """Write a time in quotes, because a colon is syntax."""
    return f'"{value}"' if re.fullmatch(_TIME, value) else None


def bare_boolean(value: str) -> str | None:
    """Write true or false."""
    return value if value in ("true", "false") else None


def bare_number(value: str) -> str | None:
    """Write a number of JSON without an exponent."""
    return value if re.fullmatch(_NUMBER, value) else None


def phrase_of_number(value: str) -> str | None:
    """Write a number in quotes, because a minus is syntax."""
    return f'"{value}"' if re.fullmatch(_NUMBER, value) else None


def _is_unspeakable(value: str) -> bool:
    """Return whether a value has a sign for which a language without escapes by number has no form."""
    return bool(re.search(_CONTROL, value) or re.search(_SURROGATE, value))
