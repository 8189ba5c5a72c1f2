"""Simulated APIs that are a page of TOML in `tables/`: paths, records, envelope, pagination, filters and errors.

A text that begins with `$` stands for what is known where it is used: of a user (`$given`), of a page (`$rows`), of an
error (`$message`). Each table cites the document that it was written from.
"""

import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from user_directory_sandbox.apis.api import Api, Handler, Page, Refused, integer, json_array
from user_directory_sandbox.expressions import NoExpression, Rules, predicate
from user_directory_sandbox.http import Headers, Reply, Request, json_reply, to_json
from user_directory_sandbox.members import moment, shares
from user_directory_sandbox.roster import Listing

TABLES = Path(__file__).parents[1] / "tables"
TABLED: tuple[str, ...] = tuple(sorted(file.stem for file in TABLES.glob("*.toml")))
"""The directories that are tables."""

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Window:
    """The part of a list that a request asks for, from row `start` on, and the text that asked for it."""

    start: int
    size: int
    position: str | None


class Tabled(Api):
    """The API that a table describes."""

    table: ClassVar[Table]
    hands_out_positions = True

    def __init__(self, seed: int, users: int) -> None:
        self._list: Table = self.table["list"]
        super().__init__(seed, users)
        self._statuses = shares(**self.table["statuses"])
        self._status_key = self.members.key("status")
        self._tokens = self.members.identifiers_of("position")

    def routes(self) -> Mapping[str, Handler]:
        own: dict[str, Handler] = {self._list["path"]: self.list_users}
        if "get" in self.table:
            own[self.table["get"]["path"]] = self.get_user
        return own | {path: self._fixed(body) for path, body in self.table.get("documents", {}).items()}

    def authenticate(self, request: Request) -> None:
        sent = request.headers.get("authorization", "")
        begins = [each for each in self.table["auth"]["begins"] if sent.startswith(each)]
        if not any(self.accepts(sent.removeprefix(each)) for each in begins):
            raise Refused(self.refuse(401))

    def refuse(self, status: int, message: str = "", headers: Headers = ()) -> Reply:
        errors: Table = self.table["errors"]
        known: Table = errors["by_status"].get(str(status), {})
        said = {"status": status, "message": message or known.get("message", "Error"), "code": known.get("code", "")}
        limits = self.table.get("limits", {}).items() if status == 429 else ()
        moments = {"reset": int(time.time()) + 1}
        told = tuple((name, str(_filled(value, moments))) for name, value in limits)
        return json_reply(_filled(errors["body"], said), status, (*headers, *told))

    # Users

    def record(self, number: int) -> dict[str, Any]:
        filled = _filled(self.table["record"], self._traits(number))
        return {name: value for name, value in filled.items() if value is not None}

    def _traits(self, number: int) -> Mapping[str, Any]:
        person, status = self.members.person(number), self.status(number)
        return {
            "id": self.identity(number),
            "given": person.given,
            "family": person.family,
            "full": person.full,
            "display": person.display,
            "email": person.email,
            "login": person.email,
            "local": person.local,
            "status": status,
            "active": status in self.table.get("active", ()),
            "created": _time(self.members.created(number)),
            "updated": _time(self.members.updated(number)),
        }

    def status(self, number: int) -> str:
        """Return the user's status: the same in every answer."""
        return self.members.pick(self._status_key, number, self._statuses)

    def identity(self, number: int) -> str:
        form: Table = self.table["ids"]
        if form["form"] == "uuid":
            return self.members.identifiers.uuid(number)
        return f"{form['prefix']}{self.members.identifiers.text(number, form['letters'])}"

    def number(self, identity: str) -> int | None:
        form: Table = self.table["ids"]
        if form["form"] == "uuid":
            return self.members.identifiers.number_of_uuid(identity)
        prefix = form["prefix"]
        text = identity.removeprefix(prefix)
        return self.members.identifiers.number_of_text(text, form["letters"]) if identity.startswith(prefix) else None

    def get_user(self, request: Request, identity: str) -> Reply:
        if self.known(identity) is None and "login" in self.table["get"].get("by", ()):
            number = self.members.number_of_email(identity.lower())
            if number is not None and number in self.roster:
                return json_reply(self.sent(number, self.record(number)))
        number = self.live(identity)
        return json_reply(self.sent(number, self.record(number)))

    # Lists

    def list_users(self, request: Request, _: str) -> Page | Reply:
        listing = self._sorted(self._asked(request), request)
        window = self._window(request, listing)
        numbers = listing.numbers(window.start, window.start + window.size)
        stop = window.start + len(numbers)
        following = self._position(listing, stop) if stop < len(listing) else None
        facts = {"total": len(listing), "start": window.start + 1, "size": len(numbers)}

        def render(rows: Sequence[bytes], following: str | None) -> Reply:
            return self._rendered(request, rows, following, facts)

        return Page(self.rows(numbers), render, following, window.position)

    def _asked(self, request: Request) -> Listing:
        """Return the users whom a request asks for. Raises: Refused."""
        hidden = frozenset(self._list.get("hidden", ()))
        for name, rule in self._list.get("filters", {}).items():
            text = request.value(name)
            if text is not None:
                return self._filtered(name, text, rule)
        text = request.value(self._list["begins"]["parameter"]) if "begins" in self._list else None
        if not hidden and text is None:
            return self.roster.listing
        fields = self._list["begins"]["fields"] if text is not None else ()

        def keep(number: int) -> bool:
            if self.status(number) in hidden:
                return False
            words = [str(_at(self.record(number), field)).casefold() for field in fields]
            return text is None or any(word.startswith(text.casefold()) for word in words)

        return self.roster.select(("begins", text), lambda: filter(keep, self.roster.listing.numbers()))

    def _filtered(self, name: str, text: str, rule: Table) -> Listing:
        rules = Rules(rule["attributes"], rule.get("words", ("and", "or", "not")), rule.get("folds", True))
        try:
            test = predicate(text, rules)
        except NoExpression as problem:
            raise Refused(self.refuse(400, f"{name}: {problem}")) from problem
        everybody = self.roster.listing.numbers()
        return self.roster.select((name, text), lambda: (each for each in everybody if test(self.record(each))))

    def _sorted(self, listing: Listing, request: Request) -> Listing:
        rule: Table = self._list.get("sort", {})
        by = request.value(rule["by"]) if rule else None
        if by is None or ("only_with" in rule and request.value(rule["only_with"]) is None):
            return listing
        if by not in rule["attributes"]:
            raise Refused(self.refuse(400, f"{rule['by']}: unknown attribute {by!r}"))
        descending = (request.value(rule["order"]) or "").startswith("desc")

        def numbers() -> list[int]:
            return sorted(
                listing.numbers(), key=lambda each: str(_at(self.record(each), by)).casefold(), reverse=descending
            )

        return self.roster.sort(listing, (by, descending), numbers)

    def _window(self, request: Request, listing: Listing) -> Window:
        sizes: Table = self._list["size"]
        text = request.value(sizes["parameter"])
        size = sizes["default"] if text is None else integer(text)
        if size is None or size < sizes.get("least", 0):
            raise Refused(self.refuse(400, f"{sizes['parameter']}: invalid"))
        if size > sizes["most"] and self.behaviour["over_maximum"] == "refuse":
            raise Refused(self.refuse(400, f"{sizes['parameter']}: at most {sizes['most']}"))
        size = self.behaviour.clamp(min(size, sizes["most"]))
        text = request.value(self._list["position"]["parameter"])
        start = 0 if text is None else self._start(text)
        return Window(start, size, text)

    def _start(self, text: str) -> int:
        """Return the row that a position stands for. Raises: Refused."""
        if self._list["position"]["form"] == "index":
            index = integer(text)
            if index is None:
                raise Refused(self.refuse(400, f"{self._list['position']['parameter']}: no number"))
            return max(0, index - 1)  # RFC 7644 §3.4.2.4: less than 1 is 1
        start = self._tokens.number_of_text(text, 16)
        if start is None:
            raise Refused(self.refuse(400, f"{self._list['position']['parameter']}: unknown"))
        return start

    def _position(self, listing: Listing, stop: int) -> str:
        return str(stop + 1) if self._list["position"]["form"] == "index" else self._tokens.text(stop, 16)

    def _rendered(self, request: Request, rows: Sequence[bytes], following: str | None, facts: Table) -> Reply:
        headers: Headers = ()
        if self._list.get("links"):
            links = [f'<{self._url(request, request.query)}>; rel="self"']
            if following is not None:
                query = request.query | {self._list["position"]["parameter"]: [following]}
                links.append(f'<{self._url(request, query)}>; rel="next"')
            headers = tuple(("Link", link) for link in links)
        if self._list["body"] == "$rows":
            return Reply(200, json_array(rows), headers=headers)
        body = to_json(_filled(self._list["body"], {**facts, "next": following, "rows": "$rows"}))
        return Reply(200, body.replace(b'"$rows"', json_array(rows)), headers=headers)

    def _url(self, request: Request, query: Mapping[str, Sequence[str]]) -> str:
        host = request.headers.get("host", "sandbox")
        return f"http://{host}{request.path}" + ("?" + urlencode(query, doseq=True) if query else "")

    def _fixed(self, body: Any) -> Handler:
        return lambda _, __: json_reply(body)


def tabled(name: str) -> type[Tabled]:
    """Return the API of a table."""
    table = tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))
    settings = {"directory": name, "table": table, "total_field": table["list"].get("total_field")}
    return type(name.title(), (Tabled,), settings | {"over_maximum": table["list"]["size"].get("over", "refuse")})


def _filled(value: object, facts: Mapping[str, Any]) -> Any:
    """Return a template with the facts in the places of their names."""
    match value:
        case dict():
            return {name: _filled(each, facts) for name, each in cast("dict[str, object]", value).items()}
        case list():
            return [_filled(each, facts) for each in cast("list[object]", value)]
        case str() if value[:1] == "$" and value[1:] in facts:
            return facts[value[1:]]
        case _:
            return value


def _at(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = cast("dict[str, Any]", record).get(name) if isinstance(record, dict) else None
    return record


def _time(microseconds: int) -> str:
    return moment(microseconds).isoformat(timespec="milliseconds")[:-6] + "Z"
