"""An agent's calls of MCP tools: what came back, and how much of it."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from mcp import Client

__all__ = ["Agent", "DirectoryAgent", "Unanswered"]

_MOST_CALLS = 1000
"""Of one task: an agent that goes in circles stops here."""


class Unanswered(Exception):
    """A tool refused, or its answer does not say what the task needs."""


class Agent:
    """An MCP client that keeps the texts that a model would have had to read."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.texts: list[str] = []

    async def call(self, tool: str, **arguments: Any) -> Any:
        """The JSON that a tool answers.

        Raises: Unanswered.
        """
        if len(self.texts) >= _MOST_CALLS:
            raise Unanswered("too many calls")
        result = await self._client.call_tool(tool, arguments)
        text = "".join(block.text for block in result.content if block.type == "text")
        self.texts.append(text)
        if result.is_error:
            raise Unanswered(text)
        return json.loads(text)


class DirectoryAgent(Agent):
    """An agent with the tools of this project. It believes `complete`, `exactness` and the cursor, and nothing else."""

    async def pages(self, tool: str, **arguments: Any) -> AsyncGenerator[dict[str, Any]]:
        """The answers to a question: a next one while the one before is not complete, as long as somebody asks."""
        page = await self.call(tool, **arguments)
        yield page
        while not page["complete"]:
            if "cursor" not in page:
                raise Unanswered("neither complete nor a cursor")
            directory = {"directory": arguments["directory"]} if tool == "list_users" else {}  # its schema requires it
            page = await self.call(tool, cursor=page["cursor"], **directory)
            yield page

    async def everybody(self, tool: str, **arguments: Any) -> list[dict[str, Any]]:
        """The rows of all pages."""
        return [row async for page in self.pages(tool, **arguments) for row in self.rows(page)]

    async def anybody(self, **arguments: Any) -> list[dict[str, Any]]:
        """The first rows that a search finds: none if everybody was looked at and nobody fits."""
        async for page in self.pages("search_users", **arguments):
            if page["rows"]:
                return self.rows(page)
        return []

    async def user(self, directory: str, **by: str) -> dict[str, Any] | None:
        """The user with an id or an address; None if there certainly is none.

        Whether others have the same address is another question: who is found is the answer, whatever is left.
        """
        answer = await self.call("get_user", directory=directory, **by)
        if answer["found"]:
            return dict(answer["user"])
        return None if answer["complete"] else next(iter(await self.anybody(cursor=answer["cursor"])), None)

    async def count(self, **arguments: Any) -> dict[str, int]:
        """The exact number of users of each directory that was asked about."""
        found = await self._counts(**arguments)
        for name in [name for name, each in found.items() if each["exactness"] == "estimate"]:
            found |= await self._counts(**arguments | {"directory": name, "exhaustive": True})
        for name, each in found.items():
            if each["exactness"] != "exact":
                raise Unanswered(f"{name} is not counted exactly")
        return {name: each["count"] for name, each in found.items()}

    async def _counts(self, **arguments: Any) -> dict[str, dict[str, Any]]:
        """The last that is said of each directory, once no cursor is left."""
        answer = await self.call("get_user_count", **arguments)
        found = {each["directory"]: each for each in answer.get("counts", [answer])}
        while "cursor" in answer:
            answer = await self.call("get_user_count", cursor=answer["cursor"])
            found |= {each["directory"]: each for each in answer.get("counts", [answer])}
        return found

    @staticmethod
    def rows(page: dict[str, Any]) -> list[dict[str, Any]]:
        """The users of a page."""
        return [dict(zip(page["columns"], row, strict=True)) for row in page["rows"]]
