"""The users of a table: which statuses they have, what is known of each, and the record that says it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from user_directory_sandbox.apis.api import Api
from user_directory_sandbox.apis.tabled.identities import Identities
from user_directory_sandbox.apis.tabled.templates import Table, filled, merged, time_text, without_nothing
from user_directory_sandbox.members import SECOND, shares
from user_directory_sandbox.people import Person

ALIAS = ".alias"
"""How the local part of a second address ends."""


class Records(Api):
    """An API whose records are templates."""

    table: ClassVar[Table]

    def __init__(self, seed: int, users: int) -> None:
        super().__init__(seed, users)
        self._statuses = shares(**self.table["statuses"])
        self._status_key = self.members.key("status")
        self._has_alias = self.members.key("alias")
        self.identities_of_users = Identities(self.members, self.table["ids"])
        picks: Table = self.table.get("picks", {})
        self._picks = {name: (self.members.key(name), shares(**each)) for name, each in picks.items()}

    def identity(self, number: int) -> str:
        return self.identities_of_users.identity(number)

    def number(self, identity: str) -> int | None:
        return self.identities_of_users.number(identity)

    def record(self, number: int) -> dict[str, Any]:
        own: Table = self.table.get("by_status", {}).get(self.status(number), {})
        record = filled(merged(self.table["record"], own.get("fields", {})), self.traits(number))
        if self.table.get("omits_empty"):
            return dict(without_nothing(record))
        without, nulls = own.get("without", ()), self.table.get("nulls", False)
        return {name: value for name, value in record.items() if (nulls or value is not None) and name not in without}

    def traits(self, number: int) -> Mapping[str, Any]:
        """Return what templates can say of a user."""
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
