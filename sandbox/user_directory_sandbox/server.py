"""HTTP/1.1 on a TCP stream: h11 keeps the protocol, this loop moves the bytes. Faults need the socket."""

import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from email.utils import formatdate

import anyio
import h11
from anyio.abc import SocketAttribute, SocketStream

from user_directory_sandbox.http import Reply, Request

_READ = 65_536  # bytes
_LONGEST_BODY = 64 * 1024 * 1024  # bytes of a request: a million ids to delete fit
_DRIPS = 20
_PADDING = b" " * 65_536
_LINGER_NOT = struct.pack("ii", 1, 0)  # closing resets the connection: SO_LINGER in socket(7)

Answer = Callable[[Request], AbstractAsyncContextManager[Reply]]


async def serve_connection(stream: SocketStream, answer: Answer) -> None:
    """Answer the requests of one connection, one after another, until either side ends it."""
    _raw(stream).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    async with stream:
        try:
            await _Connection(stream).serve(answer)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return  # the client went away


class _Connection:
    def __init__(self, stream: SocketStream) -> None:
        self._stream = stream
        self._protocol = h11.Connection(h11.SERVER)
        self._peer = str(stream.extra(SocketAttribute.remote_address)[0])  # noqa: S610 - anyio's, not Django's

    async def serve(self, answer: Answer) -> None:
        while True:
            try:
                request = await self._request()
            except h11.RemoteProtocolError as problem:
                await self._refuse(problem)
                return
            if request is None:
                return
            async with answer(request) as reply:
                goes_on = await self._send(request, reply)
            if not goes_on or self._protocol.our_state is not h11.DONE or self._protocol.their_state is not h11.DONE:
                return
            self._protocol.start_next_cycle()

    async def _event(self) -> h11.Event:
        while True:
            event = self._protocol.next_event()
            if isinstance(event, h11.Event):
                return event
            if event is h11.PAUSED:  # pragma: no cover - start_next_cycle comes first
                raise h11.RemoteProtocolError("A request before the last one was answered")
            if self._protocol.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                await self._stream.send(self._protocol.send(go_on) or b"")
            try:
                data = await self._stream.receive(_READ)
            except anyio.EndOfStream:
                data = b""
            self._protocol.receive_data(data)

    async def _request(self) -> Request | None:
        """Return the next request with its body, None if the client has no more."""
        head = await self._event()
        if not isinstance(head, h11.Request):
            return None
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
            if len(body) > _LONGEST_BODY:
                raise h11.RemoteProtocolError("The body is too long", error_status_hint=413)
        path, _, query = head.target.decode("latin-1").partition("?")
        headers = {name.decode(): value.decode("latin-1") for name, value in head.headers}
        return Request(head.method.decode(), path, query, headers, bytes(body), self._peer)

    async def _send(self, request: Request, reply: Reply) -> bool:
        """Send the reply and return whether the connection stays open."""
        delivery = reply.delivery
        if delivery.reset == "before":
            self._reset()
            return False
        body = b"" if request.method == "HEAD" else reply.body
        length = len(reply.body) + delivery.padding
        data = self._head(reply, length)
        if delivery.reset == "half":
            await self._stream.send(data + self._data(body[: len(body) // 2]))
            self._reset()
            return False
        if not delivery.seconds and not delivery.padding:
            await self._stream.send(data + self._data(body) + self._end())
            return True
        await self._stream.send(data)
        async for part in _parts(body, delivery.seconds, 0 if request.method == "HEAD" else delivery.padding):
            await self._stream.send(self._data(part))
        self._end()
        return True

    def _head(self, reply: Reply, length: int) -> bytes:
        headers = [
            ("Date", formatdate(usegmt=True)),
            *((("Content-Type", reply.content_type),) if reply.body else ()),
            ("Content-Length", str(length)),
            *reply.headers,
        ]
        return self._protocol.send(h11.Response(status_code=reply.status, headers=headers)) or b""

    def _data(self, body: bytes) -> bytes:
        return (self._protocol.send(h11.Data(body)) or b"") if body else b""

    def _end(self) -> bytes:
        return self._protocol.send(h11.EndOfMessage()) or b""

    async def _refuse(self, problem: h11.RemoteProtocolError) -> None:
        if self._protocol.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            reply = Reply(problem.error_status_hint, str(problem).encode(), "text/plain; charset=utf-8")
            await self._stream.send(self._head(reply, len(reply.body)) + self._data(reply.body) + self._end())

    def _reset(self) -> None:
        _raw(self._stream).setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)


def _raw(stream: SocketStream) -> socket.socket:
    return stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - anyio's typed attributes, not Django's query


async def _parts(body: bytes, seconds: float, padding: int) -> AsyncIterator[bytes]:
    """Yield the body in drips over `seconds`, then the padding in blocks."""
    starts = range(0, len(body), max(1, -(-len(body) // _DRIPS)))
    for start in starts:
        await anyio.sleep(seconds / len(starts))
        yield body[start : start + starts.step]
    while padding > 0:
        yield _PADDING[:padding]
        padding -= len(_PADDING)
