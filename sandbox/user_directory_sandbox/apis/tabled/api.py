"""Simulated APIs that are a page of TOML in `tables/`: paths, records, envelope, pagination, filters and errors.

A text that begins with `$` stands for what is known where it is used: of a user (`$given`), of a page (`$rows`), of an
error (`$message`). Each table cites the document that it was written from.
"""

import math
import random
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from user_directory_sandbox.apis.api import Api, Handler, Page, Refused, json_array
from user_directory_sandbox.apis.tabled.briefs import brief
from user_directory_sandbox.apis.tabled.identities import Identities
from user_directory_sandbox.apis.tabled.links import link_headers
from user_directory_sandbox.apis.tabled.matches import Matches
from user_directory_sandbox.apis.tabled.one_user import OneUser
from user_directory_sandbox.apis.tabled.paging import BeyondTheList, Paging, Window, WrongPosition
from user_directory_sandbox.apis.tabled.templates import at, filled, time_text
from user_directory_sandbox.apis.tabled.variants import in_variant, variant_setting
from user_directory_sandbox.draws import draw
from user_directory_sandbox.expressions import LANGUAGES, NoExpression, Rules
from user_directory_sandbox.http import Headers, Reply, Request, json_reply, to_json
from user_directory_sandbox.members import shares
from user_directory_sandbox.roster import Listing
from user_directory_sandbox.settings import Setting, one_of, switch

TABLES = Path(__file__).parents[2] / "tables"
TABLED: tuple[str, ...] = tuple(sorted(file.stem for file in TABLES.glob("*.toml")))
"""The directories that are tables."""

Table = Mapping[str, Any]


class Tabled(OneUser):
    """The API that a table describes."""

    hands_out_positions = True

    def __init__(self, seed: int, users: int) -> None:
        self._list: Table = self.table["list"]
        super().__init__(seed, users)
        self._statuses = shares(**self.table["statuses"])
        self._status_key = self.members.key("status")
        self.identities_of_users = Identities(self.members, self.table["ids"])
        self._matches = Matches(self._list.get("matches", {}))
        self._lists_sent = 0
        self._set_variant()

    @classmethod
    def all_settings(cls) -> Mapping[str, Setting]:
        """Return the settings of its behaviour.

        `variant` names a variant of the table. Where it is not `steady`, a list that is asked for without an order has
        another one in each answer.
        """
        return {**super().all_settings(), "variant": variant_setting(cls.table), "steady": switch(default=True)}

    def change(self, sent: Mapping[str, Any]) -> None:
        super().change(sent)
        self._set_variant()

    def reset(self) -> None:
        super().reset()
        self._set_variant()

    def _set_variant(self) -> None:
        """Take the table as it is in the variant that was chosen; its paths are always the same."""
        self._now = in_variant(self.table, self.behaviour["variant"])
        self._list = self._now["list"]
        tokens = self.members.identifiers_of("position")
        self._paging = Paging(self._list, tokens)
        cursors = self._list.get("cursors")
        self._cursors = Paging({**self._list, "position": cursors}, tokens) if cursors else None

    def routes(self) -> Mapping[str, Handler]:
        own: dict[str, Handler] = {self._list["path"]: self.list_users}
        if "count" in self.table:
            own[self.table["count"]["path"]] = self.count_users
        if "lookup" in self.table:
            own[self.table["lookup"]["path"]] = self.look_up
        if "get" in self.table:
            own[self.table["get"]["path"]] = self.get_user
        own |= {rule["path"]: self.by_handle(rule) for rule in self.table.get("by_handle", ())}
        return own | {path: self._document(path) for path in self.table.get("documents", {})}

    def authenticate(self, request: Request) -> None:
        if any(name not in request.headers for name in self.table["auth"].get("needs", ())):
            raise Refused(self.refuse(403))
        sent = request.headers.get("authorization", "")
        begins = [each for each in self.table["auth"]["begins"] if sent.startswith(each)]
        if not any(self.accepts(sent.removeprefix(each)) for each in begins):
            raise Refused(self.refuse(401))

    def limited(self, wait: float, headers: Headers) -> Reply:
        rule: Table = self.table.get("limited", {})
        limits: Table = self.table.get("limits", {})
        moments = {"reset": math.ceil(time.time() + wait)}
        told = tuple((name, str(filled(value, moments))) for name, value in limits.items())
        return self.refuse(rule.get("status", 429), rule.get("message", ""), (*headers, *told))

    def refuse(self, status: int, message: str = "", headers: Headers = ()) -> Reply:
        return self._refused(status, message, headers, {})

    def _refused(self, status: int, message: str, headers: Headers, more: Table) -> Reply:
        """Return an error; `more` is what this one says in place of others with its status."""
        errors: Table = self.table["errors"]
        known: Table = {**errors["by_status"].get(str(status), {}), **more}
        said = {"status": status, "message": message or known.get("message", "Error"), "code": known.get("code", "")}
        return json_reply(filled(errors["body"], said | {"name": known.get("name", "")}), status, headers)

    # Users

    def record(self, number: int) -> dict[str, Any]:
        own: Table = self.table.get("by_status", {}).get(self.status(number), {})
        record = filled({**self.table["record"], **own.get("fields", {})}, self.traits(number))
        without = own.get("without", ())
        return {name: value for name, value in record.items() if value is not None and name not in without}

    def traits(self, number: int) -> Mapping[str, Any]:
        person, status = self.members.person(number), self.status(number)
        return {
            "id": self.identities_of_users.as_sent(number),
            "handle": self.identities_of_users.handle(number),
            "given": person.given,
            "family": person.family,
            "full": person.full,
            "display": person.display,
            "email": person.email,
            "login": person.email,
            "local": person.local,
            "elder_email": self._with_capitals(max(0, number - 1)),
            "status": status,
            "active": status in self.table.get("active", ()),
            "created": time_text(self.members.created(number)),
            "updated": time_text(self.members.updated(number)),
            "company": person.domain.partition(".")[0],
            "none": None,
            "created_milliseconds": self.members.created(number) // 1000,
        }

    def _with_capitals(self, number: int) -> str:
        """Return an address as people write it: Ada.Lovelace@acme.example."""
        local, _, domain = self.members.email(number).rpartition("@")
        return f"{local.title()}@{domain}"

    def status(self, number: int) -> str:
        """Return the user's status: the same in every answer."""
        return self.members.pick(self._status_key, number, self._statuses)

    def get_user(self, request: Request, identity: str) -> Reply:
        rule: Table = self.table["get"]
        number = self.known(identity)
        if number is None and "login" in rule.get("by", ()):
            number = self.members.number_of_email(identity.lower())
        return self.one(number, rule)

    # Lists

    def list_users(self, request: Request, _: str) -> Page | Reply:
        self._refuse_parameters(request)
        listing = self._sorted(self._asked(request), request)
        paging, body = self._paged_by(request)
        window = self._window(paging, request)
        numbers = listing.numbers(window.start, window.start + window.size)
        stop = window.start + len(numbers)
        following = paging.position(stop, window.size) if stop < len(listing) else None
        beside = paging.beside(window, len(listing))
        facts = {"total": len(listing), "start": window.start + 1, "size": len(numbers), "beside": beside}
        facts |= {"row": window.start, "limit": window.size}

        def render(rows: Sequence[bytes], following: str | None) -> Reply:
            return self._rendered(request, body, rows, following, facts)

        return Page(self.rows(numbers), render, following, window.position)

    def count_users(self, request: Request, _: str) -> Reply:
        return json_reply(filled(self.table["count"]["body"], {"total": len(self._asked(request))}))

    def look_up(self, request: Request, _: str) -> Reply:
        """Answer with all who have a value, in exactly this spelling."""
        rule: Table = self.table["lookup"]
        value = request.value(rule["parameter"])
        if value is None:
            raise Refused(self.refuse(400, f"{rule['parameter']} is missing"))
        records = (self.record(number) for number in self.roster.listing.numbers())
        found = [record for record in records if at(record, rule["attribute"]) == value]
        return json_reply(found)

    def _refuse_parameters(self, request: Request) -> None:
        """Refuse the parameters that this variant does not take. Raises: Refused."""
        for name in self._list.get("refused", ()):
            if request.value(name) is not None:
                raise Refused(self.refuse(400, f"{name} is not supported"))

    def _paged_by(self, request: Request) -> tuple[Paging, Any]:
        """Return how the pages of a request are found, and the template of its answer."""
        cursors = self._cursors
        if cursors is None or (request.value(cursors.parameter) is None and not self._list["cursors"].get("usual")):
            return self._paging, self._list["body"]
        return cursors, self._list["cursors"]["body"]

    def _asked(self, request: Request) -> Listing:
        """Return the users whom a request asks for. Raises: Refused."""
        asked = self._matches.asked(request)
        shows_all = any(request.value(name) is not None for name in self._list.get("hidden_unless", ()))
        hidden = frozenset[str](() if shows_all else self._list.get("hidden", ())) | self._left_out(request)
        for name, rule in self._list.get("filters", {}).items():
            text = request.value(name)
            if text is not None:
                return self._filtered(name, text, rule)
        text = request.value(self._list["begins"]["parameter"]) if "begins" in self._list else None
        concealed = self._list["concealed"] if self.is_stranger else 0
        if not hidden and not asked and text is None and not concealed:
            return self.roster.listing
        fields = self._list["begins"]["fields"] if text is not None else ()
        test = self._matches.test(asked)

        def keep(number: int) -> bool:
            if self.status(number) in hidden or draw(self.members.key("concealed"), number) % 100 < concealed:
                return False
            if not test(self.record(number)):
                return False
            words = [str(at(self.record(number), field)).casefold() for field in fields]
            return text is None or any(word.startswith(text.casefold()) for word in words)

        what = ("begins", text, asked, hidden, concealed)
        return self.roster.select(what, lambda: filter(keep, self.roster.listing.numbers()))

    def _left_out(self, request: Request) -> frozenset[str]:
        """Return the statuses that a request does not ask for, by a parameter that takes words. Raises: Refused."""
        left_out = frozenset[str]()
        for name, words in self._list.get("words", {}).items():
            word = request.value(name)
            if word is not None and word not in words:
                raise Refused(self.refuse(422))
            left_out |= frozenset(self.table["statuses"]).difference(words[word] if word else self.table["statuses"])
        return left_out

    def _filtered(self, name: str, text: str, rule: Table) -> Listing:
        hidden = frozenset[str](self._list["hidden"] if rule.get("hides") else ())
        rules = Rules(rule["attributes"], rule.get("words", ("and", "or", "not")), rule.get("folds", True))
        try:
            test = LANGUAGES[rule.get("language", "scim")](text, rules)
        except NoExpression as problem:
            raise Refused(self.refuse(400, f"{name}: {problem}")) from problem
        everybody = (each for each in self.roster.listing.numbers() if self.status(each) not in hidden)
        return self.roster.select((name, text), lambda: (each for each in everybody if test(self.record(each))))

    def _sorted(self, listing: Listing, request: Request) -> Listing:
        rule: Table = self._list.get("sort", {})
        by = request.value(rule["by"]) if rule else None
        by, _, suffix = (by or "").partition(":") if rule.get("form") == "suffix" else (by, "", "")
        if not by or ("only_with" in rule and request.value(rule["only_with"]) is None):
            return listing if self.behaviour["steady"] else self._shuffled(listing)
        if by not in rule["attributes"]:
            raise Refused(self.refuse(400, f"{rule['by']}: unknown attribute {by!r}"))
        direction = suffix or request.value(rule.get("order", "")) or ""
        descending = direction.startswith(("desc", "-"))

        def numbers() -> list[int]:
            return sorted(
                listing.numbers(), key=lambda each: str(at(self.record(each), by)).casefold(), reverse=descending
            )

        return self.roster.sort(listing, (by, descending), numbers)

    def _shuffled(self, listing: Listing) -> Listing:
        """Return the same users in an order of this answer alone."""
        self._lists_sent += 1
        order = random.Random(self._lists_sent)

        def numbers() -> list[int]:
            return order.sample(sorted(listing.numbers()), len(listing))

        return self.roster.sort(listing, ("shuffled", self._lists_sent), numbers)

    def _window(self, paging: Paging, request: Request) -> Window:
        try:
            return paging.window(request, self.behaviour.clamp, refuses=self.behaviour["over_maximum"] == "refuse")
        except BeyondTheList as problem:
            raise Refused(self._refused(400, "", (), self._list["position"]["beyond"])) from problem
        except WrongPosition as problem:
            raise Refused(self.refuse(400, str(problem))) from problem

    def _rendered(
        self, request: Request, template: Any, rows: Sequence[bytes], following: str | None, facts: Table
    ) -> Reply:
        headers: Headers = ()
        if "links" in self._list:
            targets = {**facts["beside"], "self": None} | ({} if following is None else {"next": following})
            headers = link_headers(self._list["links"], request, self._paging.parameter, targets)
        rows = brief(self._list.get("brief", {}), request, rows)
        wrapped: Table = self._list.get("wrapped", {})
        if wrapped and request.value(wrapped["parameter"]) == wrapped["value"]:
            template = wrapped["body"]
        if template == "$rows":
            return Reply(200, json_array(rows), headers=headers)
        body = filled(template, {**facts, "next": following, "rows": "$rows"})
        if template is self._list.get("cursors", {}).get("body"):  # RFC 9865 §2: the last page has no next cursor
            body = {name: value for name, value in body.items() if value is not None}
        return Reply(200, to_json(body).replace(b'"$rows"', json_array(rows)), headers=headers)

    def _document(self, path: str) -> Handler:
        return lambda _, __: json_reply(self._now["documents"][path])


def tabled(name: str) -> type[Tabled]:
    """Return the API of a table."""
    table = tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))
    settings = {
        "directory": name,
        "table": table,
        "variables": table.get("variables", {}),
        "credential": table["auth"].get("credential", Api.credential),
        "total_field": table["list"].get("total_field"),
        "over_maximum": table["list"]["size"].get("over", "refuse"),
        "settings": {"asked_by": one_of("member", "stranger")} if "concealed" in table["list"] else {},
        "id_field": table["ids"].get("field", "id"),
        "token_path": table.get("token_path"),
        "token_endpoint": table.get("token", {}),
    }
    return type(name.title(), (Tabled,), settings)
