"""One law over real HTTP: who is there all the time comes exactly once, or the answer says that it cannot tell.

Two walks over one directory take turns, in any order and with pages of any size, while users come and go between any
two requests, answers go wrong, pages are asked for again, and the server is restarted. The truth is what the sandbox
says of itself at the beginning and the end of a walk.
"""

from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx2
import stamina
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from pydantic import SecretStr

from user_directories import Directories, DirectorySettings, MemoryStore, Page, Query, Request, UpstreamError, built_in
from user_directory_sandbox import DIRECTORIES, Sandbox

from ...thoroughness import examples

DOUBTS = ("may_have_missed", "order_moves", "more_than_remembered", "total_disagrees", "total_too_low", "thinned")
BROKEN_OFF = ("fault", "limited", "contradiction", "out_of_seconds", "out_of_requests", "own_matches_first")
FAULTS = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429, "retry_after": 0},
    {"kind": "reset_before"},
    {"kind": "reset_in_body"},
    {"kind": "truncated_json"},
    {"kind": "error_in_body"},
    {"kind": "content_type"},
    {"kind": "empty_page"},
    {"kind": "repeated_page"},
    {"kind": "null_records"},
]
NUMBERED = ("klavis", "delay", "monocloud")
MOST_CALLS = 400


@dataclass
class Walked:
    """One walk as an agent makes it: a cursor, and what came so far."""

    before: set[str]
    limit: int = 10
    found: list[str] = field(default_factory=list)
    cursor: str | None = None
    followed: str | None = None
    page: Page | None = None
    ended: bool = False
    doubted: bool = False


class TwoWalks(RuleBasedStateMachine):
    """Everything that may happen to two walks over one directory."""

    @initialize(
        name=st.sampled_from(DIRECTORIES),
        order=st.sampled_from(["newest", "oldest", "arbitrary"]),
        clamp=st.none() | st.integers(5, 60),
        tokens=st.sampled_from(["keyset", "offset"]),
        users=st.integers(0, 120),
    )
    def begin(self, name, order, clamp, tokens, users):
        self.name = name
        self.is_token = name in ("openphone", "quo")
        self.tokens_are_row_numbers = self.is_token and tokens == "offset"
        order = order if name in NUMBERED or self.tokens_are_row_numbers else "newest"
        self.behaviour = {"order": order, "page_clamp": clamp} | ({"tokens": tokens} if self.is_token else {})
        self.closing = ExitStack()
        self.closing.enter_context(stamina.set_testing(True, attempts=3))
        self.portal = self.closing.enter_context(start_blocking_portal())
        self.sandbox = self.closing.enter_context(self.portal.wrap_async_context_manager(Sandbox(users=users)))
        self.exits = AsyncExitStack()
        self.portal.call(self.open)

    async def open(self):
        self.web = await self.exits.enter_async_context(httpx2.AsyncClient(base_url=self.sandbox.url))
        self.store = MemoryStore()
        await self.tell("behaviour", **self.behaviour)
        await self.open_directories()
        self.walks = [Walked(await self.ids()) for _ in range(2)]

    async def open_directories(self):
        key = SecretStr(f"sandbox-{self.name}-key")
        opened = Directories(
            [DirectorySettings(self.name, built_in(self.name), self.sandbox.base_url(self.name), key)], self.store
        )
        self.directories = await self.exits.enter_async_context(opened)

    async def tell(self, action: str, **sent: Any) -> Any:
        answer = await self.web.post(f"/_control/{self.name}/{action}", json=sent)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ids(self) -> set[str]:
        return set((await self.web.get(f"/_control/{self.name}/ids")).json()["ids"])

    @rule(count=st.integers(1, 12))
    def users_come(self, count):
        self.portal.call(lambda: self.tell("insert", count=count))

    @rule(count=st.integers(1, 12))
    def users_go(self, count):
        self.portal.call(lambda: self.tell("delete", count=count))

    @rule(fault=st.sampled_from(FAULTS))
    def an_answer_goes_wrong(self, fault):
        self.portal.call(self.spoil, fault)

    async def spoil(self, fault: dict[str, Any]) -> None:
        """One wrong page at a time, and no page of the other walk for a first one, or for a token's: no reader can tell
        those from the truth.
        """
        if fault["kind"] == "repeated_page" and (self.name not in NUMBERED or not all(w.page for w in self.walks)):
            return
        waiting = (await self.web.get(f"/_control/{self.name}/faults")).json()["faults"]
        if not any(each["kind"].endswith("page") for each in (fault, *waiting)) or not waiting:
            await self.tell("faults", **fault)

    @rule(inserts=st.sampled_from([0, 0.3, 1]), deletes=st.sampled_from([0, 0.3, 1]))
    def users_come_and_go_with_each_request(self, inserts, deletes):
        rates = {"inserts_per_request": inserts, "deletes_per_request": deletes}
        self.portal.call(lambda: self.tell("churn", **rates))

    @rule()
    def the_server_is_restarted(self):
        self.portal.call(self.open_directories)

    @rule(which=st.integers(0, 1), limit=st.integers(1, 100))
    def a_page_is_asked_for(self, which, limit):
        self.portal.call(self.take_page, self.walks[which], limit)

    @rule(which=st.integers(0, 1))
    def a_page_is_asked_for_again(self, which):
        self.portal.call(self.take_again, self.walks[which])

    async def take_page(self, walk: Walked, limit: int) -> None:
        if walk.ended:
            return
        try:
            page = await self.directories.users(Request("list", self.name, Query(), limit, walk.cursor))
        except UpstreamError:
            return  # it gave nobody; the same cursor is good for another try
        assert len(page.users) <= limit
        assert page.users or page.complete or page.notes, "a page of nobody says why"
        assert page.complete <= (page.cursor is None)
        assert page.complete or page.cursor or page.notes  # what ends in doubt says why
        walk.found += [found.user.id for found in page.users]
        walk.doubted = walk.doubted or self.doubts(page)
        walk.followed, walk.page, walk.limit = walk.cursor, page, limit
        walk.cursor, walk.ended = page.cursor, page.cursor is None
        if walk.ended:
            await self.hold_to_the_law(walk)

    async def take_again(self, walk: Walked) -> None:
        """The same cursor gives the same page, or says that it cannot."""
        if walk.followed is None or walk.page is None:
            return
        try:
            again = await self.directories.users(Request("list", self.name, Query(), walk.limit, walk.followed))
        except UpstreamError:
            return
        broken = [note for page in (walk.page, again) for note in page.notes if note.kind in BROKEN_OFF]
        said = "changed_since" in [note.kind for note in again.notes]
        assert again.users == walk.page.users or said or broken
        walk.page = again

    def doubts(self, page: Page) -> bool:
        return any(note.kind in DOUBTS for note in page.notes)

    async def hold_to_the_law(self, walk: Walked) -> None:
        if walk.doubted:
            return
        assert len(walk.found) == len(set(walk.found)), "somebody came twice"
        stayed = walk.before & await self.ids()
        if self.tokens_are_row_numbers:  # opaque ones: `list_directories` says that deletions can hide users
            return
        assert stayed <= set(walk.found), f"{len(stayed - set(walk.found))} users slipped by without a word"

    async def finish(self) -> None:
        for walk in self.walks:
            for _ in range(MOST_CALLS):
                if walk.ended:
                    break
                await self.take_page(walk, 100)
            assert walk.ended, "a walk came to no end"

    def teardown(self):
        if not hasattr(self, "closing"):
            return
        with self.closing:
            try:
                self.portal.call(self.tell_rest)
                self.portal.call(self.finish)
            finally:
                self.portal.call(self.exits.aclose)

    async def tell_rest(self) -> None:
        """From here on nothing goes wrong any more, so that the walks can end."""
        await self.tell("faults", kind=None)
        await self.tell("churn", inserts_per_request=0, deletes_per_request=0)


TwoWalks.TestCase.settings = settings(
    max_examples=examples(30),
    stateful_step_count=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
test_who_is_there_all_the_time_comes_exactly_once_or_the_answer_says_that_it_can_not_tell = TwoWalks.TestCase
