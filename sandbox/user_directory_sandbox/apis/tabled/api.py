"""Simulated APIs that are a page of TOML in `tables/`: paths, records, envelope, pagination, filters and errors.

A text that begins with `$` stands for what is known where it is used: of a user (`$given`), of a page (`$rows`), of an
error (`$message`). Each table cites the document that it was written from.
"""

import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

from user_directory_sandbox.apis.api import Api, Handler, Page, Refused, json_array
from user_directory_sandbox.apis.tabled.paging import Paging, Window, WrongPosition
from user_directory_sandbox.apis.tabled.templates import at, filled, time_text
from user_directory_sandbox.expressions import LANGUAGES, NoExpression, Rules
from user_directory_sandbox.http import Headers, Reply, Request, json_reply, to_json
from user_directory_sandbox.members import shares
from user_directory_sandbox.roster import Listing

TABLES = Path(__file__).parents[2] / "tables"
TABLED: tuple[str, ...] = tuple(sorted(file.stem for file in TABLES.glob("*.toml")))
"""The directories that are tables."""

Table = Mapping[str, Any]


class Tabled(Api):
    """The API that a table describes."""

    table: ClassVar[Table]
    hands_out_positions = True

    def __init__(self, seed: int, users: int) -> None:
        self._list: Table = self.table["list"]
        super().__init__(seed, users)
        self._statuses = shares(**self.table["statuses"])
        self._status_key = self.members.key("status")
        self._paging = Paging(self._list, self.members.identifiers_of("position"))

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
        told = tuple((name, str(filled(value, moments))) for name, value in limits)
        return json_reply(filled(errors["body"], said), status, (*headers, *told))

    # Users

    def record(self, number: int) -> dict[str, Any]:
        record = filled(self.table["record"], self._traits(number))
        return {name: value for name, value in record.items() if value is not None}

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
            "created": time_text(self.members.created(number)),
            "updated": time_text(self.members.updated(number)),
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
        window = self._window(request)
        numbers = listing.numbers(window.start, window.start + window.size)
        stop = window.start + len(numbers)
        following = self._paging.position(stop, window.size) if stop < len(listing) else None
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
            words = [str(at(self.record(number), field)).casefold() for field in fields]
            return text is None or any(word.startswith(text.casefold()) for word in words)

        return self.roster.select(("begins", text), lambda: filter(keep, self.roster.listing.numbers()))

    def _filtered(self, name: str, text: str, rule: Table) -> Listing:
        rules = Rules(rule["attributes"], rule.get("words", ("and", "or", "not")), rule.get("folds", True))
        try:
            test = LANGUAGES[rule.get("language", "scim")](text, rules)
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
                listing.numbers(), key=lambda each: str(at(self.record(each), by)).casefold(), reverse=descending
            )

        return self.roster.sort(listing, (by, descending), numbers)

    def _window(self, request: Request) -> Window:
        try:
            return self._paging.window(
                request, self.behaviour.clamp, refuses=self.behaviour["over_maximum"] == "refuse"
            )
        except WrongPosition as problem:
            raise Refused(self.refuse(400, str(problem))) from problem

    def _rendered(self, request: Request, rows: Sequence[bytes], following: str | None, facts: Table) -> Reply:
        headers: Headers = ()
        if self._list.get("links"):
            links = [f'<{self._url(request, request.query)}>; rel="self"']
            if following is not None:
                query = request.query | {self._paging.parameter: [following]}
                links.append(f'<{self._url(request, query)}>; rel="next"')
            headers = tuple(("Link", link) for link in links)
        if self._list["body"] == "$rows":
            return Reply(200, json_array(rows), headers=headers)
        body = to_json(filled(self._list["body"], {**facts, "next": following, "rows": "$rows"}))
        return Reply(200, body.replace(b'"$rows"', json_array(rows)), headers=headers)

    def _url(self, request: Request, query: Mapping[str, Sequence[str]]) -> str:
        host = request.headers.get("host", "sandbox")
        return f"http://{host}{request.path}" + ("?" + urlencode(query, doseq=True) if query else "")

    def _fixed(self, body: Any) -> Handler:
        return lambda _, __: json_reply(body)


def tabled(name: str) -> type[Tabled]:
    """Return the API of a table."""
    table = tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))
    settings = {
        "directory": name,
        "table": table,
        "credential": table["auth"].get("credential", Api.credential),
        "total_field": table["list"].get("total_field"),
        "over_maximum": table["list"]["size"].get("over", "refuse"),
    }
    return type(name.title(), (Tabled,), settings)
