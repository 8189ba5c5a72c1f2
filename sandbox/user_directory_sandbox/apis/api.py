"""The base of the simulated APIs: a roster, routes, and answers that depend on nothing else."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from user_directory_sandbox.behaviour import Behaviour, common_settings
from user_directory_sandbox.faces import Faces
from user_directory_sandbox.http import Headers, Reply, Request, to_json
from user_directory_sandbox.members import Members
from user_directory_sandbox.roster import OrderName, Roster
from user_directory_sandbox.settings import Setting
from user_directory_sandbox.tokens import Tokens
from user_directory_sandbox.values import Values

_ROWS_REMEMBERED = 8192  # as JSON, hundreds of bytes each
_INTEGER = re.compile(r"-?[0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page before it is written out, so that a fault can still touch its rows and position."""

    rows: Sequence[bytes]  # each record as JSON
    render: Callable[[Sequence[bytes], str | None], Reply]  # (rows, next) → the reply
    next: str | None = None  # the position that the page hands out
    here: str | None = None  # the position that it was asked for

    def reply(self) -> Reply:
        return self.render(self.rows, self.next)


class Refused(Exception):
    """The request ends here, with this reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


Handler = Callable[[Request, str], Page | Reply]  # (request, the id in its path or "")


class Api(ABC):
    """The API of a provider over one directory of users. Each subclass is one provider."""

    directory: ClassVar[str]
    order: ClassVar[OrderName] = "oldest"
    over_maximum: ClassVar[Literal["refuse", "clamp"] | None] = "refuse"  # None: there is no maximum
    hands_out_positions: ClassVar[bool] = False
    methods: ClassVar[Sequence[str]] = ("GET",)  # of HTTP, for each path
    credential: ClassVar[str] = "API_KEY"  # how the variable of the key ends
    signs: ClassVar[bool] = False  # whether a client has a service account in place of a key
    configured: ClassVar[Mapping[str, Any]] = MappingProxyType({})  # `path` of its base URL, and `settings` for clients
    id_field: ClassVar[str] = "id"
    total_field: ClassVar[str | None] = None  # where it states how many users there are, if it does
    settings: ClassVar[Mapping[str, Setting]] = MappingProxyType({})
    token_path: ClassVar[str | None] = None  # where its document has the token endpoint, if that is simulated there
    token_endpoint: ClassVar[Mapping[str, Any]] = MappingProxyType({})  # how it behaves

    def __init__(self, seed: int, users: int) -> None:
        self.members = Members(self.directory, seed, users)
        self.faces = Faces(self.members)
        self.behaviour = Behaviour(self.all_settings())
        self.values = Values()
        self.tokens = Tokens(self.directory, self.token_endpoint)
        self.roster = Roster(users, self.members.key("roster"), self.order)
        self.row = lru_cache(_ROWS_REMEMBERED)(self._row)
        self._users = users
        self._routes = [(route, route.split("/")[1:], handler) for route, handler in self.routes().items()]
        self.list_route = self._routes[0][0]

    @abstractmethod
    def routes(self) -> Mapping[str, Handler]:
        """Return the documented paths; the first one lists users."""

    @abstractmethod
    def authenticate(self, request: Request) -> None:
        """Let the request pass. Raises: Refused."""

    @abstractmethod
    def refuse(self, status: int, message: str = "", headers: Headers = ()) -> Reply:
        """Return an error in the provider's own envelope."""

    def limited(self, wait: float, headers: Headers) -> Reply:
        """Return the refusal of a request that came `wait` seconds too soon."""
        return self.refuse(429, headers=headers)

    @abstractmethod
    def record(self, number: int) -> dict[str, Any]:
        """Return the user as the list shows them."""

    @abstractmethod
    def identity(self, number: int) -> str:
        """Return the user's id."""

    @abstractmethod
    def number(self, identity: str) -> int | None:
        """Return the user with this id, live or not; None if nobody ever had it."""

    @classmethod
    def all_settings(cls) -> Mapping[str, Setting]:
        """Return the settings of its behaviour: those of every API, and its own."""
        return {**common_settings(cls.order, cls.over_maximum), **cls.settings}

    @property
    def key(self) -> str:
        """The one key that is accepted, besides the tokens of the token endpoint."""
        return f"sandbox-{self.directory}-key"

    def accepts(self, credential: str | None) -> bool:
        """Return whether a credential is the key, or a token that is valid now."""
        return credential == self.key or self.tokens.accepts(credential)

    def find(self, segments: Sequence[str]) -> tuple[str, Handler, str] | None:
        """Return the documented path, its handler and the id in `segments`."""
        for route, parts, handler in self._routes:
            if len(parts) == len(segments) and all(
                p.startswith("{") or p == s for p, s in zip(parts, segments, strict=True)
            ):
                ids = [segment for part, segment in zip(parts, segments, strict=True) if part.startswith("{")]
                if "" not in ids:
                    return route, handler, ids[0] if ids else ""
        return None

    def redirect(self, request: Request, segments: Sequence[str]) -> Reply | None:
        """Return where a path without a route has moved."""
        return None

    def loop(self, page: Page) -> Page:
        """Return the page with its own position as the next, so that following it leads to the same page again."""
        return replace(page, next=page.here)

    def known(self, identity: str) -> int | None:
        """Return the user whom this id was sent for, live or not."""
        return self.number(self.values.original(identity))

    def live(self, identity: str) -> int:
        """Return the live user with this id. Raises: Refused, with 404."""
        number = self.known(identity)
        if number is None or number not in self.roster:
            raise Refused(self.refuse(404))
        return number

    def another_than(self, identity: str) -> str:
        """Return the id of another live user; the same if there is no other."""
        others = (each for each in map(self.identity, self.roster.listing.numbers()) if each != identity)
        return next(others, identity)

    def rows(self, numbers: Iterable[int]) -> list[bytes]:
        return [self.row(number) for number in numbers]

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield every live record in the order in which the API lists them now."""
        yield from (self.sent(number, self.record(number)) for number in self.roster.listing.numbers())

    def sent(self, number: int, record: dict[str, Any]) -> dict[str, Any]:
        """Return the user's record as it is sent, with the values that a test put into it."""
        return self.values.put(number, record, self.id_field)

    def identities(self, numbers: Iterable[int]) -> list[str]:
        return [self.identity(number) for number in numbers]

    def change(self, sent: Mapping[str, Any]) -> None:
        """Change the behaviour. Raises: Unacceptable."""
        self.behaviour.change(sent)
        self.row.cache_clear()
        self.roster.forget()
        if self.behaviour.order != self.roster.order:
            self.roster.reorder(self.behaviour.order)

    def put_values(self, sent: Mapping[str, Any]) -> None:
        """Change the values in the records. Raises: Unacceptable."""
        self.values.change(sent)
        self.row.cache_clear()

    def reset(self) -> None:
        """Return to the first population, its own values and the default behaviour."""
        self.behaviour.reset()
        self.values.reset()
        self.tokens.reset()
        self.row.cache_clear()
        self.roster = Roster(self._users, self.members.key("roster"), self.order)

    def _row(self, number: int) -> bytes:
        return to_json(self.sent(number, self.record(number)))


def integer(text: str) -> int | None:
    """Return the whole number that `text` spells; None if it spells none."""
    return int(text) if _INTEGER.fullmatch(text) else None


def json_array(rows: Sequence[bytes]) -> bytes:
    """Return the records as one JSON array."""
    return b"[" + b",".join(rows) + b"]"


def bearer(request: Request) -> str | None:
    """Return the token of `Authorization: Bearer` (RFC 6750 §2.1), None if there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
