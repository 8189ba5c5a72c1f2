"""Quo, the generation of 2026-03-30: cursors, no total, and a version header that is required.

https://www.quo.com/docs
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from user_directory_sandbox.apis.api import Handler, Page, Refused, json_array
from user_directory_sandbox.apis.openphone import OpenPhone
from user_directory_sandbox.http import Reply, Request, to_json
from user_directory_sandbox.settings import Setting, one_of

VERSION = "2026-03-30"
_DEFAULT = "10"
_DOCS = "https://www.quo.com/docs"


class Quo(OpenPhone):
    """`GET /users`, `GET /users/{userId}`: OpenPhone's users under newer names."""

    directory = "quo"
    total_field = None
    settings: ClassVar[Mapping[str, Setting]] = {"tokens": one_of("keyset", "offset")}

    def routes(self) -> Mapping[str, Handler]:
        return {"/users": self.list_users, "/users/{userId}": self.get_user}

    def authenticate(self, request: Request) -> None:
        super().authenticate(request)
        if request.headers.get("quo-api-version") != VERSION:
            raise Refused(self.refuse(400, f"The header Quo-Api-Version must be {VERSION}"))

    def list_users(self, request: Request, _: str) -> Page | Reply:
        return self._page(request, self._size("limit", request.value("limit") or _DEFAULT), "after")

    def render(self, rows: Sequence[bytes], next_token: str | None) -> Reply:
        return Reply(200, b'{"data":' + json_array(rows) + b"," + to_json({"nextCursor": next_token})[1:])

    def _error(self, status: int, message: str) -> dict[str, Any]:
        older = super()._error(status, message)
        return {name: older[name] for name in ("title", "message")} | {"docs": _DOCS, "trace": older["trace"]}
