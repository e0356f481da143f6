"""HTTP as uvicorn reads it with httptools, with limits on what comes before a body."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rnnlab.serve.linger import Lingering

MOST_HEAD = 32_768  # bytes of an address and headers
HEAD_SECONDS = 20.0  # for them to arrive


class Protocol(HttpToolsProtocol):
    """One connection.

    Attributes:
        most_connections: one more is closed unread; set by `limited`.
    """

    most_connections = 1_000
    _lingering: Lingering
    _head = 0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        if len(self.connections) >= self.most_connections:
            transport.abort()
            return
        self._lingering = Lingering(transport, self.loop)
        super().connection_made(cast(asyncio.Transport, self._lingering))
        self._late = self.loop.call_later(HEAD_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_time()
        if self.transport is not None:  # else it was one too many
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport is not None and not self._lingering.lingers:
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
        self._on_time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._lingering.unread = False
        super().on_message_complete()

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > MOST_HEAD:
            raise ValueError(f"an address and headers of more than {MOST_HEAD} bytes")

    def _on_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def send_400_response(self, msg: str) -> None:
        body = json.dumps({"error": msg, "field": "request"}).encode()
        head = f"content-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self._lingering.unread = True
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head.encode() + body)
        self.transport.close()


def limited(most_connections: int) -> type[Protocol]:
    """The protocol for a server that holds at most so many connections."""
    return type("LimitedProtocol", (Protocol,), {"most_connections": most_connections})
