"""OpenPhone v1: page tokens, and a total that is documented as inaccurate.

https://www.quo.com/docs/mdx/api-reference/users/list-users
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from user_directory_sandbox.apis.api import Api, Handler, Page, Refused, integer, json_array
from user_directory_sandbox.draws import draw
from user_directory_sandbox.http import Headers, Reply, Request, json_reply, to_json
from user_directory_sandbox.members import moment, shares
from user_directory_sandbox.roster import Listing
from user_directory_sandbox.settings import Setting, one_of

_TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
          405: "Method Not Allowed",
          429: "Too Many Requests", 500: "Unknown"}  # fmt: skip
_CODES = {500: "1101500"}  # the others are 1100 and the status
_DOCS = "https://openphone.com/docs"

_MAXIMUM = 50
_TOKEN_LENGTH = 24
_ROLES = shares(admin=5, member=95)
_SHOWN = shares(shown=24, null=1)


class OpenPhone(Api):
    """`GET /v1/users`, `GET /v1/users/{userId}`."""

    directory = "openphone"
    hands_out_positions = True
    total_field: ClassVar[str | None] = "totalItems"
    settings: ClassVar[Mapping[str, Setting]] = {
        "total_items": one_of("wrong", "right"),
        "tokens": one_of("keyset", "offset"),  # what a token stands for: the last user, or how many came before
    }

    def __init__(self, seed: int, users: int) -> None:
        super().__init__(seed, users)
        self._keysets = self.members.identifiers_of("keyset")
        self._offsets = self.members.identifiers_of("offset")
        self._roles = self.members.key("role")
        self._names = self.members.key("names")
        self._pictures = self.members.key("picture")

    def routes(self) -> Mapping[str, Handler]:
        return {"/v1/users": self.list_users, "/v1/users/{userId}": self.get_user}

    def authenticate(self, request: Request) -> None:
        """Check the key, which is alone in the header, without a scheme."""
        if not self.accepts(request.headers.get("authorization")):
            raise Refused(self.refuse(401))

    def refuse(self, status: int, message: str = "", headers: Headers = ()) -> Reply:
        return json_reply(self._error(status, message), status, headers)

    def list_users(self, request: Request, _: str) -> Page | Reply:
        text = request.value("maxResults")
        if text is None:
            raise Refused(self._invalid("maxResults", "Required property", None))
        return self._page(request, self._size("maxResults", text), "pageToken")

    def get_user(self, request: Request, identity: str) -> Reply:
        if not identity.startswith("US"):
            raise Refused(self._invalid("userId", "Expected string to match '^US(.*)$'", identity, "string"))
        number = self.live(identity)
        return json_reply({"data": self.sent(number, self.record(number))})

    def render(self, rows: Sequence[bytes], next_token: str | None) -> Reply:
        total = len(self.roster)
        if self.behaviour["total_items"] == "wrong":
            total += max(1, total // 10)  # off by a tenth, and never right
        rest = {"totalItems": total, "nextPageToken": next_token}
        return Reply(200, b'{"data":' + json_array(rows) + b"," + to_json(rest)[1:])

    def record(self, number: int) -> dict[str, Any]:
        person = self.members.person(number)
        named = self.members.pick(self._names, number, _SHOWN) == "shown"
        emoji = person.display[len(person.full) :]
        picture = draw(self._pictures, number)
        return {
            "id": self.identity(number),
            "email": person.email,
            "firstName": person.given + emoji if named else None,
            "lastName": person.family if named else None,
            "pictureUrl": f"https://pictures.example/{picture:016x}.jpg" if picture % 3 else None,
            "role": self.members.pick(self._roles, number, _ROLES) if number else "owner",
            "createdAt": _time(self.members.created(number)),
            "updatedAt": _time(self.members.updated(number)),
        }

    def identity(self, number: int) -> str:
        return "US" + self.members.identifiers.text(number, 10)

    def number(self, identity: str) -> int | None:
        return self.members.identifiers.number_of_text(identity[2:], 10) if identity.startswith("US") else None

    def _page(self, request: Request, size: int, token_name: str) -> Page:
        listing = self.roster.listing
        token = request.value(token_name)
        start = 0 if token is None else self._position(listing, token_name, token)
        numbers = listing.numbers(start, start + self.behaviour.clamp(size))
        stop = start + len(numbers)
        following = self._token(stop, numbers[-1]) if stop < len(listing) else None
        return Page(self.rows(numbers), self.render, following, token or self._offsets.text(0, _TOKEN_LENGTH))

    def _size(self, name: str, text: str) -> int:
        size = integer(text)
        if size is None:
            raise Refused(self._invalid(name, "Expected integer", text))
        if size < 1:
            raise Refused(self._invalid(name, "Expected integer to be greater or equal to 1", size))
        if size > _MAXIMUM and self.behaviour["over_maximum"] == "refuse":
            raise Refused(self._invalid(name, f"Expected integer to be less or equal to {_MAXIMUM}", size))
        return min(size, _MAXIMUM)

    def _token(self, position: int, last: int) -> str:
        if self.behaviour["tokens"] == "offset":
            return self._offsets.text(position, _TOKEN_LENGTH)
        return self._keysets.text(last, _TOKEN_LENGTH)

    def _position(self, listing: Listing, name: str, token: str) -> int:
        last = self._keysets.number_of_text(token, _TOKEN_LENGTH)
        if last is not None:
            return listing.after(last)
        position = self._offsets.number_of_text(token, _TOKEN_LENGTH)
        if position is None:
            raise Refused(self._invalid(name, "Invalid page token", token, "string"))
        return position

    def _invalid(self, path: str, message: str, value: Any, kind: str = "integer") -> Reply:
        detail = {"path": f"/{path}", "message": message, "value": value, "schema": {"type": kind}}
        if value is None:
            del detail["value"]
        return json_reply(self._error(400, "Invalid query parameters") | {"errors": [detail]}, 400)

    def _error(self, status: int, message: str) -> dict[str, Any]:
        title = _TITLES.get(status, "Unknown")
        return {
            "message": message or title,
            "code": _CODES.get(status, f"1100{status}"),
            "status": status,
            "docs": _DOCS,
            "title": title,
            "trace": f"{draw(status, len(message)) & 0xFFFFFFFFFFFF:012d}",
        }


def _time(microseconds: int) -> str:
    return moment(microseconds).isoformat(timespec="milliseconds")[:-6] + "Z"
