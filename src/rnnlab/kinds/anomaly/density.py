"""How much an observed value differs from what was expected of it, in numpy. Any leading shape, P parameters.

The densities are those of rnnlab.model.head, from what a network puts out before the head constrains it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Measure = Callable[[np.ndarray, np.ndarray], np.ndarray]  # expected (..., P), values (...) to errors (...)


def absolute(expected: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return |x - m| of the expected value m, the only parameter."""
    error: np.ndarray = np.abs(values - expected[..., 0])
    return error


def gaussian(expected: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the negative log density of `rnnlab.model.head.gaussian.Gaussian`."""
    mean, scale = expected[..., 0], softplus(expected[..., 1]) + LEAST_SCALE
    found: np.ndarray = 0.5 * ((values - mean) / scale) ** 2 + np.log(scale) + 0.5 * np.log(2 * np.pi)
    return found


def softplus(values: np.ndarray) -> np.ndarray:
    """Return log(1 + e^x) without overflow."""
    with np.errstate(invalid="ignore"):  # NaN where nothing was expected
        found: np.ndarray = np.logaddexp(values.astype(np.float64), 0.0)
    return found


LEAST_SCALE = 1e-4
MEASURES: dict[str, Measure] = {"absolute": absolute, "gaussian": gaussian}
