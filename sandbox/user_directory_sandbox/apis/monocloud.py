"""MonoCloud: numbered pages in a bare array, totals in a response header.

https://www.monocloud.com/docs
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from user_directory_sandbox.apis.api import Handler, Page, Refused, integer, json_array
from user_directory_sandbox.apis.monocloud_profile import Profiles
from user_directory_sandbox.apis.numbered import Cut, Numbered
from user_directory_sandbox.draws import NANOID
from user_directory_sandbox.http import Headers, Reply, Request, json_reply, to_json
from user_directory_sandbox.members import SECOND
from user_directory_sandbox.roster import Listing
from user_directory_sandbox.settings import Setting, one_of, switch

_MAXIMUM, _DEFAULT = 100, 10  # no document gives the maximum
_TITLES = {400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
           404: "Not Found",
           405: "Method Not Allowed", 422: "Unprocessable Entity", 429: "Too Many Requests",
           500: "Internal Server Error"}  # fmt: skip
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)')
_ESCAPED = re.compile(r"\\(.)")
# Apache Lucene, "Escaping Special Characters" of the classic query parser.
_LUCENE_SPECIAL = re.compile(r'[+\-!(){}\[\]^"~*?:/]|&&|\|\|')
_ID_LENGTH = 21


class MonoCloud(Numbered):
    """`GET /api/users`, `GET /api/users/{id}`."""

    directory = "monocloud"
    id_field = "user_id"
    total_field = "total_count"
    over_maximum = "clamp"
    settings: ClassVar[Mapping[str, Setting]] = {
        "x_pagination": switch(default=True),  # the header is known from the official SDKs only
        "filter_words": one_of("all", "any"),  # how many words of the filter a user must have
        "filter_syntax": one_of("text", "lucene"),  # whether Lucene's special characters must be escaped
    }

    def __init__(self, seed: int, users: int) -> None:
        super().__init__(seed, users)
        self._profiles = Profiles(self.members)

    def routes(self) -> Mapping[str, Handler]:
        return {"/api/users": self.list_users, "/api/users/{id}": self.get_user}

    def authenticate(self, request: Request) -> None:
        if not self.accepts(request.headers.get("x-api-key")):
            raise Refused(self.refuse(401))

    def refuse(self, status: int, message: str = "", headers: Headers = ()) -> Reply:
        """Return problem details (RFC 9457)."""
        problem = {
            "type": f"https://httpstatuses.io/{status}",
            "title": _TITLES.get(status, "Error"),
            "status": status,
            **({"detail": message} if message else {}),
            "traceId": f"00-{self.members.key('trace'):032x}-{status:016x}-00",
        }
        return Reply(status, to_json(problem), "application/problem+json; charset=utf-8", headers)

    def list_users(self, request: Request, _: str) -> Page | Reply:
        page = self._whole(request, "page", 1, None)
        size = self._whole(request, "size", _DEFAULT, _MAXIMUM)
        cut = self.cut(self._sorted(request, self._filtered(request)), page, size)
        headers = _totals(cut) if self.behaviour["x_pagination"] else ()
        return Page(self.rows(cut.numbers), lambda rows, _: Reply(200, json_array(rows), headers=headers))

    def get_user(self, request: Request, identity: str) -> Reply:
        number = self.live(identity)
        return json_reply(self.sent(number, self.record(number) | self._profiles.private(number)))

    def record(self, number: int) -> dict[str, Any]:
        return {
            "user_id": self.identity(number),
            "creation_time": self.members.created(number) // SECOND,
            "last_updated": self.members.updated(number) // SECOND,
        } | self._profiles.public(number)

    def identity(self, number: int) -> str:
        return self.members.identifiers.text(number, _ID_LENGTH, NANOID)

    def number(self, identity: str) -> int | None:
        return self.members.identifiers.number_of_text(identity, _ID_LENGTH, NANOID)

    def _whole(self, request: Request, name: str, default: int, maximum: int | None) -> int:
        text = request.value(name)
        value = default if text is None else integer(text)
        if value is None or value < 1:
            raise Refused(self.refuse(400, f"'{name}' must be a whole number of at least 1."))
        if maximum is not None and value > maximum:
            if self.behaviour["over_maximum"] == "refuse":
                raise Refused(self.refuse(400, f"'{name}' must not exceed {maximum}."))
            return maximum
        return value

    def _filtered(self, request: Request) -> Listing:
        """Match the words of the filter against id, primary address, username and name, whatever the case."""
        text = request.value("filter") or ""
        bare = re.sub(r"\\.", "", text)
        if self.behaviour["filter_syntax"] == "lucene" and _LUCENE_SPECIAL.search(bare):
            raise Refused(self.refuse(400, "The filter could not be parsed."))
        words = [_ESCAPED.sub(r"\1", quoted or single) for quoted, single in _WORD.findall(text)]
        if not any(words):
            return self.roster.listing
        return self.roster.select(tuple(words), lambda: self._matching(words))

    def _matching(self, words: Sequence[str]) -> set[int]:
        first, *others = map(self._having, words)
        every = self.behaviour["filter_words"] == "all"
        return first.intersection(*others) if every else first.union(*others)

    def _having(self, word: str) -> set[int]:
        found = set(self.faces.containing(word, self.roster.next_number, self._profiles.shows_name))
        number = self.number(word)
        return found if number is None else found | {number}

    def _sorted(self, request: Request, listing: Listing) -> Listing:
        sort = request.value("sort")
        if not sort:
            return listing
        by, _, direction = sort.partition(":")
        if by not in ("creation_time", "last_updated") or direction not in ("1", "-1"):
            raise Refused(self.refuse(400, "'sort' must be creation_time or last_updated, then :1 or :-1."))
        descending = direction == "-1"
        if by == "creation_time":
            return self.roster.by_creation(listing, descending=descending)

        def in_order() -> list[int]:
            return sorted(sorted(listing.numbers()), key=self.members.updated, reverse=descending)

        return self.roster.sort(listing, (by, descending), in_order)


def _totals(cut: Cut) -> Headers:
    totals = {
        "page_size": cut.size,
        "current_page": cut.page,
        "total_count": cut.total,
        "has_previous": cut.page > 1,
        "has_next": cut.page < cut.pages,
    }
    return (("X-Pagination", to_json(totals).decode()),)
