"""uvicorn's httptools protocol with a time limit on each phase of a connection and a limit on connections."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.linger import Lingering

MOST_HEAD = 32_768  # bytes of an address and headers
ANSWER_FIRST = 2.0  # seconds after body_seconds in which the service can still answer with a refusal
GRACE = 1.0  # seconds for which a new connection is not closed in favour of others
FULL = {"error": "too many connections", "field": ""}


class Protocol(HttpToolsProtocol):
    """One connection with a timeout for each phase: reading the head, reading the body, answering, idle.

    A phase's timeout runs from its beginning; data that a client sends does not restart it.

    Attributes:
        limits: timeouts and number of connections; set by `limited`.
    """

    limits = Limits()
    _lingering: Lingering
    _head = 0
    _body_is_due = False
    _late: asyncio.TimerHandle | None = None
    _unwritten: asyncio.TimerHandle | None = None
    _waits_since = 0.0  # time since which it has waited for a head, idle or not

    def connection_made(self, transport: Any) -> None:
        self._lingering = Lingering(transport, self.loop, self.limits.write_seconds)
        if len(self.connections) >= self.limits.connections and not self._make_room():
            self.transport = cast(asyncio.Transport, self._lingering)
            self._refuse(503, "Service Unavailable", FULL, "retry-after: 1\r\n")
            self.transport = None  # type: ignore[assignment]
            return
        super().connection_made(cast(asyncio.Transport, self._lingering))
        self._waits_since = self.loop.time()
        self._arm(self.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_time()
        self.resume_writing()
        if self.transport is not None:  # else it was one too many
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport is None or self._lingering.lingers:
            return
        if self._late is None and self._waits():
            self._arm(self.limits.head_seconds)
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._head = 0
        self._lingering.unread = True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._body_is_due = True
        self._arm(self.limits.body_seconds + ANSWER_FIRST)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._lingering.unread = self._body_is_due = False
        self._on_time()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Close the connection if the answer was sent before the whole request was read."""
        super().on_response_complete()
        self._waits_since = self.loop.time()
        if self._body_is_due and self._waits():
            self._lingering.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unwritten is None:
            self._unwritten = self.loop.call_later(self.limits.write_seconds, self._lingering.abort)

    def resume_writing(self) -> None:
        if self._unwritten is not None:
            self._unwritten.cancel()
            self._unwritten = None
        if self.flow is not None:
            super().resume_writing()

    def _waits(self) -> bool:
        """Return whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self) -> bool:
        """Close the connection that has waited longest for a head; return False if all are busy or new."""
        waiting = [one for one in self.connections if isinstance(one, Protocol) and one._waits()]
        oldest = min(waiting, key=lambda one: one._waits_since, default=None)
        if oldest is None or self.loop.time() - oldest._waits_since < GRACE:
            return False
        self.connections.discard(oldest)
        oldest._lingering.abort()
        return True

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > MOST_HEAD:
            raise ValueError(f"an address and headers of more than {MOST_HEAD} bytes")

    def _arm(self, seconds: float) -> None:
        self._on_time()
        self._late = self.loop.call_later(seconds, self._lingering.abort)

    def _on_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "Bad Request", {"error": msg, "field": "request"})

    def _refuse(self, status: int, reason: str, content: dict[str, str], more: str = "") -> None:
        body = json.dumps(content).encode()
        head = f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\n{more}"
        head += f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self._lingering.unread = True
        self.transport.write(head.encode() + body)
        self.transport.close()


def limited(limits: Limits) -> type[Protocol]:
    """Return a protocol class with these limits."""
    return type("LimitedProtocol", (Protocol,), {"limits": limits})
