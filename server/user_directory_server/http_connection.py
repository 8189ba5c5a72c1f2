"""One connection of an HTTP client: bounds on how many there are, how large its headers are and how long it idles."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["MOST_HEAD", "BoundedConnection"]

MOST_HEAD = 32 * 2**10
"""Bytes of a request's first line and headers."""

_HEAD_SECONDS = 10.0
"""Seconds within which a connection must have brought a request, or its next one."""

_MOST_CONNECTIONS = 256


class BoundedConnection(H11Protocol):
    """uvicorn's connection, closed if no whole request comes, however slowly its bytes do."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request; close the connection if there are too many."""
        super().connection_made(transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            transport.close()
        self._expect_request()

    def data_received(self, data: bytes) -> None:
        """Read what came; once the headers of a request are there, its own bounds hold."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before and not self.cycle.response_complete:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is there already."""
        before = self.cycle
        super().on_response_complete()
        if self.cycle is before:
            self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _expect_request(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(_HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
