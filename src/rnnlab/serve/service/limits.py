"""Limits of the service."""

from __future__ import annotations

from typing import NamedTuple

from rnnlab.errors import SettingError


class Limits(NamedTuple):
    """Limits of a request, a client, and the service as a whole.

    Attributes:
        max_batch: texts that the network reads at once.
        max_wait_ms: milliseconds for which a batch that is not full waits for more texts.
        queue: texts that may wait; beyond them a request is answered 503.
        rate: requests per second of one client's address, in bursts of twice as many; 0 for no limit.
        body: bytes of a request; texts: texts in it; characters: of each text.
        length: characters that one request may generate.
        explanations, generations: how many may run at once.
        connections: open at once; one more replaces the one that has waited longest for a request, or is
            answered 503 if none waits.
        head_seconds: for the request line and headers to arrive; body_seconds: for the body; write_seconds:
            for a client that has stopped reading to continue; idle_seconds: between two requests.
        drain_seconds: for closing idle connections at shutdown.
    """

    max_batch: int = 64
    max_wait_ms: float = 2.0
    queue: int = 1024
    rate: float = 0.0
    body: int = 1 << 20
    texts: int = 256
    characters: int = 20_000
    length: int = 5_000
    explanations: int = 8
    generations: int = 4
    connections: int = 1_000
    head_seconds: float = 20.0
    body_seconds: float = 20.0
    write_seconds: float = 30.0
    idle_seconds: float = 60.0
    drain_seconds: float = 1.0

    def check(self) -> None:
        """Raise SettingError if a limit that a user can set is out of range."""
        for name in ("max_batch", "queue", "connections"):
            if getattr(self, name) < 1:
                raise SettingError(_option(name), getattr(self, name), "must be at least 1")
        for name in ("max_wait_ms", "rate"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise SettingError(_option(name), getattr(self, name), "must be a number >= 0")
        for name in ("head_seconds", "body_seconds", "write_seconds", "idle_seconds"):
            if not 0 < getattr(self, name) < float("inf"):
                raise SettingError(_option(name), getattr(self, name), "must be a number > 0")


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
