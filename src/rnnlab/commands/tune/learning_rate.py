"""Evaluate a learning-rate range test: smoothed losses, divergence, and a suggested rate."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rnnlab.errors import UserError

KEPT = 0.9  # fraction of the running mean kept in each step
DIVERGED = 3.0  # ratio of the smoothed loss to its lowest so far
SHORT = 0.9  # the same for centred means
FIRST, CEILING = 5, 1.1  # number of first steps, and the cap on losses relative to theirs
FALL = 0.98  # the lowest mean loss must be below this fraction of the first


def rate_at(step: int, steps: int, lowest: float, highest: float) -> float:
    """Return the rate of a step (from 0), rising by equal factors from `lowest` to `highest`."""
    return lowest * (highest / lowest) ** (step / max(steps - 1, 1))


def smoothed(losses: Sequence[float], kept: float = KEPT) -> list[float]:
    """Return exponential moving averages, corrected for their start."""
    mean, means = 0.0, []
    for step, loss in enumerate(losses, 1):
        mean = kept * mean + (1 - kept) * loss
        means.append(mean / (1 - kept**step))
    return means


def centred(losses: Sequence[float]) -> list[float]:
    """Average the smoothing of both directions, so that the result lags in neither.

    A running mean lags behind the loss by some steps, after which the rate is already two or ten times as
    high. Losses above the first ones count as those, because the height of a divergence has no meaning.
    """
    top = CEILING * sum(losses[:FIRST]) / len(losses[:FIRST])
    capped = [min(loss, top) if math.isfinite(loss) else top for loss in losses]
    after = smoothed(capped[::-1], SHORT)[::-1]
    return [(one + other) / 2 for one, other in zip(smoothed(capped, SHORT), after, strict=True)]


def has_diverged(means: Sequence[float]) -> bool:
    """Return whether the last smoothed loss is NaN or far above the lowest."""
    return not math.isfinite(means[-1]) or means[-1] > DIVERGED * min(means)


def start(losses: Sequence[float]) -> float:
    """Return the mean loss of the first tenth of the steps, whose rates are too small to have an effect."""
    first = losses[: max(FIRST, len(losses) // 10)]
    return sum(first) / len(first)


def lowest(losses: Sequence[float]) -> int:
    """Return the step at which the centred mean is lowest."""
    means = centred(losses)
    return min(range(len(means)), key=means.__getitem__)


def suggestion(rates: Sequence[float], losses: Sequence[float]) -> float:
    """Return the rate at which the centred mean of the losses is halfway to its lowest.

    The range test (Smith 2017) shows the loss while the rate grows from step to step. Half-way down it falls
    fastest; the lowest point itself moves with every spike of a flat end.

    Raises:
        UserError: the loss never fell, or was NaN from the start.
    """
    if len(losses) < FIRST or not all(map(math.isfinite, losses[:FIRST])):
        raise UserError(f"the loss was no number within {FIRST} steps: begin at a lower rate (--lowest)")
    means, least = centred(losses), lowest(losses)
    if means[least] > FALL * start(losses):
        raise UserError(
            f"no rate from {rates[0]:.2g} to {rates[-1]:.2g} made the loss fall from {start(losses):.4g}: "
            "take more --steps or other bounds (--lowest, --highest)"
        )
    half = (start(losses) + means[least]) / 2
    return next(rate for rate, mean in zip(rates, means, strict=True) if mean <= half)
