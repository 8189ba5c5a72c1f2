"""An agent with the raw endpoints alone, which makes the most of each API.

It asks with the filters, searches and sorts that an API has, takes the largest page that is documented, reads rows
without a mistake whatever case and accents, and stops as soon as it knows. It believes an empty answer to a filter
rather than read a whole list after it: that is cheap, and wrong where the API compares accents. Where pages have
numbers but no total it finds the last page by halving, one user a page. Where an API refuses it for its rate, it waits
for as long as the refusal says and calls again.
"""

import re
from collections.abc import AsyncGenerator
from typing import Any

import anyio

from agent_calls import Agent, Unanswered
from agent_people import Account, account

__all__ = ["RawAgent"]

_SIZES = {"klavis": ("page_size", 1000), "braintrust": ("limit", 1000), "delay": ("page_size", 100)} | {
    "openphone": ("maxResults", 50),
    "quo": ("limit", 50),
    "monocloud": ("size", 100),  # no maximum is documented
}
_ROWS = {"klavis": "users", "braintrust": "objects", "openphone": "data", "quo": "data"}
_BY_EMAIL = {"braintrust": "email", "delay": "search", "monocloud": "filter"}
_LATER = re.compile(r"HTTP 429, Retry-After: (\d+)")


class RawAgent(Agent):
    """Follows the documented pagination of each API."""

    async def call(self, tool: str, **arguments: Any) -> Any:
        """The body that an endpoint answers with, as soon as the rate lets it. Raises: Unanswered."""
        while True:
            try:
                return await super().call(tool, **arguments)
            except Unanswered as refusal:
                later = _LATER.match(str(refusal))
                if later is None:
                    raise
            await anyio.sleep(float(later[1]))

    async def page(self, directory: str, size: int, **native: Any) -> tuple[list[Account], Any]:
        """One page, and the body that it was read from."""
        body = await self.call(f"{directory}_list_users", **{_SIZES[directory][0]: size}, **native)
        rows = body[_ROWS[directory]] if directory in _ROWS else body
        return [account(directory, row) for row in rows], body

    async def pages(self, directory: str, **native: Any) -> AsyncGenerator[list[Account]]:
        """Page after page, as long as somebody asks."""
        most, position = _SIZES[directory][1], dict[str, Any]()
        while True:
            users, body = await self.page(directory, most, **native, **position)
            yield users
            match directory:
                case "klavis":
                    following = {"page_number": body["page"] + 1} if body["page"] < body["totalPages"] else {}
                case "braintrust":
                    following = {"starting_after": users[-1].id} if len(users) == most else {}
                case "openphone":
                    following = {"pageToken": body["nextPageToken"]} if body["nextPageToken"] else {}
                case "quo":
                    following = {"after": body["nextCursor"]} if body["nextCursor"] else {}
                case _:
                    following = {"page": position.get("page", 1) + 1} if len(users) == most else {}
            if not following:
                return
            position = following

    async def everybody(self, directory: str, **native: Any) -> list[Account]:
        """All users that the API lists."""
        return [user async for users in self.pages(directory, **native) for user in users]

    async def by_id(self, directory: str, identifier: str) -> Account:
        """The user with an id. Raises: Unanswered."""
        parameter = {"delay": "id", "monocloud": "id", "openphone": "userId", "quo": "userId"}.get(directory, "user_id")
        body = await self.call(f"{directory}_get_user", **{parameter: identifier})
        return account(directory, body["data"] if directory in ("openphone", "quo") else body)

    async def by_email(self, directory: str, email: str) -> Account | None:
        """The user with an address; None if there is none."""
        if directory == "klavis":  # the id often is the address, and its API finds nobody otherwise
            try:
                return await self.by_id(directory, email)
            except Unanswered:
                return None
        native = {_BY_EMAIL[directory]: email} if directory in _BY_EMAIL else {}
        async for users in self.pages(directory, **native):
            for user in users:
                if user.has_email(email):
                    return user
        return None

    async def by_name(self, directory: str, name: str) -> list[Account]:
        """The first users who are called so; none if everybody was looked at."""
        async for users in self.pages(directory):
            if found := [user for user in users if user.mentions(name)]:
                return found
        return []

    async def count(self, directory: str, **native: Any) -> int:
        """How many users there are."""
        if directory == "klavis":
            return int((await self.page(directory, 1))[1]["totalCount"])
        if directory not in ("delay", "monocloud"):
            return len(await self.everybody(directory, **native))
        low, high = 0, 1  # page `low` exists, or is 0; whether `high` does is to be found out
        while (await self.page(directory, 1, page=high, **native))[0]:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            if (await self.page(directory, 1, page=middle, **native))[0]:
                low = middle
            else:
                high = middle
        return low
