"""The requests to one directory, and how fast they came."""

import math
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from user_directory_sandbox.http import Request

_LAST_REQUESTS = 1000


@dataclass(slots=True)
class Visit:
    """One request from its arrival to the last byte of its reply."""

    t: float  # seconds since the traffic began to be counted
    method: str
    path: str
    query: str
    status: int | None = None  # None until it is answered; it stays None if the connection is reset before

    def as_dict(self) -> dict[str, Any]:
        return {"t": round(self.t, 6), "method": self.method, "path": self.path, "query": self.query} | {
            "status": self.status
        }


@dataclass(slots=True)
class Traffic:
    """Counts since the last reset. Requests to the control API are not among them."""

    began: float = field(default_factory=time.monotonic)
    by_path: Counter[str] = field(default_factory=Counter[str])
    by_status: Counter[str] = field(default_factory=Counter[str])
    non_get: int = 0
    bytes_sent: int = 0
    concurrent: int = 0
    concurrent_peak: int = 0
    visits: deque[Visit] = field(default_factory=lambda: deque[Visit](maxlen=_LAST_REQUESTS))
    admitted: deque[float] = field(default_factory=deque[float])

    def arrive(self, request: Request, path: str, route: str) -> Visit:
        """Count a request to `path`, under the name of its `route`."""
        visit = Visit(time.monotonic() - self.began, request.method, path, request.query_string)
        self.visits.append(visit)
        self.by_path[route] += 1
        self.non_get += request.method != "GET"
        self.concurrent += 1
        self.concurrent_peak = max(self.concurrent_peak, self.concurrent)
        return visit

    def answered(self, visit: Visit, status: int | None, size: int) -> None:
        """Count the answer to a request."""
        visit.status = status
        self.by_status["reset" if status is None else str(status)] += 1
        self.bytes_sent += size

    def wait(self, rate: float) -> float:
        """Return 0 and let the request in, or how many seconds to wait at `rate` requests per second.

        The limit holds in every window of a second, or of as long as one request takes where that is longer.
        """
        now, window = time.monotonic(), max(1.0, 1 / rate)
        while self.admitted and self.admitted[0] <= now - window:
            self.admitted.popleft()
        if len(self.admitted) < max(1, math.floor(rate * window)):
            self.admitted.append(now)
            return 0.0
        return self.admitted[0] + window - now

    def as_dict(self) -> dict[str, Any]:
        return {
            "requests": self.by_path.total(),
            "by_path": dict(self.by_path),
            "non_get": self.non_get,
            "by_status": dict(self.by_status),
            "bytes": self.bytes_sent,
            "concurrent_peak": self.concurrent_peak,
        }
