"""The `Link` header of a page (RFC 8288), with the relations that a table names."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from user_directory_sandbox.http import Headers, Request


def link_headers(
    rule: Mapping[str, Any], request: Request, parameter: str, targets: Mapping[str, str | None]
) -> Headers:
    """Return the links to those targets that there are: relation → position, `self` None for the page as it is asked.

    All links stand in one header, unless the rule says that they stand `apart`.
    """
    links = [
        f'<{url_at(request, parameter, targets[relation])}>; rel="{relation}"'
        for relation in rule["relations"]
        if relation in targets
    ]
    if rule.get("apart"):
        return tuple(("Link", link) for link in links)
    return (("Link", ", ".join(links)),) if links else ()


def url_at(request: Request, parameter: str, position: str | None) -> str:
    """Return the address of what is asked for, from another position on."""
    query: Mapping[str, Sequence[str]] = request.query
    if position is not None:
        query = {**query, parameter: [position]}
    host = request.headers.get("host", "sandbox")
    return f"http://{host}{request.path}" + ("?" + urlencode(query, doseq=True) if query else "")
