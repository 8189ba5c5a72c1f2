"""The dialects that a manifest can name, from their documents; `literals` cites how each writes a value."""

from collections.abc import Mapping
from typing import Literal

from . import literals
from .dialect import Dialect, Kind, Writer

__all__ = ["DIALECTS", "DialectName"]

DialectName = Literal["scim", "odata", "okta", "lucene", "google", "soql", "none"]


def _writers(text: Writer, time: Writer | None, number: Writer = literals.bare_number) -> Mapping[Kind, Writer]:
    times: Mapping[Kind, Writer] = {} if time is None else {"time": time}
    return {"text": text, "boolean": literals.bare_boolean, "number": number, **times}


_COMPOUND = r"(?i:\b(?:and|or)\b)"

_SCIM = {
    "is": "{attribute} eq {value}",
    "starts_with": "{attribute} sw {value}",
    "after": "{attribute} ge {value}",
    "before": "{attribute} lt {value}",
    "present": "{attribute} pr",
}

DIALECTS: Mapping[str, Dialect] = {
    row.name: row
    for row in (
        # https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
        Dialect(
            "scim",
            _writers(literals.json_string, literals.string_of_time),
            {**_SCIM, "missing": "not ({attribute} pr)"},
            " and ",
            " or ",
            quotes='"',
            compound=_COMPOUND,
        ),
        # https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
        Dialect(
            "odata",
            _writers(literals.doubled, literals.bare_time),
            {
                "is": "{attribute} eq {value}",
                "starts_with": "startswith({attribute},{value})",
                "after": "{attribute} ge {value}",
                "before": "{attribute} lt {value}",
                "missing": "{attribute} eq null",
                "present": "{attribute} ne null",
            },
            " and ",
            " or ",
            quotes="'",
            compound=_COMPOUND,
        ),
        # https://developer.okta.com/docs/reference/user-query/ names no `not`
        Dialect(
            "okta",
            _writers(literals.okta_string, literals.okta_time),
            _SCIM,
            " and ",
            " or ",
            quotes='"',
            compound=_COMPOUND,
        ),
        # https://lucene.apache.org/core/9_0_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html;
        # _exists_: https://auth0.com/docs/manage-users/user-search/user-search-query-syntax
        Dialect(
            "lucene",
            _writers(literals.lucene_phrase, literals.phrase_of_time, literals.phrase_of_number),
            {
                "is": "{attribute}:{value}",
                "starts_with": "{attribute}:{prefix}",
                "after": "{attribute}:[{value} TO *]",
                "before": "{attribute}:[* TO {value}}",
                "missing": "NOT _exists_:{attribute}",
                "present": "_exists_:{attribute}",
            },
            " AND ",
            " OR ",
            prefix=literals.lucene_prefix,
            quotes='"',
            compound=r"\s|&&|\|\|",  # a blank between conditions means OR
        ),
        # https://developers.google.com/workspace/admin/directory/v1/guides/search-users: a blank means AND
        Dialect(
            "google",
            _writers(literals.google_string, None),
            {"is": "{attribute}={value}", "starts_with": "{attribute}:{prefix}"},
            " ",
            prefix=literals.bare_word_prefix,
            quotes="'",
        ),
        # https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_conditionexpression.htm
        Dialect(
            "soql",
            _writers(literals.soql_string, literals.bare_time),
            {
                "is": "{attribute} = {value}",
                "starts_with": "{attribute} LIKE {prefix}",
                "after": "{attribute} >= {value}",
                "before": "{attribute} < {value}",
                "missing": "{attribute} = null",
                "present": "{attribute} != null",
            },
            " AND ",
            " OR ",
            prefix=literals.like_prefix,
            quotes="'",
            compound=_COMPOUND,
            statement=r"(?i:\bWHERE\b)",
        ),
        Dialect("none", _writers(literals.bare_word, literals.bare_time)),
    )
}
"""By name. `none` is for an API without quotes, to which only values go that cannot be taken for syntax."""
