"""Directories whose manifest, or whose API, is not as it should be; and what would be true of the people in them.

A source without I/O: it keeps the people in the form that the API sends, and answers as badly as it is told to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from pydantic import SecretStr

from user_directories import Directories, DirectorySettings, Manifest, MemoryStore
from user_directories.directory.directory import Directory
from user_directories.sources.traffic import Traffic
from user_directory_pagination import RawPage

EPOCH = datetime(2020, 1, 1, 12, tzinfo=UTC)
WORDS = ("active", "suspended", "Émigré")
NAMES = ("Ada Lovelace", "Grace Hopper", "Jean-Luc Picard", "Ada King", "Zoë Ng")


@dataclass(frozen=True)
class Person:
    """What is true of somebody."""

    id: str
    name: str
    email: str | None
    status: str | None
    created: datetime | None


@dataclass(frozen=True)
class Form:
    """How an API sends one field, and the path of a manifest to it: the right one, or a mistake."""

    send: Callable[[Any], Mapping[str, Any]]
    path: str
    tables: Mapping[str, Any] = field(default_factory=dict[str, Any])


def under(key: str, write: Callable[[Any], Any] = lambda value: value) -> Callable[[Any], Mapping[str, Any]]:
    return lambda value: {key: None if value is None else write(value)}


def if_any(key: str) -> Callable[[Any], Mapping[str, Any]]:
    return lambda value: {} if value is None else {key: value}


def unlike(word: str, one: Callable[[str], Any], others: Callable[[str], Any]) -> Callable[[str], Any]:
    """Write one value in another way than the others."""
    return lambda value: one(value) if value == word else others(value)


AS_WORDS = {"values": {"status": {"active": True, "suspended": False}}}
MISSPELT = {"values": {"status": {"active": "actve", "suspended": "suspended"}}}
STATUS = {
    "a word": Form(under("state"), "state"),
    "a word in capitals": Form(under("state", str.upper), "state"),
    "left out if there is none": Form(if_any("state"), "state"),
    "a list": Form(under("state", lambda word: [word]), "state"),
    "a list of two": Form(under("state", lambda word: ["other", word]), "state"),
    "in an object": Form(under("state", lambda word: {"code": word}), "state.code"),
    "an object": Form(under("state", lambda word: {"code": word}), "state"),
    "true or false": Form(under("state", lambda word: word == "active"), "state"),
    "true or false, as words": Form(under("state", lambda word: word == "active"), "state", AS_WORDS),
    "true or false, as words for a text": Form(under("state", lambda word: str(word == "active")), "state", AS_WORDS),
    "a table with a mistake": Form(under("state"), "state", MISSPELT),
    "a single object beside lists": Form(
        under("state", unlike("active", lambda word: {"name": word}, lambda word: [{"name": word}])), "state[].name"
    ),
    "a text beside lists": Form(under("state", unlike("active", str, lambda word: [word])), "state[0]"),
    "a text among objects": Form(under("state", lambda word: [{"name": "other"}, word]), "state[].name"),
    "a text beside objects": Form(under("state", unlike("suspended", str, lambda word: {"code": word})), "state.code"),
    "a typing error": Form(under("state"), "stat"),
    "a typing error in an object": Form(under("state", lambda word: {"code": word}), "state.cod"),
}
EMAIL = {
    "an address": Form(under("mail"), "mail"),
    "left out if there is none": Form(if_any("mail"), "mail"),
    "a list": Form(under("mail", lambda mail: ["other@x.example", mail]), "mail"),
    "objects": Form(under("mail", lambda mail: [{"value": mail}]), "mail[].value"),
    "objects, taken for addresses": Form(under("mail", lambda mail: [{"value": mail}]), "mail"),
    "with the prefix of Exchange": Form(under("mail", lambda mail: f"SMTP:{mail}"), "mail"),
    "with a name": Form(under("mail", lambda mail: f"Somebody <{mail}>"), "mail"),
    "with another in one text": Form(under("mail", lambda mail: f"other@x.example; {mail}"), "mail"),
    "a single object beside lists": Form(
        under("mail", unlike("ada@acme.example", lambda mail: {"value": mail}, lambda mail: [{"value": mail}])),
        "mail[].value",
    ),
    "a pattern that is too narrow": Form(under("mail"), "mail", {"patterns": {"email": "[a-z]+@[a-z.]+"}}),
    "a typing error": Form(under("mail"), "email"),
    "only for a single user": Form(lambda _: {}, "mail"),
}
CREATED = {
    "ISO": Form(under("made", datetime.isoformat), "made"),
    "LDAP": Form(under("made", lambda at: f"{at:%Y%m%d%H%M%SZ}"), "made"),
    "milliseconds": Form(under("made", lambda at: int(at.timestamp() * 1000)), "made"),
    "ticks": Form(
        under("made", lambda at: (at - datetime(1, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10), "made"
    ),
    "digits and milliseconds": Form(under("made", lambda at: f"{at:%Y%m%d%H%M%S}000"), "made"),
    "digits without seconds": Form(under("made", lambda at: f"{at:%Y%m%d%H%M}"), "made"),
    "days": Form(under("made", lambda at: (at - datetime(1970, 1, 1, tzinfo=UTC)).days), "made"),
    "in an object or not": Form(
        under("made", lambda at: at.isoformat() if at > EPOCH else {"at": at.isoformat()}), "made.at"
    ),
    "never": Form(lambda at: {"made": "0001-01-01T00:00:00Z" if at is None else at.isoformat()}, "made"),
    "day first": Form(under("made", lambda at: f"{at:%d/%m/%Y %H:%M}"), "made"),
    "day first, as the manifest says": Form(
        under("made", lambda at: f"{at:%d/%m/%Y %H:%M}"),
        "made",
        {"times": {"created_at": {"format": "%d/%m/%Y %H:%M"}}},
    ),
    "a typing error": Form(under("made"), "maid"),
}
RULES = (
    *("none", "exact", "exact, but compares case", "exact, but without effect", "contains"),
    *("exact, but finds nobody", "exact, but by something else"),
)
TIMES = ("not asked", "as it should", "by the day", "not at all", "nine hours off", "without effect")
"""How an API filters by bounds of a time."""
SEARCHES = ("none", "finds words", "misses people", "without effect")
PAGINATIONS = {
    "pages": {"strategy": "page", "parameter": "p"},
    "tokens": {"strategy": "token", "parameter": "t", "next": "next"},
}
TOTALS: dict[str, Callable[[int, int, int], int | None]] = {
    "none": lambda everybody, found, page: None,
    "right": lambda everybody, found, page: found,
    "of the page": lambda everybody, found, page: page,
    "unfiltered": lambda everybody, found, page: everybody,
    "too high": lambda everybody, found, page: found + 3,
    "capped": lambda everybody, found, page: min(found, 20),
}
"""What an API states, of how many people there are, match, and stand on the page."""
SINGLES = ("none", "finds", "a wrong path", "a wrong form of ids", "always the first")


@dataclass
class World:
    """A directory, what its manifest says of it, and what is so."""

    people: list[Person]
    status: str
    email: str
    created: str
    rule: str
    search: str
    single: str
    total: str = "none"
    pagination: str = "pages"
    largest: int = 5
    times: str = "not asked"
    asked: int = 0
    last_problem: str | None = None
    signs_in_by: str = "no key"
    traffic: Traffic = field(default_factory=Traffic)

    @property
    def forms(self) -> Mapping[str, Form]:
        return {"status": STATUS[self.status], "email": EMAIL[self.email], "created_at": CREATED[self.created]}

    def record(self, person: Person, *, single: bool = False) -> dict[str, Any]:
        sent: dict[str, Any] = {"id": person.id, "name": person.name}
        values = {"status": person.status, "email": person.email, "created_at": person.created}
        for name, form in self.forms.items():
            sent |= form.send(values[name])
        return sent | ({"mail": person.email} if single and self.email.startswith("only") else {})

    def manifest(self) -> Manifest:
        page: dict[str, Any] = {
            "version": 1,
            "name": "acme",
            "title": "Acme",
            "docs": "https://acme.example/docs",
            "auth": {"environment": "ACME_KEY"},
            "list": {
                "path": "/people",
                "items": "@",
                "page_size": {"parameter": "n", "maximum": self.largest},
                "pagination": PAGINATIONS[self.pagination],
            },
            "user": {"id": "id", "name": "name"},
        }
        if self.total != "none":
            page["list"]["total"] = {"path": "total"}
        for name, form in self.forms.items():
            page["user"][name] = form.path
            page["user"] |= {key: table for key, table in form.tables.items() if key != "values"}
            page |= {key: table for key, table in form.tables.items() if key == "values"}
        if self.rule != "none":
            page["filters"] = {"status": {"parameter": "state", "match": self.rule.partition(",")[0]}}
        if self.times != "not asked":
            bounds = {"after": {"parameter": "since", "match": "unknown"}}
            bounds["before"] = {"parameter": "until", "match": "exact"}
            page.setdefault("filters", {})["created_at"] = bounds
        if self.search != "none":
            page["search"] = {"parameter": "q", "match": "fuzzy"}
        if self.single != "none":
            page["get"] = {"path": "/people/{id}", "ids": "[0-9]+" if self.single == "a wrong form of ids" else ".+"}
        return Manifest.model_validate(page)

    def open(self, store: MemoryStore | None = None) -> Directories:
        settings = DirectorySettings("acme", self.manifest(), "https://acme.example", SecretStr("key"))
        directories = Directories([settings], store or MemoryStore())
        directories._directories["acme"] = Directory(settings, self)
        return directories

    async def document(self, path: str, budget: Any) -> Any:
        raise AssertionError("The manifest names no document.")

    async def page(self, parameters: Any, budget: Any, route: str = "", endpoint: Any = None) -> RawPage:
        budget.requests -= 1
        self.asked += 1
        asked = dict(parameters)
        found = [each for each in self.people if self._meets(each, asked)]
        size = int(asked.get("n", 5))
        start = int(asked["t"]) if "t" in asked else (int(asked.get("p", 1)) - 1) * size
        rows = [self.record(each) for each in found[start : start + size]]
        following = str(start + size) if start + size < len(found) else None
        total = TOTALS[self.total](len(self.people), len(found), len(rows))
        return RawPage(rows, {"next": following, "total": total}, total=total)

    def _meets(self, person: Person, asked: Mapping[str, str]) -> bool:
        return self._has_state(person, asked) and self._has_text(person, asked) and self._is_in_time(person, asked)

    def _is_in_time(self, person: Person, asked: Mapping[str, str]) -> bool:
        if not {"since", "until"} & asked.keys() or self.times == "without effect":
            return True
        if person.created is None or self.times == "not at all":
            return False
        limits = {name: datetime.fromisoformat(asked[name]) for name in ("since", "until") if name in asked}
        if self.times == "by the day":
            limits = {name: limit.replace(hour=0, minute=0, second=0) for name, limit in limits.items()}
        if self.times == "nine hours off":
            limits = {name: limit + timedelta(hours=9) for name, limit in limits.items()}
        starts, ends = limits.get("since", person.created), limits.get("until")
        return starts <= person.created and (ends is None or person.created < ends)

    def _has_state(self, person: Person, asked: Mapping[str, str]) -> bool:
        if "state" not in asked or self.rule.endswith("without effect"):
            return True
        if self.rule.endswith("finds nobody"):
            return False
        if self.rule.endswith("something else"):
            return is_ada(person)
        kept = next((each for each in self._sent_states(person)), None)
        if kept is None:
            return False
        wanted = asked["state"]
        if self.rule == "contains":
            return wanted.lower() in kept.lower()
        return kept == wanted if self.rule.endswith("compares case") else kept.lower() == wanted.lower()

    def _sent_states(self, person: Person) -> list[str]:
        """What the API keeps as the state, which is what it compares."""
        if person.status is None:
            return []
        if self.status.startswith("true or false"):
            return [str(person.status == "active").lower()]
        return [person.status.upper() if "capitals" in self.status else person.status]

    def _has_text(self, person: Person, asked: Mapping[str, str]) -> bool:
        if "q" not in asked or self.search == "without effect":
            return True
        if self.search == "misses people" and self.people.index(person) % 2:
            return False
        return asked["q"].lower() in f"{person.name} {person.email} {person.id}".lower()

    async def one(self, identifier: str, budget: Any) -> Any | None:
        budget.requests -= 1
        if self.single in ("none", "a wrong form of ids"):
            raise LookupError(identifier)
        if self.single == "always the first":
            return self.record(self.people[0], single=True) if self.people else None
        found = [each for each in self.people if each.id == identifier and self.single == "finds"]
        return self.record(found[0], single=True) if found else None


def people() -> st.SearchStrategy[list[Person]]:
    person = st.builds(
        lambda name, email, status, days: (name, email, status, days),
        st.sampled_from(NAMES),
        st.sampled_from(["ada@acme.example", "GRACE@acme.example", "zoe@acme.example", None]),
        st.sampled_from([*WORDS[:2], *WORDS, None]),
        st.integers(0, 4) | st.none(),
    )
    short = st.lists(person, max_size=12)
    alternating = st.lists(person, min_size=8, max_size=12).map(lambda drawn: drawn * 4)
    sorted_by_status = alternating.map(lambda drawn: sorted(drawn, key=lambda each: each[2] or ""))
    return (short | short | alternating | sorted_by_status).map(
        lambda drawn: [
            Person(f"p{place}", name, email, status, None if days is None else EPOCH + timedelta(days=30 * days))
            for place, (name, email, status, days) in enumerate(drawn)
        ]
    )


def worlds() -> st.SearchStrategy[World]:
    return st.builds(
        World,
        people(),
        st.sampled_from(sorted(STATUS)),
        st.sampled_from(sorted(EMAIL)),
        st.sampled_from(sorted(CREATED)),
        st.sampled_from(RULES),
        st.sampled_from(SEARCHES),
        st.sampled_from(SINGLES),
        st.sampled_from(["none", *TOTALS]),
        st.sampled_from(sorted(PAGINATIONS)),
        st.sampled_from([5, 5, 30]),
        st.sampled_from(TIMES),
    ).filter(can_be_told)


def can_be_told(world: World) -> bool:
    """Whether the API shows what is true: a flag has no third word, and who is given shows that another was meant.

    Where a filter by something else gives only users who match, no client can know that it left out others.
    """
    given = {person.status for person in world.people if is_ada(person)} - {None}
    is_shown = len(given) > 1 or not world.rule.endswith("something else")
    return is_shown and not (world.status.startswith("true or false") and has_third_word(world))


def is_ada(person: Person) -> bool:
    return person.name.startswith("Ada")


def has_third_word(world: World) -> bool:
    """Whether a flag cannot say what is true of somebody."""
    return any(person.status == WORDS[2] for person in world.people)
