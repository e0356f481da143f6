"""How much an observed value differs from what was expected of it, in numpy. Any leading shape, P parameters.

The densities are those of rnnlab.model.head, from what a network puts out before the head constrains it.
"""

from __future__ import annotations

import math
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


def student_t(expected: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the negative log density of `rnnlab.model.head.student_t.StudentT`."""
    scale, freedom = softplus(expected[..., 1]) + LEAST_SCALE, softplus(expected[..., 2]) + LEAST_FREEDOM
    half = (freedom + 1) / 2
    norm = log_gamma(freedom / 2) - log_gamma(half) + 0.5 * np.log(freedom * np.pi)
    z = (values - expected[..., 0]) / scale
    found: np.ndarray = norm + np.log(scale) + half * np.log1p(z**2 / freedom)
    return found


def mixture(expected: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the negative log density of `rnnlab.model.head.mixture.Mixture`."""
    weights, means, scales = np.split(expected.astype(np.float64), 3, axis=-1)  # (..., K) each
    with np.errstate(invalid="ignore"):  # NaN where nothing was expected
        logs = weights - np.logaddexp.reduce(weights, axis=-1, keepdims=True)
        scales = softplus(scales) + LEAST_SCALE
        each = logs - np.log(scales) - 0.5 * ((values[..., None] - means) / scales) ** 2
        found: np.ndarray = 0.5 * np.log(2 * np.pi) - np.logaddexp.reduce(each, axis=-1)
    return found


def softplus(values: np.ndarray) -> np.ndarray:
    """Return log(1 + e^x) without overflow."""
    with np.errstate(invalid="ignore"):  # NaN where nothing was expected
        found: np.ndarray = np.logaddexp(values.astype(np.float64), 0.0)
    return found


def log_gamma(values: np.ndarray) -> np.ndarray:
    """Return log(gamma(x)) of positive numbers, NaN where they are NaN."""
    found: np.ndarray = np.array([math.lgamma(one) for one in values.ravel().tolist()])
    return found.reshape(values.shape)


LEAST_SCALE, LEAST_FREEDOM = 1e-4, 2.0
MEASURES: dict[str, Measure] = {
    "absolute": absolute,
    "gaussian": gaussian,
    "student_t": student_t,
    "mixture": mixture,
}
