"""Klavis: numbered pages with a trustworthy total. https://www.klavis.ai/docs/api-reference/user/get-all-users"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from user_directory_sandbox.apis.api import Handler, Page, Refused, bearer, integer, json_array
from user_directory_sandbox.apis.numbered import Numbered
from user_directory_sandbox.draws import draw
from user_directory_sandbox.http import Headers, Reply, Request, json_reply, to_json
from user_directory_sandbox.members import SECOND, moment
from user_directory_sandbox.settings import Setting, one_of

_MAXIMUM, _DEFAULT = 1000, 50
_REASONS = {401: "Not authenticated", 403: "Invalid API key", 404: "User not found",
            405: "Method Not Allowed",
            429: "Rate limit exceeded", 500: "Internal Server Error"}  # fmt: skip

# The caller chooses userIds, so what stands around the code of a user is anything at all.
_CODE = re.compile(r"[0-9A-Za-z]{12}")
_CHOSEN = ("usr_{code}", "{code}", "auth0|{code}", "acme/ops/{code}", "{code}#staging", "50%/{code}",
           "Team A: {code} ", "{code}?x=1&y=2", "Müller+{code}")  # fmt: skip
_CHOSEN_OF_100 = (*_CHOSEN[:2], *_CHOSEN[:2], *_CHOSEN[:2], *_CHOSEN, *("{email}",) * 85)

_INTEGRATIONS = ("GitHub", "Gmail", "Google Calendar", "Jira", "Linear", "Notion", "Slack")


class Klavis(Numbered):
    """`GET /user/`, `GET /user/{userId}`, `GET /user/{userId}/integrations`."""

    directory = "klavis"
    id_field = "userId"
    total_field = "totalCount"
    settings: ClassVar[Mapping[str, Setting]] = {
        "created_at": one_of("naive", "z", "offset")
    }  # the document gives `createdAt` no format and no zone

    def __init__(self, seed: int, users: int) -> None:
        super().__init__(seed, users)
        self._form = self.members.key("form of id")
        self._use = self.members.key("last used")
        self._codes = self.members.identifiers_of("code")

    def routes(self) -> Mapping[str, Handler]:
        return {
            "/user/": self.list_users,
            "/user/{userId}": self.get_user,
            "/user/{userId}/integrations": self.get_integrations,
        }

    def authenticate(self, request: Request) -> None:
        token = bearer(request)
        if not self.accepts(token):
            raise Refused(self.refuse(401 if token is None else 403))

    def refuse(self, status: int, message: str = "", headers: Headers = ()) -> Reply:
        return json_reply({"detail": message or _REASONS.get(status, "Error")}, status, headers)

    def redirect(self, request: Request, segments: Sequence[str]) -> Reply | None:
        """Redirect to the path with the slash and keep the query, as Starlette does under FastAPI."""
        if tuple(segments) != ("user",):
            return None
        query = f"?{request.query_string}" if request.query_string else ""
        location = f"http://{request.headers.get('host', '')}{request.path}/{query}"
        return Reply(307, headers=(("Location", location),))

    def list_users(self, request: Request, _: str) -> Page | Reply:
        size, page = self._bounded(request, ("page_size", _DEFAULT, _MAXIMUM), ("page_number", 1, None))
        cut = self.cut(self.roster.listing, page, size)
        rest = {"totalCount": cut.total, "page": cut.page, "pageSize": cut.size, "totalPages": cut.pages}

        def render(rows: Sequence[bytes], _: str | None) -> Reply:
            return Reply(200, b'{"users":' + json_array(rows) + b"," + to_json(rest)[1:])

        return Page(self.rows(cut.numbers), render)

    def get_user(self, request: Request, identity: str) -> Reply:
        number = self.live(identity)
        use = draw(self._use, number)
        created = self.members.created(number)
        used = None if use % 5 == 0 else self._time(self.members.updated(number) + use % (3600 * SECOND))
        record = {"userId": self.identity(number), "createdAt": self._time(created), "lastUsedAt": used}
        return json_reply(self.sent(number, record))

    def get_integrations(self, request: Request, identity: str) -> Reply:
        bits = draw(self._use, self.live(identity))
        return json_reply(
            {
                "integrations": [
                    {"name": name, "is_authenticated": bool(bits >> (16 + place) & 1)}
                    for place, name in enumerate(_INTEGRATIONS)
                    if bits >> place & 1
                ]
            }
        )

    def record(self, number: int) -> dict[str, Any]:
        return {"userId": self.identity(number), "createdAt": self._time(self.members.created(number))}

    def identity(self, number: int) -> str:
        form = self.members.pick(self._form, number, _CHOSEN_OF_100)
        if form == "{email}":
            return self.members.email(number)
        return form.format(code=self._codes.text(number, 12))

    def number(self, identity: str) -> int | None:
        candidates = [self.members.number_of_email(identity)]
        candidates += [self._codes.number_of_text(code, 12) for code in _CODE.findall(identity)]
        return next((n for n in candidates if n is not None and self.identity(n) == identity), None)

    def _time(self, microseconds: int) -> str:
        zone = {"naive": "", "z": "Z", "offset": "+00:00"}[self.behaviour["created_at"]]
        return moment(microseconds).replace(tzinfo=None).isoformat() + zone

    def _bounded(self, request: Request, *parameters: tuple[str, int, int | None]) -> list[int]:
        """Return the (name, default, maximum) parameters, or say all that is wrong with them."""
        values: list[int] = []
        wrong: list[dict[str, Any]] = []
        for name, default, maximum in parameters:
            text = request.value(name)
            value = default if text is None else integer(text)
            if maximum is not None and value is not None and self.behaviour["over_maximum"] == "clamp":
                value = min(value, maximum)
            problem = _problem(value, maximum)
            if problem or value is None:
                wrong.append({"loc": ["query", name], "input": text} | problem)
            else:
                values.append(value)
        if wrong:
            raise Refused(json_reply({"detail": wrong}, 422))
        return values


def _problem(value: int | None, maximum: int | None) -> dict[str, Any]:
    """Return pydantic's words for what is wrong. https://docs.pydantic.dev/latest/errors/validation_errors/"""
    if value is None:
        message = "Input should be a valid integer, unable to parse string as an integer"
        return {"type": "int_parsing", "msg": message}
    if value < 1:
        return {
            "type": "greater_than_equal",
            "msg": "Input should be greater than or equal to 1",
            "ctx": {"ge": 1},
        }
    if maximum is not None and value > maximum:
        message = f"Input should be less than or equal to {maximum}"
        return {"type": "less_than_equal", "msg": message, "ctx": {"le": maximum}}
    return {}
