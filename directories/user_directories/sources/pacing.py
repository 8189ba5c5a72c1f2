"""Pacing requests to a provider's rate: the documented one, or one learned from its refusals if none is documented.

A refusal halves a learned rate; each second without a refusal raises it by one request per second (AIMD, as in
https://www.rfc-editor.org/rfc/rfc5681#section-3.1).
"""

import math
from collections import deque

import anyio

from ..errors import Kinds

__all__ = ["Pacer"]

_HEADROOM = 0.02
"""How much slower to send than the rate, because evenly sent requests arrive unevenly: 20 ms for ten of them."""

_LEAST = 0.2
"""The lowest rate in requests per second, however often the provider refuses."""

_FORGOTTEN = 200.0
"""The rate in requests per second above which a learned rate is forgotten."""


class Pacer:
    """The pace of one directory. `requests_per_second` None means that no limit is known."""

    def __init__(self, directory: str, requests_per_second: float | None) -> None:
        self._directory = directory
        self._documented = requests_per_second
        self._rate = requests_per_second
        self._next = 0.0
        self._rests_until = 0.0
        self._changes = 0
        self._learned_at = -math.inf
        self._sent: deque[float] = deque(maxlen=64)

    async def turn(self, patience: float) -> None:
        """Wait until a request may be sent.

        Raises: UpstreamRateLimited, at once, if that would take longer than `patience` seconds.
        """
        now = anyio.current_time()
        latest, changes = now + patience, -1
        while changes != self._changes:  # what was refused meanwhile put off everybody who waits
            changes = self._changes
            moment = self._take_turn(now, latest)
            while moment > now:
                await anyio.sleep(moment - now)
                now = anyio.current_time()
                moment = self._has_room_from()
        self._sent.append(now)

    def _take_turn(self, now: float, latest: float) -> float:
        moment = max(self._next, self._rests_until, now)
        if moment > latest:
            raise Kinds.NO_ROOM_IN_RATE.at(self._directory, retry_after=moment - now)
        self._next = moment + self._gap()
        return moment

    def _has_room_from(self) -> float:
        """The moment from which one more keeps to the rate, though earlier ones were sent later than their turns."""
        if self._documented is None:
            return -math.inf
        number = math.floor(self._documented)
        if not 0 < number <= len(self._sent):
            return -math.inf
        return self._sent[-number] + (1 + _HEADROOM / 2) * number / self._documented

    def _gap(self) -> float:
        return 0.0 if self._rate is None else (1 + _HEADROOM) / self._rate

    def refused(self, wait: float) -> None:
        """Learn from a 429: send nothing for `wait` seconds, then continue at half the pace."""
        now = anyio.current_time()
        if self._documented is None and now >= max(self._rests_until, self._learned_at + 1.0):
            self._learned_at = now  # only the first refusal of requests under way together counts
            recent = sum(moment > now - 1.0 for moment in self._sent)
            self._rate = max(_LEAST, min(self._rate or recent, recent) / 2)
        self.rest(wait)

    def rest(self, seconds: float) -> None:
        """Send nothing for so long; who waits takes a new turn."""
        now = anyio.current_time()
        self._rests_until = max(self._rests_until, now + seconds)
        self._changes += 1
        self._next = self._sent[-1] + self._gap() if self._sent else now

    def answered(self) -> None:
        """Learn from an answer: raise a learned pace a little."""
        if self._documented is None and self._rate is not None:
            self._rate += 1 / self._rate
            if self._rate > _FORGOTTEN:
                self._rate = None
