"""Ten tasks of finding somebody, or nobody."""

from typing import Any

from agent_calls import DirectoryAgent
from agent_people import Account, Population, unaccented
from agent_task import Task
from raw_agent import RawAgent
from user_directory_sandbox import DIRECTORIES

__all__ = ["finding"]


def finding(people: Population) -> list[Task]:
    """The tasks, about people out of the middle of the lists."""
    return [
        _by_email(people, "braintrust"),
        _by_email(people, "openphone"),
        _by_fragment(people),
        _by_unaccented_name(people),
        _family_name_first(people),
        _where_an_email_is(people),
        _whether_an_email_is_everywhere(people),
        _nobody(people),
        _by_id(people),
        _status(people),
    ]


def _by_email(people: Population, directory: str) -> Task:
    wanted = people.middle(directory, lambda user: user.email is not None)
    email = str(wanted.email)

    async def ours(agent: DirectoryAgent) -> Any:
        found = await agent.user(directory, email=email)
        return found and found["id"]

    async def raw(agent: RawAgent) -> Any:
        found = await agent.by_email(directory, email)
        return found and found.id

    return Task(f"Who is {email} in {directory}?", wanted.id, ours, raw)


def _by_fragment(people: Population) -> Task:
    email = str(people.middle("klavis", lambda user: user.email is not None).email)
    fragment = email[email.index("@") - 5 : email.index("@") + 4]
    truth = sorted(user.id for user in people["klavis"] if user.mentions(fragment))

    async def ours(agent: DirectoryAgent) -> Any:
        found = await agent.everybody("search_users", directory="klavis", query=fragment, limit=100)
        return sorted(row["id"] for row in found)

    async def raw(agent: RawAgent) -> Any:
        return sorted(user.id for user in await agent.everybody("klavis") if user.mentions(fragment))

    return Task(f"Who has {fragment!r} in the email, in klavis?", truth, ours, raw)


def _typed(name: str) -> bool:
    """Whether a name is one word that an English keyboard can write but for its accents."""
    plain = unaccented(name)
    return plain.isascii() and plain.isalpha()


def _by_unaccented_name(people: Population) -> Task:
    def fits(user: Account) -> bool:
        names = (user.given, user.family)
        return all(name and _typed(name) and unaccented(name) != name for name in names) and people.only_one(
            "braintrust", f"{user.given} {user.family}"
        )

    wanted = people.middle("braintrust", fits)
    given, family = unaccented(str(wanted.given)), unaccented(str(wanted.family))

    async def ours(agent: DirectoryAgent) -> Any:
        found = await agent.anybody(query=f"{given} {family}", directory="braintrust")
        return [row["id"] for row in found]

    async def raw(agent: RawAgent) -> Any:
        for native in ({"given_name": [given], "family_name": [family]}, {"family_name": [family]}):
            found = await agent.everybody("braintrust", **native)
            if fitting := [user.id for user in found if user.mentions(f"{given} {family}")]:
                return fitting
        return []

    return Task(f"Who is {given} {family} in braintrust? (no accents)", [wanted.id], ours, raw)


def _family_name_first(people: Population) -> Task:
    def fits(user: Account) -> bool:
        names = (user.given, user.family)
        return all(name and _typed(name) for name in names) and people.only_one("quo", f"{user.given} {user.family}")

    wanted = people.middle("quo", fits)
    name = f"{unaccented(str(wanted.family))} {unaccented(str(wanted.given))}"

    async def ours(agent: DirectoryAgent) -> Any:
        return [row["id"] for row in await agent.anybody(query=name, directory="quo")]

    async def raw(agent: RawAgent) -> Any:
        return [user.id for user in await agent.by_name("quo", name)]

    return Task(f"Who is {name} in quo? (family name first)", [wanted.id], ours, raw)


def _is(row: dict[str, Any], email: str) -> bool:
    """Whether the row is of this address: of several directories a row may show it as the id alone."""
    return bool((row.get("email") or row["id"]).casefold() == email.casefold())


def _spread(people: Population, most: int) -> str:
    """An address that stands in as many directories as any, but no more than `most`."""
    in_many = {str(user.email): len(people.of_email(str(user.email))) for user in people["braintrust"] if user.email}
    best = max(count for count in in_many.values() if count <= most)
    return str(people.middle("braintrust", lambda user: in_many.get(str(user.email)) == best).email)


def _where_an_email_is(people: Population) -> Task:
    email = _spread(people, 3)
    truth = {user.directory: user.id for user in people.of_email(email)}

    async def ours(agent: DirectoryAgent) -> Any:
        found = await agent.everybody("search_users", query=email)
        return {row["directory"]: row["id"] for row in found if _is(row, email)}

    async def raw(agent: RawAgent) -> Any:
        return {name: user.id for name in DIRECTORIES if (user := await agent.by_email(name, email))}

    return Task(f"Where is {email}, under which ids?", truth, ours, raw)


def _whether_an_email_is_everywhere(people: Population) -> Task:
    email = _spread(people, len(DIRECTORIES))
    truth = sorted(user.directory for user in people.of_email(email))

    async def ours(agent: DirectoryAgent) -> Any:
        asked, found = set[str](), set[str]()
        async for page in agent.pages("search_users", query=email):
            asked |= set(page["directories"])
            found |= {row["directory"] for row in agent.rows(page) if _is(row, email)}
            if found == asked:
                break
        return sorted(found)

    async def raw(agent: RawAgent) -> Any:
        return sorted([name for name in DIRECTORIES if await agent.by_email(name, email)])

    return Task(f"Is {email} in every directory?", truth, ours, raw)


def _nobody(people: Population) -> Task:
    named = (f"{user.email}".replace("@", f"{number}@") for number in range(2, 9) for user in people["quo"])
    email = next(each for each in named if "@" in each and not people.of_email(each))

    async def ours(agent: DirectoryAgent) -> Any:
        found = await agent.everybody("search_users", query=email)  # it comes to an end only where that is certain
        return [row["id"] for row in found]

    async def raw(agent: RawAgent) -> Any:
        found = [await agent.by_email(name, email) for name in DIRECTORIES]
        return [user.id for user in found if user]

    return Task(f"Is {email} certainly in no directory?", [], ours, raw)


def _by_id(people: Population) -> Task:
    wanted = people.middle("monocloud", lambda user: user.email is not None)

    async def ours(agent: DirectoryAgent) -> Any:
        found = await agent.user("monocloud", id=wanted.id)
        return found and found["email"]

    async def raw(agent: RawAgent) -> Any:
        return (await agent.by_id("monocloud", wanted.id)).email

    return Task(f"Which email has the id {wanted.id} in monocloud?", wanted.email, ours, raw)


def _status(people: Population) -> Task:
    wanted = people.middle("delay", lambda user: user.status == "suspended")
    email = str(wanted.email)

    async def ours(agent: DirectoryAgent) -> Any:
        found = await agent.user("delay", email=email)
        return found and found["status"]

    async def raw(agent: RawAgent) -> Any:
        found = await agent.by_email("delay", email)
        return found and found.status

    return Task(f"What is the status of {email} in delay?", wanted.status, ours, raw)
