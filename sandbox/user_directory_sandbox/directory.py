"""One directory under one base path: its API, and what a test made of its behaviour, faults and users."""

import math
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio

from user_directory_sandbox.apis.api import Api, Handler, Page, Refused
from user_directory_sandbox.faults import Asked, Fault, Faults, kinds
from user_directory_sandbox.http import Headers, Reply, Request
from user_directory_sandbox.spoiling import spoil, spoil_rows
from user_directory_sandbox.traffic import Traffic

_UNKNOWN = "(unknown)"

Found = tuple[str, Handler, str] | None  # what Api.find returns


class Directory:
    """Answers requests to one API. `churn` is (inserted, deleted) users before each list, on average."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.faults = Faults(kinds(loops=api.hands_out_positions, totals=api.total_field is not None))
        self.churn = (0.0, 0.0)
        self.traffic = Traffic()
        self._last_page: Reply | None = None

    def reset(self) -> None:
        """Return to the first population, without faults, churn or counts."""
        self.api.reset()
        self.faults.clear()
        self.churn = (0.0, 0.0)
        self.traffic = Traffic()
        self._last_page = None

    def order_fault(self, sent: Mapping[str, Any]) -> None:
        """Queue a fault; or clear all, and forget the page that could be repeated. Raises: Unacceptable."""
        self.faults.order(sent)
        if not self.faults.as_list():
            self._last_page = None

    @asynccontextmanager
    async def answer(self, request: Request, segments: Sequence[str]) -> AsyncGenerator[Reply]:
        """Yield the reply to a request for `segments` below the base path; it ends with the block."""
        if "/" + "/".join(segments) == self.api.token_path:
            await anyio.sleep(self.api.tokens.behaviour["latency"])
            yield self.api.tokens.answer(request)
            return
        traffic, found = self.traffic, self.api.find(segments)
        visit = traffic.arrive(request, "/" + request.path.split("/", 2)[-1], found[0] if found else _UNKNOWN)
        try:
            is_taken = request.method in self.api.methods
            limited = self._rate_limited() if is_taken else None  # known before any work is done
            if latency := self.api.behaviour["latency"]:
                await anyio.sleep(latency)
            reply = limited or self._reply(request, segments, found)
            reset = reply.delivery.reset == "before"
            traffic.answered(visit, None if reset else reply.status, len(reply.body) + reply.delivery.padding)
            yield reply
        finally:
            traffic.concurrent -= 1

    def _reply(self, request: Request, segments: Sequence[str], found: Found) -> Reply:
        if request.method not in self.api.methods:
            return self.api.refuse(405, headers=(("Allow", ", ".join(self.api.methods)),))
        request = request.with_form()
        fault = self.faults.take(self._asked(found))
        if fault and fault.kind == "status":
            return self._failed(fault)
        try:
            reply = self._answered(request, segments, found, fault)
        except Refused as refused:
            reply = refused.reply
        return spoil(reply, fault, self.api.total_field)

    def _asked(self, found: Found) -> Asked | None:
        """Return what a request is for."""
        if found is None:
            return None
        return "list" if found[0] == self.api.list_route else "user"

    def _answered(self, request: Request, segments: Sequence[str], found: Found, fault: Fault | None) -> Reply:
        if found is None and (moved := self.api.redirect(request, segments)):
            return moved
        self.api.authenticate(request)
        if found is None:
            return self.api.refuse(404, "Not found")
        if self._asked(found) == "list":
            self._apply_churn()
        _, handler, identity = found
        if fault and fault.kind == "another_user":
            identity = self.api.another_than(identity)
        outcome = handler(request, identity)
        return self._page(outcome, fault) if isinstance(outcome, Page) else outcome

    def _page(self, page: Page, fault: Fault | None) -> Reply:
        if fault is None:
            reply = self._last_page = page.reply()
            return reply
        match fault.kind:
            case "repeated_page" if self._last_page:
                return self._last_page
            case "empty_page":
                reply = page.render([], page.next)
            case "token_loop":
                reply = self.api.loop(page).reply()
            case _:
                reply = page.render(spoil_rows(page.rows, fault, self.api.id_field), page.next)
        self._last_page = reply
        return reply

    def _failed(self, fault: Fault) -> Reply:
        after = fault.fields["retry_after"]
        headers: Headers = () if after is None else (("Retry-After", str(after)),)
        return self.api.refuse(fault.fields["status"], fault.fields["message"] or "", headers)

    def _rate_limited(self) -> Reply | None:
        rate = self.api.behaviour["rate_limit"]
        wait = self.traffic.wait(rate) if rate else 0.0
        if not wait:
            return None
        after = (("Retry-After", str(math.ceil(wait))),) if self.api.behaviour["retry_after"] else ()
        return self.api.limited(wait, after)

    def _apply_churn(self) -> None:
        inserts, deletes = map(self.api.roster.chance, self.churn)
        if inserts:
            self.api.roster.insert(inserts)
        if deletes:
            self.api.roster.delete_random(deletes)
