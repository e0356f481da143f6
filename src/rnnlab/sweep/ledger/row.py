"""A job's row in a sweep's ledger, its trial, and the outcome of one attempt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

STATES = ("waiting", "running", "finished", "pruned", "skipped", "failed", "preempted")
ENDED = ("finished", "pruned", "skipped", "failed")
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
        steps: of its training, where it recorded them.
        confirms: the trial whose setting it trains with a fresh seed; None for a job of the search itself.
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
    steps: int | None = None
    confirms: int | None = None


@dataclass
class Trial:
    """A setting that a worker chooses or has chosen.

    Attributes:
        jobs: None until it is chosen. study: its Optuna id, None until it has one.
        error: why it has no jobs.
    """

    number: int
    worker: str | None
    jobs: tuple[int, ...] | None = None
    study: int | None = None
    error: str | None = None


class Outcome(NamedTuple):
    """Outcome of an attempt; see Row. failed: whether it counts against the job's retries."""

    state: str
    objective: tuple[float, ...] | None = None
    error: str | None = None
    cause: str | None = None
    note: str | None = None
    more: tuple[str, ...] | None = None
    failed: bool = False
    steps: int | None = None
