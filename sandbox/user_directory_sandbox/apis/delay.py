"""Delay, identity API: numbered pages in a bare array, no total. https://docs.d3lay.com"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from user_directory_sandbox.apis.api import Handler, Page, Refused, bearer, integer, json_array
from user_directory_sandbox.apis.numbered import Numbered
from user_directory_sandbox.draws import draw
from user_directory_sandbox.http import Headers, Reply, Request, json_reply
from user_directory_sandbox.members import SECOND, moment, shares
from user_directory_sandbox.roster import Listing
from user_directory_sandbox.settings import Setting, one_of, switch, word

_MAXIMUM, _DEFAULT = 100, 20
_REASONS = {400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "User not found",
            405: "Method not allowed", 429: "Too many requests", 500: "Internal server error"}  # fmt: skip
_USER_TYPES = shares(saas_admin=4, saas_user=28, saas_user_client=68)
_STATUSES = shares(active=164, onboarding=12, inactive=16, suspended=5, risky=3)
_ADMINISTRATORS = 5  # the first users, who created the others
_NEEDING_PERMISSION = ("id", "created_by", "updated_by")
_EXACT = ("user_type", "status")
_DATES = ("created_at_from", "created_at_to", "updated_at_from", "updated_at_to")
_SORTS = ("created_at", "updated_at", "id", "identifier", "name", "email", "user_type", "status")

Test = Callable[[int], bool]


class Delay(Numbered):
    """`GET /users`, `GET /users/{id}`."""

    directory = "delay"
    credential = "ACCESS_TOKEN"
    states_total = False
    settings: ClassVar[Mapping[str, Setting]] = {
        "metadata_permission": switch(default=True),
        "fuzzy_parameter": word("search"),  # the document describes the parameter and leaves out its name
        "link_header": switch(default=False),
        "date_bounds": one_of("inclusive", "exclusive"),
        "unknown_sort": one_of("refuse", "ignore"),
        "get_one": switch(default=True),  # no document shows `GET /users/{id}`
    }

    def __init__(self, seed: int, users: int) -> None:
        super().__init__(seed, users)
        self._types = self.members.key("user_type")
        self._statuses = self.members.key("status")
        self._authors = self.members.key("authors")

    def routes(self) -> Mapping[str, Handler]:
        return {"/users": self.list_users, "/users/{id}": self.get_user}

    def authenticate(self, request: Request) -> None:
        if not self.accepts(bearer(request)):
            raise Refused(self.refuse(401))
        version = request.headers.get("x-api-version", "v1")
        if version != "v1":
            raise Refused(self.refuse(400, "X-API-Version must be v1"))

    def refuse(self, status: int, message: str = "", headers: Headers = ()) -> Reply:
        return json_reply({"code": status, "message": message or _REASONS.get(status, "Error")}, status, headers)

    def list_users(self, request: Request, _: str) -> Page | Reply:
        page = self._whole(request, "page", 1, None)
        size = self._whole(request, "page_size", _DEFAULT, _MAXIMUM)
        cut = self.cut(self._sorted(request, self._filtered(request)), page, size)
        links = self._links(request, cut.page, cut.pages) if self.behaviour["link_header"] else ()
        return Page(self.rows(cut.numbers), lambda rows, _: Reply(200, json_array(rows), headers=links))

    def get_user(self, request: Request, identity: str) -> Reply:
        if not self.behaviour["get_one"]:
            return self.refuse(404, "Not found")
        number = self.live(identity)
        return json_reply(self.sent(number, self.record(number)))

    def record(self, number: int) -> dict[str, Any]:
        person = self.members.person(number)
        record = {
            "id": self.identity(number),
            "identifier": person.local,
            "name": person.display,
            "email": person.email,
            "user_type": self.members.pick(self._types, number, _USER_TYPES),
            "status": self.members.pick(self._statuses, number, _STATUSES),
            "created_at": _time(self.members.created(number)),
            "updated_at": _time(self.members.updated(number)),
        }
        return record | self._metadata(number) if self.behaviour["metadata_permission"] else record

    def identity(self, number: int) -> str:
        return self.members.identifiers.uuid(number)

    def number(self, identity: str) -> int | None:
        return self.members.identifiers.number_of_uuid(identity)

    def _metadata(self, number: int) -> dict[str, str]:
        authors = draw(self._authors, number)
        return {
            "created_by": self.identity(authors % _ADMINISTRATORS),
            "updated_by": self.identity((authors >> 32) % _ADMINISTRATORS),
        }

    def _whole(self, request: Request, name: str, default: int, maximum: int | None) -> int:
        text = request.value(name)
        value = default if text is None else integer(text)
        if value is None or value < 1:
            raise Refused(self.refuse(400, f"{name} must be an integer of at least 1"))
        if maximum is not None and value > maximum:
            if self.behaviour["over_maximum"] == "refuse":
                raise Refused(self.refuse(400, f"{name} must be at most {maximum}"))
            return maximum
        return value

    def _filtered(self, request: Request) -> Listing:
        fuzzy = self.behaviour["fuzzy_parameter"]
        names = (*_NEEDING_PERMISSION, *_EXACT, *_DATES, *((fuzzy,) if fuzzy else ()))
        sent = {name: value for name in names if (value := request.value(name)) is not None}
        if not self.behaviour["metadata_permission"] and any(name in sent for name in _NEEDING_PERMISSION):
            raise Refused(self.refuse(403, "These filters require metadata permissions"))
        times = {name: self._moment(name, sent.pop(name)) for name in _DATES if name in sent}
        text = sent.pop(fuzzy, None) or None if fuzzy else None
        if not sent and not times and text is None:
            return self.roster.listing
        what = (*sent.items(), *times.items(), text)
        return self.roster.select(what, lambda: self._matching(sent, times, text))

    def _matching(self, sent: Mapping[str, str], times: Mapping[str, int], text: str | None) -> Iterable[int]:
        tests = [*(self._exact_test(*one) for one in sent.items()), *self._update_tests(times)]
        low, high = self._created_between(times)
        candidates = self._searched(text) if text else range(low, high)
        return (n for n in candidates if low <= n < high and all(test(n) for test in tests))

    def _searched(self, text: str) -> Iterator[int]:
        """Yield the users that match in the id (from its start, eight digits or more), the address or the name."""
        number = self.members.identifiers.number_of_uuid_start(text) if len(text) >= 8 else None
        if number is not None and self.identity(number).startswith(text.lower()):
            yield number
        yield from self.faces.containing(text, self.roster.next_number, lambda _: True)

    def _exact_test(self, name: str, value: str) -> Test:
        if name in _EXACT:
            key, table = (self._types, _USER_TYPES) if name == "user_type" else (self._statuses, _STATUSES)
            return lambda number: self.members.pick(key, number, table) == value
        if name == "id":
            wanted = self.number(value)
            return lambda number: number == wanted
        author = value.lower()
        return lambda number: self._metadata(number)[name] == author

    def _created_between(self, times: Mapping[str, int]) -> tuple[int, int]:
        """Return the lowest number that fits, and the lowest beyond."""
        last = self.roster.next_number
        low = self.members.first_created_at(times["created_at_from"]) if "created_at_from" in times else 0
        high = self.members.first_created_at(times["created_at_to"]) if "created_at_to" in times else last
        return low, min(high, last)

    def _update_tests(self, times: Mapping[str, int]) -> Iterator[Test]:
        low, high = times.get("updated_at_from"), times.get("updated_at_to")
        if low is not None:
            yield lambda number: self.members.updated(number) >= low
        if high is not None:
            yield lambda number: self.members.updated(number) < high

    def _moment(self, name: str, text: str) -> int:
        """Return a bound that `from` includes and `to` does not, as records show whole seconds."""
        try:
            sent = datetime.fromisoformat(text)
        except ValueError:
            raise Refused(self.refuse(400, f"{name} must be an RFC 3339 date-time")) from None
        sent = sent if sent.tzinfo else sent.replace(tzinfo=UTC)
        begun = int(sent.timestamp() // 1) * SECOND
        inclusive = self.behaviour["date_bounds"] == "inclusive"
        if sent.microsecond:  # no record shows this very moment
            return begun + SECOND
        return begun if inclusive == name.endswith("from") else begun + SECOND

    def _sorted(self, request: Request, listing: Listing) -> Listing:
        by, order = request.value("sort_by"), request.value("sort_order")
        if order not in (None, "asc", "desc"):
            raise Refused(self.refuse(400, "sort_order must be asc or desc"))
        if by is None and order is None:
            return listing
        by = by or "created_at"
        if by not in _SORTS:
            if self.behaviour["unknown_sort"] == "ignore":
                return listing
            raise Refused(self.refuse(400, f"sort_by must be one of {', '.join(_SORTS)}"))
        if by == "created_at":
            return self.roster.by_creation(listing, descending=order == "desc")
        descending = order == "desc"
        return self.roster.sort(listing, (by, order), lambda: self._in_order(listing, by, descending=descending))

    def _in_order(self, listing: Listing, by: str, *, descending: bool) -> list[int]:
        return sorted(sorted(listing.numbers()), key=self._sort_key(by), reverse=descending)

    def _sort_key(self, by: str) -> Callable[[int], Any]:
        """Return the sort key of a field: it computes only that field, which saves time with a million users."""
        keys: dict[str, Callable[[int], Any]] = {
            "updated_at": self.members.updated,
            "id": self.identity,
            "identifier": lambda number: self.members.person(number).local,
            "name": lambda number: self.members.person(number).display,
            "email": self.members.email,
            "user_type": lambda number: self.members.pick(self._types, number, _USER_TYPES),
            "status": lambda number: self.members.pick(self._statuses, number, _STATUSES),
        }
        return keys[by]

    def _links(self, request: Request, page: int, pages: int) -> Headers:
        """Return GitHub's form of RFC 8288 links, none if all fits on one page."""
        if pages <= 1:
            return ()
        targets = {"prev": page - 1, "next": page + 1, "last": pages, "first": 1}
        if page <= 1:
            del targets["prev"], targets["first"]
        if page >= pages:
            del targets["next"], targets["last"]
        links = (f'<{_url(request, target)}>; rel="{relation}"' for relation, target in targets.items())
        return (("Link", ", ".join(links)),)


def _url(request: Request, page: int) -> str:
    query = [(name, value) for name, values in request.query.items() for value in values if name != "page"]
    return f"http://{request.headers.get('host', '')}{request.path}?{urlencode([*query, ('page', str(page))])}"


def _time(microseconds: int) -> str:
    return moment(microseconds // SECOND * SECOND).isoformat()[:-6] + "Z"
