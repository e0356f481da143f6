"""Sums over the points of a window, from which its share of a split's metrics follows. No torch.

Shapes: N windows, H steps, C targets, Q levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

OBSERVED, ABSOLUTE, SQUARED, MAGNITUDE = "observed", "absolute", "squared", "magnitude"
QUANTILE_LOSS = "quantile_loss"
SUMS = (OBSERVED, ABSOLUTE, SQUARED, MAGNITUDE, QUANTILE_LOSS)
SCALED = "scaled_"  # prefix of sums in the scaler's units


def window_sums(
    label: np.ndarray,
    predicted: np.ndarray,
    quantiles: np.ndarray | None = None,
    levels: Sequence[float] = (),
) -> dict[str, np.ndarray]:
    """Return sums over the observed points of each window, (N,) in float64.

    Args:
        label: (N, H, C), NaN where a point is missing; predicted: (N, H, C).
        quantiles: (N, H, C, Q) of these levels; None leaves their loss out.

    Returns:
        `observed` (points), `absolute` and `squared` errors, `magnitude` (of labels) and, with quantiles,
        `quantile_loss`: twice the pinball loss, the mean over levels.
    """
    seen = ~np.isnan(label)
    true = np.where(seen, label, 0).astype(np.float64)
    error = np.where(seen, predicted - true, 0)
    found = {
        OBSERVED: total(seen),
        ABSOLUTE: total(np.abs(error)),
        SQUARED: total(np.square(error)),
        MAGNITUDE: total(np.abs(true)),
    }
    if quantiles is not None:
        losses = [pinball(true, quantiles[..., place], level) for place, level in enumerate(levels)]
        found[QUANTILE_LOSS] = 2 * total(np.where(seen, np.mean(losses, axis=0), 0))
    return found


def pinball(true: np.ndarray, quantile: np.ndarray, level: float) -> np.ndarray:
    """Return the pinball loss of a quantile of that level, of the arrays' shape."""
    apart = true - quantile
    return np.maximum(level * apart, (level - 1) * apart)


def total(values: np.ndarray) -> np.ndarray:
    """Sum over a window's points: (N, H, C) to (N,)."""
    return values.reshape(len(values), -1).sum(1, dtype=np.float64)


def scores_of_sums(columns: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return the metrics of a split from the sums of its windows; NaN where no point is observed.

    The weighted quantile loss is that of GluonTS: the sum of all quantile losses, twice, over the sum of the
    labels' magnitudes, a mean over levels; of a point forecast it is the normalised deviation.
    """
    sums = {name: float(values.sum()) for name, values in columns.items() if values.ndim == 1}
    points, magnitude = sums[SCALED + OBSERVED], sums[MAGNITUDE]
    return {
        "weighted_quantile_loss": ratio(sums[QUANTILE_LOSS], magnitude),
        "scaled_mse": ratio(sums[SCALED + SQUARED], points),
        "scaled_mae": ratio(sums[SCALED + ABSOLUTE], points),
    }


def ratio(above: float, below: float) -> float:
    """Divide; NaN for nothing by nothing, infinity for something by nothing."""
    if below:
        return above / below
    return float("inf") if above else float("nan")
