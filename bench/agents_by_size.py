"""How many calls "is there a user …?" takes where a provider cannot search, as directories grow.

    python bench/agents_by_size.py [--users 200,1000,5000,10000] [--only unpaced,paced]

OpenPhone, Quo and Klavis cannot search: whoever asks for somebody reads their lists. Three questions are asked of each:
whether it has a user with the address of one in the middle of its list, with the name of one there, and with an address
that nobody has, for which the whole list must be read. (Klavis knows no names; the words of an address stand for one.)
Both agents are those of `agents.py`: each has a sandbox of its own, which answers after 50 ms, and with `paced` answers
429 beyond the documented rate. They stop as soon as the question is answered. The questions are asked one after another
in one process; what it learned of a list by the first spares it requests later. Takes about ten minutes.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import anyio

from agent_calls import DirectoryAgent
from agent_people import Account, Population, unaccented
from agent_runs import LATENCY, Agents, Conditions, Cost, open_agents
from raw_agent import RawAgent

UNSEARCHABLE = ("openphone", "quo", "klavis")
SIZES = (200, 1000, 5000, 10_000)
PACES = ("unpaced", "paced")


class Question(NamedTuple):
    """Whether a directory has a user with an address, or a name."""

    directory: str
    asks: str
    email: str
    name: str
    truth: bool

    async def ours(self, agent: DirectoryAgent) -> bool:
        if self.name:
            return bool(await agent.anybody(query=self.name, directory=self.directory))
        return await agent.user(self.directory, email=self.email) is not None

    async def raw(self, agent: RawAgent) -> bool:
        if self.name:
            return bool(await agent.by_name(self.directory, self.name))
        return await agent.by_email(self.directory, self.email) is not None


def questions(people: Population) -> Iterator[Question]:
    """Three a directory, about somebody in the middle of the list and about nobody."""
    for directory in UNSEARCHABLE:
        somebody = people.middle(directory, lambda user: user.email is not None)
        named = people.middle(directory, partial(is_named_so_alone, people))
        yield Question(directory, "an email", str(somebody.email), "", truth=True)
        yield Question(directory, "a name", "", name_of(named), truth=True)
        yield Question(directory, "nobody's email", f"nobody.{somebody.email}", "", truth=False)


def name_of(user: Account) -> str:
    """What a user is called, without accents; in Klavis, the words of an address before the @."""
    if user.directory == "klavis":
        return (user.email or "").partition("@")[0].replace(".", " ")
    return unaccented(f"{user.given} {user.family}") if user.given and user.family else ""


def is_named_so_alone(people: Population, user: Account) -> bool:
    """Whether only this user can be meant by the name, so that the list must be read up to there."""
    return bool(name_of(user)) and people.only_one(user.directory, name_of(user))


async def ask(agents: Agents, question: Question) -> dict[str, Cost]:
    """What a question costs both agents."""
    return {
        "ours": await agents.ours.carry_out(question.ours, question.truth),
        "raw": await agents.raw.carry_out(question.raw, question.truth),
    }


async def measure(sizes: list[int], paces: list[str]) -> list[dict[str, Any]]:
    """All questions at all sizes; a line each as it is done."""
    done = list[dict[str, Any]]()
    for pace in paces:
        print(head(pace), flush=True)
        for users in sizes:
            asked = list(questions(Population(users)))
            async with open_agents(Conditions(users, LATENCY, paced=pace == "paced")) as agents:
                for question in asked:
                    row = {"pace": pace, "users": users, "directory": question.directory, "asks": question.asks}
                    done.append(row | await ask(agents, question))
                    print(line(done[-1]), flush=True)
    return done


def head(pace: str) -> str:
    """The first lines of a table."""
    columns = f"{'calls':>7}{'requests':>9}{'429':>5}{'seconds':>9}"
    titles = f"{pace:<36}{'these tools':>30}{'raw endpoints':>36}"
    return f"\n{titles}\n{'users':>7}  {'directory':<10} {'asked for':<15} {columns}      {columns}"


def line(row: dict[str, Any]) -> str:
    """A question in a table."""

    def cells(cost: Cost) -> str:
        numbers = f"{cost['calls']:>7}{cost['requests']:>9}{cost['refused']:>5}{cost['seconds']:>9.2f}"
        return f"{numbers} {'right' if cost['right'] else 'WRONG'}"

    asked = f"{row['users']:>7,}  {row['directory']:<10} {row['asks']:<15}"
    return f"{asked} {cells(row['ours'])} {cells(row['raw'])}"


def judge(rows: list[dict[str, Any]]) -> list[tuple[str, str, bool]]:
    """The goals: what it is, what came out, whether that meets it."""
    right, refused = (sum(row["ours"][key] for row in rows) for key in ("right", "refused"))
    return [
        ("every answer right", f"{right} of {len(rows)}", right == len(rows)),
        ("no request beyond a rate", f"{refused} x 429", refused == 0),
    ]


def listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]


def main() -> None:
    """Print the tables and the same as JSON; exit status 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", default=",".join(map(str, SIZES)), help="users a directory, 200 to 10000 each")
    parser.add_argument("--only", default=",".join(PACES), help="which tables, separated by commas")
    options = parser.parse_args()
    sizes, paces = list(map(int, listed(options.users))), listed(options.only)
    if not all(200 <= users <= 10_000 for users in sizes) or not set(paces) <= set(PACES):
        parser.error("--users are 200 to 10000, --only is unpaced or paced")
    rows = anyio.run(measure, sizes, paces)
    goals = judge(rows)
    print()
    for goal, value, met in goals:
        print(f"{goal:<28} {value:>10}  {'met' if met else 'MISSED'}")
    print(json.dumps(rows, ensure_ascii=False))
    sys.exit(not all(met for _, _, met in goals))


if __name__ == "__main__":
    main()
