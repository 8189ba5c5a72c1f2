"""Answers about one user: by id or by handle, also about people who are in no list of the directory."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from user_directory_sandbox.apis.api import Handler, Refused
from user_directory_sandbox.apis.tabled.asking import UnknownField, shown
from user_directory_sandbox.apis.tabled.records import ALIAS, Records
from user_directory_sandbox.apis.tabled.templates import Table, at, filled
from user_directory_sandbox.draws import draw
from user_directory_sandbox.http import Headers, Reply, Request, json_reply, to_json


class OneUser(Records):
    """An API whose table says how it answers about one user."""

    @abstractmethod
    def refuse(self, status: int, message: str = "", headers: Headers = (), code: str | None = None) -> Reply:
        """Return an error; without a code, the one that the table has for its status."""

    def _traits_of_one(self, number: int) -> Mapping[str, Any]:
        """Return what answers about one user can tell: also what only some people have."""
        key, some = self.members.key, self.table.get("some", {})
        lacks = {trait: None for trait, share in some.items() if draw(key(trait), number) % 100 >= share}
        return {**self.traits(number), **lacks}

    def whole(self, number: int) -> dict[str, Any]:
        """Return the user as an answer about nobody else shows them."""
        more: dict[str, Any] = filled(self.table.get("whole", {}), self._traits_of_one(number))
        return self.record(number) | more

    def another_than(self, identity: str) -> str:
        """Return the id, or the handle, of another live user than the one who is asked for by it."""
        number = self.identities_of_users.number_of_handle(identity)
        if number is None:
            return super().another_than(identity)
        other = self.number(super().another_than(self.identity(number)))
        return identity if other is None else self.identities_of_users.handle(other)

    def get_user(self, request: Request, identity: str) -> Reply:
        """Answer about the user who has an id, or what else the path takes. Raises: Refused."""
        rule: Table = self.table["get"]
        number = self.known(identity)
        number = self._number_of_address(rule, identity.lower()) if number is None else number
        number = self._keyed(identity) if number is None else number
        if "select" in self.table and number is not None and number in self.roster:
            return json_reply(self.shown(number, request))
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

    def shown(self, number: int, request: Request) -> dict[str, Any]:
        """Return the fields of a user that a request selects. Raises: Refused."""
        record = self.sent(number, self.record(number))
        try:
            return shown(record, request, self.table["select"]) if "select" in self.table else record
        except UnknownField as problem:
            raise Refused(self.refuse(400, str(problem))) from problem

    def rows_of(self, numbers: Sequence[int], request: Request) -> list[bytes]:
        """Return the records of users as a request wants them. Raises: Refused."""
        if "select" in self.table:
            return [to_json(self.shown(number, request)) for number in numbers]
        return self.rows(numbers)

    def look_up(self, request: Request, _: str) -> Reply:
        """Answer with all who have a value, in exactly this spelling."""
        rule: Table = self.table["lookup"]
        value = request.value(rule["parameter"])
        if value is None:
            raise Refused(self.refuse(400, f"{rule['parameter']} is missing"))
        records = (self.record(number) for number in self.roster.listing.numbers())
        found = [record for record in records if at(record, rule["attribute"]) == value]
        return json_reply(found)

    def by_value(self, rule: Table) -> Handler:
        """Return what answers about the user who has the value in the path, or in a parameter."""

        def answer(request: Request, text: str) -> Reply:
            asked = text or request.value(rule.get("parameter", "")) or ""
            number = self.known(asked) if text or "id" in rule.get("by", ("id",)) else None
            number = self._number_of_address(rule, asked.lower()) if number is None else number
            is_hidden = number is not None and self.traits(number)["status"] in rule.get("hidden", ())
            return self.one(None if is_hidden else number, rule)

        return answer

    def _number_of_address(self, rule: Table, asked: str) -> int | None:
        """Return who has an address, if the path takes one of this kind."""
        by, first = rule.get("by", ()), asked.replace(f"{ALIAS}@", "@")
        number = self.members.number_of_email(first) if {"login", "alias"} & {*by} else None
        if number is None:
            return None
        traits = self.traits(number)
        taken = [traits[trait] for trait, kind in (("email", "login"), ("alias", "alias")) if kind in by]
        return number if asked in taken else None

    def by_handle(self, rule: Table) -> Handler:
        """Return what answers about the user who has a handle."""
        return lambda _, handle: self.one(self.identities_of_users.number_of_handle(handle), rule)

    def one(self, number: int | None, rule: Table) -> Reply:
        """Answer about one user, by a rule: also about `anybody`, or those who are `invited`. Raises: Refused."""
        if rule.get("guarded") and self.is_stranger:
            raise Refused(self.refuse(403))
        if number is None or not (number in self.roster or rule.get("anybody") or self._is_invited(number, rule)):
            raise Refused(self.refuse(404, code=rule.get("absent")))
        whole = self.sent(number, self.whole(number))
        belongs = "active" if number in self.roster else "pending"
        row = self.sent(number, self.record(number))
        traits = {**self.traits(number), "whole": whole, "row": row, "belongs": belongs}
        return json_reply(filled(rule.get("body", "$whole"), traits))

    def _is_invited(self, number: int, rule: Table) -> bool:
        share: int = rule.get("invited", 0)
        return draw(self.members.key("invited"), number) % 100 < share

    @property
    def is_stranger(self) -> bool:
        """Whether requests are those of somebody who is not in the directory."""
        return "asked_by" in self.settings and self.behaviour["asked_by"] == "stranger"
