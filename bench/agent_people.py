"""Who is in the sandbox, read from its raw records: what the truth is computed from, and whom a task asks about."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any

from user_directory_sandbox import DIRECTORIES, Sandbox

__all__ = ["Account", "Population", "account", "fold", "unaccented"]

_STROKED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i"})  # noqa: RUF001
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_SEED = 1  # what the sandbox takes if it is told nothing


@dataclass(frozen=True)
class Account:
    """A user of one directory, with what the tasks are about."""

    directory: str
    id: str
    created: datetime | None
    updated: datetime | None = None
    email: str | None = None
    given: str | None = None
    family: str | None = None
    name: str | None = None
    status: str | None = None
    role: str | None = None

    def mentions(self, text: str) -> bool:
        """Whether every word of the text stands in the id, the address or the name, whatever case and accents."""
        seen = " ".join(fold(each) for each in (self.id, self.email, self.name, self.given, self.family) if each)
        return all(word in seen for word in fold(text).split())

    def has_email(self, email: str) -> bool:
        return self.email is not None and self.email.casefold() == email.casefold()


@cache
def fold(text: str) -> str:
    """Without letter case and accents."""
    return unaccented(text).casefold()


def unaccented(text: str) -> str:
    """As it is typed on a keyboard without accents."""
    plain = unicodedata.normalize("NFKD", text.translate(_STROKED))
    return "".join(char for char in plain if not unicodedata.combining(char))


def account(directory: str, record: Mapping[str, Any]) -> Account:
    """A raw record as a careful reader understands it."""
    return _READERS[directory](record)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _klavis(record: Mapping[str, Any]) -> Account:
    identifier = record["userId"]
    email = identifier if _ADDRESS.fullmatch(identifier) else None
    return Account("klavis", identifier, _moment(record["createdAt"]), email=email)


def _braintrust(record: Mapping[str, Any]) -> Account:
    created, email = _moment(record["created"]), record["email"]
    given, family = record["given_name"], record["family_name"]
    return Account("braintrust", record["id"], created, email=email, given=given, family=family)


def _delay(record: Mapping[str, Any]) -> Account:
    times = _moment(record["created_at"]), _moment(record["updated_at"])
    told = {"email": record["email"], "name": record["name"], "status": record["status"], "role": record["user_type"]}
    return Account("delay", record["id"], *times, **told)


def _telephone(directory: str) -> Callable[[Mapping[str, Any]], Account]:
    def read(record: Mapping[str, Any]) -> Account:
        times = _moment(record["createdAt"]), _moment(record["updatedAt"])
        told = {"given": record["firstName"], "family": record["lastName"], "role": record["role"]}
        return Account(directory, record["id"], *times, record["email"], **told)

    return read


def _monocloud(record: Mapping[str, Any]) -> Account:
    created, updated = (datetime.fromtimestamp(record[name], UTC) for name in ("creation_time", "last_updated"))
    email = next((each["email"] for each in record["emails"] if each["primary"]), None)
    status = "disabled" if record["disabled"] else "active"
    name = record["claims"].get("name")
    return Account("monocloud", record["user_id"], created, updated, email, name=name, status=status)


_READERS: dict[str, Callable[[Mapping[str, Any]], Account]] = {
    "klavis": _klavis,
    "braintrust": _braintrust,
    "delay": _delay,
    "openphone": _telephone("openphone"),
    "quo": _telephone("quo"),
    "monocloud": _monocloud,
}


class Population:
    """Everybody in a sandbox of so many users a directory, which need not run: the same seed gives the same people."""

    def __init__(self, users: int) -> None:
        sandbox = Sandbox(users=users, seed=_SEED)
        self.accounts = {name: [account(name, each) for each in sandbox.records(name)] for name in DIRECTORIES}
        self._of_email: dict[str, list[Account]] = {}
        for each in (each for accounts in self.accounts.values() for each in accounts if each.email):
            self._of_email.setdefault(str(each.email), []).append(each)

    def __getitem__(self, directory: str) -> list[Account]:
        return self.accounts[directory]

    def of_email(self, email: str) -> list[Account]:
        """The accounts with this address, in all directories."""
        return self._of_email.get(email, [])

    def middle(self, directory: str, fits: Callable[[Account], bool]) -> Account:
        """Who fits and stands nearest to the middle of a list: whoever looks for them reads half of it."""
        accounts = self.accounts[directory]
        outwards = sorted(range(len(accounts)), key=lambda place: abs(place - len(accounts) // 2))
        for place in outwards:
            if fits(accounts[place]):
                return accounts[place]
        raise SystemExit(f"Nobody in {directory} fits a task: with another number of --users somebody may.")

    def only_one(self, directory: str, text: str) -> bool:
        """Whether a text can mean one user only, so that a question about it has one answer."""
        meant = (each for each in self.accounts[directory] if each.mentions(text))
        return len(list(islice(meant, 2))) == 1

    def newest(self, directory: str, count: int, fits: Callable[[Account], bool] = lambda _: True) -> list[str]:
        """The ids of the last that were created, the newest first; of the same second, the last listed first."""
        dated = [(each.created, place, each.id) for place, each in enumerate(self.accounts[directory]) if fits(each)]
        return [identifier for _, _, identifier in sorted(dated, reverse=True)[:count]]
