"""A job's row in a sweep's ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

STATES = ("waiting", "running", "finished", "pruned", "failed", "preempted")
ENDED = ("finished", "pruned", "failed")
OPEN = ("waiting", "preempted")  # to be taken by whoever is free


@dataclass
class Row:
    """One training of a sweep.

    Attributes:
        trial: number of its setting; several jobs of a trial differ in their seed.
        overrides: the searched settings, as typed: `["model=gru", "seed=2"]`.
        values: of the space's dimensions.
        attempts: how often it was started.
        worker: its worker, or its last one.
        key: its identity, a hash of all its resolved choices; None before its first start.
        objective: the sweep's objectives, in the order of the spec's metrics.
        error: the first line of the error.
        cause: memory, diverged, disk, killed, stalled, setting or error.
        note: the reaction to it, such as half the batch.
        more: overrides of later attempts, such as those that halve the batch.
        started, ended: seconds since 1970; seconds: of all attempts together.
    """

    number: int
    trial: int
    overrides: tuple[str, ...]
    values: dict[str, Any]
    state: str = "waiting"
    attempts: int = 0
    worker: str | None = None
    key: str | None = None
    objective: tuple[float, ...] | None = None
    error: str | None = None
    cause: str | None = None
    note: str | None = None
    more: tuple[str, ...] = field(default_factory=tuple)
    failures: int = 0
    started: float | None = None
    ended: float | None = None
    seconds: float = 0.0
