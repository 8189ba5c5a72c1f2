"""Ten tasks of counting and listing."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from agent_calls import DirectoryAgent
from agent_people import Population, unaccented
from agent_task import Task
from raw_agent import RawAgent
from user_directory_sandbox import DIRECTORIES

__all__ = ["listing"]


def listing(people: Population) -> list[Task]:
    """The tasks; dates are chosen so that a few dozen users fit."""
    return [
        _how_many_in_klavis(people),
        _how_many_suspended(people),
        _how_many_admins(people),
        _how_many_everywhere(people),
        _how_many_stale(people),
        _newest_admins(people),
        _newest(people),
        _created_since(people),
        _of_family(people),
        _with_roles(people),
    ]


def _how_many_in_klavis(people: Population) -> Task:
    async def ours(agent: DirectoryAgent) -> Any:
        return (await agent.count(directory="klavis"))["klavis"]

    async def raw(agent: RawAgent) -> Any:
        return await agent.count("klavis")

    return Task("How many users are in klavis?", len(people["klavis"]), ours, raw)


def _how_many_suspended(people: Population) -> Task:
    truth = sum(user.status == "suspended" for user in people["delay"])

    async def ours(agent: DirectoryAgent) -> Any:
        return (await agent.count(directory="delay", filters={"status": "suspended"}))["delay"]

    async def raw(agent: RawAgent) -> Any:
        return await agent.count("delay", status="suspended")

    return Task("How many users are suspended in delay?", truth, ours, raw)


def _how_many_admins(people: Population) -> Task:
    truth = sum(user.role == "admin" for user in people["quo"])

    async def ours(agent: DirectoryAgent) -> Any:
        return (await agent.count(directory="quo", filters={"role": "admin"}))["quo"]

    async def raw(agent: RawAgent) -> Any:
        return sum(user.role == "admin" for user in await agent.everybody("quo"))

    return Task("How many admins has quo?", truth, ours, raw)


def _how_many_everywhere(people: Population) -> Task:
    truth = {name: len(people[name]) for name in DIRECTORIES}

    async def ours(agent: DirectoryAgent) -> Any:
        return await agent.count()

    async def raw(agent: RawAgent) -> Any:
        return {name: await agent.count(name) for name in DIRECTORIES}

    return Task("How many users has each directory, exactly?", truth, ours, raw)


def _midnight(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _how_many_stale(people: Population) -> Task:
    updated = sorted(user.updated for user in people["delay"] if user.updated)
    since = _midnight(updated[len(updated) // 50])
    truth = sum(moment < since for moment in updated)

    async def ours(agent: DirectoryAgent) -> Any:
        return (await agent.count(directory="delay", filters={"updated_before": f"{since:%Y-%m-%d}"}))["delay"]

    async def raw(agent: RawAgent) -> Any:
        return await agent.count("delay", updated_at_to=f"{since:%Y-%m-%dT%H:%M:%SZ}")

    return Task(f"How many of delay were not updated since {since:%Y-%m-%d}?", truth, ours, raw)


def _newest_admins(people: Population) -> Task:
    role = "saas_admin"

    async def ours(agent: DirectoryAgent) -> Any:
        asked = {"directory": "delay", "filters": {"role": role}, "sort": "created_at:desc", "limit": 10}
        return [row["id"] for row in agent.rows(await agent.call("list_users", **asked))]

    async def raw(agent: RawAgent) -> Any:
        users, _ = await agent.page("delay", 10, user_type=role, sort_by="created_at", sort_order="desc")
        return [user.id for user in users]

    truth = people.newest("delay", 10, lambda user: user.role == role)
    return Task("Who are the newest 10 admins of delay?", truth, ours, raw)


def _newest(people: Population) -> Task:
    async def ours(agent: DirectoryAgent) -> Any:
        page = await agent.call("list_users", directory="monocloud", sort="created_at:desc", limit=25)
        return [row["id"] for row in agent.rows(page)]

    async def raw(agent: RawAgent) -> Any:
        users, _ = await agent.page("monocloud", 25, sort="creation_time:-1")
        return [user.id for user in users]

    return Task("Who are the newest 25 users of monocloud?", people.newest("monocloud", 25), ours, raw)


def _created_since(people: Population) -> Task:
    created = sorted((user.created for user in people["klavis"] if user.created), reverse=True)
    since = _midnight(created[30])
    truth = sorted(user.id for user in people["klavis"] if user.created and user.created >= since)

    async def ours(agent: DirectoryAgent) -> Any:
        asked = {"directory": "klavis", "filters": {"created_after": f"{since:%Y-%m-%d}"}, "limit": 100}
        return sorted(row["id"] for row in await agent.everybody("list_users", **asked))

    async def raw(agent: RawAgent) -> Any:  # no order is documented, so all must be looked at
        users = await agent.everybody("klavis")
        return sorted(user.id for user in users if (user.created or datetime.min.replace(tzinfo=UTC)) >= since)

    return Task(f"Who was created in klavis since {since:%Y-%m-%d}?", truth, ours, raw)


def _of_family(people: Population) -> Task:
    latin = (user.family for user in people["braintrust"] if user.family and unaccented(user.family).isascii())
    family = Counter(name for name in latin if not name.isascii()).most_common(1)[0][0]
    truth = sorted(user.id for user in people["braintrust"] if user.family == family)

    async def ours(agent: DirectoryAgent) -> Any:
        asked = {"directory": "braintrust", "filters": {"family_name": family}, "limit": 100}
        return sorted(row["id"] for row in await agent.everybody("list_users", **asked))

    async def raw(agent: RawAgent) -> Any:
        return sorted(user.id for user in await agent.everybody("braintrust", family_name=[family]))

    return Task(f"Who has the family name {family} in braintrust?", truth, ours, raw)


def _with_roles(people: Population) -> Task:
    truth = sorted(name for name in DIRECTORIES if any(user.role for user in people[name]))

    async def ours(agent: DirectoryAgent) -> Any:
        able = (await agent.call("list_directories"))["directories"]
        return sorted(each["name"] for each in able if "role" in each["filters"])

    async def raw(agent: RawAgent) -> Any:  # the schemas of answers are no part of a tool: one user shows the fields
        users = [(await agent.page(name, 1))[0][0] for name in DIRECTORIES]
        return sorted(user.directory for user in users if user.role)

    return Task("In which directories can users be told apart by role?", truth, ours, raw)
