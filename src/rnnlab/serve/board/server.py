"""The board's HTTP server: Python's own, on this machine alone, so that it needs no further package."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType

from rnnlab.serve.board.app import HEADERS, Board

IDLE = 60  # seconds for which a connection may wait for its next request
HOST = "127.0.0.1"


class Handler(BaseHTTPRequestHandler):
    """Passes GET requests to the board."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE
    server: BoardServer

    def do_GET(self) -> None:
        self._send(True)

    def do_HEAD(self) -> None:
        self._send(False)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: pages ask every few seconds."""

    def version_string(self) -> str:
        return "rnnlab"

    def _send(self, with_body: bool) -> None:
        found = self.server.board.answer(self.path, {k.lower(): v for k, v in self.headers.items()})
        with suppress(ConnectionError):  # the page was closed meanwhile
            self.send_response(found.status)
            self.send_header("content-type", f"{found.kind}; charset=utf-8")
            self.send_header("content-length", str(len(found.body)))
            self.send_header("content-security-policy", found.policy)
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            if with_body:
                self.wfile.write(found.body)


class BoardServer(ThreadingHTTPServer):
    """Serves a board on a bound socket."""

    daemon_threads = True

    def __init__(self, board: Board, bound: socket.socket) -> None:
        super().__init__(bound.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = bound
        self.board = board
        self.server_activate()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.socket.getsockname()[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that hang up; report anything else."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def serve(server: BoardServer) -> None:
    """Answer requests until SIGINT or SIGTERM."""

    def end(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()  # which waits for the loop that this interrupts

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        server.board.reader.stop()
        server.server_close()
