"""Simulated APIs that are a page of TOML in `tables/`: paths, records, envelope, pagination, filters and errors.

A text that begins with `$` stands for what is known where it is used: of a user (`$given`), of a page (`$rows`), of an
error (`$message`). Each table cites the document that it was written from.
"""

import math
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from user_directory_sandbox.apis.api import Api, Handler, Page, Refused, json_array
from user_directory_sandbox.apis.tabled.briefs import brief
from user_directory_sandbox.apis.tabled.links import link_headers, url_at
from user_directory_sandbox.apis.tabled.paging import BeyondTheList, Paging, Window, WrongPosition
from user_directory_sandbox.apis.tabled.selection import Selection
from user_directory_sandbox.apis.tabled.templates import Table, filled, without_nothing
from user_directory_sandbox.apis.tabled.variants import in_variant, variant_setting
from user_directory_sandbox.http import Headers, Reply, Request, json_reply, to_json
from user_directory_sandbox.settings import Setting, one_of, switch

TABLES = Path(__file__).parents[2] / "tables"
TABLED: tuple[str, ...] = tuple(sorted(file.stem for file in TABLES.glob("*.toml")))
"""The directories that are tables."""


class Tabled(Selection):
    """The API that a table describes."""

    hands_out_positions = True

    def __init__(self, seed: int, users: int) -> None:
        super().__init__(seed, users)
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
        self.list_rule = self._now["list"]
        tokens = self.members.identifiers_of("position")
        self._paging = Paging(self.list_rule, tokens)
        cursors = self.list_rule.get("cursors")
        self._cursors = Paging({**self.list_rule, "position": cursors}, tokens) if cursors else None

    def routes(self) -> Mapping[str, Handler]:
        own: dict[str, Handler] = {self.list_rule["path"]: self.list_users}
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

    def count_users(self, request: Request, _: str) -> Reply:
        """Answer how many users match, as JSON, or as plain text if the table has a text."""
        self.advance(request, needed="advanced" in self.list_rule, also=False)
        body = filled(self.table["count"]["body"], {"total": len(self.asked(request))})
        return Reply(200, body.encode(), "text/plain") if isinstance(body, str) else json_reply(body)

    # Lists

    def list_users(self, request: Request, _: str) -> Page | Reply:
        self._refuse_parameters(request)
        needed = self.list_rule.get("needs_one_of", ())
        if needed and not any(request.value(name) for name in needed):
            raise Refused(self.refuse(400))
        listing = self.ordered(self.asked(request), request)
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

        return Page(self.rows_of(numbers, request), render, following, window.position)

    def _refuse_parameters(self, request: Request) -> None:
        """Refuse the parameters that this variant does not take. Raises: Refused."""
        for name in self.list_rule.get("refused", ()):
            if request.value(name) is not None:
                raise Refused(self.refuse(400, f"{name} is not supported"))

    def _paged_by(self, request: Request) -> tuple[Paging, Any]:
        """Return how the pages of a request are found, and the template of its answer."""
        cursors = self._cursors
        if cursors is None or (request.value(cursors.parameter) is None and not self.list_rule["cursors"].get("usual")):
            return self._paging, self.list_rule["body"]
        return cursors, self.list_rule["cursors"]["body"]

    def _states_total(self, request: Request, window: Window) -> bool:
        return "advanced" not in self.list_rule or (self.is_advanced(request) and window.position is None)

    def _window(self, paging: Paging, request: Request) -> Window:
        try:
            return paging.window(request, self.behaviour.clamp, refuses=self.behaviour["over_maximum"] == "refuse")
        except BeyondTheList as problem:
            raise Refused(self._refused(400, "", (), self.list_rule["position"]["beyond"])) from problem
        except WrongPosition as problem:
            raise Refused(self.refuse(400, str(problem))) from problem

    def _rendered(
        self, request: Request, template: Any, rows: Sequence[bytes], following: str | None, facts: Table
    ) -> Reply:
        headers: Headers = ()
        if "links" in self.list_rule:
            targets = {**facts["beside"], "self": None} | ({} if following is None else {"next": following})
            headers = link_headers(self.list_rule["links"], request, self._paging.parameter, targets)
        rows = brief(self.list_rule.get("brief", {}), request, rows)
        wrapped: Table = self.list_rule.get("wrapped", {})
        if wrapped and request.value(wrapped["parameter"]) == wrapped["value"]:
            template = wrapped["body"]
        if template == "$rows":
            return Reply(200, json_array(rows), headers=headers)
        url = None if following is None else url_at(request, self._paging.parameter, following)
        held: Any = "$rows" if rows or not self.table.get("omits_empty") else None
        body = filled(template, {**facts, "next": following, "next_url": url, "rows": held})
        absent = self.list_rule.get("left_out", ())
        if template is self.list_rule.get("cursors", {}).get("body"):  # RFC 9865 §2: the last page has no next cursor
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
        "configured": table.get("configured", {}),
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
