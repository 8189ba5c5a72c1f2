"""The scripted agents: ours stops as soon as its question is answered, and the other does as a refusal says."""

import json

import pytest
from mcp import Client
from mcp.server import Server
from mcp_types import CallToolResult, ListToolsResult, TextContent

from agent_calls import DirectoryAgent, Unanswered
from raw_agent import RawAgent
from raw_endpoints import raw_server

ADA = {"id": "1", "email": "ada@acme.example"}
FOUND = {"columns": ["id", "email"], "rows": [["1", "ada@acme.example"]], "complete": False, "cursor": "c2"}
NOBODY_YET = {"columns": [], "rows": [], "complete": False, "cursor": "c1"}


class Answers:
    """An MCP server that gives these answers, one after another, and keeps what it was asked."""

    def __init__(self, *answers):
        self.left = list(answers)
        self.asked = []
        self.server = Server("answers", on_list_tools=self._tools, on_call_tool=self._answer)

    async def _tools(self, _, __):
        return ListToolsResult(tools=[])

    async def _answer(self, _, params):
        self.asked.append((params.name, dict(params.arguments or {})))
        return CallToolResult(content=[TextContent(type="text", text=json.dumps(self.left.pop(0)))])


async def answered(ask, *answers):
    """What an agent says after these answers of its tools, and what it asked them."""
    tools = Answers(*answers)
    async with Client(tools.server) as client:
        try:
            return await ask(DirectoryAgent(client)), tools.asked
        except Unanswered as why:
            return why, tools.asked


async def test_who_is_found_ends_a_look_up_though_others_may_have_the_address():
    found = {"found": True, "complete": False, "cursor": "c1", "user": ADA, "others": [{"id": "2"}]}
    user, asked = await answered(lambda agent: agent.user("hr", email=ADA["email"]), found)
    assert user == ADA
    assert asked == [("get_user", {"directory": "hr", "email": ADA["email"]})]


async def test_a_look_up_that_goes_on_as_a_search_ends_with_the_first_who_is_found():
    not_yet = {"found": False, "complete": False, "cursor": "c0"}
    user, asked = await answered(lambda agent: agent.user("hr", email=ADA["email"]), not_yet, NOBODY_YET, FOUND)
    assert user == ADA
    assert asked[1:] == [("search_users", {"cursor": "c0"}), ("search_users", {"cursor": "c1"})]


async def test_nobody_is_said_only_of_an_answer_that_is_complete():
    last = {"columns": [], "rows": [], "complete": True}
    user, asked = await answered(
        lambda agent: agent.user("hr", id="9"), {"found": False, "complete": False, "cursor": "c0"}, NOBODY_YET, last
    )
    assert (user, len(asked)) == (None, 3)


async def test_an_answer_without_an_end_and_without_a_cursor_answers_nothing():
    why, _ = await answered(lambda agent: agent.anybody(query="ada"), {"columns": [], "rows": [], "complete": False})
    assert isinstance(why, Unanswered)


async def test_an_exhaustive_count_is_followed_to_its_end_as_any_other():
    estimate = {"directory": "hr", "count": 90, "exactness": "estimate"}
    at_least = {"directory": "hr", "count": 50, "exactness": "at_least", "cursor": "c1"}
    exact = {"directory": "hr", "count": 99, "exactness": "exact"}
    counts, asked = await answered(lambda agent: agent.count(directory="hr"), estimate, at_least, exact)
    assert counts == {"hr": 99}
    assert asked[1:] == [
        ("get_user_count", {"directory": "hr", "exhaustive": True}),
        ("get_user_count", {"cursor": "c1"}),
    ]


async def test_the_raw_agent_calls_again_after_a_refusal_for_its_rate(sandbox, control):
    await control.post("quo/faults", json={"kind": "status", "status": 429, "retry_after": 0, "next": 2})
    async with Client(raw_server(control, sandbox.url)) as client:
        agent = RawAgent(client)
        users, _ = await agent.page("quo", 5)
    assert len(users) == 5
    assert [text.partition(":")[0] for text in agent.texts[:2]] == ["HTTP 429, Retry-After"] * 2
    assert len(agent.texts) == 3


async def test_the_raw_agent_takes_no_other_refusal_for_one_of_its_rate(sandbox, control):
    await control.post("quo/faults", json={"kind": "status", "status": 503, "retry_after": 0})
    async with Client(raw_server(control, sandbox.url)) as client:
        with pytest.raises(Unanswered, match="HTTP 503"):
            await RawAgent(client).page("quo", 5)
