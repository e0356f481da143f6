"""Rules of the batch size search: when to stop, and which size to suggest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

GAIN = 1.05  # a doubling with less speed-up than this over the best so far is futile
FUTILE = 2  # such doublings in a row end the search
NEAR = 0.95  # fraction of the best rate: smaller batches learn more per token


class Trial(NamedTuple):
    """A batch size that fits: real tokens per second, and peak memory in bytes."""

    size: int
    rate: float
    memory: int


def is_futile(trials: Sequence[Trial]) -> bool:
    """Return whether the last doublings brought no speed."""
    if len(trials) <= FUTILE:
        return False
    before = max(trial.rate for trial in trials[:-FUTILE])
    return all(trial.rate < GAIN * before for trial in trials[-FUTILE:])


def would_not_fit(trials: Sequence[Trial], free: int | None) -> bool:
    """Return whether the doubled batch, which needs twice the last increase, exceeds the free bytes."""
    if free is None or len(trials) < 2:
        return False
    return 2 * (trials[-1].memory - trials[-2].memory) > free


def suggestion(trials: Sequence[Trial]) -> int:
    """Return the smallest size whose rate is within 5 % of the best."""
    best = max(trial.rate for trial in trials)
    return next(trial.size for trial in trials if trial.rate >= NEAR * best)
