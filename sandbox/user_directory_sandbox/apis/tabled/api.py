"""Simulated APIs that are a page of TOML in `tables/`: paths, records, envelope, pagination, filters and errors.

A text that begins with `$` stands for what is known where it is used: of a user (`$given`), of a page (`$rows`), of an
error (`$message`). Each table cites the document that it was written from.
"""

import math
import random
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from user_directory_sandbox.apis.api import Api, Handler, Page, Refused, json_array
from user_directory_sandbox.apis.tabled.briefs import brief
from user_directory_sandbox.apis.tabled.identities import Identities
from user_directory_sandbox.apis.tabled.links import link_headers, url_at
from user_directory_sandbox.apis.tabled.matches import Matches
from user_directory_sandbox.apis.tabled.one_user import ALIAS, OneUser
from user_directory_sandbox.apis.tabled.paging import BeyondTheList, Paging, Window, WrongPosition
from user_directory_sandbox.apis.tabled.selecting import UnknownField, is_advanced, rules_of, shown
from user_directory_sandbox.apis.tabled.templates import at, filled, merged, time_text, without_nothing
from user_directory_sandbox.apis.tabled.variants import in_variant, variant_setting
from user_directory_sandbox.draws import draw
from user_directory_sandbox.expressions import LANGUAGES, NoExpression, Test
from user_directory_sandbox.http import Headers, Reply, Request, json_reply, to_json
from user_directory_sandbox.members import SECOND, shares
from user_directory_sandbox.people import Person
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
        picks: Table = self.table.get("picks", {})
        self._picks = {name: (self.members.key(name), shares(**each)) for name, each in picks.items()}
        self._has_alias = self.members.key("alias")
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
        if "count" in self.table:  # before the users, whose id it would be taken for
            own[self.table["count"]["path"]] = self.count_users
        if "lookup" in self.table:
            own[self.table["lookup"]["path"]] = self.look_up
        if "get" in self.table:
            rule = self.table["get"]
            own[rule["path"]] = self.by_value(rule) if "parameter" in rule else self.get_user
        own |= {each["path"]: self.by_value(each) for each in self.table.get("lookups", ())}
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

    def refuse(self, status: int, message: str = "", headers: Headers = (), code: str | None = None) -> Reply:
        return self._refused(status, message, headers, {} if code is None else {"code": code})

    def _refused(self, status: int, message: str, headers: Headers, more: Table) -> Reply:
        """Return an error; `more` is what this one says in place of others with its status."""
        errors: Table = self.table["errors"]
        known: Table = {**errors["by_status"].get(str(status), {}), **more}
        sent = known.get("status", status)
        said = {"status": sent, "message": message or known.get("message", "Error"), "code": known.get("code", "")}
        return json_reply(filled(errors["body"], said | {"name": known.get("name", "")}), sent, headers)

    # Users

    def record(self, number: int) -> dict[str, Any]:
        own: Table = self.table.get("by_status", {}).get(self.status(number), {})
        record = filled(merged(self.table["record"], own.get("fields", {})), self.traits(number))
        if self.table.get("omits_empty"):
            return dict(without_nothing(record))
        without, nulls = own.get("without", ()), self.table.get("nulls", False)
        return {name: value for name, value in record.items() if (nulls or value is not None) and name not in without}

    def traits(self, number: int) -> Mapping[str, Any]:
        person, status = self.members.person(number), self.status(number)
        timespec = self.table.get("times", "milliseconds")
        flags = {name: status in statuses for name, statuses in self.table.get("flags", {}).items()}
        lacking = dict.fromkeys(self.table.get("lacking", {}).get(status, ()))
        return {
            "id": self.identities_of_users.as_sent(number),
            "handle": self.identities_of_users.handle(number),
            "given": person.given,
            "family": person.family,
            "last": person.family or person.given,
            "full": person.full,
            "display": person.display,
            "email": person.email,
            "login": person.email,
            "local": person.local,
            "elder_email": self._with_capitals(max(0, number - 1)),
            "domain": person.domain,
            "alias": self._alias(number, person),
            "status": status,
            "active": status in self.table.get("active", ()),
            "created": time_text(self.members.created(number), timespec),
            "updated": time_text(self.members.updated(number), timespec),
            **{name: self.members.pick(key, number, table) for name, (key, table) in self._picks.items()},
            "company": person.domain.partition(".")[0],
            "none": None,
            "created_milliseconds": self.members.created(number) // 1000,
            "updated_seconds": self.members.updated(number) // SECOND,
            **flags,
            **lacking,
        }

    def _with_capitals(self, number: int) -> str:
        """Return an address as people write it: Ada.Lovelace@acme.example."""
        local, _, domain = self.members.email(number).rpartition("@")
        return f"{local.title()}@{domain}"

    def _alias(self, number: int, person: Person) -> str | None:
        """Return a second address, which one user in four has."""
        has_one = self.members.pick(self._has_alias, number, (True, False, False, False))
        return f"{person.local}{ALIAS}@{person.domain}" if has_one else None

    def status(self, number: int) -> str:
        """Return the user's status: the same in every answer."""
        return self.members.pick(self._status_key, number, self._statuses)

    def get_user(self, request: Request, identity: str) -> Reply:
        rule: Table = self.table["get"]
        number = self.known(identity)
        number = self._number_of_address(rule, identity.lower()) if number is None else number
        number = self._keyed(identity) if number is None else number
        if "select" in self.table and number is not None and number in self.roster:
            return json_reply(self._shown(number, request))
        return self.one(number, rule)

    def _keyed(self, identity: str) -> int | None:
        """Return the live user who has this value in a field that the path takes, too."""
        fields: Sequence[str] = self.table["get"].get("keys", ())
        everybody = self.roster.listing.numbers() if fields and self.known(identity) is None else ()
        wanted = identity.casefold()
        return next(
            (each for each in everybody for field in fields if str(at(self.record(each), field)).casefold() == wanted),
            None,
        )

    def _shown(self, number: int, request: Request) -> dict[str, Any]:
        record = self.sent(number, self.record(number))
        try:
            return shown(record, request, self.table["select"]) if "select" in self.table else record
        except UnknownField as problem:
            raise Refused(self.refuse(400, str(problem))) from problem

    def _rows(self, numbers: Sequence[int], request: Request) -> list[bytes]:
        if "select" in self.table:
            return [to_json(self._shown(number, request)) for number in numbers]
        return self.rows(numbers)

    def count_users(self, request: Request, _: str) -> Reply:
        """Answer how many users match, as JSON, or as plain text if the table has a text."""
        self._advance(request, needed="advanced" in self._list, also=False)
        body = filled(self.table["count"]["body"], {"total": len(self._asked(request))})
        return Reply(200, body.encode(), "text/plain") if isinstance(body, str) else json_reply(body)

    # Lists

    def list_users(self, request: Request, _: str) -> Page | Reply:
        self._refuse_parameters(request)
        needed = self._list.get("needs_one_of", ())
        if needed and not any(request.value(name) for name in needed):
            raise Refused(self.refuse(400))
        listing = self._sorted(self._asked(request), request)
        paging, body = self._paged_by(request)
        window = self._window(paging, request)
        numbers = listing.numbers(window.start, window.start + (0 if window.is_empty else window.size))
        stop = window.start + len(numbers)
        following = paging.following(window, stop) if stop < len(listing) else paging.end
        total = len(listing) if self._states_total(request, window) else None
        beside = paging.beside(window, len(listing))
        facts = {"total": total, "start": window.start + 1, "size": len(numbers), "beside": beside}
        facts |= {"row": window.start, "limit": window.size}

        def render(rows: Sequence[bytes], following: str | None) -> Reply:
            return self._rendered(request, body, rows, following, facts)

        return Page(self._rows(numbers, request), render, following, window.position)

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
        rules: Table = self._list.get("filters", {})
        given = {name: text for name in rules if (text := request.value(name)) is not None}
        if given:
            return self._filtered(request, given)
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

    def _filtered(self, request: Request, given: Mapping[str, str]) -> Listing:
        tests = [self._test(request, name, text) for name, text in given.items()]
        hiding = any(self._list["filters"][name].get("hides") for name in given)
        hidden = frozenset[str](self._list["hidden"] if hiding else ())
        everybody = (each for each in self.roster.listing.numbers() if self.status(each) not in hidden)

        def keep() -> Iterator[int]:
            return (each for each in everybody if all(test(self.record(each)) for test in tests))

        return self.roster.select(tuple(given.items()), keep)

    def _test(self, request: Request, name: str, text: str) -> Test:
        rule = self._list["filters"][name]
        self._advance(request, needed=rule.get("needs_header", False), also=False)
        rules = rules_of(rule, advanced=self._is_advanced(request))
        try:
            return LANGUAGES[rule.get("language", "scim")](text, rules)
        except NoExpression as problem:
            raise Refused(self.refuse(400, f"{name}: {problem}")) from problem

    def _is_advanced(self, request: Request) -> bool:
        return "advanced" in self._list and is_advanced(request, self._list["advanced"])

    def _advance(self, request: Request, *, needed: bool, also: bool = True) -> None:
        """Refuse a request that must be an advanced one, and is none. Raises: Refused."""
        if needed and not is_advanced(request, self._list["advanced"], also=also):
            raise Refused(self.refuse(400, self._list["advanced"]["message"]))

    def _states_total(self, request: Request, window: Window) -> bool:
        return "advanced" not in self._list or (self._is_advanced(request) and window.position is None)

    def _sorted(self, listing: Listing, request: Request) -> Listing:
        rule: Table = self._list.get("sort", {})
        text = request.value(rule["by"]) if rule else None
        if not text or ("only_with" in rule and request.value(rule["only_with"]) is None):
            return listing if self.behaviour["steady"] else self._shuffled(listing)
        by, _, suffix = text.partition(":" if rule.get("form") == "suffix" else " ")
        if by not in rule["attributes"]:
            raise Refused(self.refuse(400, f"{rule['by']}: unknown attribute {by!r}"))
        direction = (suffix or request.value(rule.get("order", "")) or "").lower()
        descending = direction.startswith(("desc", "-"))
        filtered = any(request.value(name) is not None for name in rule.get("advanced_with", ()))
        self._advance(request, needed=filtered or by in rule.get("advanced", ()))
        path = rule.get("paths", {}).get(by, by)

        def numbers() -> list[int]:
            return sorted(
                listing.numbers(), key=lambda each: str(at(self.record(each), path)).casefold(), reverse=descending
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
        url = None if following is None else url_at(request, self._paging.parameter, following)
        held: Any = "$rows" if rows or not self.table.get("omits_empty") else None
        body = filled(template, {**facts, "next": following, "next_url": url, "rows": held})
        absent = self._list.get("left_out", ())
        if template is self._list.get("cursors", {}).get("body"):  # RFC 9865 §2: the last page has no next cursor
            absent = tuple(body)
        body = without_nothing(body) if self.table.get("omits_empty") else body
        sent = to_json({name: value for name, value in body.items() if value is not None or name not in absent})
        return Reply(200, sent.replace(b'"$rows"', json_array(rows)), headers=headers)

    def _document(self, path: str) -> Handler:
        return lambda _, __: json_reply(self._now["documents"][path])


def tabled(name: str) -> type[Tabled]:
    """Return the API of a table."""
    table = tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))
    own = {"asked_by": one_of("member", "stranger")} if "concealed" in table["list"] else {}
    if not table.get("retry_after", True):
        own["retry_after"] = switch(default=False)
    settings = {
        "directory": name,
        "table": table,
        "variables": table.get("variables", {}),
        "token_endpoint": table.get("token", {}),
        "credential": table["auth"].get("credential", Api.credential),
        "total_field": table["list"].get("total_field"),
        "over_maximum": table["list"]["size"].get("over", "refuse"),
        "signs": table["auth"].get("service_account", False),
        "methods": table.get("methods", Api.methods),
        "settings": own,
        "id_field": table["ids"].get("field", "id"),
        "token_path": table.get("token_path"),
    }
    return type(name.title(), (Tabled,), settings)
