"""Who is in the sandbox, read from its raw records, and whom a question means: nothing of it by the code under test."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from user_directory_sandbox import DIRECTORIES, Sandbox

STROKED = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe"}
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

COMMON = ("id", "email", "created_after", "created_before")
NAMES = ("name", "given_name", "family_name")
UPDATES = ("updated_after", "updated_before")
FIELDS = {
    "klavis": COMMON,
    "braintrust": (*COMMON, *NAMES, "organization"),
    "delay": (*COMMON, *UPDATES, "name", "username", "status", "state", "role"),
    "openphone": (*COMMON, *UPDATES, *NAMES, "role"),
    "quo": (*COMMON, *UPDATES, *NAMES, "role"),
    "monocloud": (*COMMON, *UPDATES, *NAMES, "username", "status", "state"),
}
ALL_FIELDS = (*COMMON, *UPDATES, *NAMES, "username", "status", "state", "role", "organization")
STATES = {"active": "active", "onboarding": "pending"} | dict.fromkeys(
    ("inactive", "suspended", "disabled"), "inactive"
)
"""The state of those who have a status; of a risky user no document says it."""


def offered(fields: Iterable[str]) -> set[str]:
    """Filters as a directory names them: a time for its bounds."""
    return {re.sub("_(after|before)$", "_at", field) for field in fields}


@dataclass(frozen=True)
class User:
    """What a record says of a user. `names` are the name as it is shown, and the texts that are a part of it."""

    directory: str
    id: str
    created: datetime | None
    emails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    given_name: str | None = None
    family_name: str | None = None
    username: str | None = None
    status: str | None = None
    role: str | None = None
    updated: datetime | None = None

    @property
    def state(self) -> str | None:
        return STATES.get(self.status or "")

    def texts(self) -> tuple[str, ...]:
        """What a free text is looked for in: names in scripts without spaces also as they are written there."""
        if self.given_name is None or self.family_name is None:
            parts = self.names[0].split() if self.names else []
        else:
            parts = [self.given_name, self.family_name]
        unspaced = len(parts) == 2 and unicodedata.name(parts[0][0]).startswith(
            ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
        )
        together = ("".join(parts), "".join(reversed(parts))) if unspaced else ()
        address = (self.id,) if "@" in self.id else ()
        return (*address, *self.emails, *self.names, *together, *((self.username,) if self.username else ()))


LETTERS_OF_THEIR_OWN = (8, 9, 103, 118)
"""The combining classes of voicing marks of kana, of Indic viramas and of Thai and Lao vowels."""


def is_accent(char: str) -> bool:
    return unicodedata.combining(char) not in (0, *LETTERS_OF_THEIR_OWN)


@cache
def fold(text: str) -> str:
    """Without letter case, accents and strokes; styled letters as plain ones; apostrophes and hyphens as typed."""
    folded = ""
    for char in unicodedata.normalize("NFKC", text):
        for lower in unicodedata.normalize("NFC", char.casefold()):
            is_kana = "\u3041" <= lower <= "\u30ff"
            plain = lower if is_kana else unicodedata.normalize("NFKD", lower)
            folded += "".join(STROKED.get(each, each) for each in plain if not is_accent(each))
    folded = "".join(chr(ord(each) - 0x60) if "\u30a1" <= each <= "\u30f6" else each for each in folded)
    return re.sub("[‐‑–]", "-", re.sub("[‘’ʼ`´]", "'", unicodedata.normalize("NFKD", folded)))


def address(text: str) -> str:
    """Without letter case, in plain letters; an accent makes another address."""
    return unicodedata.normalize("NFKC", text).casefold()


def accented(text: str) -> str:
    """With an accent on every vowel and every n."""
    return unicodedata.normalize("NFC", "".join(f"{char}\u0301" if char in "aeiounAEIOUN" else char for char in text))


def words(text: str) -> list[str]:
    found = [word.strip(".:!?'…").removeprefix("mailto:") for word in re.split(r'[\s,;()"“”<>]', fold(text))]
    return [word for word in found if word]


def matching(people: Iterable[User], text: str) -> list[str]:
    """The ids of those in whom every word of a text occurs, or whose id it is or begins."""
    wanted = words(text) or [fold(text)]
    haystacks = ((user, [fold(each) for each in user.texts()]) for user in people)
    return sorted(
        user.id
        for user, have in haystacks
        if all(any(word in each for each in have) for word in wanted) or is_id(fold(user.id), text, wanted)
    )


def is_id(identifier: str, text: str, wanted: list[str]) -> bool:
    """The whole text, or the only word of it, or eight characters or more of the beginning."""
    begins = len(wanted) == 1 and len(wanted[0]) >= 8 and identifier.startswith(wanted[0])
    return begins or identifier == fold(text.strip()) or [identifier] == wanted


def having(people: Iterable[User], **filters: object) -> list[str]:
    """The ids of those who meet every filter: any of its values, or a moment that bounds a time."""
    wanted = [(field, value if isinstance(value, list) else [value]) for field, value in filters.items()]
    return sorted(user.id for user in people if all(any(_has(user, f, each) for each in some) for f, some in wanted))


def value(user: User, field: str) -> str | datetime | None:
    """What a filter would have to say to find this user."""
    match field:
        case "email" | "name":
            return next(iter(user.emails if field == "email" else user.names), None)
        case "created_after" | "updated_after":
            return _time(user, field)
        case "created_before" | "updated_before":
            moment = _time(user, field)
            return None if moment is None else moment + timedelta(days=1)
        case _:
            return getattr(user, field)


def text(user: User, field: str) -> str:
    """The same of a field that is no time; empty if the user has none."""
    found = value(user, field)
    assert not isinstance(found, datetime)
    return found or ""


def _time(user: User, field: str) -> datetime | None:
    return user.created if field.startswith("created") else user.updated


def _has(user: User, field: str, wanted: Any) -> bool:
    match field:
        case "id":
            return user.id == wanted
        case "email":
            return address(wanted) in map(address, user.emails)
        case "name":
            return {word for name in user.names for word in words(name)}.issuperset(words(wanted))
        case "created_after" | "updated_after":
            return (moment := _time(user, field)) is not None and moment >= wanted
        case "created_before" | "updated_before":
            return (moment := _time(user, field)) is not None and moment < wanted
        case _:
            own = getattr(user, field)
            return own is not None and fold(own) == fold(wanted)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _texts(*values: str | None) -> tuple[str, ...]:
    return tuple(value for value in values if value)


def _joined(*parts: str | None) -> str:
    return " ".join(filter(None, parts))


def _klavis(record: dict) -> User:
    identifier = record["userId"]
    emails = (identifier,) if re.fullmatch(r"[^@\s]+@[^@\s]+", identifier) else ()
    return User("klavis", identifier, _moment(record["createdAt"]), emails)


def _braintrust(record: dict) -> User:
    given, family = record["given_name"], record["family_name"]
    created = _moment(record["created"]) if record["created"] else None
    emails, names = _texts(record["email"]), _texts(_joined(given, family), given, family)
    return User("braintrust", record["id"], created, emails, names, given, family)


def _delay(record: dict) -> User:
    return User(
        "delay",
        record["id"],
        _moment(record["created_at"]),
        (record["email"],),
        (record["name"],),
        username=record["identifier"],
        status=record["status"],
        role=record["user_type"],
        updated=_moment(record["updated_at"]),
    )


def _openphone(record: dict) -> User:
    given, family = record["firstName"], record["lastName"]
    return User(
        "openphone",
        record["id"],
        _moment(record["createdAt"]),
        _texts(record["email"]),
        _texts(_joined(given, family), given, family),
        given,
        family,
        role=record["role"],
        updated=_moment(record["updatedAt"]),
    )


def _monocloud(record: dict) -> User:
    claims = record["claims"]
    usernames = record["usernames"] if "usernames" in record else [record["username"]]
    given, family = claims.get("given_name"), claims.get("family_name")
    return User(
        "monocloud",
        record["user_id"],
        EPOCH + timedelta(seconds=record["creation_time"]),
        tuple(each["email"] for each in record["emails"]),
        _texts(claims.get("name"), given, family),
        given,
        family,
        username=next((each["username"] for each in usernames if each), None),
        status="disabled" if record["disabled"] else "active",
        updated=EPOCH + timedelta(seconds=record["last_updated"]),
    )


READERS = {
    "klavis": _klavis,
    "braintrust": _braintrust,
    "delay": _delay,
    "openphone": _openphone,
    "quo": _openphone,
    "monocloud": _monocloud,
}


def population(sandbox: Sandbox) -> dict[str, list[User]]:
    """Everybody, a directory each, in its order."""
    return {name: [READERS[name](record) for record in sandbox.records(name)] for name in DIRECTORIES}


PEOPLE = population(Sandbox(users=230))
"""Of the sandbox that the tests start: the same seed gives the same people."""
