"""The walks of `correctness.py` over real HTTP: the six simulated provider APIs, changed between any two requests."""

import random
from collections.abc import Sequence
from typing import Any

import httpx2
import stamina
from pydantic import SecretStr

from user_directories import Directories, DirectorySettings, MemoryStore, Note, Query, Request, UpstreamError, built_in
from user_directory_sandbox import DIRECTORIES, Sandbox

__all__ = ["Walk", "judge_over_http", "naive", "this_engine"]

_LISTS: dict[str, tuple[str, str, str]] = {
    "klavis": ("user/", "users", "page_number"),
    "braintrust": ("v1/user", "objects", "starting_after"),
    "delay": ("users", "@", "page"),
    "openphone": ("v1/users", "data", "pageToken"),
    "quo": ("users", "data", "after"),
    "monocloud": ("api/users", "@", "page"),
}
"""Where the naive loop finds a directory's users, and how it asks for the next page."""

_SIZES = {"klavis": "page_size", "braintrust": "limit", "delay": "page_size", "openphone": "maxResults"} | {
    "quo": "limit",
    "monocloud": "size",
}
_MOST_CALLS = 400
_DOUBTS = {"may_have_missed", "order_moves", "total_disagrees", "total_too_low", "thinned", "bound"}
"""The kinds of notes that say that somebody may be missing."""

_FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 500, "every": 8},
    {"kind": "status", "status": 503, "every": 5},
    {"kind": "reset_in_body", "every": 6},
    {"kind": "truncated_json", "every": 9},
    {"kind": "empty_page", "every": 7},
    {"kind": "repeated_page", "every": 6},
    {"kind": "null_records", "every": 4},
)

Walk = tuple[list[str], bool, bool]
"""The ids in the order of their coming, whether the answer calls itself complete, and whether it warns."""


async def this_engine(sandbox: Sandbox, name: str, _: httpx2.AsyncClient, draw: random.Random) -> Walk:
    """A walk as an agent makes it, a page of any size at a time; now and then the server is restarted."""
    key, store = SecretStr(f"sandbox-{name}-key"), MemoryStore()
    settings = [DirectorySettings(name, built_in(name), sandbox.base_url(name), key)]
    found: list[str] = []
    cursor, warned, calls = None, False, 0
    while calls < _MOST_CALLS:
        async with Directories(settings, store) as directories:
            while calls < _MOST_CALLS:
                calls += 1
                try:
                    page = await directories.users(Request("list", name, Query(), draw.randint(1, 100), cursor))
                except UpstreamError:
                    continue  # it gave nobody; the same cursor is good for another try
                found += [each.user.id for each in page.users]
                warned = warned or _warns(page.notes)
                cursor = page.cursor
                if cursor is None:
                    return found, page.complete, warned
                if draw.random() < 0.3:
                    break
    return found, False, True


def _warns(notes: Sequence[Note]) -> bool:
    """Whether a note of the page says that somebody may be missing. Kinds are compared: words may change."""
    return any(note.kind in _DOUBTS for note in notes)


async def naive(sandbox: Sandbox, name: str, web: httpx2.AsyncClient, draw: random.Random) -> Walk:
    """The usual loop: the next page until a short one, or while there is a token; faults are tried again."""
    del draw
    path, items, parameter = _LISTS[name]
    key = f"sandbox-{name}-key"
    headers = {"Authorization": key if name in ("openphone", "quo") else f"Bearer {key}", "X-API-KEY": key}
    if name == "quo":
        headers["Quo-Api-Version"] = "2026-03-30"
    found: list[str] = []
    position: str | None = "1" if parameter.startswith("page_") or parameter == "page" else None
    for _ in range(_MOST_CALLS):
        asked = {_SIZES[name]: "50"} | ({} if position is None else {parameter: position})
        try:
            body: Any = (await web.get(f"{sandbox.base_url(name)}/{path}", params=asked, headers=headers)).json()
            rows = body if items == "@" else body[items]
            ids = [row.get("userId") or row.get("user_id") or row["id"] for row in rows]
        except (httpx2.HTTPError, ValueError, TypeError, KeyError, AttributeError):
            continue
        found += ids
        following = body.get("nextPageToken") or body.get("nextCursor") if name in ("openphone", "quo") else None
        if name in ("openphone", "quo"):
            if following is None:
                return found, True, False
            position = following
        elif len(ids) < 50:
            return found, True, False
        else:
            position = ids[-1] if name == "braintrust" else str(int(position or "1") + 1)
    return found, False, True


async def judge_over_http(engine: Any, seed: int) -> dict[str, int]:
    """One walk over a random directory that behaves, changes and fails in a random way, and what is wrong with it.

    *Opaque* are walks over tokens that are row numbers and do not look like it: `list_directories` says that deletions
    can hide users there, and no client can tell a deletion that an insertion makes up for.
    """
    draw = random.Random(seed)
    name = draw.choice(DIRECTORIES)
    tokens = draw.choice(("keyset", "offset"))
    opaque = name in ("openphone", "quo") and tokens == "offset"
    async with Sandbox(users=draw.randint(0, 230), seed=seed) as sandbox, httpx2.AsyncClient() as web:

        async def tell(action: str, **sent: Any) -> None:
            (await web.post(f"{sandbox.url}/_control/{name}/{action}", json=sent)).raise_for_status()

        async def ids() -> set[str]:
            return set((await web.get(f"{sandbox.url}/_control/{name}/ids")).json()["ids"])

        numbered = name in ("klavis", "delay", "monocloud") or opaque
        await tell("behaviour", **_behaviour(draw, name, tokens, numbered=numbered))
        rate = draw.choice((0.0, 0.3, 1.0))
        await tell("churn", inserts_per_request=rate * draw.random(), deletes_per_request=rate * draw.random())
        if draw.random() < 0.4:
            await tell("faults", **draw.choice(_FAULTS))
        before = await ids()
        with stamina.set_testing(True, attempts=3):
            found, complete, warned = await engine(sandbox, name, web, draw)
        stayed = before & await ids()
        requests = (await web.get(f"{sandbox.url}/_control/{name}/stats")).json()["requests"]
    lost, silent = stayed - set(found), complete and not warned
    return {
        "walks": 1,
        "users": len(stayed),
        "lost": len(lost) if silent and not opaque else 0,
        "twice": len(found) - len(set(found)) if silent else 0,
        "falsely_complete": int(bool(lost) and silent and not opaque),
        "opaque_walks": int(opaque),
        "opaque_lost": len(lost) if silent and opaque else 0,
        "opaque_falsely_complete": int(bool(lost) and silent and opaque),
        "warned": int(not silent),
        "requests": requests,
    }


def _behaviour(draw: random.Random, name: str, tokens: str, *, numbered: bool) -> dict[str, Any]:
    behaviour: dict[str, Any] = {
        "order": draw.choice(("newest", "oldest", "arbitrary")) if numbered else "newest",
        "page_clamp": draw.choice((None, None, draw.randint(5, 60))),
    }
    if name in ("openphone", "quo"):
        behaviour["tokens"] = tokens
    if name == "braintrust":
        behaviour["deleted_cursor"] = draw.choice(("continue", "refuse", "empty"))
    return behaviour
