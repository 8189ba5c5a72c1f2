"""What a client must be able to do with the server: each check is one column of the table."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from answers import Failed, answer_in, lost
from calling import Caller, Reference
from serving import USERS, Served

__all__ = ["CHECKS", "HTTP_ONLY", "Check", "Trial"]

_LATENCY = 3.0
"""Seconds that a slow API takes for each answer."""

_PAGE: dict[str, Any] = {"directory": "delay", "limit": 5, "detail": "full"}
_WRONG: dict[str, Any] = {"directory": "delay", "filters": {"status": "banned"}}
_COUNT: dict[str, Any] = {"directory": "delay"}
_ANSWERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("list_directories", {}),
    ("list_users", _PAGE),
    ("search_users", {"query": "lopez", "exhaustive": True, "limit": 100}),
    ("get_user", {"directory": "delay", "id": "nope"}),
    ("get_user", {"directory": "klavis", "email": "somying.phithak@acme.example"}),
    ("get_user_count", _COUNT),
    ("get_user_count", {"query": "ada"}),
)
"""Calls whose answers together have all that is optional: notes, people, counts, a user, what was searched and how."""

_SLOW: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_users", {"directory": "quo", "query": "nobody has this name"}),
    ("get_user_count", {"directory": "quo"}),
    ("get_user_count", {"directory": "delay", "filters": {"status": "suspended"}}),
)
"""A search that looks at everybody, a count that reads the list, and one that looks for the last page.

The first two take 20 requests, one after another.
"""


class Trial:
    """One client at one server."""

    def __init__(self, client: Caller, reference: Reference, server: Served) -> None:
        self.client, self.reference, self.server = client, reference, server

    async def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer that a model would see.

        Raises: Failed if it sees another text than an answer, or two answers that differ.
        """
        return answer_in(await self.client.call(tool, arguments))


Check = Callable[[Trial], Awaitable[None]]


async def tools(trial: Trial) -> None:
    """All tools are listed."""
    if trial.client.tools != list(trial.reference.tools):
        raise Failed(f"it lists {trial.client.tools}")


async def a_page(trial: Trial) -> None:
    """A page of users comes with all of its columns, and with the way to the next one."""
    page, told = await trial.ask("list_users", **_PAGE), await trial.reference.answer("list_users", _PAGE)
    if (page["columns"], page["rows"]) != (told["columns"], told["rows"]):
        raise Failed(f"it shows {page['columns']} and {len(page['rows'])} rows")
    if page["complete"] is not False or not page["cursor"]:
        raise Failed(f"complete is {page['complete']}, the cursor {page['cursor']}")


async def the_next_page(trial: Trial) -> None:
    """The cursor alone leads to other users, as often as it is followed."""
    first = await trial.ask("list_users", **_PAGE)
    following = [await trial.ask("list_users", directory="delay", cursor=first["cursor"]) for _ in range(2)]
    if following[0]["rows"] != following[1]["rows"] or not following[0]["rows"]:
        raise Failed("the same cursor led to other rows")
    if any(row in first["rows"] for row in following[0]["rows"]):
        raise Failed("a user came twice")


async def a_count(trial: Trial) -> None:
    """A count comes with what it is worth."""
    count = await trial.ask("get_user_count", **_COUNT)
    if (count["count"], count["exactness"]) != (USERS, "exact"):
        raise Failed(f"{count['count']}, {count['exactness']}")


async def an_error(trial: Trial) -> None:
    """The message about a wrong argument is seen whole, with what to write instead."""
    seen = await trial.client.call("list_users", _WRONG)
    message = await trial.reference.error("list_users", _WRONG)
    if "suspended" not in message or message not in str(seen.get("text") or seen.get("data")):
        raise Failed(f"it shows {seen}")


async def every_key(trial: Trial) -> None:
    """Nothing of an answer is lost on the way to the model: no note, no key, no value."""
    for tool, arguments in _ANSWERS:
        seen, told = await trial.ask(tool, **arguments), await trial.reference.answer(tool, arguments)
        if differences := list(lost(told, seen)):
            raise Failed(f"{tool} {arguments}: {'; '.join(differences[:5])}")


async def slow_calls(trial: Trial) -> None:
    """Where an API takes long, an answer comes before the client gives up; if it is not the whole, with a cursor."""
    for _, arguments in _SLOW:
        await trial.server.delay(arguments["directory"], _LATENCY)
    try:
        for tool, arguments in _SLOW:
            answer = await trial.ask(tool, **arguments)
            if not answer.get("cursor") and answer.get("exactness") != "exact":
                raise Failed(f"{tool} {arguments}: {str(answer)[:300]}")
    finally:
        for _, arguments in _SLOW:
            await trial.server.delay(arguments["directory"], 0)


async def a_restart(trial: Trial) -> None:
    """When the server is started again on its port, the session goes on, and so does a cursor."""
    first = await trial.ask("list_users", **_PAGE)
    before = await trial.ask("list_users", directory="delay", cursor=first["cursor"])
    await trial.server.restart()
    after = await trial.ask("list_users", directory="delay", cursor=first["cursor"])
    if before["rows"] != after["rows"]:
        raise Failed("the cursor led to other rows")
    await trial.ask("list_users", **_PAGE)


CHECKS: Mapping[str, Check] = {
    "tools": tools,
    "list": a_page,
    "page": the_next_page,
    "count": a_count,
    "error": an_error,
    "keys": every_key,
    "slow": slow_calls,
    "restart": a_restart,
}
"""The checks by their columns, in the order in which they are made: the last ones may end a client's session."""

HTTP_ONLY = frozenset({"restart"})
"""Over stdio, the server is the client's own child."""
