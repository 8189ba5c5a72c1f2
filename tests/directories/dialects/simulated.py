"""Two APIs that filter by one expression, simulated: SCIM, and OData as Graph has it.

They share no code with what asks them: a public parser reads each expression, and one that it cannot read is refused.
"""

from collections.abc import Callable, Mapping
from typing import Any

from odata_query.exceptions import ODataException
from scim2_models import InvalidFilterException

from .readers import Joined, Read, odata_filter, scim

PEOPLE = [
    ("1", "ada@acme.example", "Ada Lovelace", True, "2026-01-01T10:00:00Z"),
    ("2", "Grace@acme.example", "Grace Hopper", True, "2026-02-01T10:00:00Z"),
    ("3", "o'neil@acme.example", "Rose O'Neil", False, "2026-03-01T10:00:00Z"),
    ("4", '"a b"@acme.example', 'Dwayne "The Rock" Johnson', True, "2026-04-01T10:00:00Z"),
    ("5", "back\\slash@acme.example", "C:\\Users or true eq true", False, "2026-05-01T10:00:00Z"),
    ("6", "سلمان@acme.example", "سلمان قاسم", True, "2026-06-01T10:00:00Z"),
    *(
        (str(n), f"user{n}@acme.example", f"User Number{n}", n % 3 > 0, f"2026-07-{n:02}T10:00:00Z")
        for n in range(7, 29)
    ),
]
"""Ids, addresses, names, whether they are active, and when they came."""

SCIM_PAGE = """
version = 1
name = "acme"
title = "Acme SCIM"
docs = "https://www.rfc-editor.org/rfc/rfc7644"
dialect = "scim"
[auth]
environment = "ACME_KEY"
[list]
path = "/Users"
items = "Resources"
page_size = { parameter = "count", maximum = 10 }
pagination = { strategy = "offset", parameter = "startIndex", first = 1 }
total = { path = "totalResults" }
[filters]
id = { parameter = "filter", attribute = "id", match = "exact" }
email = { parameter = "filter", attribute = "emails.value", operators = ["is", "starts_with"], match = "exact" }
name = { parameter = "filter", expression = "name.formatted co {value}", match = "contains" }
state = { parameter = "filter", attribute = "active", type = "boolean", match = "exact" }
created_at = { parameter = "filter", attribute = "meta.created", match = "exact" }
[values]
state = { active = true, inactive = false }
[search]
parameter = "filter"
expression = "name.formatted co {value} or emails.value co {value}"
match = "contains"
[get]
path = "/Users/{id}"
[user]
id = "id"
name = "name.formatted"
email = "emails[0].value"
state = "active"
created_at = "meta.created"
"""

ODATA_PAGE = """
version = 1
name = "acme"
title = "Acme Graph"
docs = "https://learn.microsoft.com/graph/api/user-list"
dialect = "odata"
[headers]
ConsistencyLevel = "eventual"
[auth]
environment = "ACME_KEY"
[list]
path = "/users"
items = "value"
page_size = { parameter = "count", maximum = 10 }
pagination = { strategy = "offset", parameter = "startIndex", first = 1 }
total = { path = "totalResults" }
[filters.id]
parameter = "$filter"
attribute = "id"
match = "exact"
with = { "$count" = "true" }
[filters.email]
parameter = "$filter"
attribute = "mail"
operators = ["is", "starts_with"]
match = "exact"
with = { "$count" = "true" }
[filters.state]
parameter = "$filter"
attribute = "accountEnabled"
type = "boolean"
match = "exact"
with = { "$count" = "true" }
[filters.created_at]
parameter = "$filter"
attribute = "createdDateTime"
match = "exact"
with = { "$count" = "true" }
[values]
state = { active = true, inactive = false }
[user]
id = "id"
name = "displayName"
email = "mail"
state = "accountEnabled"
created_at = "createdDateTime"
"""


def scim_answer(asked: Any, response: Callable[..., bytes]) -> bytes:
    """Answer as RFC 7644 §3.4.2 says; an expression that cannot be read is 400."""
    query, rows = asked.query, PEOPLE
    if (identifier := asked.path.removeprefix("/Users").strip("/")) != "":
        found = [row for row in PEOPLE if row[0] == identifier]
        return response(_resource(*found[0])) if found else response({}, 404)
    if "filter" in query:
        try:
            tree = scim(query["filter"])
        except (InvalidFilterException, AssertionError):
            return response({"detail": "invalidFilter"}, 400)
        keys = ("id", "emails.value", "name.formatted", "active", "meta.created")
        rows = [row for row in PEOPLE if _holds(tree, dict(zip(keys, row, strict=True)))]
    start, count = int(query.get("startIndex", "1")), int(query.get("count", "10"))
    resources = [_resource(*row) for row in rows[start - 1 : start - 1 + count]]
    return response({"totalResults": len(rows), "Resources": resources})


def _resource(identifier: str, address: str, name: str, active: bool, created: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "name": {"formatted": name},
        "emails": [{"value": address}],
        "active": active,
        "meta": {"created": created},
    }


def odata_answer(asked: Any, response: Callable[..., bytes]) -> bytes:
    """Answer as Graph does: a filter needs `$count=true` and the header that says that the index may be behind.

    https://learn.microsoft.com/graph/aad-advanced-queries
    """
    query = asked.query
    keys = ("id", "mail", "displayName", "accountEnabled", "createdDateTime")
    rows = [dict(zip(keys, each, strict=True)) for each in PEOPLE]
    if "$filter" in query:
        if query.get("$count") != "true" or asked.headers.get("consistencylevel") != "eventual":
            return response({"error": {"code": "Request_UnsupportedQuery"}}, 400)
        try:
            tree = odata_filter(query["$filter"])
        except (ODataException, AssertionError):
            return response({"error": {"code": "BadRequest"}}, 400)
        rows = [row for row in rows if _holds(tree, row)]
    start, count = int(query.get("startIndex", "1")), int(query.get("count", "10"))
    return response({"totalResults": len(rows), "value": rows[start - 1 : start - 1 + count]})


def _holds(tree: Any, row: Mapping[str, Any]) -> bool:
    if isinstance(tree, Joined):
        return (all if tree.word == "and" else any)(_holds(part, row) for part in tree.parts)
    assert isinstance(tree, Read)
    have = row[tree.attribute]
    text = str(have).lower()
    wanted = str(tree.value).lower()
    match tree.operator:
        case "is":
            return text == wanted
        case "starts_with":
            return text.startswith(wanted)
        case "present":
            return have is not None
        case "contains":
            return wanted in text
        case "after":
            return text >= wanted
        case "before":
            return text < wanted
    raise AssertionError(tree)
