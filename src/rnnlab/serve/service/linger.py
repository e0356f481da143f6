"""Close a connection whose client is still sending, or does not read."""

from __future__ import annotations

import asyncio
from typing import Any

SECONDS = 2.0  # for a client to read its answer and hang up


class Lingering:
    """A transport that ends its own direction and drops further input before it closes.

    A socket that is closed with bytes unread resets the connection, and the client's kernel then throws away
    the answer that the client has not read yet (RFC 9112, section 9.6).

    Args:
        write_seconds: seconds to send buffered output on close; then the connection is aborted.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop, write_seconds: float = 30.0) -> None:
        self._transport, self._loop, self._write_seconds = transport, loop, write_seconds
        self.unread = False  # the client is in the middle of a request; set by the protocol
        self.lingers = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self.lingers or bool(self._transport.is_closing())

    def close(self) -> None:
        if self.is_closing():
            return
        if self._transport.get_write_buffer_size():
            self._loop.call_later(self._write_seconds, self._transport.abort)
        if not self.unread:
            self._transport.close()
            return
        self.lingers = True
        self._transport.write_eof()
        self._transport.resume_reading()
        self._loop.call_later(SECONDS, self._transport.close)
