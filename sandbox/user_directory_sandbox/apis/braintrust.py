"""Braintrust: keyset pages, newest first, no total. https://www.braintrust.dev/docs/api-reference/users/list-users"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from user_directory_sandbox.apis.api import Api, Handler, Page, Refused, bearer, integer, json_array
from user_directory_sandbox.draws import draw
from user_directory_sandbox.http import Headers, Reply, Request, json_reply
from user_directory_sandbox.members import moment, shares
from user_directory_sandbox.names import Name
from user_directory_sandbox.roster import Listing
from user_directory_sandbox.settings import Setting, one_of, whole

_REASONS = {400: "Bad request", 401: "No valid API key provided", 403: "Forbidden", 404: "User not found",
            405: "Method not allowed", 429: "Too many requests", 500: "Internal server error"}  # fmt: skip
_FILTERS = ("ids", "given_name", "family_name", "email", "org_name")
_ORGANIZATIONS = ("Northwind", "Contoso Ltd", "Initech", "Acme, Inc.")
_ORGANIZATION_OF_10 = (*_ORGANIZATIONS[:1] * 6, *_ORGANIZATIONS[1:], "Acme, Inc.")
_SHOWN = shares(shown=32, null=1)


class Braintrust(Api):
    """`GET /v1/user`, `GET /v1/user/{user_id}`. An organization is a filter; no record contains it."""

    directory = "braintrust"
    order = "newest"
    over_maximum = None
    hands_out_positions = True
    settings: ClassVar[Mapping[str, Setting]] = {
        "email_case": one_of("exact", "insensitive"),
        "name_case": one_of("exact", "insensitive"),
        "deleted_cursor": one_of("continue", "refuse", "empty"),
        "default_limit": whole(1000, least=1, nullable=True),  # users per page if no limit is sent; null: all
    }

    def __init__(self, seed: int, users: int) -> None:
        super().__init__(seed, users)
        self._nulls = {
            name: self.members.key(f"null {name}") for name in ("given_name", "family_name", "email", "created")
        }
        self._avatars = self.members.key("avatar")
        self._organizations = self.members.key("organization")

    def routes(self) -> Mapping[str, Handler]:
        return {"/v1/user": self.list_users, "/v1/user/{user_id}": self.get_user}

    def authenticate(self, request: Request) -> None:
        if not self.accepts(bearer(request)):
            raise Refused(self.refuse(401))

    def refuse(self, status: int, message: str = "", headers: Headers = ()) -> Reply:
        return Reply(status, (message or _REASONS.get(status, "Error")).encode(), "text/plain; charset=utf-8", headers)

    def list_users(self, request: Request, _: str) -> Page | Reply:
        listing = self._filtered(request)
        limit = self._limit(request, listing)
        start, stop = self._window(request, listing, limit)
        here = request.value("starting_after") or request.value("ending_before")
        return Page(self.rows(listing.numbers(start, stop)), _objects, here=here)

    def get_user(self, request: Request, identity: str) -> Reply:
        original = self.values.original(identity)
        if self.members.identifiers.number_of_uuid_start(original) is None or len(original) != 36:
            raise Refused(self.refuse(400, "user_id must be a uuid"))
        number = self.live(identity)
        return json_reply(self.sent(number, self.record(number)))

    def loop(self, page: Page) -> Page:
        """Return the page ending with the row it was asked to start after: the last row is the next cursor."""
        number = self.known(page.here) if page.here else None
        return page if number is None else replace(page, rows=[*page.rows, self.row(number)])

    def record(self, number: int) -> dict[str, Any]:
        person = self.members.person(number)
        avatar = draw(self._avatars, number)
        shown: dict[str, Any] = {
            "given_name": person.given,
            "family_name": person.family,
            "email": person.email,
            "created": moment(self.members.created(number)).isoformat(timespec="milliseconds")[:-6] + "Z",
        }
        nulls = {name: None for name, key in self._nulls.items() if self.members.pick(key, number, _SHOWN) == "null"}
        picture = f"https://avatars.example/{avatar:016x}.png" if avatar % 2 else None
        return {"id": self.identity(number), "avatar_url": picture} | shown | nulls

    def identity(self, number: int) -> str:
        return self.members.identifiers.uuid(number)

    def number(self, identity: str) -> int | None:
        return self.members.identifiers.number_of_uuid(identity)

    def _limit(self, request: Request, listing: Listing) -> int:
        text = request.value("limit")
        if text in (None, "", "null"):  # the schema makes it nullable
            default = self.behaviour["default_limit"]
            return self.behaviour.clamp(len(listing) if default is None else default)
        limit = integer(text or "")
        if limit is None or limit < 0:
            raise Refused(self.refuse(400, "limit must be an integer of at least 0"))
        return self.behaviour.clamp(limit)

    def _window(self, request: Request, listing: Listing, limit: int) -> tuple[int, int]:
        after, before = request.value("starting_after"), request.value("ending_before")
        if after is not None and before is not None:
            raise Refused(self.refuse(400, "Only one of starting_after and ending_before may be given"))
        if after is not None:
            start = listing.after(self._cursor("starting_after", after))
            return start, start + limit
        if before is not None:
            stop = listing.before(self._cursor("ending_before", before))
            return max(0, stop - limit), stop
        return 0, limit

    def _cursor(self, name: str, identity: str) -> int:
        number = self.known(identity)
        deleted = number is not None and number not in self.roster
        if number is None or number >= self.roster.next_number or (deleted and self._deleted("refuse")):
            raise Refused(self.refuse(400, f"{name} must be the id of a user"))
        if deleted and self._deleted("empty"):
            raise Refused(_objects([], None))
        return number

    def _deleted(self, means: str) -> bool:
        return bool(self.behaviour["deleted_cursor"] == means)

    def _filtered(self, request: Request) -> Listing:
        wanted = {name: self._wanted(request, name) for name in _FILTERS if request.values(name)}
        if not wanted:
            return self.roster.listing
        what = tuple((name, *sorted(values)) for name, values in wanted.items())
        return self.roster.select(what, lambda: self._matching(wanted))

    def _wanted(self, request: Request, name: str) -> frozenset[str]:
        """Return a filter's values: repeated as documented, or with commas, as the official client does."""
        sent = request.values(name)
        if name == "org_name":  # a single string, which may contain a comma itself
            return frozenset(sent[-1:])
        values = (value for text in sent for value in text.split(","))
        if name == "ids":
            return frozenset(map(str.lower, values))
        return frozenset(map(self._folding(name), values))

    def _folding(self, name: str) -> Callable[[str], str]:
        case = self.behaviour["email_case" if name == "email" else "name_case"]
        return str.casefold if case == "insensitive" else str

    def _matching(self, wanted: Mapping[str, frozenset[str]]) -> Iterable[int]:
        return (number for number in self._candidates(wanted) if self._fits(number, wanted))

    def _candidates(self, wanted: Mapping[str, frozenset[str]]) -> Iterable[int]:
        """Return users that include all that match: as few as can be found without looking at each."""
        if "ids" in wanted:
            return [n for n in map(self.number, wanted["ids"]) if n is not None]
        if "email" in wanted:
            numbers = (self.members.number_of_email(email.lower()) for email in wanted["email"])
            return [n for n in numbers if n is not None]
        given, family = wanted.get("given_name"), wanted.get("family_name")
        if given is None and family is None:
            return self.roster.listing.numbers()
        fold = self._folding("given_name")

        def fits(name: Name) -> bool:
            return (given is None or fold(name.given) in given) and (
                family is None or fold(name.family or "") in family
            )

        return self.faces.named(fits, self.roster.next_number)

    def _fits(self, number: int, wanted: Mapping[str, frozenset[str]]) -> bool:
        organization = wanted.get("org_name")
        if organization and self.members.pick(self._organizations, number, _ORGANIZATION_OF_10) not in organization:
            return False
        fields = [name for name in ("given_name", "family_name", "email") if name in wanted]
        if not fields:
            return True
        record = self.record(number)
        return all(record[name] is not None and self._folding(name)(record[name]) in wanted[name] for name in fields)


def _objects(rows: Sequence[bytes], _: str | None) -> Reply:
    return Reply(200, b'{"objects":' + json_array(rows) + b"}")
