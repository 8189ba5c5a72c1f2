"""The reader around the machine: it fetches, hands over, and returns what was accepted."""

from functools import partial
from typing import Any

from ..batch import Batch, FetchPage, Identify, Standing
from ..errors import Implausible, PositionRefused
from ..fairness import decided
from ..habits import Habits
from ..page import RawPage
from ..recent import Recent
from .chain import Chain
from .judge import Verdict
from .machine import Machine
from .place import Place
from .situation import Ask

__all__ = ["ChainedReader"]


class ChainedReader:
    """The reader for keyset, token and link pagination. `known` holds the rows read; `stored` is an earlier `state`."""

    def __init__(
        self,
        strategy: Chain,
        fetch: FetchPage,
        identify: Identify,
        known: Recent,
        stored: dict[str, Any] | None = None,
        habits: Habits | None = None,
    ) -> None:
        self._strategy = strategy
        self._fetch = fetch
        self._machine = Machine(strategy, identify, known, Place(**(stored or {})), habits or Habits())

    @property
    def at(self) -> Standing:
        """What the reader has learned, for the walk."""
        return self._machine.at

    def state(self) -> dict[str, Any]:
        """Return the state of the machine as plain JSON."""
        return self._machine.stored()

    async def read(self, need: int, maximum: int) -> Batch | None:
        """Return the rows of the next page that is accepted; see `Reader`."""
        machine = self._machine
        while (asked := machine.next_request(need, maximum)) is not None:
            answer: RawPage | PositionRefused
            try:
                answer = await self._fetch(self._strategy.parameters(asked.position), asked.size)
            except PositionRefused as refusal:
                answer = refusal
            rows = 0
            if isinstance(answer, RawPage):
                rows = len(answer.items)
                await decided(partial(machine.look_at, answer), rows)
            verdict, batch = await decided(partial(self._decide, asked, answer), rows)
            if verdict is Verdict.ACCEPT:
                return batch
            if verdict is Verdict.CONTRADICTION:
                raise Implausible(machine.reason) if isinstance(answer, RawPage) else answer
        return None

    def _decide(self, asked: Ask, answer: RawPage | PositionRefused) -> tuple[Verdict, Batch | None]:
        """Decide what an answer means, and go on from there."""
        verdict = self._machine.judge(asked, answer)
        return verdict, self._machine.advance(verdict, asked, answer)
