"""The server process of the rating page."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.protocol import limited

CONNECTIONS = 200


class Server(uvicorn.Server):
    """Server that ends at SIGINT or SIGTERM after its last answer, without being killed by the signal."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for bound in sockets or []:
            host, port = bound.getsockname()[:2]
            print(f"http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)


def serve(app: FastAPI, bound: socket.socket) -> None:
    """Answer requests until a signal ends the server."""
    config = uvicorn.Config(
        app,
        http=limited(Limits(connections=CONNECTIONS)),
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    Server(config).run(sockets=[bound])
