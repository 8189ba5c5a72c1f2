"""Pairs of worlds that an agent must not be able to tell apart: they differ only in what the operator does not show.

An API without I/O that is as treacherous as one can be: its search looks at everything that it has, and so does its
order of pages, its total and its filters, which are exact where the manifest says so.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args
from urllib.parse import quote

from hypothesis import strategies as st
from pydantic import SecretStr

from user_directories import Budget, Directories, DirectorySettings, Manifest, MemoryStore, restrict
from user_directories.directory.directory import Directory
from user_directories.manifest import Show
from user_directories.records.mapping import UserReader
from user_directories.records.masks import masked
from user_directories.sources.traffic import Traffic
from user_directories.users.folding import fold
from user_directories.users.user import NAME_FIELDS
from user_directory_pagination import RawPage

PATHS = {
    "id": "id",
    "name": "name",
    "given_name": "given",
    "family_name": "family",
    "email": "mail",
    "emails": "mails",
    "username": "login",
    "status": "state",
    "role": "role",
    "manager": "boss",
    "employee_id": "number",
    "created_at": "made",
    "avatar_url": "picture",
}
EXTRA = {"phone": "phone", "about": "about", "team": "team"}
JOINED = {name: key for name, key in PATHS.items() if name != "name"}
"""Without a name of its own: it is made of its parts."""
KEYS = PATHS | EXTRA
"""Our field → the key of their record."""

NAMES = ("Ada Lovelace", "Ada King", "Zoë Ng", "Grace Hopper", "Abe", "Jean-Luc Picard")
WORDS = ("active", "suspended", "admin", "user")
MAILS = ("ada@acme.example", "abe@acme.example", "amy.lee@acme.example", "zoe@corp.example", "zack@corp.example")
PHONES = ("+442079460001", "+442079460101", "+4930123401", "+1 202 555 0199")
TIMES = ("2020-01-31T12:00:00Z", "2024-06-01T00:00:00Z", "1999-12-31", "31/12/2021")
LONG = "x" * 300
OPEN: Mapping[str, Sequence[Any]] = {
    "name": NAMES,
    "given_name": ("Ada", "Zoë", "Grace"),
    "family_name": ("Lovelace", "Ng", "Hopper"),
    "email": MAILS,
    "emails": ([], [MAILS[0]], [MAILS[1], MAILS[3]], [MAILS[2], MAILS[4]]),
    "username": ("lovelace", "gh", "zoe.ng", "root"),
    "status": WORDS,
    "role": WORDS,
    "manager": ("m1", "m2"),
    "employee_id": ("100", "1001", "2007"),
    "created_at": TIMES,
    "avatar_url": ("https://x.example/1.png",),
    "phone": PHONES,
    "about": ("plain", {"a": 1}, ["b", "c"]),
    "team": ("red", "blue"),
}
"""What a field may hold."""

ODD: Sequence[Any] = (None, True, 7, {"a": "b"}, ["c"], [], "", LONG, "…")
"""What a hidden field may hold besides: what shows is the same."""

ECHOES = {
    "as it is": lambda mail: mail,
    "in capitals": str.upper,
    "in brackets": lambda mail: f"Somebody <{mail}>",
    "percent-encoded": lambda mail: f"x {quote(mail, safe='')}",
    "twice encoded": lambda mail: f"x {quote(quote(mail, safe=''))}",
    "with an accent": lambda mail: f"x {mail.replace('e', 'é')}",
    "in base64": lambda mail: f"x {base64.b64encode(mail.encode()).decode()}",
    "in words": lambda mail: f"x {mail.replace('@', ' (at) ')}",
    "without signs": lambda mail: f"x-{mail.replace('@', '-').replace('.', '-')}",
    "in a URL": lambda mail: f"https://x.example/?u={quote(mail, safe='')}&v=1",
}
NESTED = {
    "in a list": lambda mail: ["a", mail],
    "in an object": lambda mail: {"contact": {"mail": mail}},
    "as a key": lambda mail: {mail: 1, "b": 2},
    "in parts": lambda mail: {"local": mail.partition("@")[0], "domain": mail.partition("@")[2]},
    "in a list of parts": lambda mail: [mail.partition("@")[0], "@", mail.partition("@")[2]],
}
ECHOING = ("username", "name", "role", "employee_id", "avatar_url", "about", "manager")
"""Open fields that may hold the address, too."""

POLICIES: Sequence[Mapping[str, Show]] = (
    {"email": "none"},
    {"email": "masked"},
    {"emails": "none", "email": "full"},
    {"emails": "masked", "email": "full"},
    {"name": "none"},
    {"name": "masked"},
    {"given_name": "none", "name": "full", "family_name": "full"},
    {"family_name": "masked", "name": "full", "given_name": "full"},
    {"username": "none"},
    {"username": "masked", "phone": "masked"},
    {"status": "none"},
    {"status": "masked"},
    {"role": "none", "created_at": "none"},
    {"phone": "none"},
    {"phone": "none", "email": "none", "about": "none"},
    {"employee_id": "masked", "manager": "none"},
    {"created_at": "masked", "email": "masked"},
    {"*": "none", "name": "full"},
    {"*": "masked"},
    {"*": "none", "email": "masked", "status": "full"},
    {"email": "none", "name": "masked", "phone": "none"},
)
PAGINATIONS = {
    "pages": {"strategy": "page", "parameter": "p"},
    "tokens": {"strategy": "token", "parameter": "t", "next": "next"},
}
FILTERED = ("email", "username", "status", "role", "given_name", "family_name", "employee_id", "id")
RULES = ("none", "exact", "contains")
SEARCHES = ("none", "everywhere", "in names", "promised")


@dataclass
class World:
    """A directory: the records of its API, and how that filters, searches and counts."""

    records: list[dict[str, Any]]
    policy: Mapping[str, Show]
    rules: Mapping[str, str]
    search: str
    pagination: str
    total: bool
    single: bool
    largest: int
    paths: Mapping[str, str]
    requests: int = 0
    rows: int = 0
    last_problem: str | None = None
    signs_in_by: str = "no key"
    traffic: Traffic = field(default_factory=Traffic)

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
            "sort": {"name": {"ascending": {"sort": "name"}}, "created_at": {"ascending": {"sort": "made"}}},
            "filters": {
                name: {"is": {"parameter": f"f_{name}", "match": match}, **_begins(name)}
                for name, match in self.rules.items()
                if match != "none"
            },
            "user": {**self.paths, "extra": EXTRA},
        }
        if self.total:
            page["list"]["total"] = {"path": "total"}
        if self.single:
            page["get"] = {"path": "/people/{id}"}
        if self.search != "none":
            fields = ["name", "given_name", "family_name"] if self.search == "in names" else []
            page["search"] = {"parameter": "q", "match": "contains", "fields": fields}
            page["search"] |= {"whole": True} if self.search == "promised" else {}
        return Manifest.model_validate(page)

    def open(self, budgets: list[Budget]) -> Directories:
        settings = [
            DirectorySettings(name, self.manifest(), "https://acme.example", SecretStr("key"), fields=policy)
            for name, policy in (("acme", self.policy), ("open", {}))
        ]

        def budget() -> Budget:
            budgets.append(Budget())
            return budgets[-1]

        directories = Directories(settings, MemoryStore(), budget=budget)
        directories._directories["acme"] = Directory(settings[0], self)
        directories._directories["open"] = Directory(settings[1], with_records(self, _PUBLIC, {}))
        return directories

    async def document(self, path: str, budget: Any) -> Any:
        raise AssertionError("The manifest names no document.")

    async def page(self, parameters: Any, budget: Any, route: str = "", endpoint: Any = None) -> RawPage:
        asked = dict(parameters)
        found = [each for each in self.records if self._meets(each, parameters)]
        if asked.get("sort") in ("name", "made"):
            found.sort(key=lambda each: str(each.get(asked["sort"])))
        size = int(asked.get("n", 5))
        start = int(asked["t"]) if "t" in asked else (int(asked.get("p", 1)) - 1) * size
        rows = found[start : start + size]
        following = str(start + size) if start + size < len(found) else None
        self.requests += 1
        self.rows += len(rows)
        budget.spend()
        total = len(found) if self.total else None
        return RawPage(rows, {"next": following, "total": total}, total=total)

    async def one(self, identifier: str, budget: Any) -> Any | None:
        if not self.single:
            raise LookupError(identifier)
        self.requests += 1
        budget.spend()
        return next((each for each in self.records if each["id"] == identifier), None)

    def _meets(self, record: Mapping[str, Any], parameters: Any) -> bool:
        return all(self._has(record, name, value.lower()) for name, value in parameters)

    def _has(self, record: Mapping[str, Any], name: str, value: str) -> bool:
        if name == "q":
            looked_at = {key: record.get(key) for key in ("name", "given", "family")}
            text = json.dumps(looked_at if self.search == "in names" else record, ensure_ascii=False).lower()
            return all(word in text for word in value.split())
        if not name.startswith(("f_", "b_")):
            return True
        key = KEYS[name[2:]]
        mails = record.get("mails")
        texts = [record.get(key), *(mails if key == "mail" and isinstance(mails, list) else [])]
        known = [str(each).lower() for each in texts if isinstance(each, str | int) and not isinstance(each, bool)]
        if name.startswith("b_"):
            return any(each.startswith(value) for each in known)
        return value in known if self.rules[name[2:]] == "exact" else any(value in each for each in known)


def _begins(name: str) -> dict[str, Any]:
    return {} if name == "id" else {"starts_with": {"parameter": f"b_{name}", "match": "unknown"}}


_PUBLIC = [{"id": "p1", "name": "Ada Lovelace", "mail": MAILS[0], "state": "active"}]
"""Who is in a second directory, of which all is shown: people are linked only by what is shown in both."""


def with_records(world: World, records: list[dict[str, Any]], policy: Mapping[str, Show]) -> World:
    """The same API with other records, under a policy."""
    return replace(world, records=records, policy=policy, requests=0, rows=0)


@dataclass
class Pair:
    """Two worlds that show the same. `guesses` are texts for an agent to try; it names none of `masked` whole."""

    worlds: tuple[World, World]
    guesses: list[str]
    masked: list[str]

    def names_masked(self, text: str) -> bool:
        """Whether a call with this text could name a masked value whole, in whatever form; some are signs alone."""
        asked = set(_words(text))
        return any(words <= asked if (words := set(_words(each))) else not asked for each in self.masked)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str | int):
        yield str(value)
    elif isinstance(value, list | dict):
        for each in value if isinstance(value, list) else (*value, *value.values()):
            yield from texts_in(each)


@st.composite
def pairs(draw: st.DrawFn, *, differs: str) -> Pair:
    """Two worlds that differ in the fields of the level `differs`, and in what echoes them, if that shows the same."""
    policy = draw(st.sampled_from([each for each in POLICIES if differs in each.values()]))
    world = World(
        [],
        policy,
        draw(st.fixed_dictionaries({name: st.sampled_from(RULES) for name in FILTERED})),
        draw(st.sampled_from(SEARCHES)),
        draw(st.sampled_from(sorted(PAGINATIONS))),
        total=draw(st.booleans()),
        single=draw(st.booleans()),
        largest=draw(st.sampled_from([3, 30])),
        paths=PATHS if policy.get("name") == "full" else draw(st.sampled_from([PATHS, PATHS, JOINED])),
    )
    manifest = restrict(world.manifest(), policy)
    people = [draw(_persons(manifest, differs, number)) for number in range(draw(st.integers(1, 7)))]
    one, other = (with_records(world, [each[side] for each in people], policy) for side in (0, 1))
    by_level = {level: [KEYS[name] for name in KEYS if manifest.user.shown(name) == level] for level in get_args(Show)}
    records = [record for each in people for record in each]
    texts = {
        level: list(dict.fromkeys(text for record in records for key in keys for text in texts_in(record.get(key))))
        for level, keys in by_level.items()
    }
    return Pair((one, other), [*texts["none"], *texts["masked"], *texts["full"]], texts["masked"])


@st.composite
def _persons(draw: st.DrawFn, manifest: Manifest, differs: str, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record of somebody in each of the two worlds."""
    identifier = f"u{number}"
    one: dict[str, Any] = {"id": identifier}
    other: dict[str, Any] = {"id": identifier}
    hidden = [name for name in KEYS if manifest.user.shown(name) == differs]
    echo = draw(st.sampled_from([None, *ECHOES, *NESTED])) if "email" in hidden else None
    for name, values in OPEN.items():
        known = [*values, *(ODD if name in hidden else ODD[:-2] if name == "team" else ())]
        one[KEYS[name]] = other[KEYS[name]] = draw(st.sampled_from(known))
        if name in hidden:
            is_echoed = echo is not None and name == "email"
            one[KEYS[name]], other[KEYS[name]] = draw(
                _values(manifest, name, values if is_echoed else known, is_echoed=is_echoed)
            )
    if echo is not None:
        for name in draw(st.sets(st.sampled_from(ECHOING), min_size=1)) - set(hidden):
            write = ECHOES.get(echo) or NESTED[echo]
            if name == "about" or echo in ECHOES:
                one[KEYS[name]], other[KEYS[name]] = write(one["mail"]), write(other["mail"])
    read = UserReader(manifest.user, manifest.words())
    if differs == "masked" and read(one) != read(other):  # a name that is made of its parts shows more than their masks
        other |= {KEYS[name]: one[KEYS[name]] for name in NAME_FIELDS}
    return one, other


@st.composite
def _values(
    draw: st.DrawFn, manifest: Manifest, name: str, values: Sequence[Any], *, is_echoed: bool
) -> tuple[Any, Any]:
    """Two values of a hidden field: any if it is left out and not echoed, else two with the same mask."""
    first = draw(st.sampled_from(values))
    if is_echoed:
        return first, draw(st.sampled_from([each for each in values if masked(each) == masked(first)]))
    if manifest.user.shown(name) == "none":
        return first, draw(st.sampled_from(values))
    read = UserReader(manifest.user, manifest.words())

    def mask(value: Any) -> Any:
        user = read({"id": "u", KEYS[name]: value})
        return user and user.value(name)

    return first, draw(st.sampled_from([each for each in values if mask(each) == mask(first)]))
