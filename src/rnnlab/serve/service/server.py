"""The server process: its socket, its orderly shutdown, and its exit."""

from __future__ import annotations

import contextlib
import math
import signal
import socket
import sys
import time
from collections.abc import Iterator
from types import FrameType

import uvicorn

from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.protocol import limited
from rnnlab.serve.service.service import Service

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SWITCH = (
    0.0005  # seconds for which one thread keeps another waiting: of Python's 5 ms a network would lose most
)
OTHER_FILES = 100  # open files of a service in addition to its connections
LONGEST_ANSWER = 60  # seconds after which an unfinished answer is aborted at the end


class Server(uvicorn.Server):
    """Server with an orderly shutdown: it answers accepted requests, refuses new ones, then stops.

    A second signal ends it at once.
    """

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service
        self._ends = float("inf")

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals; unlike uvicorn's, this does not kill the process at the end: it exits with 0."""
        before = {number: signal.signal(number, self.handle_exit) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._service.draining:
            self.should_exit = self.force_exit = True
        self._service.draining = True
        self._ends = min(self._ends, time.monotonic() + self._service.limits.drain_seconds)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for bound in sockets or []:
            host, port = bound.getsockname()[:2]
            print(f"http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)

    async def on_tick(self, counter: int) -> bool:
        if self._service.draining and (not self.server_state.connections or time.monotonic() > self._ends):
            return True
        return await super().on_tick(counter)


def sockets_for(connections: int) -> int:
    """Raise the limit of open files where needed; return how many connections are then possible."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(most - OTHER_FILES, 1)


def serve(service: Service, bound: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH)
    config = uvicorn.Config(
        build_app(service),
        http=limited(service.limits),
        ws="none",
        loop="uvloop",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # or a client could name any address as its own, against the rate
        timeout_keep_alive=math.ceil(service.limits.idle_seconds),
        timeout_graceful_shutdown=LONGEST_ANSWER,
    )
    Server(config, service).run(sockets=[bound])
